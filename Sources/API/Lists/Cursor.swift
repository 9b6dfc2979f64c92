internal import Crypto
internal import HTTP
package import Inventory

/// Writes a place in a list as opaque text, bound to the list's path, filters and sort.
///
/// Eight bytes of a digest over all of it, then the key. The digest tells a cursor of another list, or one
/// that was cut or mistyped, from a right one; it is not a secret, since a forged place shows nothing that
/// the list without a cursor would not.
package enum Cursor {
  /// What a cursor belongs to: the path and whatever decides which rows are listed in which order.
  static func binding(path: String, _ parameters: [(name: String, value: String)]) -> [UInt8] {
    let deciding =
      parameters
      .filter { !["limit", "cursor", "expand", "facets"].contains($0.name) }
      .sorted { $0.name < $1.name }
    return Array(([path] + deciding.map(PercentEncoding.encode(parameter:))).joined(separator: "&").utf8)
  }

  package static func encode(_ key: PageKey, binding: [UInt8]) -> String {
    let payload = payload(of: key)
    return Base64URL.encode(digest(payload, binding) + payload)
  }

  /// Nil for what is not a cursor of this list.
  package static func decode(_ text: String, binding: [UInt8]) -> PageKey? {
    guard let bytes = Base64URL.decode(text), bytes.count >= digestLength + 2 else { return nil }
    let payload = Array(bytes[digestLength...])
    guard digest(payload, binding).elementsEqual(bytes[..<digestLength]) else { return nil }
    return key(of: payload)
  }

  /// The key as bytes: its kind, the length of its identifier, the identifier, the value.
  package static func payload(of key: PageKey) -> [UInt8] {
    var payload: [UInt8] = []
    switch key.value {
    case .text: payload.append(UInt8(ascii: "t"))
    case .integer: payload.append(UInt8(ascii: "i"))
    }
    payload.append(UInt8(clamping: key.id.utf8.count))
    payload += key.id.utf8.prefix(255)
    switch key.value {
    case .text(let text): payload += text.utf8
    case .integer(let value): payload += String(value).utf8
    }
    return payload
  }

  /// Nil for what ``payload(of:)`` does not write.
  package static func key(of payload: [UInt8]) -> PageKey? {
    guard payload.count >= 2 else { return nil }
    let idLength = Int(payload[1])
    guard payload.count >= 2 + idLength,
      let id = String(validating: payload[2..<(2 + idLength)], as: UTF8.self),
      let value = String(validating: payload[(2 + idLength)...], as: UTF8.self),
      !payload[2...].contains(0)
    else { return nil }
    switch payload[0] {
    case UInt8(ascii: "t"): return PageKey(value: .text(value), id: id)
    case UInt8(ascii: "i"):
      // Swift reads +5 and 05 too.
      guard let integer = Int64(value), String(integer) == value else { return nil }
      return PageKey(value: .integer(integer), id: id)
    default: return nil
    }
  }

  private static let digestLength = 8

  private static func digest(_ payload: [UInt8], _ binding: [UInt8]) -> [UInt8] {
    Array(SHA256.digest(SHA256.digest(binding) + payload).prefix(digestLength))
  }
}
