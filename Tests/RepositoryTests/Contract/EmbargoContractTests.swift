import Inventory
import TestSupport
import Testing
import TimeZones

@Suite struct EmbargoContractTests {
  @Test(
    "a book is held before its first day of sale, and handed out when the day has come at the place",
    .enabled(if: TimeZones.system.isInstalled, "no time zone files (Debian: apt-get install tzdata)"),
    arguments: RepositoryUnderTest.available,
    [
      ("Europe/Vienna", "2027-06-30T21:59:50Z"), ("America/St_Johns", "2027-07-01T02:29:50Z"),
      ("Pacific/Kiritimati", "2027-06-30T09:59:50Z"), ("UTC", "2027-06-30T23:59:50Z"),
    ])
  func embargo(engine: RepositoryUnderTest, place: (zone: String, lastMoment: String)) async throws {
    try await withRepository(engine) { fixture in
      var book = try details("Not before July")
      book.onSaleDate = try CalendarDate("2027-07-01")
      let item = try await fixture.repository.createBook(book, allowDuplicate: false).1
      var location = LocationDetails(code: "shop", name: "Shop")
      location.timeZone = place.zone
      _ = try await fixture.repository.createLocation(location)
      try await fixture.adjust(line(item.id, 2, at: "shop"))
      try await fixture.setClock(to: try Instant(place.lastMoment))
      let held = try await fixture.hold(item.id, 2)
      let day = PartialDate(stored: 2027_07_01)
      await #expect(
        throws: InventoryError.embargoed([Embargo(index: 0, location: "shop", onSaleDate: day)])
      ) { try await fixture.change(held.id, .fulfill(nil)) }
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 2)
      try await fixture.advanceClock(seconds: 11)
      #expect(try await fixture.change(held.id, .fulfill(nil)).state == .fulfilled)
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 0)
    }
  }
}
