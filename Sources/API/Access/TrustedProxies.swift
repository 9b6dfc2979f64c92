public import HTTP

/// The proxies whose word is taken for whom they ask. Everybody else could write the same fields.
public struct TrustedProxies: Sendable {
  private let networks: [AddressRange]

  /// Addresses and networks, such as `10.0.0.0/8` or `::1`; nil when one of them is neither.
  public init?(_ texts: [String]) {
    var networks: [AddressRange] = []
    for text in texts {
      guard let network = AddressRange(text) else { return nil }
      networks.append(network)
    }
    self.networks = networks
  }

  /// Nobody is trusted.
  public static let none = TrustedProxies()

  private init() { networks = [] }

  /// The address behind the proxies: from the last entry of `Forwarded` (RFC 7239), or else of
  /// `X-Forwarded-For`, back to the first that no trusted proxy has. What is no address ends the search.
  public func client(of head: RequestHead, peer: String) -> String {
    guard !networks.isEmpty, isTrusted(peer) else { return peer }
    var client = peer
    for entry in Self.chain(of: head).reversed() {
      guard let address = Self.address(entry) else { return client }
      client = address
      guard isTrusted(address) else { return client }
    }
    return client
  }

  private func isTrusted(_ address: String) -> Bool {
    guard let bytes = AddressRange.bytes(of: address) else { return false }
    return networks.contains { $0.contains(bytes) }
  }

  /// Who asked whom, the first first.
  private static func chain(of head: RequestHead) -> [String] {
    let forwarded = head.values("forwarded")
    guard forwarded.isEmpty else {
      return forwarded.flatMap { $0.split(separator: ",") }.map { element in
        for pair in element.split(separator: ";") {
          let parts = pair.split(separator: "=", maxSplits: 1).map { trimmed($0) }
          if parts.count == 2, parts[0].lowercased() == "for" { return parts[1] }
        }
        return ""
      }
    }
    return head.values("x-forwarded-for").flatMap { $0.split(separator: ",") }.map { trimmed($0) }
  }

  /// The address of a node, with or without quotation marks, brackets and port (RFC 7239 §6).
  private static func address(_ node: String) -> String? {
    var text = node[...]
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 { text = text.dropFirst().dropLast() }
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      text = text[text.index(after: text.startIndex)..<end]
    } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
      text = text[..<colon]
    }
    let address = String(text)
    return AddressRange.bytes(of: address) == nil ? nil : address
  }

  /// What is one caller: an IPv4 address, or the /64 that one IPv6 customer has at least.
  static func network(of address: String) -> String {
    guard let bytes = AddressRange.bytes(of: address) else { return address }
    // Also where it was written as an IPv6 address (RFC 4291 §2.5.5.2).
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
  }
}

/// An address, or all that begin with the same bits.
struct AddressRange: Sendable {
  private let bytes: [UInt8]
  private let bits: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = Self.bytes(of: String(parts[0])) else { return nil }
    let all = bytes.count * 8
    guard parts.count == 2 else {
      self.bytes = bytes
      bits = all
      return
    }
    guard parts[1].utf8.allSatisfy(isDigit), let bits = Int(parts[1]), bits <= all else { return nil }
    self.bytes = bytes
    self.bits = bits
  }

  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    for bit in 0..<bits where (address[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) != 0 {
      return false
    }
    return true
  }

  /// 4 or 16 bytes; an IPv4 address that is written as IPv6 counts as itself (RFC 4291 §2.5.5.2).
  static func bytes(of text: String) -> [UInt8]? {
    guard text.contains(":") else { return ipv4(text[...]) }
    guard let bytes = ipv6(text) else { return nil }
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 { return Array(bytes[12...]) }
    return bytes
  }

  private static func ipv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit), let byte = UInt8(part),
        part.utf8.count == 1 || !part.hasPrefix("0")
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// RFC 4291 §2.2.
  private static func ipv6(_ text: String) -> [UInt8]? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2, let head = groups(halves[0], last: halves.count == 1) else { return nil }
    guard halves.count == 2 else { return head.count == 16 ? head : nil }
    guard let tail = groups(halves[1], last: true), head.count + tail.count <= 14 else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  /// An IPv4 address may stand in the place of the `last` two groups.
  private static func groups(_ text: Substring, last: Bool) -> [UInt8]? {
    if text.isEmpty { return [] }
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if last, index == parts.count - 1, part.contains(".") {
        guard let address = ipv4(part) else { return nil }
        bytes += address
        continue
      }
      guard (1...4).contains(part.utf8.count), !part.hasPrefix("+"), let group = UInt16(part, radix: 16)
      else {
        return nil
      }
      bytes += [UInt8(group >> 8), UInt8(group & 255)]
    }
    return bytes.count <= 16 ? bytes : nil
  }
}
