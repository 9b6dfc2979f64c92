/// The weight of an element of Accept and its likes (RFC 9110 §12.4.2).
public enum QualityValue {
  /// `0` to `1` with up to three decimals, in thousandths; nil for anything else.
  public static func thousandths(_ text: some StringProtocol) -> Int? {
    var value = 0
    var digits = 0
    for (index, byte) in text.utf8.enumerated() {
      if index == 1 {
        guard byte == Byte.dot else { return nil }
      } else {
        guard HeadReader.isDigit(byte), digits < 4 else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
      }
    }
    guard digits > 0 else { return nil }
    for _ in digits..<4 { value *= 10 }
    return value <= 1000 ? value : nil
  }
}
