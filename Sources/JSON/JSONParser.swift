/// Why a text is not I-JSON (RFC 7493).
public struct JSONSyntaxError: Error, Hashable, Sendable {
  /// Kebab case: `syntax`, `duplicate-name`, `not-utf8`, `nul-character`, `lone-surrogate`, `too-deep`,
  /// `trailing-bytes`, `empty`.
  public let code: String
  /// One sentence that says what is wrong and where.
  public let detail: String
  /// The byte at fault, from 0.
  public let offset: Int
  /// RFC 6901 pointer to the value being read.
  public let pointer: String

  /// From its parts.
  public init(code: String, detail: String, offset: Int, pointer: String) {
    self.code = code
    self.detail = detail
    self.offset = offset
    self.pointer = pointer
  }
}

extension JSONValue {
  /// Reads I-JSON (RFC 7493 on RFC 8259): UTF-8, unique names, nothing behind the value, no U+0000, no lone
  /// surrogates, nested at most `maximumDepth` deep.
  public init(parsing bytes: [UInt8], maximumDepth: Int = 32) throws(JSONSyntaxError) {
    throw JSONSyntaxError(code: "syntax", detail: "", offset: 0, pointer: "")
  }
}
