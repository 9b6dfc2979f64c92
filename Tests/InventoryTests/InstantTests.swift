import Foundation
import Inventory
import Testing

@Suite("Instant")
struct InstantTests {
  static let texts: [(String, Int64)] = [
    ("1970-01-01T00:00:00Z", 0),
    ("1970-01-01t00:00:00.000001z", 1),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("2026-11-24T16:15:06.123456Z", 1_795_536_906_123_456),
    ("2026-11-24T17:15:06.123456+01:00", 1_795_536_906_123_456),
    ("2026-11-24T10:45:06.123456-05:30", 1_795_536_906_123_456),
    ("2000-02-29T12:00:00.5Z", 951_825_600_500_000),
    ("2000-02-29T12:00:00.1234569999Z", 951_825_600_123_456),
    ("1970-01-01T00:00:00-00:00", 0),
    ("1970-01-01T23:59:00+23:59", 0),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
    ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
  ]

  @Test("is read from RFC 3339", arguments: texts)
  func reading(text: String, microseconds: Int64) throws {
    #expect(try Instant(text).microseconds == microseconds)
  }

  static let refusals: [(String, String)] = [
    ("", "bad-instant"),
    ("2026-11-24", "bad-instant"),
    ("2026-11-24T16:15Z", "bad-instant"),
    ("2026-11-24 16:15:06Z", "bad-instant"),
    ("2026-11-24T16:15:06.Z", "bad-instant"),
    ("2026-11-24T16:15:06,5Z", "bad-instant"),
    ("2026-11-24T16:15:06+0100", "bad-instant"),
    ("2026-11-24T16:15:06Z ", "bad-instant"),
    ("2026-11-24T16:15:06ZZ", "bad-instant"),
    ("+2026-11-24T16:15:06Z", "bad-instant"),
    ("2026-11-24T16:15:06." + String(repeating: "1", count: 60) + "Z", "bad-instant"),
    ("2026-11-24T16:15:06", "missing-offset"),
    ("2026-11-24T16:15:06.5", "missing-offset"),
    ("2026-13-24T16:15:06Z", "no-such-day"),
    ("2026-00-24T16:15:06Z", "no-such-day"),
    ("2026-02-29T16:15:06Z", "no-such-day"),
    ("1900-02-29T16:15:06Z", "no-such-day"),
    ("2026-11-31T16:15:06Z", "no-such-day"),
    ("2026-11-00T16:15:06Z", "no-such-day"),
    ("0000-11-01T16:15:06Z", "no-such-day"),
    ("0001-01-01T00:00:00+00:01", "no-such-day"),
    ("9999-12-31T23:59:59-00:01", "no-such-day"),
    ("2026-11-24T24:00:00Z", "no-such-time"),
    ("2026-11-24T16:60:00Z", "no-such-time"),
    ("2016-12-31T23:59:60Z", "no-such-time"),
    ("2026-11-24T16:15:06+24:00", "no-such-time"),
    ("2026-11-24T16:15:06+01:60", "no-such-time"),
  ]

  @Test("that is none is refused with the reason", arguments: refusals)
  func refusal(text: String, code: String) {
    #expect(invalid { () throws(InvalidValue) in _ = try Instant(text) }?.code == code)
  }

  @Test("cut at any byte is refused")
  func truncation() {
    let text = "2026-11-24T16:15:06.123456+01:00"
    for count in 0..<text.utf8.count {
      let cut = String(text.prefix(count))
      #expect(invalid { () throws(InvalidValue) in _ = try Instant(cut) } != nil, "\(cut)")
    }
  }

  @Test("is written with six decimals in UTC")
  func writing() throws {
    #expect(Instant(microseconds: 0).description == "1970-01-01T00:00:00.000000Z")
    #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
    #expect(try Instant("2026-11-24T17:15:06.1+01:00").description == "2026-11-24T16:15:06.100000Z")
    #expect(Instant(microseconds: .min).description == "0001-01-01T00:00:00.000000Z")
    #expect(Instant(microseconds: .max).description == "9999-12-31T23:59:59.999999Z")
  }

  @Test("survives the way to text and back, and its text sorts as time does")
  func roundTrip() throws {
    var random = SplitMix(seed: 42)
    let range = Int64(-62_135_596_800_000_000)...253_402_300_799_999_999
    let instants = (0..<2000).map { _ in Instant(microseconds: .random(in: range, using: &random)) }.sorted()
    for instant in instants { #expect(try Instant(instant.description) == instant) }
    #expect(instants.map(\.description) == instants.map(\.description).sorted())
  }

  @Test("agrees with Foundation's calendar on every day of four centuries")
  func everyDay() throws {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: Int64(-74_510), to: 71_590, by: 1) {
      let instant = Instant(microseconds: day * 86_400_000_000)
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86400))
      let text = instant.description
      let matches =
        Int(text.prefix(4)) == parts.year && Int(text.dropFirst(5).prefix(2)) == parts.month
        && Int(text.dropFirst(8).prefix(2)) == parts.day
      if !matches { Issue.record("\(text) is \(parts)") }
    }
  }
}
