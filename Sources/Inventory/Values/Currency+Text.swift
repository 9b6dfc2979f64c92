extension Currency {
  /// Reads an ISO 4217 code of three letters in either case. Throws `unknown-currency`.
  public init(_ code: String) throws(InvalidValue) {
    let upper = code.utf8.count == 3 ? code.uppercased() : code
    guard let exponent = Self.exponents[upper] else {
      throw InvalidValue(
        code: "unknown-currency",
        detail: "\(quoted(code)) is not a currency code of ISO 4217, such as EUR, USD or JPY.")
    }
    self.init(known: upper, exponent: exponent)
  }

  /// ISO 4217 list one of 2025, without the codes that have no minor unit (metals, bond markets, drawing
  /// rights, testing).
  private static let exponents: [String: Int] = {
    var exponents: [String: Int] = [:]
    for (exponent, codes) in codesOfExponent {
      for code in codes.split(whereSeparator: \.isWhitespace) { exponents[String(code)] = exponent }
    }
    return exponents
  }()

  private static let codesOfExponent = [
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
  ]
}
