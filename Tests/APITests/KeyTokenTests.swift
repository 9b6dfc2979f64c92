import Inventory
import Testing

@testable import API

@Suite("Keys as clients send them")
struct KeyTokenTests {
  private static let secret = String(repeating: "A", count: 43)

  @Test("a key that was made has the form of one")
  func made() {
    for _ in 0..<20 {
      let token = KeyToken.generate()
      #expect(KeyToken.prefix(of: token.text) == token.secret.prefix)
      #expect(token.secret.prefix.utf8.count == 14)
    }
  }

  @Test(
    "what has not the form of a key is not looked up",
    arguments: [
      "", "bks_", "bks_0123456789_\(secret)A", "bks_0123456789_\(secret.dropLast())",
      "BKS_0123456789_\(secret)", "bks_012345678g_\(secret)", "bks_ABCDEF6789_\(secret)",
      "bks_0123456789.\(secret)", "bks_0123456789_\(secret.dropLast())=",
      "bks_0123456789_\(secret.dropLast(2))é", "bks_" + String(repeating: "é", count: 27),
      "bks_\u{301}23456789_\(secret)AA",
    ])
  func others(text: String) {
    #expect(KeyToken.prefix(of: text) == nil)
  }
}
