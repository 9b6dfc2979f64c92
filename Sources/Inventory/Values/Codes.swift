/// A BCP 47 language tag in canonical form: `en`, `en-US`, `zh-Hant`; ISO 639-2 codes that have a
/// two-letter form become that (`eng` → `en`, `fre` and `fra` → `fr`).
public struct LanguageTag: Hashable, Sendable {
  /// The canonical text.
  public let text: String
  /// Trusts a text that comes from the database.
  public init(stored text: String) { self.text = text }
}

/// A product form of ONIX code list 150, such as `BB` (hardback), `BC` (paperback), `EA` (digital).
public struct ProductForm: Hashable, Sendable {
  /// Two upper-case letters, or `00` (undefined).
  public let code: String
  /// Trusts a code that comes from the database.
  public init(stored code: String) { self.code = code }
}

extension LanguageTag {
  /// Reads and canonicalises a tag; at most 35 characters.
  public init(_ text: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: text) }
}

extension ProductForm {
  /// Reads two letters in either case.
  public init(_ text: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: text) }
}
