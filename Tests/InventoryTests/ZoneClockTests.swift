import Testing

@testable import Inventory

@Suite("The clocks of places")
struct ZoneClockTests {
  @Test(
    "A rule says when clocks change in any year",
    arguments: [
      // Central Europe: at 01:00 UTC of the last Sundays of March and October.
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2999-12-31T23:30:00Z", 3600),
      // Newfoundland: half hours.
      ("NST3:30NDT,M3.2.0,M11.1.0", "2026-03-08T05:29:59Z", -12_600),
      ("NST3:30NDT,M3.2.0,M11.1.0", "2026-03-08T05:30:00Z", -9000),
      // South of the equator summer lies over the turn of the year.
      ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2027-01-01T00:00:00Z", 46_800),
      ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2027-07-01T00:00:00Z", 43_200),
      // Greenland: an hour before the day; Egypt: at the end of the day.
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", -7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T01:00:00Z", -3600),
      ("EET-2EEST,M4.5.5/0,M10.5.4/24", "2030-10-31T20:59:59Z", 10_800),
      ("EET-2EEST,M4.5.5/0,M10.5.4/24", "2030-10-31T21:00:00Z", 7200),
      // Ireland: winter is the exception.
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T00:00:00Z", 3600),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01T00:00:00Z", 0),
      // Summer all year (RFC 8536 §3.3.1).
      ("XXX3EDT4,0/0,J365/23", "2026-01-01T03:59:59Z", -14_400),
      ("XXX3EDT4,0/0,J365/23", "2026-01-01T04:00:00Z", -14_400),
      ("XXX3EDT4,0/0,J365/23", "2028-07-01T00:00:00Z", -14_400),
      // Days of the year, with and without 29 February.
      ("AAA0BBB,J60/0,J300/0", "2028-02-29T23:59:59Z", 0),
      ("AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z", 3600),
      ("AAA0BBB,59/0,300/0", "2028-02-28T23:59:59Z", 0),
      ("AAA0BBB,59/0,300/0", "2028-02-29T00:00:00Z", 3600),
      ("<+14>-14", "2026-07-01T00:00:00Z", 50_400),
      ("<+0545>-5:45", "1960-07-01T00:00:00Z", 20_700),
    ])
  func rules(text: String, instant: String, offset: Int) throws {
    let rule = try #require(ZoneRule(text.utf8))
    let instant = try Instant(instant)
    #expect(rule.secondsEast(at: Int(instant.microseconds / 1_000_000)) == offset)
  }

  @Test(
    "What is no rule is refused",
    arguments: [
      "", "CE-1", "CET", "CET-", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
      "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,366,1",
      "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "<+14-14", "CET-1:60",
    ])
  func noRules(text: String) { #expect(ZoneRule(text.utf8) == nil) }

  @Test("A file's table decides between its first and last change, and its rule behind")
  func table() throws {
    let clock = try #require(ZoneClock(tzif: file()))
    #expect(clock.secondsEast(at: Instant(microseconds: -200_000_000_000_000)) == 600)
    #expect(clock.secondsEast(at: Instant(microseconds: 999_999_999)) == 600)
    #expect(clock.secondsEast(at: Instant(microseconds: 1_000_000_000)) == 3600)
    #expect(clock.secondsEast(at: Instant(microseconds: 1_999_999_999)) == 3600)
    #expect(clock.secondsEast(at: Instant(microseconds: 2_000_000_000)) == 7200)
    #expect(clock.secondsEast(at: Instant(microseconds: 5_000_000_000)) == 7200)
  }

  @Test("Without a rule the last change counts for ever; without changes the rule counts always")
  func withoutRule() throws {
    let last = try #require(ZoneClock(tzif: file(footer: "")))
    #expect(last.secondsEast(at: Instant(microseconds: 5_000_000_000)) == 3600)
    let rule = try #require(ZoneClock(tzif: file(changes: [])))
    #expect(rule.secondsEast(at: Instant(microseconds: 0)) == 7200)
    let old = try #require(ZoneClock(tzif: block(version: 0, timeSize: 4, changes: [1000])))
    #expect(old.secondsEast(at: Instant(microseconds: 5_000_000_000)) == 3600)
  }

  @Test("A file that is cut anywhere is no zone")
  func truncations() {
    let whole = file()
    for count in 0..<whole.count { #expect(ZoneClock(tzif: Array(whole[..<count])) == nil, "\(count)") }
  }

  @Test("A file that contradicts itself is no zone")
  func contradictions() {
    #expect(ZoneClock(tzif: file(changes: [2000, 1000])) == nil)
    #expect(ZoneClock(tzif: file(footer: "nonsense")) == nil)
    #expect(ZoneClock(tzif: file(types: [7, 1])) == nil)
    #expect(ZoneClock(tzif: file(offsets: [600, 100_000])) == nil)
    #expect(ZoneClock(tzif: file(leapSeconds: 1)) == nil)
    #expect(ZoneClock(tzif: Array("TZif".utf8)) == nil)
    #expect(ZoneClock(tzif: []) == nil)
  }

  @Test("A day is that of the place")
  func days() throws {
    let instant = try Instant("2026-05-31T10:30:00Z")
    #expect(ZoneClock(secondsEast: 14 * 3600).day(of: instant).description == "2026-06-01")
    #expect(ZoneClock(secondsEast: -12 * 3600).day(of: instant).description == "2026-05-30")
  }

  // MARK: Files

  /// Version 2: an empty table of 32 bits, then the real one.
  private func file(
    changes: [Int64] = [1000, 2000], types: [UInt8] = [1, 1], offsets: [Int32] = [600, 3600],
    leapSeconds: Int = 0, footer: String = "<+02>-2"
  ) -> [UInt8] {
    block(version: UInt8(ascii: "2"), timeSize: 4, changes: [], offsets: [0])
      + block(
        version: UInt8(ascii: "2"), timeSize: 8, changes: changes,
        types: Array(types.prefix(changes.count)), offsets: offsets, leapSeconds: leapSeconds)
      + Array("\n\(footer)\n".utf8)
  }

  private func block(
    version: UInt8, timeSize: Int, changes: [Int64], types: [UInt8]? = nil, offsets: [Int32] = [600, 3600],
    leapSeconds: Int = 0
  ) -> [UInt8] {
    func number(_ value: Int64, _ size: Int) -> [UInt8] {
      (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
    }
    var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
    for count in [0, 0, leapSeconds, changes.count, offsets.count, 4] { bytes += number(Int64(count), 4) }
    for change in changes { bytes += number(change, timeSize) }
    bytes += types ?? changes.map { _ in 1 }
    for offset in offsets { bytes += number(Int64(offset), 4) + [0, 0] }
    bytes += [0x41, 0x41, 0x41, 0]
    bytes += [UInt8](repeating: 0, count: leapSeconds * (timeSize + 4))
    return bytes
  }
}
