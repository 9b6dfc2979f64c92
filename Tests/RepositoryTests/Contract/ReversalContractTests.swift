import Inventory
import TestSupport
import Testing

@Suite struct ReversalContractTests {
  @Test(
    "a reversal writes the opposite row, which names what it takes back",
    arguments: RepositoryUnderTest.available)
  func writes(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 2))
      let result = try await fixture.repository.adjust(
        Adjustment(reason: .received, reference: "PO-1", actor: "anna", lines: [line(item.id, 7)]))
      let movement = try #require(result.movements.first)
      let reversal = try await fixture.reverse(
        Reversal(
          movement.id, reason: .correction, note: "wrong shelf",
          origin: Origin(actor: "ben", requestID: "r-1")))
      #expect(reversal.kind == .reversal)
      #expect(reversal.document == movement.id.description)
      #expect(reversal.line == 0)
      #expect(reversal.quantity == -7)
      #expect(reversal.balanceAfter == 2)
      #expect(reversal.reason == .correction)
      #expect(reversal.note == "wrong shelf")
      #expect(reversal.reference == "PO-1")
      #expect(reversal.actor == "ben" && reversal.requestID == "r-1")
      #expect(reversal.sequence > movement.sequence)
      #expect(try await fixture.repository.movement(reversal.id) == reversal)
      #expect(try await fixture.repository.movement(movement.id) == movement)
      #expect(try await fixture.quantities(item.id).onHand == 2)
    }
  }

  @Test(
    "a movement is taken back once, and whoever comes later is told by which row",
    arguments: RepositoryUnderTest.available)
  func once(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let movement = try #require(try await fixture.adjust(line(item.id, 7)).movements.first)
      let reversal = try await fixture.reverse(movement.id)
      await #expect(throws: InventoryError.alreadyReversed(movement.id, by: reversal.id)) {
        try await fixture.reverse(movement.id)
      }
      await #expect(throws: InventoryError.notReversible(reversal.id, .reversal)) {
        try await fixture.reverse(reversal.id)
      }
      let unknown = MovementID(value: 1)
      await #expect(throws: InventoryError.notFound(.movement, unknown.description)) {
        try await fixture.reverse(unknown)
      }
      #expect(try await fixture.quantities(item.id).onHand == 0)
    }
  }

  @Test(
    "with an idempotency key a reversal happens once, and answers as it did",
    arguments: RepositoryUnderTest.available)
  func idempotent(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let movement = try #require(try await fixture.adjust(line(item.id, 7)).movements.first)
      let key = Once<Movement>(scope: "test", key: "k", fingerprint: "f") { movement in
        StoredAnswer(status: 201, location: nil, body: movement.id.description)
      }
      let wish = Reversal(movement.id, origin: Origin(actor: "test"))
      guard case .done(let reversal) = try await fixture.repository.reverse(wish, once: key) else {
        Issue.record("the first use was a replay")
        return
      }
      guard case .replayed(let answer) = try await fixture.repository.reverse(wish, once: key) else {
        Issue.record("the second use was none")
        return
      }
      #expect(answer.body == reversal.id.description)
      #expect(try await fixture.quantities(item.id).onHand == 0)
    }
  }

  @Test(
    "copies that are gone or promised are not taken back, and nothing changes",
    arguments: RepositoryUnderTest.available)
  func refused(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let first = try #require(try await fixture.adjust(line(item.id, 7)).movements.first)
      try await fixture.adjust(line(item.id, -3))
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .insufficientStock, wanted: 7, available: 4)
        ])
      ) { try await fixture.reverse(first.id) }
      try await fixture.adjust(line(item.id, 4))
      try await fixture.hold(item.id, 2)
      await #expect(
        throws: InventoryError.refused([LineRefusal(index: 0, code: .heldStock, wanted: 7, available: 6)])
      ) { try await fixture.reverse(first.id) }
      #expect(try await fixture.quantities(item.id).onHand == 8)
      #expect(try await fixture.quantities(item.id).held == 2)
      #expect(
        try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 9)).elements.count
          == 3)
    }
  }

  @Test(
    "copies that a reversal brings back go to who waits for them", arguments: RepositoryUnderTest.available)
  func servesWaiting(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var item = try await fixture.makeItem()
      var details = item.details
      details.backorderLimit = 5
      item = try await fixture.repository.replaceItem(item.id, with: details, version: 1)
      try await fixture.adjust(line(item.id, 4))
      let loss = try #require(try await fixture.adjust(line(item.id, -3), reason: .lost).movements.first)
      var request = ReservationRequest(
        lines: [HoldLine(item: .id(item.id), quantity: 3)], origin: Origin(actor: "test"))
      request.allowBackorder = true
      _ = try await fixture.repository.reserve(request, once: nil)
      #expect(try await fixture.quantities(item.id).backordered == 2)
      let reversal = try await fixture.reverse(loss.id)
      #expect(reversal.balanceAfter == 4)
      let after = try await fixture.quantities(item.id)
      #expect((after.onHand, after.held, after.backordered) == (4, 3, 0))
    }
  }

  @Test(
    "what a buyer was given, closed places and archived books do not take a row back",
    arguments: RepositoryUnderTest.available)
  func notReversible(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let shop = try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 2))
      let reservation = try await fixture.hold(item.id, 2)
      _ = try await fixture.repository.change(
        ReservationChange(id: reservation.id, action: .fulfill(nil), origin: Origin(actor: "test")), once: nil
      )
      let sale = try #require(
        try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 1)).elements.first)
      await #expect(throws: InventoryError.notReversible(sale.id, .sale)) {
        try await fixture.reverse(sale.id)
      }
      let arrival = try #require(try await fixture.adjust(line(item.id, 5, at: "shop")).movements.first)
      let loss = try #require(try await fixture.adjust(line(item.id, -5, at: "shop")).movements.first)
      var closed = shop.details
      closed.active = false
      _ = try await fixture.repository.replaceLocation(shop.id, with: closed, version: shop.version)
      await #expect(throws: InventoryError.invalidState(.location, id: "shop", state: "inactive")) {
        try await fixture.reverse(loss.id)
      }
      _ = try await fixture.repository.archiveBook(item.bookID, version: nil)
      await #expect(throws: InventoryError.bookArchived(item.bookID)) {
        try await fixture.reverse(arrival.id)
      }
    }
  }
}

extension RepositoryFixture {
  /// Takes a movement back.
  @discardableResult
  func reverse(_ movement: MovementID) async throws -> Movement {
    try await reverse(Reversal(movement, origin: Origin(actor: "test")))
  }

  func reverse(_ reversal: Reversal) async throws -> Movement {
    try await repository.reverse(reversal, once: nil).done
  }
}
