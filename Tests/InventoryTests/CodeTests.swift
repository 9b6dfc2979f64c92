import Inventory
import Testing

@Suite("Language tags and product forms")
struct CodeTests {
  @Test(
    "A language tag becomes canonical",
    arguments: [
      ("en", "en"), ("EN", "en"), ("eng", "en"), ("fre", "fr"), ("fra", "fr"), ("ger", "de"), ("deu", "de"),
      ("rum", "ro"), ("ara", "ar"), ("fil", "fil"), ("mul", "mul"), ("und", "und"), ("en-us", "en-US"),
      ("eng-GB", "en-GB"), ("en_CA", "en-CA"), ("ZH-HANT-tw", "zh-Hant-TW"), ("zh-yue-HK", "yue-HK"),
      ("zh-cmn-Hans-CN", "cmn-Hans-CN"), ("es-419", "es-419"), ("de-CH-1901", "de-CH-1901"),
      ("sl-rozaj-biske", "sl-rozaj-biske"), ("iw", "he"), ("scr", "hr"), ("scc", "sr"), ("cmn", "cmn"),
      ("gsw", "gsw"), ("qaa", "qaa"), ("qtz", "qtz"), ("x-Klingon", "x-klingon"),
      ("de-u-co-phonebk-a-foo", "de-a-foo-u-co-phonebk"), ("en-x-US", "en-x-us"),
    ])
  func canonical(text: String, expected: String) throws {
    #expect(try LanguageTag(text).text == expected)
  }

  @Test(
    "What is no language tag is refused with the reason",
    arguments: [
      ("", "bad-language"), ("e", "unknown-language"), ("xx", "unknown-language"),
      ("xqz", "unknown-language"), ("english", "unknown-language"),
      ("12", "unknown-language"), ("en-", "bad-language"), ("-en", "bad-language"),
      ("en--US", "bad-language"),
      ("en-USA", "bad-language"), ("en US", "bad-language"), ("en-US-GB", "bad-language"),
      ("de-1901-1901", "bad-language"), ("en-u", "bad-language"), ("en-a-bb-a-cc", "bad-language"),
      ("en-Latinnnnnn", "bad-language"), ("é", "bad-language"), ("i-klingon", "unknown-language"),
      (String(repeating: "a", count: 36), "bad-language"),
    ])
  func refusal(text: String, code: String) {
    #expect(invalid { () throws(InvalidValue) in _ = try LanguageTag(text) }?.code == code)
  }

  @Test("Canonical tags stay as they are", arguments: ["en", "zh-Hant-TW", "yue", "es-419", "en-x-us"])
  func stable(text: String) throws {
    #expect(try LanguageTag(LanguageTag(text).text).text == text)
  }

  @Test(
    "A product form is two letters or 00",
    arguments: [("BC", "BC"), ("bb", "BB"), ("Ea", "EA"), ("00", "00")])
  func productForm(text: String, code: String) throws {
    #expect(try ProductForm(text).code == code)
  }

  @Test(
    "Anything else is no product form", arguments: ["", "B", "BCC", "B1", "01", "ß", "É", "{B", "paperback"])
  func noProductForm(text: String) {
    #expect(invalid { () throws(InvalidValue) in _ = try ProductForm(text) }?.code == "bad-product-form")
  }
}
