import Inventory
import TestSupport
import Testing

@testable import InventoryStore

/// What stands behind the locks of rows: a statement that changes one names the version that was read.
@Suite struct VersionGuardContractTests {
  private static let reservation = StoreSQL(
    "update reservation set version = version + 1, note = 'theirs' where id = $1 returning version")
  private static let document = StoreSQL(
    "update stock_document set version = version + 1, note = 'theirs' where id = $1 returning version")

  private static let level = StoreSQL("update stock_level set version = version + 1 returning version")

  /// One engine runs it again, a bounded number of times; the other has one writer, so that it is a mistake.
  private func expectLost(_ engine: RepositoryUnderTest, _ body: () async throws -> Void) async {
    let error = await #expect(throws: InventoryError.self) { try await body() }
    switch error {
    case .unavailable(let reason, _): #expect(engine == .postgres && reason.contains("40001"))
    case .unexpected(let reason): #expect(engine != .postgres && reason.contains("0 rows were changed"))
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test(
    "a reservation that is not the one that was read is not overwritten",
    arguments: RepositoryUnderTest.available)
  func reservation(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 1))
      let id = try await fixture.reserve(item.id, 1).reservation.id
      let backend = try #require(fixture.repository as? any StoreBackend)
      let name = id.description
      let change = { @Sendable (isLate: Bool) async throws in
        try await backend.transact { (transaction) async throws(InventoryError) in
          let rows = try await transaction.run(StoreStatement(ReservationRow.lockByID, [.text(name)]))
          guard var row = rows.first else { throw .notFound(.reservation, name) }
          var mine = try ReservationRow(&row)
          mine.note = "mine"
          mine.version += 1
          // As if somebody else had been there after it was read.
          if isLate { _ = try await transaction.run(StoreStatement(Self.reservation, [.text(name)])) }
          transaction.putOff([mine.update])
        }
      }
      await expectLost(engine) { try await change(true) }
      #expect(try await fixture.stored(id).note == nil)
      try await change(false)
      #expect(try await fixture.stored(id).note == "mine")
    }
  }

  @Test(
    "a document that is not the one that was read is not overwritten",
    arguments: RepositoryUnderTest.available)
  func document(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let id = try await fixture.order([(item.id, 1)]).id
      let backend = try #require(fixture.repository as? any StoreBackend)
      let name = id.description
      let change = { @Sendable (isLate: Bool) async throws in
        try await backend.transact { (transaction) async throws(InventoryError) in
          var mine = try await transaction.lockDocument(name, .purchaseOrder)
          mine.note = "mine"
          if isLate { _ = try await transaction.run(StoreStatement(Self.document, [.text(name)])) }
          try await transaction.save(&mine)
        }
      }
      await expectLost(engine) { try await change(true) }
      #expect(try await fixture.repository.purchaseOrder(id)?.note == nil)
      try await change(false)
      #expect(try await fixture.repository.purchaseOrder(id)?.note == "mine")
    }
  }

  @Test(
    "a level that is not the one that was judged is not changed", arguments: RepositoryUnderTest.available)
  func level(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let backend = try #require(fixture.repository as? any StoreBackend)
      let sku = item.details.sku
      let change = { @Sendable (isLate: Bool) async throws in
        try await backend.transact { (transaction) async throws(InventoryError) in
          let named = try await transaction.named(items: [.sku(sku)], locations: [.code("main")]).0
          guard let item = named.items[.sku(sku)], let place = named.locations[.code("main")] else {
            throw .notFound(.item, sku)
          }
          let level = LevelKey(item: item.id, location: place.id)
          let ledger = Ledger(transaction, named)
          try await ledger.lock([level])
          if isLate { _ = try await transaction.run(StoreStatement(Self.level)) }
          ledger.post(
            [LedgerChange(level, .physical(.onHand), by: 1, line: 0)],
            as: Posting(kind: .adjustment, reason: .found, origin: Origin(actor: "test"), document: "test"))
          try await ledger.write()
        }
      }
      await expectLost(engine) { try await change(true) }
      #expect(try await fixture.quantities(item.id).onHand == 5)
      try await change(false)
      #expect(try await fixture.quantities(item.id).onHand == 6)
    }
  }
}
