import Inventory
import Testing

@testable import API

@Suite("Cursors")
struct CursorTests {
  static let keys = [
    PageKey(value: .text(""), id: ""), PageKey(value: .text("hunger games the"), id: "bk_1"),
    PageKey(value: .text(String(repeating: "ü", count: 2000)), id: String(repeating: "x", count: 255)),
    PageKey(value: .integer(0), id: "a"), PageKey(value: .integer(.max), id: "a"),
    PageKey(value: .integer(.min), id: "a"),
  ]

  @Test("A key comes back from its cursor, with the same binding only", arguments: keys)
  func roundTrip(key: PageKey) {
    let cursor = Cursor.encode(key, binding: [1, 2, 3])
    #expect(cursor.utf8.allSatisfy { isDigit($0) || (65...122).contains($0) || $0 == 45 })
    #expect(Cursor.decode(cursor, binding: [1, 2, 3]) == key)
    #expect(Cursor.decode(cursor, binding: [1, 2]) == nil)
    #expect(Cursor.decode(cursor, binding: []) == nil)
  }

  @Test("A cursor that is cut or changed anywhere is none")
  func changed() {
    let cursor = Array(Cursor.encode(PageKey(value: .text("title"), id: "bk_1"), binding: [7]).utf8)
    for length in cursor.indices {
      #expect(Cursor.decode(String(decoding: cursor[..<length], as: UTF8.self), binding: [7]) == nil)
      for replacement in "Aa0-_=%".utf8 where replacement != cursor[length] {
        var other = cursor
        other[length] = replacement
        #expect(Cursor.decode(String(decoding: other, as: UTF8.self), binding: [7]) == nil)
      }
    }
  }

  @Test(
    "A payload that says a place in another way than it is written is none",
    arguments: [
      "i\u{1}a+5", "i\u{1}a05", "i\u{1}a-0", "i\u{1}a", "i\u{1}a 5", "x\u{1}a5", "i\u{2}a", "i", "",
    ])
  func otherSpelling(payload: String) {
    #expect(Cursor.key(of: Array(payload.utf8)) == nil)
  }

  @Test("Base 64 for URLs is read back, and only in the one spelling that it is written in")
  func base64() {
    for length in 0..<20 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 250) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    #expect(Base64URL.decode("-_9") == nil)
    #expect(Base64URL.decode("-_8=") == nil)
    #expect(Base64URL.decode("A") == nil)
    #expect(Base64URL.decode("+/8") == nil)
  }
}
