internal import HTTP
internal import Synchronization

/// Names requests: the client's `X-Request-Id` when it is usable in logs and headers, otherwise a new one.
final class RequestIDs: Sendable {
  static let field = "x-request-id"

  /// The first of 2⁷⁵; counting on from a random start, two processes do not meet.
  private let start: UInt128
  private let next = Atomic<UInt64>(0)

  init() {
    var random = SystemRandomNumberGenerator()
    start = UInt128.random(in: 0..<(1 << 75), using: &random)
  }

  /// The id of a request.
  func id(of head: RequestHead) -> String {
    if let sent = head.first(Self.field), Self.isUsable(sent) { return sent }
    return generate()
  }

  /// A new id: 15 base-32 digits, which is what Swift keeps without an allocation.
  func generate() -> String {
    let number = start &+ UInt128(next.wrappingAdd(1, ordering: .relaxed).oldValue)
    var text = ""
    for position in 0..<15 {
      let digit = Int(truncatingIfNeeded: number >> UInt128(70 - 5 * position)) & 31
      text.unicodeScalars.append(Unicode.Scalar(Self.digits[digit]))
    }
    return text
  }

  /// 1–128 characters that need no escaping anywhere.
  static func isUsable(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"):
          true
        default: false
        }
      }
  }

  private static let digits: [UInt8] = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}
