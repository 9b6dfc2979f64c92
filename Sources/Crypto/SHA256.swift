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
    let digits = text.utf8.map { byte -> UInt8? in
      Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
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
