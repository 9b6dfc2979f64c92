/// A write that is to happen once, however often the client sends it: its Idempotency-Key with what the first
/// answer will have been.
public struct Once<Output: Sendable>: Sendable {
  /// Whose key it is: clients cannot see each other's.
  public var scope: String
  /// 1–255 printable ASCII characters.
  public var key: String
  /// SHA-256 of the request, in hexadecimal digits; the same key with another request is refused.
  public var fingerprint: String
  /// Makes the answer that is stored in the transaction of the effect.
  public var answer: @Sendable (Output) -> StoredAnswer

  /// From its parts.
  public init(
    scope: String, key: String, fingerprint: String, answer: @escaping @Sendable (Output) -> StoredAnswer
  ) {
    self.scope = scope
    self.key = key
    self.fingerprint = fingerprint
    self.answer = answer
  }
}

/// An answer as it was, and will be again for the same key.
public struct StoredAnswer: Hashable, Sendable {
  /// The HTTP status code.
  public var status: Int
  /// The path of what was made, for the Location field.
  public var location: String?
  /// JSON.
  public var body: String

  /// From its parts.
  public init(status: Int, location: String?, body: String) {
    self.status = status
    self.location = location
    self.body = body
  }
}

/// How a write ended that may have happened before.
public enum Outcome<Output: Sendable>: Sendable {
  /// It happened now.
  case done(Output)
  /// It happened when the key was used first.
  case replayed(StoredAnswer)
}

/// A document as a request to make it left it.
public struct DocumentResult<Document: Sendable>: Sendable {
  /// As it is now.
  public var document: Document
  /// False when it was there before: the same reference and the same lines.
  public var isNew: Bool

  /// From its parts.
  public init(document: Document, isNew: Bool) {
    self.document = document
    self.isNew = isNew
  }
}
