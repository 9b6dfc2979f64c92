import API
import Inventory

/// A place comes back from its cursor, with the binding of its list only, and whatever is taken is the one way in
/// which it would be written.
enum CursorInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    try checkText(String(decoding: input, as: UTF8.self))
    try requireEqual(Base64URL.decode(Base64URL.encode(input)), input, "bytes come back from base 64")
    // Who knows how the digest is made can send any payload.
    if let key = Cursor.key(of: input) {
      try requireEqual(Cursor.payload(of: key), input, "a payload that is taken is the one that is written")
      try checkKey(key, input)
    }
    try checkKey(key(from: input), input)
  }

  private static func checkText(_ text: String) throws(Violation) {
    if let bytes = Base64URL.decode(text) {
      try requireEqual(Base64URL.encode(bytes), text, "base 64 is taken in one spelling only")
    }
    let binding = Array("/v1/books".utf8)
    if let key = Cursor.decode(text, binding: binding) {
      try requireEqual(
        Cursor.encode(key, binding: binding), text, "a cursor that is taken is the one that is written")
    }
  }

  private static func checkKey(_ key: PageKey, _ input: [UInt8]) throws(Violation) {
    var choices = Choices(input)
    let binding = Array(input.prefix(choices.below(8)))
    let cursor = Cursor.encode(key, binding: binding)
    guard let decoded = Cursor.decode(cursor, binding: binding) else {
      throw Violation("the cursor of \(key) is a cursor")
    }
    try requireEqual(Plain(decoded), Plain(key), "a place comes back from its cursor")
    try require(Cursor.decode(cursor, binding: binding + [0]) == nil, "another list's cursor is none")
    var changed = Array(cursor.utf8)
    let position = choices.below(changed.count)
    changed[position] ^= UInt8(1 << choices.below(7))
    try require(
      Cursor.decode(String(decoding: changed, as: UTF8.self), binding: binding) == nil,
      "a cursor that was changed at \(position) is none")
    try require(
      Cursor.decode(String(cursor.dropLast()), binding: binding) == nil, "a cursor that was cut is none")
  }

  /// A place with the input in it. NUL, which no text of a database has, and identifiers of over 255 bytes are left
  /// out.
  private static func key(from input: [UInt8]) -> PageKey {
    var choices = Choices(input)
    let text = String(decoding: input.filter { $0 != 0 }, as: UTF8.self)
    var id = ""
    for scalar in text.unicodeScalars.prefix(choices.below(40)) { id.unicodeScalars.append(scalar) }
    var number: Int64 = 0
    for byte in input.prefix(8) { number = number << 8 | Int64(byte) }
    return choices.below(2) == 0
      ? PageKey(value: .integer(number), id: id) : PageKey(value: .text(text), id: id)
  }

  /// A place as bytes, since texts compare by canonical equivalence.
  private struct Plain: Hashable {
    var id: [UInt8]
    var text: [UInt8]
    var integer: Int64?

    init(_ key: PageKey) {
      id = Array(key.id.utf8)
      switch key.value {
      case .text(let text): self.text = Array(text.utf8)
      case .integer(let value): (text, integer) = ([], value)
      }
    }
  }
}
