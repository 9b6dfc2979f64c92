/// Takes an ISBN out of the spellings that people, scanners and other systems use.
enum ISBNSpelling {
  /// The longest text that is looked at, in bytes of UTF-8.
  static let maximumLength = 100

  /// The digits and X (upper case) of a text; prefix, spaces and dashes are dropped.
  static func significantCharacters(of text: String) throws(InvalidValue) -> [UInt8] {
    guard text.utf8.count <= maximumLength else {
      throw InvalidValue(
        code: "too-long", detail: "\(quoted(text)) is too long for an ISBN: over \(maximumLength) bytes.")
    }
    var scalars = text.unicodeScalars.filter { !isSpace($0) && !isDash($0) }[...]
    let hasPrefix = dropPrefix("urn:isbn:", from: &scalars) || dropPrefix("isbn", from: &scalars)
    if hasPrefix { dropLengthLabel(from: &scalars) }
    var characters: [UInt8] = []
    characters.reserveCapacity(scalars.count)
    for scalar in scalars {
      switch scalar {
      case "0"..."9": characters.append(UInt8(ascii: scalar))
      case "x", "X": characters.append(UInt8(ascii: "X"))
      default:
        throw InvalidValue(
          code: "bad-character",
          detail: "\(quoted(text)) contains “\(scalar)”; an ISBN is made of digits, the last of ten may be X."
        )
      }
    }
    return characters
  }

  /// Drops the length of `ISBN-13: …` or `ISBN-10 …`, which a colon or the number of digits behind it
  /// tells from the ISBN itself, and the colon of `ISBN: …`.
  private static func dropLengthLabel(from scalars: inout String.UnicodeScalarView.SubSequence) {
    for (label, lengths) in [("10", [12]), ("13", [15, 20])] {
      if dropPrefix(label + ":", from: &scalars) { return }
      if lengths.contains(scalars.count), dropPrefix(label, from: &scalars) { return }
    }
    _ = dropPrefix(":", from: &scalars)
  }

  /// Drops a prefix of lower-case ASCII, found in either case.
  private static func dropPrefix(
    _ prefix: String, from scalars: inout String.UnicodeScalarView.SubSequence
  ) -> Bool {
    var rest = scalars
    for wanted in prefix.unicodeScalars {
      guard let scalar = rest.popFirst(), scalar.properties.lowercaseMapping == String(wanted) else {
        return false
      }
    }
    scalars = rest
    return true
  }

  /// White space, and the invisible marks that are copied along with numbers from documents and pages.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "0"..."9": false
    case "\u{200B}"..."\u{200F}", "\u{202A}"..."\u{202E}", "\u{2060}", "\u{FEFF}": true
    default: scalar.properties.isWhitespace
    }
  }

  /// Everything Unicode calls a dash (hyphens, en and em dash, minus, full-width forms), and the soft hyphen.
  private static func isDash(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "0"..."9": false
    case "\u{AD}", "\u{2043}": true
    default: scalar.properties.isDash
    }
  }
}
