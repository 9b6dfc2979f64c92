/// Why a text or number is not the value it was offered as.
///
/// `code` is stable and for programs; `detail` says what is wrong and what would be right.
public struct InvalidValue: Error, Hashable, Sendable {
  /// Kebab case, such as `bad-check-digit`.
  public let code: String
  /// One sentence for a person.
  public let detail: String

  /// A reason with a stable code and a sentence.
  public init(code: String, detail: String) {
    self.code = code
    self.detail = detail
  }
}
