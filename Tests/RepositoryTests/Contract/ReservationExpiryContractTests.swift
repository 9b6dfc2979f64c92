import Inventory
import TestSupport
import Testing

/// Ends of holds, by the database's clock, without anybody who sweeps.
@Suite struct ReservationExpiryContractTests {
  @Test(
    "a hold that has run out is shown as expired with nothing left, though nobody has touched it",
    arguments: RepositoryUnderTest.available)
  func shown(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let made = try await fixture.reserveFor(60, want(item, 2))
      let end = try #require(made.expiresAt)
      #expect(end.microseconds - made.createdAt.microseconds == 60_000_000)
      #expect(try await fixture.stored(made.id).state == .pending)
      try await fixture.advanceClock(seconds: 61)
      let shown = try await fixture.stored(made.id)
      #expect(shown.state == .expired)
      #expect(shown.lines[0].total == .of(expired: 2))
      var query = ReservationQuery()
      query.state = .pending
      let pending = try await fixture.repository.reservations(query, page: PageRequest(limit: 5))
      #expect(pending.elements.isEmpty)
      query.state = .expired
      let expired = try await fixture.repository.reservations(query, page: PageRequest(limit: 5))
      #expect(expired.elements == [shown])
    }
  }

  @Test(
    "the next buyer has the copies of what has run out, although nobody sweeps",
    arguments: RepositoryUnderTest.available)
  func nextBuyer(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let (item, other) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      try await fixture.makeLocation("shop", priority: 500)
      try await fixture.adjust(line(item.id, 2), line(item.id, 1, at: "shop"), line(other.id, 1))
      let gone = try await fixture.reserveFor(60, want(item, 3), want(other, 1))
      let kept = InventoryError.refused([insufficient(0, wanted: 3, available: 0)])
      await #expect(throws: kept) { try await fixture.reserve(want(item, 3)) }
      try await fixture.advanceClock(seconds: 61)
      let availability = try await fixture.repository.availability(of: [want(item, 3)])
      #expect(availability.fits)
      let next = try await fixture.reserve(want(item, 3)).reservation
      #expect(allocations(next) == ["main": .of(held: 2), "shop": .of(held: 1)])
      // It is freed wholly, also where nobody asked.
      #expect(try await fixture.quantities(other.id).held == 0)
      #expect(try await fixture.stored(gone.id).lines.map(\.total) == [.of(expired: 3), .of(expired: 1)])
    }
  }

  @Test(
    "copies of what has run out can be sold by hand or set aside, although nobody sweeps",
    arguments: RepositoryUnderTest.available)
  func adjustment(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 4))
      let gone = try await fixture.reserveFor(60, want(item, 3))
      try await fixture.advanceClock(seconds: 61)
      try await fixture.adjust(line(item.id, -2), reason: .sold)
      try await fixture.adjust(line(item.id, 2, .damaged))
      #expect(try await fixture.stored(gone.id).lines[0].total == .of(expired: 3))
      await #expect(throws: InventoryError.self) { try await fixture.adjust(line(item.id, -1)) }
    }
  }

  @Test("who is confirmed for a time runs out as well", arguments: RepositoryUnderTest.available)
  func confirmedRunsOut(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 1))
      let made = try await fixture.reserve(item.id, 1).reservation
      try await fixture.change(made.id, .confirm(.after(microseconds: 60_000_000)))
      try await fixture.advanceClock(seconds: 61)
      #expect(try await fixture.stored(made.id).state == .expired)
      try await fixture.reserve(item.id, 1)
    }
  }

  @Test(
    "without an end a hold never runs out, and a confirmed one no longer does",
    arguments: RepositoryUnderTest.available)
  func never(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let forever = try await fixture.reserve(item.id, 1).reservation
      #expect(forever.expiresAt == nil)
      let confirmed = try await fixture.reserveFor(60, want(item, 1))
      #expect(try await fixture.change(confirmed.id, .confirm(.never)).expiresAt == nil)
      let extended = try await fixture.reserveFor(60, want(item, 1))
      #expect(try await fixture.change(extended.id, .edit(expiry: .never, note: nil)).expiresAt == nil)
      try await fixture.advanceClock(seconds: 50 * 366 * 86_400)
      #expect(try await fixture.repository.sweep(limit: 100) == 0)
      await #expect(throws: InventoryError.self) { try await fixture.reserve(item.id, 1) }
      #expect(try await fixture.stored(forever.id).state == .pending)
      #expect(try await fixture.stored(confirmed.id).state == .confirmed)
      #expect(try await fixture.stored(extended.id).state == .pending)
    }
  }

  @Test(
    "an extension sets exactly the end it names, and no other part changes the end",
    arguments: RepositoryUnderTest.available)
  func extending(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let made = try await fixture.reserveFor(3600, want(item, 2))
      let end = made.expiresAt
      #expect(
        try await fixture.change(made.id, .edit(expiry: nil, note: "called")).expiresAt == end)
      let parts = [PartLine(index: 0, quantity: 1)]
      #expect(try await fixture.change(made.id, .fulfill(parts)).expiresAt == end)
      let later = Instant(microseconds: fixture.now.microseconds + 7200 * 1_000_000)
      let extended = try await fixture.change(made.id, .edit(expiry: .at(later), note: nil))
      #expect(extended.expiresAt == later)
      #expect(extended.note == "called")
      #expect(try await fixture.change(made.id, .edit(expiry: nil, note: .some(nil))).note == nil)
      try await fixture.advanceClock(seconds: 3700)
      #expect(try await fixture.stored(made.id).state == .pending)
      try await fixture.advanceClock(seconds: 3700)
      await #expect(throws: InventoryError.reservationExpired(made.id.description, [])) {
        try await fixture.change(made.id, .edit(expiry: .after(microseconds: 1_000_000), note: nil))
      }
      #expect(try await fixture.stored(made.id).state == .expired)
    }
  }

  @Test("an end that is not in the future is refused", arguments: RepositoryUnderTest.available)
  func past(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let made = try await fixture.reserveFor(60, want(item, 1))
      let past = Instant(microseconds: fixture.now.microseconds - 1_000_000)
      func isRefused(_ body: () async throws -> Void) async {
        do {
          try await body()
          Issue.record("an end in the past was taken")
        } catch {
          guard case InventoryError.expiryNotInFuture(let now) = error, now > past else {
            Issue.record("\(error)")
            return
          }
        }
      }
      await isRefused { try await fixture.reserve(want(item, 1)) { $0.expiry = .at(past) } }
      await isRefused { try await fixture.change(made.id, .confirm(.at(past))) }
      await isRefused { try await fixture.change(made.id, .edit(expiry: .at(past), note: nil)) }
      #expect(try await fixture.stored(made.id) == made)
    }
  }

  @Test(
    "confirming what has run out holds its copies again, if they are there",
    arguments: RepositoryUnderTest.available, [false, true])
  func reacquire(engine: RepositoryUnderTest, isSwept: Bool) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      _ = try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 3), line(item.id, 9, at: "shop"))
      let made = try await fixture.reserveFor(60, want(item, 3, at: "main"))
      try await fixture.advanceClock(seconds: 61)
      if isSwept { #expect(try await fixture.repository.sweep(limit: 10) == 1) }
      let confirmed = try await fixture.change(made.id, .confirm(.never))
      #expect(confirmed.state == .confirmed)
      #expect(confirmed.expiresAt == nil)
      #expect(confirmed.lines[0].total == .of(held: 3))
      #expect(try await fixture.stored(made.id) == confirmed)
      #expect(try await fixture.quantities(item.id).held == 3)
      #expect(try await fixture.change(made.id, .confirm(.never)) == confirmed)
    }
  }

  @Test(
    "confirming what has run out is refused with the figures when the copies are gone",
    arguments: RepositoryUnderTest.available, [false, true])
  func reacquireRefused(engine: RepositoryUnderTest, isSwept: Bool) async throws {
    try await withHolds(engine) { fixture in
      let (item, other) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      try await fixture.adjust(line(item.id, 3), line(other.id, 1))
      let made = try await fixture.reserveFor(60, want(other, 1), want(item, 3))
      try await fixture.advanceClock(seconds: 61)
      if isSwept { #expect(try await fixture.repository.sweep(limit: 10) == 1) }
      try await fixture.reserve(item.id, 2)
      await #expect(
        throws: InventoryError.reservationExpired(
          made.id.description, [insufficient(1, wanted: 3, available: 1)])
      ) { try await fixture.change(made.id, .confirm(.never)) }
      #expect(try await fixture.stored(made.id).state == .expired)
      #expect(try await fixture.quantities(item.id).held == 2)
      #expect(try await fixture.quantities(other.id).held == 0)
    }
  }

  @Test(
    "what ran out is not held again where copies are promised no more",
    arguments: RepositoryUnderTest.available)
  func reacquireClosed(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let (item, old) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      _ = try await fixture.makeLocation("shop")
      try await fixture.setBackorderLimit(5, of: old)
      try await fixture.adjust(line(item.id, 3, at: "shop"))
      let closed = try await fixture.reserveFor(60, want(item, 2, at: "shop"))
      let archived = try await fixture.reserve(want(old, 1)) {
        $0.allowBackorder = true
        $0.expiry = .after(microseconds: 60_000_000)
      }.reservation
      try await fixture.advanceClock(seconds: 61)
      #expect(try await fixture.repository.sweep(limit: 10) == 2)
      try await fixture.setActive(false, "shop")
      _ = try await fixture.repository.archiveBook(old.bookID, version: nil)
      await #expect(
        throws: InventoryError.reservationExpired(
          closed.id.description, [insufficient(0, wanted: 2, available: 0)])
      ) { try await fixture.change(closed.id, .confirm(.never)) }
      await #expect(
        throws: InventoryError.reservationExpired(
          archived.id.description, [insufficient(0, wanted: 1, available: 0)])
      ) { try await fixture.change(archived.id, .confirm(.never)) }
    }
  }

  @Test(
    "the sweeper frees what has run out, a batch at a time, and nothing else",
    arguments: RepositoryUnderTest.available)
  func sweeping(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 9))
      let kept = try await fixture.reserveFor(3600, want(item, 1))
      for _ in 0..<5 { _ = try await fixture.reserveFor(60, want(item, 1)) }
      #expect(try await fixture.repository.sweep(limit: 10) == 0)
      try await fixture.advanceClock(seconds: 61)
      #expect(try await fixture.quantities(item.id).held == 6)
      #expect(try await fixture.repository.sweep(limit: 3) == 3)
      #expect(try await fixture.quantities(item.id).held == 3)
      #expect(try await fixture.repository.sweep(limit: 3) == 2)
      #expect(try await fixture.repository.sweep(limit: 3) == 0)
      #expect(try await fixture.quantities(item.id).held == 1)
      #expect(try await fixture.stored(kept.id) == kept)
    }
  }
}

extension RepositoryFixture {
  /// A hold for so many seconds.
  func reserveFor(_ seconds: Int64, _ lines: HoldLine...) async throws -> Reservation {
    var request = ReservationRequest(lines: lines, origin: Origin(actor: "test"))
    request.expiry = .after(microseconds: seconds * 1_000_000)
    return try await reserve(request).reservation
  }
}
