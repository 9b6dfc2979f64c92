import Inventory
import Testing

@testable import TimeZones

@Suite("The zones of the system")
struct TimeZonesTests {
  @Test(
    "Days change when they change at the place",
    .enabled(if: TimeZones.system.isInstalled, "no time zone files (Debian: apt-get install tzdata)"),
    arguments: [
      ("Europe/Vienna", "2026-06-30T21:59:59Z", "2026-06-30"),
      ("Europe/Vienna", "2026-06-30T22:00:00Z", "2026-07-01"),
      ("Europe/Vienna", "2026-11-30T22:59:59Z", "2026-11-30"),
      ("Europe/Vienna", "2026-11-30T23:00:00Z", "2026-12-01"),
      // The nights in which clocks change.
      ("Europe/Vienna", "2026-03-28T23:00:00Z", "2026-03-29"),
      ("Europe/Vienna", "2026-03-29T21:59:59Z", "2026-03-29"),
      ("Europe/Vienna", "2026-03-29T22:00:00Z", "2026-03-30"),
      ("Europe/Vienna", "2026-10-24T22:00:00Z", "2026-10-25"),
      ("Europe/Vienna", "2026-10-25T22:59:59Z", "2026-10-25"),
      ("Europe/Vienna", "2026-10-25T23:00:00Z", "2026-10-26"),
      // Far behind every table.
      ("Europe/Vienna", "2500-06-30T22:00:00Z", "2500-07-01"),
      ("Europe/Vienna", "2500-12-31T22:59:59Z", "2500-12-31"),
      ("America/St_Johns", "2026-01-15T03:29:59Z", "2026-01-14"),
      ("America/St_Johns", "2026-01-15T03:30:00Z", "2026-01-15"),
      ("America/St_Johns", "2026-07-15T02:30:00Z", "2026-07-15"),
      ("America/St_Johns", "2026-07-15T02:29:59Z", "2026-07-14"),
      // The first day of all, which once was nearly the last.
      ("Pacific/Kiritimati", "2026-05-31T10:00:00Z", "2026-06-01"),
      ("Pacific/Kiritimati", "2026-05-31T09:59:59Z", "2026-05-31"),
      ("Pacific/Kiritimati", "1994-06-01T09:59:59Z", "1994-05-31"),
      ("UTC", "2026-05-31T23:59:59Z", "2026-05-31"),
      ("Etc/GMT+12", "2026-06-01T11:59:59Z", "2026-05-31"),
    ])
  func days(zone: String, instant: String, day: String) throws {
    let clock = TimeZones.system.clock(of: zone)
    let moment = try Instant(instant)
    #expect(clock.day(of: moment).description == day)
  }

  @Test("Where a zone's file is missing, the day comes last of all", arguments: ["Europe/Vienna", "No/Zone"])
  func missing(zone: String) throws {
    let zones = TimeZones(folder: "/nowhere/at/all")
    #expect(!zones.isInstalled)
    #expect(zones.clock(of: zone) == TimeZones.lastOfAll)
    let moment = try Instant("2026-06-01T11:59:59Z")
    #expect(zones.clock(of: zone).day(of: moment).description == "2026-05-31")
    #expect(zones.clock(of: "UTC") == ZoneClock(secondsEast: 0))
  }

  @Test(
    "No name leads out of the folder",
    arguments: ["../../../etc/passwd", "", ".", "Europe", "tzdata.zi"])
  func names(name: String) {
    #expect(TimeZones.system.clock(of: name) == TimeZones.lastOfAll)
  }
}
