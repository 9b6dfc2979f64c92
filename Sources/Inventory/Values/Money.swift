/// An ISO 4217 currency that is in use, with its number of decimals (0, 2, 3 or 4).
public struct Currency: Hashable, Sendable {
  /// Three upper-case letters, such as `EUR`.
  public let code: String
  /// How many decimals the minor unit has: EUR 2, JPY 0, JOD 3.
  public let exponent: Int

  init(known code: String, exponent: Int) {
    self.code = code
    self.exponent = exponent
  }
}

/// An amount in integer minor units of a currency; never a binary fraction.
public struct Money: Hashable, Sendable {
  /// Minor units, such as cents; not negative for a price.
  public let amount: Int64
  /// The currency of the amount.
  public let currency: Currency

  /// An amount of minor units.
  public init(amount: Int64, currency: Currency) {
    self.amount = amount
    self.currency = currency
  }
}
