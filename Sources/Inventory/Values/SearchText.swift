/// How text is compared and searched, the same on every database engine: both store and look for words
/// that were made here, so neither engine's own tokenizer, collation or case folding decides anything.
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

  /// Splits at everything that is neither letter nor digit; lower case, no diacritics (é → e, ß → ss,
  /// ø → o). Apostrophes inside a word are dropped (`don't` → `dont`).
  public static func words(of text: String) -> [String] { [] }

  /// The words of a query, at most 16.
  public static func query(_ text: String) throws(InvalidValue) -> [Word] { [] }

  /// The words joined by single spaces: what titles are ordered by and publishers compared by.
  public static func sortKey(_ text: String) -> String { "" }

  /// All searchable words of a book, without repetition, joined by single spaces; stored beside it.
  public static func document(of book: BookDetails) -> String { "" }
}
