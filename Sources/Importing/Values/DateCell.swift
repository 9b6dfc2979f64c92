internal import Inventory

/// The forms in which files write dates, as the one form that the domain reads.
enum DateCell {
  /// `2008.0` → `2008`, `-720.0` → `-0720`, `20080914` → `2008-09-14`, `2008/9/4` → `2008-09-04`; the time of
  /// day is cut off. Anything else stays as it is, for the domain to refuse.
  static func normalised(_ cell: String) -> String {
    let text = withoutSpreadsheetMarks(cell)
    let isNegative = text.hasPrefix("-")
    let unsigned = isNegative ? text.dropFirst() : text[...]
    let sign = isNegative ? "-" : ""
    if isDigits(unsigned) {
      switch unsigned.utf8.count {
      case 1...4: return sign + padded(unsigned, to: 4)
      case 6: return sign + unsigned.prefix(4) + "-" + unsigned.suffix(2)
      case 8:
        return sign + unsigned.prefix(4) + "-" + unsigned.dropFirst(4).prefix(2) + "-" + unsigned.suffix(2)
      default: return text
      }
    }
    let day = unsigned.prefix { $0 != "T" && $0 != " " }
    let parts = day.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }
    guard (2...3).contains(parts.count), parts.allSatisfy(isDigits), parts[0].utf8.count == 4,
      parts.dropFirst().allSatisfy({ $0.utf8.count <= 2 })
    else { return text }
    return sign + ([String(parts[0])] + parts.dropFirst().map { padded($0, to: 2) }).joined(separator: "-")
  }

  private static func padded(_ digits: Substring, to count: Int) -> String {
    String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { 48...57 ~= $0 }
  }
}
