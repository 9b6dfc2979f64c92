extension LanguageTag {
  /// The longest tag, in characters (RFC 5646 §4.4.1).
  public static let maximumLength = 35

  /// Reads and canonicalises a tag (RFC 5646 §4.5); at most 35 characters; `_` is taken for `-`.
  ///
  /// The language must be a code of ISO 639; of script, region, variants and extensions only the form is
  /// checked. Throws `bad-language` or `unknown-language`.
  public init(_ text: String) throws(InvalidValue) {
    guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy(Self.isTagByte) else {
      throw InvalidValue(
        code: "bad-language",
        detail: "\(quoted(text)) is not a language tag such as en, en-US or zh-Hant (BCP 47), at most"
          + " \(Self.maximumLength) characters.")
    }
    var subtags = text.lowercased().split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
      .map(String.init)[...]
    if let bad = subtags.first(where: { $0.isEmpty || $0.utf8.count > 8 }) {
      throw Self.malformed(text, bad)
    }
    // RFC 5646 §2.2.7: a tag may be private altogether.
    if subtags.first == "x", subtags.count > 1 {
      self.text = subtags.joined(separator: "-")
      return
    }
    var canonical = [try Self.language(from: &subtags, of: text)]
    if let script = subtags.first, script.utf8.count == 4, Self.isLetters(script) {
      canonical.append(script.prefix(1).uppercased() + script.dropFirst())
      subtags.removeFirst()
    }
    if let region = subtags.first, Self.isRegion(region) {
      canonical.append(region.uppercased())
      subtags.removeFirst()
    }
    canonical += try Self.variants(from: &subtags, of: text)
    canonical += try Self.extensions(from: &subtags, of: text)
    if let rest = subtags.first { throw Self.malformed(text, rest) }
    self.text = canonical.joined(separator: "-")
  }

  /// The language in its shortest and present form; `zh-yue` is `yue` (RFC 5646 §4.5).
  private static func language(
    from subtags: inout ArraySlice<String>, of text: String
  ) throws(InvalidValue) -> String {
    let first = subtags.popFirst() ?? ""
    guard let language = canonicalLanguage(first) else {
      throw InvalidValue(
        code: "unknown-language",
        detail: "\(quoted(first)) is no language code of ISO 639, such as en or eng (in \(quoted(text))).")
    }
    guard extended.contains(language), let next = subtags.first, next.utf8.count == 3,
      LanguageCodes.isThreeLetterCode(next)
    else { return language }
    subtags.removeFirst()
    return canonicalLanguage(next) ?? next
  }

  private static func canonicalLanguage(_ code: String) -> String? {
    switch code.utf8.count {
    case 2:
      let present = LanguageCodes.withdrawn[code] ?? code
      return LanguageCodes.twoLetters.contains(present) ? present : nil
    case 3:
      return LanguageCodes.shortForms[code] ?? (LanguageCodes.isThreeLetterCode(code) ? code : nil)
    default: return nil
    }
  }

  /// Five to eight letters or digits, or four that begin with a digit; none twice (§2.2.5).
  private static func variants(
    from subtags: inout ArraySlice<String>, of text: String
  ) throws(InvalidValue) -> [String] {
    var variants: [String] = []
    while let variant = subtags.first,
      variant.utf8.count >= 5 || variant.utf8.count == 4 && isDigits(variant.prefix(1))
    {
      guard !variants.contains(variant) else { throw malformed(text, variant) }
      variants.append(variant)
      subtags.removeFirst()
    }
    return variants
  }

  /// A letter or digit, each once, with subtags of two characters or more; `x` ends the tag with subtags of
  /// any length (§2.2.6, §2.2.7). Canonical order is by the letter.
  private static func extensions(
    from subtags: inout ArraySlice<String>, of text: String
  ) throws(InvalidValue) -> [String] {
    var extensions: [[String]] = []
    var privateUse: [String] = []
    while let singleton = subtags.first, singleton.utf8.count == 1 {
      subtags.removeFirst()
      let isPrivate = singleton == "x"
      let members = Array(subtags.prefix { isPrivate || $0.utf8.count > 1 })
      subtags.removeFirst(members.count)
      guard !members.isEmpty, !extensions.contains(where: { $0[0] == singleton }) else {
        throw malformed(text, singleton)
      }
      if isPrivate { privateUse = [singleton] + members } else { extensions.append([singleton] + members) }
    }
    return extensions.sorted { $0[0] < $1[0] }.flatMap { $0 } + privateUse
  }

  /// Languages that have extended language subtags (§2.2.2).
  private static let extended: Set<String> = ["ar", "kok", "lv", "ms", "sgn", "sw", "uz", "zh"]

  private static func malformed(_ text: String, _ subtag: String) -> InvalidValue {
    InvalidValue(
      code: "bad-language",
      detail:
        "\(quoted(text)) is not a language tag: \(quoted(subtag)) does not fit. A tag is a language, then"
        + " a script of four letters, a region of two letters or three digits, and variants, such as"
        + " zh-Hant-TW.")
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isRegion(_ subtag: String) -> Bool {
    subtag.utf8.count == 2 && isLetters(subtag) || subtag.utf8.count == 3 && isDigits(subtag)
  }

  private static func isLetters(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { 97...122 ~= $0 }
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { 48...57 ~= $0 }
  }
}
