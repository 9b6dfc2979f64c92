internal import Inventory
internal import JSON

extension Format where Value == ISBN {
  static let isbn = parsed(
    .text(10...100).example(.string(Examples.isbn))
  ) { text throws(InvalidValue) in try ISBN(text) }
}

extension Format where Value == LanguageTag {
  static let languageTag = parsed(
    .text(2...35).example("en-US")
  ) { text throws(InvalidValue) in try LanguageTag(text) }
}

extension Format where Value == ProductForm {
  static let productForm = parsed(
    Schema.text(pattern: "^([A-Za-z]{2}|00)$").example("BC")
  ) { text throws(InvalidValue) in try ProductForm(text) }
}

extension Format where Value == PartialDate {
  static let partialDate = parsed(
    Schema.text(pattern: "^-?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$").example("2008-09-14")
  ) { text throws(InvalidValue) in try PartialDate(text) }
}

extension Format where Value == CalendarDate {
  static let calendarDate = parsed(
    Schema.text(format: "date").example("2008-09-14")
  ) { text throws(InvalidValue) in try CalendarDate(text) }
}

extension Format where Value == Instant {
  static let instant = parsed(
    Schema.text(format: "date-time").example("2026-11-24T16:15:06Z")
  ) { text throws(InvalidValue) in try Instant(text) }
}

extension Format where Value == Money {
  private static let amount = Member.required(
    "amount", .integer(0...Money.maximumAmount), "In minor units, such as cents.")
  private static let currency = Member.required(
    "currency",
    Format<Currency>.parsed(Schema.text(pattern: "^[A-Za-z]{3}$").example("EUR")) {
      text throws(InvalidValue) in try Currency(text)
    }, "ISO 4217, such as EUR.")

  /// `{amount, currency}`
  static let money = object(
    .named(
      "Money",
      Schema.object([amount.property, currency.property]).example(["amount": 1299, "currency": "EUR"]))
  ) { reader in
    let amount = reader.value(of: amount)
    let currency = reader.value(of: currency)
    guard let amount, let currency else { return nil }
    return Money(amount: amount, currency: currency)
  }
}

extension Format where Value == BookReference {
  static let bookReference = parsed(
    .text(1...100).example(.string(Examples.isbn))
  ) { text throws(InvalidValue) in try BookReference(text) }
}

extension Format where Value == ItemReference {
  static let itemReference = parsed(
    .text(1...100).example(.string(Examples.isbn))
  ) { text throws(InvalidValue) in try ItemReference(text) }
}

extension Format where Value == LocationReference {
  static let locationReference = parsed(
    .text(1...32).example("main")
  ) { text throws(InvalidValue) in try LocationReference(text) }
}
