import Inventory
import TestSupport
import Testing

/// The second ledger: why copies are promised, in rows that nobody can change.
@Suite struct HoldLedgerContractTests {
  @Test(
    "every step writes rows that say kind, document, line and the balance after it",
    arguments: RepositoryUnderTest.available)
  func rows(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(9, of: item)
      try await fixture.adjust(line(item.id, 3))
      let first = try await fixture.reserve(want(item, 5)) {
        $0.allowBackorder = true
        $0.expiry = .after(microseconds: 60_000_000)
      }.reservation.id
      try await fixture.adjust(line(item.id, 1))
      try await fixture.change(first, .fulfill([PartLine(index: 0, quantity: 1)]))
      try await fixture.change(first, .release([PartLine(index: 0, quantity: 2)]))
      try await fixture.force(line(item.id, -2))
      try await fixture.advanceClock(seconds: 61)
      #expect(try await fixture.repository.sweep(limit: 5) == 1)

      let movements = try await fixture.movementEntries()
      let rows = try await fixture.commitmentEntries()
      let found = rows.map { "\($0.kind) \($0.bucket) \($0.quantity) \($0.balanceAfter) \($0.document)" }
      let expected = [
        "hold held 3 3 \(first)/1",
        "hold backordered 2 2 \(first)/1",
        "allocation backordered -1 1 \(movements[1].document)",
        "allocation held 1 4 \(movements[1].document)",
        "sale held -1 3 \(first)/2",
        "release held -1 2 \(first)/3",
        "release backordered -1 0 \(first)/3",
        "shortage held -1 1 \(movements[3].document)",
        "expiry held -1 0 \(first)/4",
      ]
      #expect(found == expected)
      #expect(movements.map(\.kind) == ["adjustment", "adjustment", "sale", "adjustment"])
      #expect(movements[2].document == "\(first)/2")
      #expect(Set(rows.map { [$0.document, "\($0.line)", $0.kind, $0.bucket] }).count == rows.count)
    }
  }

  @Test(
    "sales say who, why, under which reference, in which request and when",
    arguments: RepositoryUnderTest.available)
  func sale(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let made = try await fixture.reserve(want(item, 1), reference: "order-7").reservation
      _ = try await fixture.repository.change(
        ReservationChange(
          id: made.id, action: .fulfill(nil), origin: Origin(actor: "anna", requestID: "req-9")),
        once: nil)
      let page = try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 1))
      let movement = try #require(page.elements.first)
      #expect(movement.kind == .sale)
      #expect(movement.reason == .sold)
      #expect(movement.reference == "order-7")
      #expect(movement.actor == "anna")
      #expect(movement.requestID == "req-9")
      #expect(movement.quantity == -1)
      #expect(movement.balanceAfter == 2)
      #expect(movement.occurredAt == movement.recordedAt)
      #expect(movement.document == "\(made.id)/2")
    }
  }

  @Test(
    "the database itself refuses to change or delete a row, or to write a posting twice",
    arguments: RepositoryUnderTest.available)
  func appendOnly(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      try await fixture.reserve(item.id, 2)
      let emptying = engine == .postgres ? ["truncate commitment"] : []
      for sql in [
        "update commitment set quantity = 4", "update commitment set actor = 'x'", "delete from commitment",
      ] + emptying {
        let error = await #expect(throws: (any Error).self) { try await fixture.execute(sql) }
        #expect(error.map { "\($0)" }?.contains("append-only") == true)
      }
      let again = await #expect(throws: (any Error).self) {
        try await fixture.execute(
          """
          insert into commitment (
            id, item_id, location_id, bucket, quantity, balance_after, kind, actor, document, line, recorded_at
          )
          select
            'com_00000000000000000000000000', item_id, location_id, bucket, 0, balance_after, kind, actor,
            document, line, recorded_at
          from commitment
          """)
      }
      #expect(again.map { "\($0)".lowercased() }?.contains("unique") == true)
      #expect(try await fixture.count(.commitment) == 1)
    }
  }

  @Test(
    "a level's time never goes back, although the clock does", arguments: RepositoryUnderTest.available)
  func clockGoesBack(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      try await fixture.reserve(item.id, 1)
      try await fixture.advanceClock(seconds: -3600)
      let hold = try await fixture.reserve(item.id, 1).reservation.id
      try await fixture.change(hold, .fulfill(nil))
      try await fixture.adjust(line(item.id, 1))
      // withHolds compares recorded_at of each level's rows.
      #expect(try await fixture.count(.commitment) == 3)
    }
  }

  @Test(
    "the database itself refuses holds and reservations that cannot be",
    arguments: RepositoryUnderTest.available,
    [
      "update hold set held = -1", "update hold set backordered = -1", "update hold set fulfilled = -1",
      "update hold set short = -1", "update reservation set state = 'lost'",
      "update reservation set version = 0", "update stock_level set held = 4", "delete from reservation",
    ])
  func constraints(engine: RepositoryUnderTest, sql: String) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let made = try await fixture.reserve(item.id, 2).reservation
      await #expect(throws: (any Error).self) { try await fixture.execute(sql) }
      #expect(try await fixture.stored(made.id) == made)
    }
  }
}
