import Inventory
import TestSupport
import Testing

@Suite struct ReservationContractTests {
  @Test("copies are held, and no more than there are", arguments: RepositoryUnderTest.available)
  func holding(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let first = try await fixture.reserve(item.id, 2)
      #expect(first.isNew)
      #expect(first.reservation.state == .pending)
      #expect(first.reservation.lines[0].total.held == 2)
      #expect(try await fixture.quantities(item.id).held == 2)
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .insufficientStock, wanted: 2, available: 1)
        ])
      ) { try await fixture.reserve(item.id, 2) }
      #expect(try await fixture.quantities(item.id).held == 2)
    }
  }

  @Test("a line may be partly held and partly waited for", arguments: RepositoryUnderTest.available)
  func partlyWaiting(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem(backorderLimit: 5)
      try await fixture.adjust(line(item.id, 1))
      var request = ReservationRequest(
        lines: [HoldLine(item: .id(item.id), quantity: 3)], origin: Origin(actor: "test"))
      request.allowBackorder = true
      let made = try await fixture.repository.reserve(request, once: nil).done.reservation
      #expect(made.lines[0].total.held == 1)
      #expect(made.lines[0].total.backordered == 2)
      #expect(try await fixture.repository.reservation(made.id) == made)
      let quantities = try await fixture.quantities(item.id)
      #expect(quantities.held == 1)
      #expect(quantities.backordered == 2)
    }
  }

  @Test("availability says what reserve would do", arguments: RepositoryUnderTest.available)
  func availability(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let fits = try await fixture.repository.availability(of: [HoldLine(item: .id(item.id), quantity: 3)])
      #expect(fits.fits)
      let not = try await fixture.repository.availability(of: [HoldLine(item: .id(item.id), quantity: 4)])
      #expect(!not.fits)
      #expect(not.lines[0].available == 3)
    }
  }

  @Test("a hold goes through its life", arguments: RepositoryUnderTest.available)
  func life(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let made = try await fixture.reserve(item.id, 4).reservation
      let confirmed = try await fixture.change(made.id, .confirm(.never))
      #expect(confirmed.state == .confirmed)
      let partly = try await fixture.change(made.id, .fulfill([PartLine(index: 0, quantity: 1)]))
      #expect(partly.lines[0].total.held == 3)
      #expect(try await fixture.quantities(item.id).onHand == 4)
      let freed = try await fixture.change(made.id, .release([PartLine(index: 0, quantity: 1)]))
      #expect(freed.lines[0].total.released == 1)
      let done = try await fixture.change(made.id, .fulfill(nil))
      #expect(done.state == .fulfilled)
      #expect(try await fixture.change(made.id, .release(nil)) == done)
      let quantities = try await fixture.quantities(item.id)
      #expect(quantities.onHand == 2)
      #expect(quantities.held == 0)
      #expect(try await fixture.repository.reservation(made.id) == done)
      let list = try await fixture.repository.reservations(ReservationQuery(), page: PageRequest(limit: 10))
      #expect(list.elements == [done])
    }
  }
}

extension RepositoryFixture {
  @discardableResult
  func reserve(_ item: ItemID, _ quantity: Int64) async throws -> ReservationResult {
    let request = ReservationRequest(
      lines: [HoldLine(item: .id(item), quantity: quantity)], origin: Origin(actor: "test"))
    guard case .done(let result) = try await repository.reserve(request, once: nil) else {
      throw InventoryError.unexpected("replayed")
    }
    return result
  }

  @discardableResult
  func change(_ id: ReservationID, _ action: ReservationChange.Action) async throws -> Reservation {
    let change = ReservationChange(id: id, action: action, origin: Origin(actor: "test"))
    guard case .done(let result) = try await repository.change(change, once: nil) else {
      throw InventoryError.unexpected("replayed")
    }
    return result
  }
}
