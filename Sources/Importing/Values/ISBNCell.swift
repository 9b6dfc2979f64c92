internal import Inventory

/// What a cell of an ISBN column says.
enum ISBNCell: Hashable {
  case isbn(ISBN)
  /// Nothing, or a number that lost digits on its way through a floating-point number.
  case none
  case invalid(InvalidValue)

  /// Reads a cell, which may have lost leading zeros or have been written as a number.
  init(_ cell: String) {
    let cell = trimmed(cell)
    let text = withoutSpreadsheetMarks(cell)
    if text.isEmpty {
      self = .none
    } else if Self.isExponential(cell) {
      self = Self.readExponential(cell)
    } else if text != cell, cell.hasPrefix(text), !Self.mayBeWhole(text) {
      self = .none
    } else {
      self = Self.read(Self.restoringZeros(text))
    }
  }

  /// The ISBN; nil when the cell says nothing that can be trusted.
  func usable() throws(InvalidValue) -> ISBN? {
    switch self {
    case .isbn(let isbn): return isbn
    case .none: return nil
    case .invalid(let reason): throw reason
    }
  }

  private static func read(_ text: String) -> ISBNCell {
    do throws(InvalidValue) {
      return .isbn(try ISBN(text))
    } catch { return .invalid(error) }
  }

  /// Spreadsheets drop the leading zeros of an ISBN-10; the check digit tells whether it was one.
  private static func restoringZeros(_ text: String) -> String {
    let count = text.utf8.count
    guard (7...9).contains(count), isInteger(text.dropLast()), let last = text.utf8.last,
      isDigit(last) || last | 0x20 == UInt8(ascii: "x")
    else { return text }
    return String(repeating: "0", count: 10 - count) + text
  }

  /// Whether the digits of a floating-point number (`439023483.0`) can be all of an ISBN's.
  private static func mayBeWhole(_ digits: String) -> Bool {
    digits.utf8.count == 13 || 7...10 ~= digits.utf8.count
  }

  /// `9.780439023481e+12` has all its digits; with fewer, nobody knows the others.
  private static func readExponential(_ text: String) -> ISBNCell {
    let digits = text.prefix { $0 != "e" && $0 != "E" }.filter { $0 != "." }
    guard digits.utf8.count == 13, text.hasSuffix("12") else { return .none }
    return read(digits)
  }

  /// One digit, a point, digits and an exponent.
  private static func isExponential(_ text: String) -> Bool {
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    return mantissa.count <= 2 && mantissa[0].utf8.count == 1 && mantissa.allSatisfy(isInteger)
      && isInteger(parts[1].drop { $0 == "+" })
  }

  private static func isInteger(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}
