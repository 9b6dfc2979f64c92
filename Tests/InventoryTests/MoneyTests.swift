import Inventory
import Testing

@Suite("Money")
struct MoneyTests {
  @Test(
    "Decimal text is scaled exactly to minor units",
    arguments: [
      ("12.5", "EUR", 1250), ("12.50", "EUR", 1250), ("12", "EUR", 1200), ("0", "EUR", 0), ("0.01", "EUR", 1),
      ("012.50", "EUR", 1250), ("12.5000", "EUR", 1250), ("12", "JPY", 12), ("12.00", "JPY", 12),
      ("1.234", "JOD", 1234), ("1.2", "JOD", 1200), ("0.0001", "CLF", 1),
      ("9007199254.41", "USD", 900_719_925_441),
      ("10000000000", "usd", 1_000_000_000_000), ("1000000000000", "JPY", 1_000_000_000_000),
    ] as [(String, String, Int64)])
  func scaling(text: String, code: String, amount: Int64) throws {
    let money = try Money(decimal: text, currency: Currency(code))
    #expect(money.amount == amount)
    #expect(money.currency.code == code.uppercased())
  }

  @Test(
    "What cannot be scaled exactly is refused with the reason",
    arguments: [
      ("", "EUR", "bad-amount"), (".5", "EUR", "bad-amount"), ("5.", "EUR", "bad-amount"),
      ("-5", "EUR", "bad-amount"), ("+5", "EUR", "bad-amount"), ("5,00", "EUR", "bad-amount"),
      ("1.2.3", "EUR", "bad-amount"), ("1e3", "EUR", "bad-amount"), (" 5", "EUR", "bad-amount"),
      ("٥", "EUR", "bad-amount"), ("0x10", "EUR", "bad-amount"),
      (String(repeating: "0", count: 65), "EUR", "bad-amount"),
      ("12.505", "EUR", "fraction-of-minor-unit"), ("12.5", "JPY", "fraction-of-minor-unit"),
      ("1.2345", "JOD", "fraction-of-minor-unit"), ("10000000000.01", "USD", "amount-too-large"),
      ("1000000000001", "JPY", "amount-too-large"),
      ("99999999999999999999999999999999999999", "JPY", "amount-too-large"),
    ])
  func refusal(text: String, code: String, expected: String) throws {
    let currency = try Currency(code)
    #expect(
      invalid { () throws(InvalidValue) in _ = try Money(decimal: text, currency: currency) }?.code
        == expected)
  }

  @Test(
    "Currencies know their decimals",
    arguments: [
      ("EUR", 2), ("jpy", 0), ("JOD", 3), ("UYW", 4), ("KRW", 0), ("BHD", 3), ("SLE", 2), ("CHF", 2),
    ])
  func exponents(code: String, exponent: Int) throws {
    #expect(try Currency(code).exponent == exponent)
  }

  @Test(
    "What is no currency is refused", arguments: ["", "EU", "EURO", "XXX", "XAU", "DEM", "€", "eur ", "ﬀ"])
  func noCurrency(code: String) {
    #expect(invalid { () throws(InvalidValue) in _ = try Currency(code) }?.code == "unknown-currency")
  }
}
