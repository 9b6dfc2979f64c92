internal import CCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL.
public enum SHA256 {
  /// The 32-byte digest.
  public static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    _ = unsafe CCrypto.SHA256(bytes, bytes.count, &digest)
    return digest
  }

  /// The digest as 64 lower-case hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) -> String { hexadecimal(digest(bytes)) }

  /// The bytes of hexadecimal digits; nil for anything else.
  public static func bytes(ofHex text: String) -> [UInt8]? {
    let count = text.utf8.count
    guard count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count / 2)
    var high: UInt8?
    for byte in text.utf8 {
      guard let digit = value(ofHex: byte) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return bytes
  }

  private static func value(ofHex byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of what comes in pieces. Belongs to one thread at a time.
  @safe
  public final class Stream {
    // OpenSSL's manual, EVP_DigestInit(3): none of the calls can fail but for lack of memory.
    private let context: OpaquePointer?

    /// Of nothing yet.
    public init() {
      unsafe context = EVP_MD_CTX_new()
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public func update(_ bytes: [UInt8]) { _ = unsafe EVP_DigestUpdate(context, bytes, bytes.count) }

    /// The digest of all of them, as 64 lower-case hexadecimal digits; nothing may follow.
    public func finish() -> String {
      var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
      unsafe EVP_DigestFinal_ex(context, &digest, nil)
      return hexadecimal(digest)
    }
  }
}

/// Compares secrets without telling by its duration where they differ; lengths are not secret.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}
