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

extension ProductForm {
  /// Reads two letters in either case, or `00`; the list grows with each issue, so only the form is checked.
  /// Throws `bad-product-form`.
  public init(_ text: String) throws(InvalidValue) {
    let isTwoLetters = text.utf8.count == 2 && text.utf8.allSatisfy { 97...122 ~= $0 | 0x20 }
    guard isTwoLetters || text == "00" else {
      throw InvalidValue(
        code: "bad-product-form",
        detail: "\(quoted(text)) is not a code of ONIX list 150: two letters, such as BB (hardback) or BC"
          + " (paperback), or 00.")
    }
    code = text.uppercased()
  }
}
