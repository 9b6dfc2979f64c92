/// Hides the passwords of a libpq connection string, for logs and messages.
///
/// Knows both of libpq's forms, `postgres://user:password@host/database?password=…` and
/// `host=… password='…'`, and hides too much rather than too little when the text is neither.
public enum RedactedURL {
  private static let mask = "***"

  /// The connection string with `***` for each password.
  public static func text(of url: String) -> String {
    var text = url
    // From the back, so that the earlier ranges stay valid.
    for range in secretRanges(in: url).reversed() { text.replaceSubrange(range, with: mask) }
    return text
  }

  /// A message of libpq about a connection string, on one line and with the string's passwords hidden.
  static func message(_ message: String, about url: String) -> String {
    var text = message
    for range in secretRanges(in: url) where !range.isEmpty {
      text = text.replacing(String(url[range]), with: mask)
    }
    return text.onOneLine
  }

  private static func secretRanges(in url: String) -> [Range<String.Index>] {
    guard let scheme = url.firstRange(of: "://") else { return keywordValueSecrets(in: url) }
    var ranges: [Range<String.Index>] = []
    let question = url[scheme.upperBound...].firstIndex(of: "?") ?? url.endIndex
    // A password that should have been percent-encoded may hold @, / and ?: the last @ ends it.
    let at =
      url[scheme.upperBound..<question].lastIndex(of: "@") ?? url[scheme.upperBound...].lastIndex(of: "@")
    if let at, let colon = url[scheme.upperBound..<at].firstIndex(of: ":") {
      ranges.append(url.index(after: colon)..<at)
    }
    var start = max(question, at ?? question)
    while start < url.endIndex {
      let end = url[start...].dropFirst().firstIndex(of: "&") ?? url.endIndex
      if let equals = url[start..<end].firstIndex(of: "="),
        isSecret(url[start..<equals].drop { $0 == "?" || $0 == "&" })
      {
        ranges.append(url.index(after: equals)..<end)
      }
      start = end
    }
    return ranges
  }

  private static func keywordValueSecrets(in url: String) -> [Range<String.Index>] {
    var ranges: [Range<String.Index>] = []
    var rest = url[...]
    while let equals = rest.firstIndex(of: "=") {
      let keyword = rest[..<equals].split(whereSeparator: \.isWhitespace).last ?? ""
      rest = rest[rest.index(after: equals)...].drop(while: \.isWhitespace)
      let start = rest.startIndex
      rest = rest.first == "'" ? afterQuoted(rest) : rest.drop { !$0.isWhitespace }
      if isSecret(keyword) { ranges.append(start..<rest.startIndex) }
    }
    return ranges
  }

  /// What follows `'…'`, in which a backslash takes the next character as it is.
  private static func afterQuoted(_ text: Substring) -> Substring {
    var rest = text.dropFirst()
    while let character = rest.popFirst(), character != "'" {
      if character == "\\" { rest = rest.dropFirst() }
    }
    return rest
  }

  private static func isSecret(_ keyword: Substring) -> Bool {
    keyword.lowercased().hasSuffix("password")
  }
}

extension String {
  /// The lines, without their indentation, joined by semicolons: what libpq and the server say in several.
  var onOneLine: String {
    split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
  }
}
