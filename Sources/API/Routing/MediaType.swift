internal import HTTP

/// The media types that this service reads and writes.
enum MediaType {
  static let json = "application/json"
  static let mergePatch = "application/merge-patch+json"
  static let csv = "text/csv"
  static let ndjson = "application/x-ndjson"
  /// CSV with its parameters (RFC 4180 §3).
  static let csvFile = "text/csv; charset=utf-8; header=present"

  /// The first of the offered types that an Accept field allows, by quality, then by the offer's order
  /// (RFC 9110 §12.5.1). Nil when none is acceptable; ranges that cannot be read count as absent.
  static func preferred(_ accept: [String], among offered: [String]) -> String? {
    // What curl and most clients send.
    if accept.isEmpty || accept == ["*/*"] { return offered.first }
    let ranges = accept.flatMap { $0.split(separator: ",") }.compactMap(Range.init)
    guard !ranges.isEmpty else { return offered.first }
    var best: (type: String, quality: Int)?
    for type in offered {
      let match = ranges.filter { $0.matches(type) }.max { $0.specificity < $1.specificity }
      if let match, match.quality > best?.quality ?? 0 { best = (type, match.quality) }
    }
    return best?.type
  }

  /// `type/subtype` in lower case without its parameters; nil when a parameter is there that changes the
  /// meaning: only `charset=utf-8` does not.
  static func essence(_ contentType: String) -> String? {
    let parts = contentType.split(separator: ";", omittingEmptySubsequences: true).map(trimmed)
    guard let essence = parts.first?.lowercased() else { return nil }
    for parameter in parts.dropFirst() {
      switch parameter.lowercased() {
      case "charset=utf-8", "charset=\"utf-8\"": continue
      default: return nil
      }
    }
    return essence
  }

  /// A media range with its quality in thousandths.
  private struct Range {
    let text: String
    let quality: Int

    init?(_ element: Substring) {
      let parts = element.split(separator: ";").map(trimmed)
      guard let range = parts.first, range.contains("/") else { return nil }
      text = range.lowercased()
      var quality = 1000
      for parameter in parts.dropFirst() where parameter.lowercased().hasPrefix("q=") {
        guard let value = QualityValue.thousandths(parameter.dropFirst(2)) else { return nil }
        quality = value
      }
      self.quality = quality
    }

    var specificity: Int { text == "*/*" ? 0 : text.hasSuffix("/*") ? 1 : 2 }

    func matches(_ type: String) -> Bool {
      switch specificity {
      case 0: true
      case 1: type.hasPrefix(text.dropLast())
      default: type == text
      }
    }
  }
}

/// Without spaces and tabs around it.
func trimmed(_ text: some StringProtocol) -> String {
  let isSpace = { (character: Character) in character == " " || character == "\t" }
  let head = text.drop { isSpace($0) }
  guard let last = head.lastIndex(where: { !isSpace($0) }) else { return "" }
  return String(head[...last])
}
