import Inventory
import Testing

@Suite("Identifiers")
struct IdentifierTests {
  @Test("survive the way to text and back, in either case")
  func roundTrip() throws {
    var random = SplitMix(seed: 1)
    for _ in 0..<1000 {
      let id = BookID(value: UInt128(random.next()) << 64 | UInt128(random.next()))
      let text = id.description
      #expect(text.utf8.count == 29 && text.hasPrefix("bk_"))
      #expect(BookID(text) == id)
      #expect(BookID(text.uppercased()) == id)
    }
    #expect(BookID(BookID(value: .max).description)?.value == .max)
  }

  @Test("sort by text as by number as by creation")
  func order() {
    let ids = (0..<500).map { ItemID.generate(at: Instant(microseconds: 1_795_536_906_000_000 + $0 * 1000)) }
    #expect(ids == ids.sorted())
    #expect(ids.map(\.description) == ids.map(\.description).sorted())
  }

  @Test("are version 7 of RFC 9562 with the milliseconds in front")
  func version() {
    let id = BookID.generate(at: Instant(microseconds: 1_795_536_906_123_456))
    #expect(UInt64(id.value >> 80) == 1_795_536_906_123)
    #expect(id.value >> 76 & 15 == 7)
    #expect(id.value >> 62 & 3 == 2)
  }

  @Test(
    "of another form are refused",
    arguments: [
      "", "bk", "bk_", "bk_01jd9k3v7rf8mb2q5w0x4z6y1", "bk_01jd9k3v7rf8mb2q5w0x4z6y1aa",
      "bk_81jd9k3v7rf8mb2q5w0x4z6y1a", "bk_01jd9k3v7rf8mb2q5w0x4z6y1u", "bk_01jd9k3v7rf8mb2q5w0x4z6y1i",
      "itm_01jd9k3v7rf8mb2q5w0x4z6y1a", "bk-01jd9k3v7rf8mb2q5w0x4z6y1a", " bk_01jd9k3v7rf8mb2q5w0x4z6y1a",
      "\u{12}k_01jd9k3v7rf8mb2q5w0x4z6y1a", "bk_01jd9k3v7rf8mb2q5w0x4z6y1é",
    ])
  func refusal(text: String) {
    #expect(BookID(text) == nil)
  }
}
