/// How text is compared and searched, the same on every database engine: both store and look for words
/// that were made here, so neither engine's own tokenizer, collation or case folding decides anything.
///
/// Composed and decomposed text give the same words for the letters of the Latin, Greek, Cyrillic, Hebrew,
/// Arabic and Indic scripts, kana and hangul; CJK compatibility ideographs stay as they are. Scripts that are
/// written without spaces are split into single ideographs and kana; Thai, Lao, Khmer and Burmese phrases are
/// one word each.
public enum SearchText {
  /// One word of a query.
  public struct Word: Hashable, Sendable {
    /// Letters and digits only, folded as ``SearchText/words(of:)`` does.
    public var text: String
    /// True when the client wrote `word*`: it finds every word that starts with it.
    public var isPrefix: Bool

    /// From its parts.
    public init(text: String, isPrefix: Bool) {
      self.text = text
      self.isPrefix = isPrefix
    }
  }

  /// How many words a query may have.
  public static let maximumQueryWords = 16
  /// Where a word is cut, in Unicode scalars.
  static let maximumWordLength = 64
  /// Where a sort key ends, in bytes of UTF-8: it goes into indexes and page cursors.
  static let maximumSortKeyLength = 256
  /// Where a document ends, in bytes of UTF-8.
  static let maximumDocumentLength = 32_768

  /// Splits at everything that is neither letter nor digit; lower case, no diacritics (é → e, ß → ss,
  /// ø → o). Apostrophes inside a word are dropped (`don't` → `dont`).
  public static func words(of text: String) -> [String] {
    var words: [String] = []
    SearchTokenizer.forEachToken(of: text) { words.append($0.text) }
    return words
  }

  /// The words of a query, at most 16; an ISBN in any spelling is one word.
  ///
  /// Throws `no-words` for a text without letters and digits, which would find everything, and
  /// `too-many-words`.
  public static func query(_ text: String) throws(InvalidValue) -> [Word] {
    if let isbn = try? ISBN(text) { return [Word(text: isbn.digits, isPrefix: false)] }
    var words: [Word] = []
    SearchTokenizer.forEachToken(of: text) { token in
      let word = Word(text: token.text, isPrefix: token.follower == "*")
      if words.count <= maximumQueryWords, !words.contains(word) { words.append(word) }
    }
    guard !words.isEmpty else {
      throw InvalidValue(code: "no-words", detail: "\(quoted(text)) has no letters or digits to search for.")
    }
    guard words.count <= maximumQueryWords else {
      throw InvalidValue(
        code: "too-many-words", detail: "A search has at most \(maximumQueryWords) different words.")
    }
    return words
  }

  /// The words joined by single spaces: what titles are ordered by and publishers compared by; at most
  /// 256 bytes.
  public static func sortKey(_ text: String) -> String {
    var key = ""
    SearchTokenizer.forEachToken(of: text) { token in
      guard key.utf8.count < maximumSortKeyLength else { return }
      if !key.isEmpty { key += " " }
      key += token.text
    }
    guard key.utf8.count > maximumSortKeyLength else { return key }
    while key.utf8.count > maximumSortKeyLength { key.unicodeScalars.removeLast() }
    return key
  }
}
