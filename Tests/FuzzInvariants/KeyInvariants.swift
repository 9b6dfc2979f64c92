import API
import Crypto
import Inventory

/// A key of the API has one form, from which its parts come back; so has an identifier.
enum KeyInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    let text = String(decoding: input, as: UTF8.self)
    try checkText(text)
    try checkToken(input)
    try checkIdentifier(text)
  }

  private static func checkText(_ text: String) throws(Violation) {
    let prefix = KeyToken.prefix(of: text)
    try requireEqual(
      prefix != nil, hasForm(Array(text.utf8)), "what has the form of a key has a prefix, nothing else")
    guard let prefix else { return }
    try require(
      text.utf8.starts(with: prefix.utf8) && prefix.utf8.count == 14, "a prefix is the first 14 bytes")
  }

  private static func checkToken(_ input: [UInt8]) throws(Violation) {
    var number: UInt64 = 0
    for byte in input.prefix(5) { number = number << 8 | UInt64(byte) }
    let secret = Array((input.dropFirst(5) + [UInt8](repeating: 0, count: 32)).prefix(32))
    let token = KeyToken(number: number, secret: secret)
    let bytes = Array(token.text.utf8)
    try require(hasForm(bytes), "a key has the form of a key: \(token.text)")
    try requireEqual(KeyToken.prefix(of: token.text), token.secret.prefix, "its prefix is what is stored")
    try requireEqual(
      UInt64(String(decoding: bytes[4..<14], as: UTF8.self), radix: 16), number, "its number comes back")
    try requireEqual(
      Base64URL.decode(String(decoding: bytes[15...], as: UTF8.self)), secret, "its secret comes back")
    let digest = token.secret.digest
    try requireEqual(
      SHA256.bytes(ofHex: digest), SHA256.digest(bytes), "its digest is stored in hexadecimal digits")
    var choices = Choices(input)
    var other = bytes
    other[choices.below(bytes.count)] ^= UInt8(1 << choices.below(7))
    try require(
      !constantTimeEqual(SHA256.digest(other), SHA256.digest(bytes)), "another key has another digest")
    let prefix = KeyToken.prefix(of: String(decoding: other, as: UTF8.self))
    try requireEqual(prefix != nil, hasForm(other), "a key that was changed has a prefix if it has the form")
  }

  private static func checkIdentifier(_ text: String) throws(Violation) {
    guard let id = BookID(text) else { return }
    try requireEqual(
      id.description, text.lowercased(), "an identifier is written as it was read, in lower case")
    try requireEqual(BookID(id.description), id, "an identifier that was written is read the same")
  }

  /// `bks_`, ten hexadecimal digits, `_`, 43 characters of base 64 for URLs.
  private static func hasForm(_ bytes: [UInt8]) -> Bool {
    let base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    return bytes.count == 58 && bytes.starts(with: "bks_".utf8)
      && bytes[4..<14].allSatisfy { "0123456789abcdef".utf8.contains($0) } && bytes[14] == UInt8(ascii: "_")
      && bytes[15...].allSatisfy { base64.contains($0) }
  }
}
