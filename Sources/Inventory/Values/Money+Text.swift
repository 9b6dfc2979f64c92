extension Currency {
  /// Reads an ISO 4217 code of three letters in either case.
  public init(_ code: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: code) }
}

extension Money {
  /// The largest amount, in minor units.
  public static let maximumAmount: Int64 = 1_000_000_000_000

  /// Scales decimal text such as `12.5` exactly to minor units; a fraction of a minor unit is refused.
  public init(decimal text: String, currency: Currency) throws(InvalidValue) {
    throw InvalidValue(code: "todo", detail: text)
  }
}
