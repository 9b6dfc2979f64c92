internal import Crypto
public import Inventory

/// An API key as its client sends it: `bks_`, ten hexadecimal digits to recognise it by, `_`, and a secret of 256
/// random bits. It is shown once, when it is made; what is kept is ``secret``.
public struct KeyToken: Sendable {
  private static let mark = "bks_"
  private static let prefixLength = 14
  private static let length = 58

  /// The whole key.
  public let text: String

  /// What is to be stored of it.
  public var secret: KeySecret {
    KeySecret(prefix: String(text.prefix(Self.prefixLength)), digest: SHA256.hex(Array(text.utf8)))
  }

  /// A new one, from the system's random numbers.
  public static func generate() -> KeyToken {
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    for _ in 0..<32 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
    let number = String(UInt64.random(in: 0..<(1 << 40), using: &random), radix: 16)
    let digits = String(repeating: "0", count: 10 - number.count) + number
    return KeyToken(text: "\(mark)\(digits)_\(Base64URL.encode(bytes))")
  }

  /// The prefix of what has the form of a key; nil for anything else.
  static func prefix(of token: String) -> String? {
    guard token.utf8.count == length, token.hasPrefix(mark) else { return nil }
    return String(token.prefix(prefixLength))
  }
}
