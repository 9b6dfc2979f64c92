import Inventory
import TestSupport
import Testing

/// Confirming, handing out and freeing.
@Suite struct ReservationLifeContractTests {
  @Test("a hold goes through its life", arguments: RepositoryUnderTest.available)
  func life(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let made = try await fixture.reserve(item.id, 4).reservation
      let confirmed = try await fixture.change(made.id, .confirm(.never))
      #expect(confirmed.state == .confirmed)
      #expect(try await fixture.change(made.id, .confirm(.never)) == confirmed)
      let partly = try await fixture.change(made.id, .fulfill([PartLine(index: 0, quantity: 1)]))
      #expect(partly.lines[0].total == .of(held: 3, fulfilled: 1))
      #expect(partly.state == .confirmed)
      #expect(try await fixture.quantities(item.id).onHand == 4)
      let freed = try await fixture.change(made.id, .release([PartLine(index: 0, quantity: 1)]))
      #expect(freed.lines[0].total == .of(held: 2, fulfilled: 1, released: 1))
      let done = try await fixture.change(made.id, .fulfill(nil))
      #expect(done.state == .fulfilled)
      #expect(done.lines[0].total == .of(fulfilled: 3, released: 1))
      let quantities = try await fixture.quantities(item.id)
      #expect(quantities.onHand == 2)
      #expect(quantities.held == 0)
      #expect(try await fixture.stored(made.id) == done)
    }
  }

  @Test(
    "releasing always succeeds, and frees once", arguments: RepositoryUnderTest.available)
  func release(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let made = try await fixture.reserve(item.id, 4).reservation
      let other = try await fixture.reserve(item.id, 1).reservation
      let released = try await fixture.change(made.id, .release(nil))
      #expect(released.state == .released)
      #expect(released.lines[0].total == .of(released: 4))
      for _ in 0..<3 { #expect(try await fixture.change(made.id, .release(nil)) == released) }
      #expect(try await fixture.quantities(item.id).held == 1)
      // What was handed out is not freed.
      let sold = try await fixture.change(other.id, .fulfill(nil))
      #expect(try await fixture.change(other.id, .release(nil)) == sold)
      #expect(try await fixture.quantities(item.id).onHand == 4)
      // What has run out is freed as such, once.
      let due = try await fixture.reserveFor(60, want(item, 2))
      try await fixture.advanceClock(seconds: 61)
      let expired = try await fixture.change(due.id, .release(nil))
      #expect(expired.state == .expired)
      #expect(expired.lines[0].total == .of(expired: 2))
      #expect(try await fixture.change(due.id, .release(nil)) == expired)
      #expect(try await fixture.quantities(item.id).held == 0)
    }
  }

  @Test(
    "handing out is repeated without harm: without lines nothing more happens",
    arguments: RepositoryUnderTest.available)
  func fulfillAgain(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let made = try await fixture.reserve(item.id, 2).reservation
      let done = try await fixture.change(made.id, .fulfill(nil))
      #expect(try await fixture.change(made.id, .fulfill(nil)) == done)
      #expect(try await fixture.quantities(item.id).onHand == 3)
      #expect(try await fixture.movementEntries().count == 2)
    }
  }

  @Test(
    "neither handing out nor freeing exceeds what is left, and a refusal changes nothing",
    arguments: RepositoryUnderTest.available)
  func remainder(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      _ = try await fixture.makeLocation("shop")
      try await fixture.setBackorderLimit(2, of: item)
      try await fixture.adjust(line(item.id, 9), line(item.id, 2, at: "shop"))
      let made = try await fixture.reserve(want(item, 3, at: "main"), want(item, 4, at: "shop")) {
        $0.allowBackorder = true
      }.reservation
      #expect(made.lines.map(\.total) == [.of(held: 3), .of(held: 2, backordered: 2)])
      func exceeds(_ index: Int, _ wanted: Int64, _ available: Int64) -> LineRefusal {
        LineRefusal(index: index, code: .exceedsRemainder, wanted: wanted, available: available)
      }
      let parts = [
        PartLine(index: 0, quantity: 2), PartLine(index: 1, quantity: 3), PartLine(index: 0, quantity: 2),
        PartLine(index: 2, quantity: 1), PartLine(index: 0, location: .code("shop"), quantity: 1),
      ]
      // Nobody hands out what is only waited for; parts of one line count together.
      await #expect(
        throws: InventoryError.refused([
          exceeds(1, 3, 2), exceeds(2, 2, 1), exceeds(3, 1, 0), exceeds(4, 1, 0),
        ])
      ) { try await fixture.change(made.id, .fulfill(parts)) }
      await #expect(
        throws: InventoryError.refused([exceeds(2, 2, 1), exceeds(3, 1, 0), exceeds(4, 1, 0)])
      ) { try await fixture.change(made.id, .release(parts)) }
      #expect(try await fixture.stored(made.id) == made)
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: 1, field: .location, code: .notFound, value: "nowhere")
        ])
      ) {
        try await fixture.change(
          made.id,
          .fulfill([
            PartLine(index: 0, quantity: 1), PartLine(index: 0, location: .code("nowhere"), quantity: 1),
          ]))
      }
      // Two parts of one line are one sum.
      let both = try await fixture.change(
        made.id, .fulfill([PartLine(index: 0, quantity: 1), PartLine(index: 0, quantity: 2)]))
      #expect(both.lines[0].total == .of(fulfilled: 3))
    }
  }

  @Test(
    "copies are handed out where they are held, or at the place that is named",
    arguments: RepositoryUnderTest.available)
  func whereHeld(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop", priority: 1)
      try await fixture.makeLocation("store", priority: 900)
      try await fixture.adjust(
        line(item.id, 9), line(item.id, 2, at: "shop"), line(item.id, 9, at: "store"))
      let made = try await fixture.reserve(want(item, 4)).reservation
      #expect(allocations(made) == ["shop": .of(held: 2), "main": .of(held: 2)])
      let first = try await fixture.change(
        made.id, .fulfill([PartLine(index: 0, location: .code("main"), quantity: 1)]))
      #expect(allocations(first) == ["shop": .of(held: 2), "main": .of(held: 1, fulfilled: 1)])
      // In the order of the allocations when no place is named.
      let second = try await fixture.change(made.id, .fulfill([PartLine(index: 0, quantity: 2)]))
      #expect(allocations(second) == ["shop": .of(fulfilled: 2), "main": .of(held: 1, fulfilled: 1)])
      try await fixture.change(made.id, .fulfill(nil))
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 0)
      #expect(try await fixture.quantities(item.id).onHand == 7)
      #expect(try await fixture.quantities(item.id, at: "store").onHand == 9)
      let sales = try await fixture.movementEntries().filter { $0.kind == "sale" }
      #expect(sales.map(\.quantity) == [-1, -2, -1])
    }
  }

  @Test(
    "handing out leaves what is waited for; when nothing is held it is refused",
    arguments: RepositoryUnderTest.available)
  func fulfillBackorder(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(5, of: item)
      try await fixture.adjust(line(item.id, 1))
      let made = try await fixture.reserve(want(item, 3)) { $0.allowBackorder = true }.reservation
      let partly = try await fixture.change(made.id, .fulfill(nil))
      #expect(partly.state == .pending)
      #expect(partly.lines[0].total == .of(backordered: 2, fulfilled: 1))
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 2, available: 0)])) {
        try await fixture.change(made.id, .fulfill(nil))
      }
      // What is waited for is given up before what is there.
      try await fixture.adjust(line(item.id, 1))
      let freed = try await fixture.change(made.id, .release([PartLine(index: 0, quantity: 1)]))
      #expect(freed.lines[0].total == .of(held: 1, fulfilled: 1, released: 1))
      #expect(try await fixture.change(made.id, .fulfill(nil)).state == .fulfilled)
    }
  }

  @Test(
    "what was given back is neither confirmed nor handed out",
    arguments: RepositoryUnderTest.available)
  func ended(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let part = [PartLine(index: 0, quantity: 1)]
      let released = try await fixture.reserve(item.id, 1).reservation.id
      try await fixture.change(released, .release(nil))
      let fulfilled = try await fixture.reserve(item.id, 1).reservation.id
      try await fixture.change(fulfilled, .fulfill(nil))
      let cases: [(ReservationID, String, [ReservationChange.Action])] = [
        (
          released, "released",
          [
            .confirm(.never), .fulfill(nil), .fulfill(part), .release(part),
            .edit(expiry: .never, note: nil),
          ]
        ),
        (
          fulfilled, "fulfilled",
          [.confirm(.never), .fulfill(part), .release(part), .edit(expiry: .never, note: nil)]
        ),
      ]
      for (id, state, actions) in cases {
        for action in actions {
          await #expect(
            throws: InventoryError.invalidState(.reservation, id: id.description, state: state)
          ) { try await fixture.change(id, action) }
        }
      }
      let due = try await fixture.reserveFor(60, want(item, 1)).id
      try await fixture.advanceClock(seconds: 61)
      for action in [.fulfill(nil), .fulfill(part), .release(part)] as [ReservationChange.Action] {
        await #expect(throws: InventoryError.reservationExpired(due.description, [])) {
          try await fixture.change(due, action)
        }
      }
      #expect(try await fixture.quantities(item.id).onHand == 4)
    }
  }

  @Test("a book with promised copies is not archived", arguments: RepositoryUnderTest.available)
  func archiving(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(5, of: item)
      let made = try await fixture.reserve(want(item, 1)) { $0.allowBackorder = true }.reservation
      await #expect(throws: InventoryError.bookHasStock(item.bookID, onHand: 0, held: 0)) {
        _ = try await fixture.repository.archiveBook(item.bookID, version: nil)
      }
      try await fixture.change(made.id, .release(nil))
      _ = try await fixture.repository.archiveBook(item.bookID, version: nil)
      // The reservation stays as it was: history is not rewritten.
      #expect(try await fixture.stored(made.id).state == .released)
    }
  }

  @Test("a reservation that does not exist is not found", arguments: RepositoryUnderTest.available)
  func missing(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let id = ReservationID(value: 7)
      let nothing = try await fixture.repository.reservation(id)
      #expect(nothing == nil)
      await #expect(throws: InventoryError.notFound(.reservation, id.description)) {
        try await fixture.change(id, .release(nil))
      }
    }
  }
}
