import Inventory
import TestSupport
import Testing

@Suite struct LedgerContractTests {
  @Test(
    "the database itself refuses to change or delete a movement", arguments: RepositoryUnderTest.available)
  func appendOnly(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let movement = try #require(try await fixture.adjust(line(item.id, 3)).movements.first)
      // SQLite has no TRUNCATE.
      let emptying = engine == .postgres ? ["truncate movement"] : []
      for sql in [
        "update movement set quantity = 4", "update movement set note = 'x'", "delete from movement",
      ] + emptying {
        let error = await #expect(throws: (any Error).self) { try await fixture.execute(sql) }
        #expect(error.map { "\($0)" }?.contains("append-only") == true)
      }
      #expect(try await fixture.repository.movement(movement.id) == movement)
    }
  }

  @Test(
    "a document's line is written once, whatever the program tries", arguments: RepositoryUnderTest.available)
  func documentLineIsUnique(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      await #expect(throws: (any Error).self) {
        try await fixture.execute(
          """
          insert into movement (
            id, item_id, location_id, bucket, quantity, balance_after, kind, reason, actor, document, line,
            recorded_at, occurred_at
          )
          select
            'mov_00000000000000000000000000', item_id, location_id, bucket, 0, balance_after, kind, reason,
            actor, document, line, recorded_at, occurred_at
          from movement
          """)
      }
    }
  }

  @Test(
    "the database itself refuses quantities that cannot be",
    arguments: RepositoryUnderTest.available,
    [
      "on_hand = -1", "damaged = -1", "inspection = -1", "held_back = -1", "held = -1", "backordered = -1",
      "incoming = -1", "in_transit = -1", "held = 6", "damaged = 3, held = 3", "inspection = 6",
      "held_back = 6", "on_hand = 1000000001", "backordered = 1000000001", "incoming = 1000000001",
      "in_transit = 1000000001", "safety_stock = -1", "reorder_point = -1",
    ])
  func constraints(engine: RepositoryUnderTest, assignment: String) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      await #expect(throws: (any Error).self) {
        try await fixture.execute("update stock_level set \(assignment)")
      }
      #expect(try await fixture.quantities(item.id).onHand == 5)
    }
  }

  @Test(
    "verify finds a balance that is not the sum of its movements, and says which",
    arguments: RepositoryUnderTest.available)
  func drift(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine, expectsDrift: true) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      let shop = try await fixture.makeLocation("shop")
      try await fixture.adjust(line(first.id, 5), line(first.id, 1, .damaged), line(second.id, 2, at: "shop"))
      try await fixture.adjust(line(first.id, -2))
      let clean = try await fixture.repository.verify()
      #expect(clean == VerificationReport(levelsChecked: 2, movementsRead: 4, drift: []))

      try await fixture.execute(
        """
        update stock_level
        set on_hand = 9,
          held_back = 2
        where item_id = '\(first.id)'
        """)
      try await fixture.execute("update stock_level set on_hand = 0 where item_id = '\(second.id)'")
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      let report = try await fixture.repository.verify()
      #expect(report.levelsChecked == 2)
      #expect(
        report.drift == [
          .init(item: first.id, location: main, bucket: .physical(.onHand), balance: 9, sum: 3),
          .init(item: first.id, location: main, bucket: .physical(.heldBack), balance: 2, sum: 0),
          .init(item: second.id, location: shop.id, bucket: .physical(.onHand), balance: 0, sum: 2),
        ])
    }
  }

  @Test(
    "verify finds promises that are not the sum of what holds have", arguments: RepositoryUnderTest.available)
  func driftOfHolds(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine, expectsDrift: true) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      try await fixture.adjust(line(first.id, 5), line(second.id, 5))
      try await fixture.hold(first.id, 2)
      try await fixture.hold(first.id, 1)
      try await fixture.hold(second.id, 4)
      #expect(try await fixture.repository.verify().drift == [])

      try await fixture.execute("update hold set held = 1, backordered = 3 where held = 2")
      try await fixture.execute("delete from hold where held = 4")
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      func drift(_ item: Item, _ bucket: CommitmentBucket, _ balance: Int64, _ sum: Int64)
        -> VerificationReport.Drift
      {
        .init(
          item: item.id, location: main, bucket: .committed(bucket), balance: balance, explanation: .holds,
          sum: sum)
      }
      #expect(
        try await fixture.repository.verify().drift == [
          drift(first, .held, 3, 2), drift(first, .backordered, 0, 3), drift(second, .held, 4, 0),
        ])
      try await fixture.execute("update stock_level set held = 2 where held = 3")
      #expect(
        try await fixture.repository.verify().drift == [
          .init(item: first.id, location: main, bucket: .committed(.held), balance: 2, sum: 3),
          drift(first, .backordered, 0, 3), drift(second, .held, 4, 0),
        ])
    }
  }

  @Test("an empty database verifies", arguments: RepositoryUnderTest.available)
  func empty(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let report = try await fixture.repository.verify()
      #expect(report == VerificationReport(levelsChecked: 0, movementsRead: 0, drift: []))
    }
  }

  @Test(
    "the ledger is listed newest first, page by page, by every filter",
    arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      let shop = try await fixture.makeLocation("shop")
      var all: [Movement] = []
      for number in 0..<9 {
        let item = number % 2 == 0 ? first : second
        let result = try await fixture.repository.adjust(
          Adjustment(
            reason: number % 3 == 0 ? .found : .received, reference: number < 4 ? "early" : nil,
            occurredAt: Instant(microseconds: Int64(100 - number)), actor: "test",
            lines: [
              line(item.id, 2, at: number < 6 ? "main" : "shop"),
              line(item.id, 1, .damaged, at: number < 6 ? "main" : "shop"),
            ]))
        all = result.movements.reversed() + all
      }
      func list(_ change: (inout MovementQuery) -> Void) async throws -> [Movement] {
        var query = MovementQuery()
        change(&query)
        return try await walk(limit: 4) { [query] page in
          try await fixture.repository.movements(query, page: page)
        }
      }
      #expect(try await list { _ in } == all)
      #expect(try await list { $0.item = second.id } == all.filter { $0.itemID == second.id })
      #expect(try await list { $0.location = shop.id } == all.filter { $0.locationCode == "shop" })
      #expect(try await list { $0.reason = .found } == all.filter { $0.reason == .found })
      #expect(try await list { $0.kind = .adjustment } == all)
      #expect(try await list { $0.kind = .opening } == [])
      #expect(try await list { $0.reference = "early" } == all.filter { $0.reference == "early" })
      #expect(try await list { $0.reference = "EARLY" } == [])
      let occurred = Instant(microseconds: 95)
      #expect(try await list { $0.occurredAtLeast = occurred } == all.filter { $0.occurredAt >= occurred })
      #expect(try await list { $0.occurredAtMost = occurred } == all.filter { $0.occurredAt <= occurred })
      let recorded = all[7].recordedAt
      #expect(try await list { $0.recordedAtLeast = recorded } == all.filter { $0.recordedAt >= recorded })
      #expect(try await list { $0.recordedAtMost = recorded } == all.filter { $0.recordedAt <= recorded })
      #expect(
        try await list {
          $0.item = first.id
          $0.location = shop.id
          $0.reason = .found
        } == all.filter { $0.itemID == first.id && $0.locationCode == "shop" && $0.reason == .found })
    }
  }

  @Test("a movement that does not exist is nil", arguments: RepositoryUnderTest.available)
  func missing(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let movement = try await fixture.repository.movement(MovementID(value: 1))
      #expect(movement == nil)
    }
  }
}
