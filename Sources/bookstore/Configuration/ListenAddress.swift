internal import Glibc

/// An address of this machine, written as a literal; names other than `localhost` are not looked up.
struct ListenAddress: Hashable, Sendable {
  /// The literal, as the kernel takes it.
  let text: String
  let isVersion6: Bool
  /// Reached by this machine only.
  let isLoopback: Bool
  /// All addresses of the machine.
  let isAny: Bool

  static let loopback = ListenAddress(text: "127.0.0.1", isVersion6: false, isLoopback: true, isAny: false)

  private init(text: String, isVersion6: Bool, isLoopback: Bool, isAny: Bool) {
    self.text = text
    self.isVersion6 = isVersion6
    self.isLoopback = isLoopback
    self.isAny = isAny
  }

  /// Nil when the text is no literal address and not `localhost`.
  init?(_ text: String) {
    if text == "localhost" {
      self = .loopback
      return
    }
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
      let isAny = bytes.prefix(4).allSatisfy { $0 == 0 }
      self.init(text: text, isVersion6: false, isLoopback: bytes[0] == 127, isAny: isAny)
    } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
      let isShort = bytes.dropLast().allSatisfy { $0 == 0 }
      self.init(
        text: text, isVersion6: true, isLoopback: isShort && bytes[15] == 1, isAny: isShort && bytes[15] == 0)
    } else {
      return nil
    }
  }

  /// The host of a URL.
  var urlHost: String { isVersion6 ? "[\(text)]" : text }

  /// Where a client on this machine reaches a listener on this address.
  var local: String { isAny ? (isVersion6 ? "::1" : "127.0.0.1") : text }
}
