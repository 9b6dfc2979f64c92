extension Money {
  /// The largest amount, in minor units.
  public static let maximumAmount: Int64 = 1_000_000_000_000

  /// Scales decimal text such as `12.5` exactly to minor units; a fraction of a minor unit is refused.
  ///
  /// The text is digits with or without a decimal point and digits behind it: no sign, no comma, no
  /// exponent. Throws `bad-amount`, `fraction-of-minor-unit`, `amount-too-large`.
  public init(decimal text: String, currency: Currency) throws(InvalidValue) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard text.utf8.count <= 64, (1...2).contains(parts.count),
      parts.allSatisfy({ part in !part.isEmpty && part.allSatisfy { 48...57 ~= $0 } })
    else {
      throw InvalidValue(
        code: "bad-amount",
        detail: "\(quoted(text)) is not an amount: digits, with a decimal point where needed, such as 12.50.")
    }
    let fraction = parts.count == 2 ? Array(parts[1]) : []
    guard fraction.dropFirst(currency.exponent).allSatisfy({ $0 == UInt8(ascii: "0") }) else {
      throw InvalidValue(
        code: "fraction-of-minor-unit",
        detail: "\(quoted(text)) is too precise: \(currency.code) has \(currency.exponent) decimals.")
    }
    let padding = repeatElement(UInt8(ascii: "0"), count: max(0, currency.exponent - fraction.count))
    var amount: Int64 = 0
    for byte in Array(parts[0]) + fraction.prefix(currency.exponent) + padding {
      amount = amount * 10 + Int64(byte - UInt8(ascii: "0"))
      guard amount <= Self.maximumAmount else {
        throw InvalidValue(
          code: "amount-too-large",
          detail: "\(quoted(text)) is more than \(Self.maximumAmount) minor units of \(currency.code).")
      }
    }
    self.init(amount: amount, currency: currency)
  }
}
