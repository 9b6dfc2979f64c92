import Inventory
import TestSupport
import Testing

@Suite struct AdjustmentContractTests {
  @Test(
    "an adjustment changes levels and writes a movement for each line, in the order of the lines",
    arguments: RepositoryUnderTest.available)
  func writes(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One", isbn: "9780439023481")
      let second = try await fixture.makeItem("Two")
      let shop = try await fixture.makeLocation("shop")
      let occurred = Instant(microseconds: 1_600_000_000_123_456)
      let result = try await fixture.repository.adjust(
        Adjustment(
          reason: .received, reference: "PO-17", note: "two cartons", occurredAt: occurred, actor: "anna",
          requestID: "req-1",
          lines: [
            line(second.id, 7, at: "shop"),
            AdjustmentLine(
              item: .sku("9780439023481"), location: .id(shop.id), bucket: .onHand,
              change: .set(to: 10, expected: 0)),
            line(first.id, 2, .damaged, at: "shop"),
          ]))
      #expect(result.movements.map(\.itemID) == [second.id, first.id, first.id])
      #expect(result.movements.map(\.bucket) == [.onHand, .onHand, .damaged])
      #expect(result.movements.map(\.quantity) == [7, 10, 2])
      #expect(result.movements.map(\.balanceAfter) == [7, 10, 2])
      #expect(result.movements.map(\.line) == [0, 1, 2])
      #expect(result.levels.map(\.itemID) == [second.id, first.id, first.id])
      #expect(result.levels[1] == result.levels[2])
      #expect(result.levels[1].available == 8)
      #expect(result.levels[1].version == 1)
      #expect(result.levels[1].isbn?.digits == "9780439023481")
      for movement in result.movements {
        #expect(movement.kind == .adjustment)
        #expect(movement.reason == .received)
        #expect(movement.reference == "PO-17")
        #expect(movement.note == "two cartons")
        #expect(movement.actor == "anna")
        #expect(movement.requestID == "req-1")
        #expect(movement.document == result.id.description)
        #expect(movement.occurredAt == occurred)
        #expect(movement.locationID == shop.id)
        #expect(movement.locationCode == "shop")
        #expect(try await fixture.repository.movement(movement.id) == movement)
      }
      #expect(result.movements.map(\.sku) == [second.details.sku, first.details.sku, first.details.sku])
      #expect(try await fixture.repository.level(.id(first.id), at: .id(shop.id)) == result.levels[1])
      #expect(try await fixture.repository.level(.id(second.id), at: .id(shop.id)) == result.levels[0])
    }
  }

  @Test(
    "without a time of its own an adjustment happened when it was recorded",
    arguments: RepositoryUnderTest.available)
  func occurredAt(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let movement = try #require(try await fixture.adjust(line(item.id, 1)).movements.first)
      #expect(movement.occurredAt == movement.recordedAt)
      #expect(movement.reference == nil && movement.note == nil && movement.requestID == nil)
    }
  }

  @Test(
    "each movement carries the balance after it, and versions grow by one",
    arguments: RepositoryUnderTest.available)
  func balanceChain(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      var balance: Int64 = 0
      var sequence: Int64 = 0
      for (index, quantity) in [10, -3, 5, -12, 1].enumerated() {
        balance += Int64(quantity)
        let result = try await fixture.adjust(line(item.id, Int64(quantity)))
        #expect(result.movements.map(\.balanceAfter) == [balance])
        #expect(result.levels.map(\.version) == [Int64(index + 1)])
        #expect(result.movements[0].sequence > sequence)
        sequence = result.movements[0].sequence
      }
      #expect(try await fixture.quantities(item.id).onHand == 1)
    }
  }

  @Test(
    "lines that name nothing, archived books or closed locations are all listed, and nothing changes",
    arguments: RepositoryUnderTest.available)
  func unknownLines(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let old = try await fixture.makeItem("Old")
      _ = try await fixture.repository.archiveBook(old.bookID, version: nil)
      _ = try await fixture.makeLocation("closed", active: false)
      let unknown = ItemID(value: 7)
      let expected = InventoryError.unknownLines([
        LineProblem(index: 1, field: .item, code: .notFound, value: unknown.description),
        LineProblem(index: 2, field: .item, code: .notFound, value: "no-such-sku"),
        LineProblem(index: 2, field: .location, code: .notFound, value: "nowhere"),
        LineProblem(index: 3, field: .item, code: .archived, value: old.id.description),
        LineProblem(index: 4, field: .location, code: .inactive, value: "closed"),
        LineProblem(index: 5, field: .item, code: .duplicate, value: item.details.sku),
      ])
      await #expect(throws: expected) {
        try await fixture.adjust(
          line(item.id, 5),
          line(unknown, 1),
          AdjustmentLine(
            item: .sku("no-such-sku"), location: .code("nowhere"), bucket: .onHand, change: .delta(1)),
          line(old.id, 1),
          line(item.id, 1, at: "closed"),
          AdjustmentLine(
            item: .sku(item.details.sku), location: .code("main"), bucket: .onHand, change: .delta(1)))
      }
      #expect(try await fixture.quantities(item.id) == Quantities())
      #expect(
        try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 1)).elements.isEmpty)
    }
  }

  @Test("a closed location can be emptied, but not filled", arguments: RepositoryUnderTest.available)
  func closedLocation(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      var shop = try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5, at: "shop"))
      shop.details.active = false
      _ = try await fixture.repository.replaceLocation(shop.id, with: shop.details, version: 1)
      try await fixture.adjust(line(item.id, 1, .damaged, at: "shop"))
      try await fixture.adjust(line(item.id, -4, at: "shop"))
      await #expect(throws: InventoryError.self) { try await fixture.adjust(line(item.id, 1, at: "shop")) }
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 1)
    }
  }

  @Test(
    "a refusal names every line at fault, in order, and takes back its neighbours",
    arguments: RepositoryUnderTest.available)
  func refused(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      let third = try await fixture.makeItem("Three")
      try await fixture.adjust(line(first.id, 3), line(second.id, 4))
      let before = try await fixture.repository.levels(StockQuery(), page: PageRequest(limit: 10)).elements
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 1, code: .insufficientStock, wanted: 5, available: 4),
          LineRefusal(index: 2, code: .insufficientStock, wanted: 4, available: 3),
          LineRefusal(index: 3, code: .quantityTooLarge, wanted: 1_000_000_001, available: 0),
        ])
      ) {
        try await fixture.adjust(
          line(third.id, 1, at: "main"), line(second.id, -5), line(first.id, -4),
          line(third.id, Adjustment.maximumQuantity + 1, .damaged))
      }
      #expect(
        try await fixture.repository.levels(StockQuery(), page: PageRequest(limit: 10)).elements == before)
      #expect(try await fixture.quantities(third.id) == Quantities())
    }
  }

  @Test(
    "a set is refused with the present value when somebody was there in between",
    arguments: RepositoryUnderTest.available)
  func stockChanged(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      func set(_ quantity: Int64, expected: Int64) -> AdjustmentLine {
        AdjustmentLine(
          item: .id(item.id), location: .code("main"), bucket: .onHand,
          change: .set(to: quantity, expected: expected))
      }
      await #expect(
        throws: InventoryError.refused([LineRefusal(index: 0, code: .stockChanged, wanted: 4, available: 3)])
      ) { try await fixture.adjust(set(9, expected: 4)) }
      #expect(try await fixture.adjust(set(9, expected: 3)).movements.map(\.quantity) == [6])
      // A count that finds the right value is still a count.
      #expect(try await fixture.adjust(set(9, expected: 9)).movements.map(\.quantity) == [0])
    }
  }

  @Test("copies that are promised cannot be taken or set aside", arguments: RepositoryUnderTest.available)
  func heldStock(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine, expectsDrift: true) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      try await fixture.execute("update stock_level set held = 4")
      let expected = InventoryError.refused([
        LineRefusal(index: 0, code: .heldStock, wanted: 2, available: 1)
      ])
      await #expect(throws: expected) { try await fixture.adjust(line(item.id, -2)) }
      await #expect(throws: expected) { try await fixture.adjust(line(item.id, 2, .inspection)) }
      try await fixture.adjust(line(item.id, -1))
      #expect(try await fixture.quantities(item.id).onHand == 4)
      #expect(try await fixture.quantities(item.id).held == 4)
    }
  }

  @Test("64 tasks that fight for 20 copies get exactly 20", arguments: RepositoryUnderTest.available)
  func noOversell(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 20))
      let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<64 {
          group.addTask {
            do {
              // Half name the item one way, half the other.
              let reference: ItemReference = number % 2 == 0 ? .id(item.id) : .sku(item.details.sku)
              _ = try await fixture.repository.adjust(
                Adjustment(
                  reason: .sold, actor: "buyer \(number)",
                  lines: [
                    AdjustmentLine(
                      item: reference, location: .code("main"), bucket: .onHand, change: .delta(-1))
                  ]))
              return true
            } catch InventoryError.refused {
              return false
            }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(taken == 20)
      #expect(try await fixture.quantities(item.id).onHand == 0)
      let movements = try await walk(limit: 10) { page in
        try await fixture.repository.movements(MovementQuery(), page: page)
      }
      // Newest first: every balance from 0 to 19 was seen once, in order.
      #expect(movements.dropLast().map(\.balanceAfter) == Array(0..<20))
    }
  }

  @Test(
    "adjustments of many levels in opposite order do not wait for each other in a circle",
    arguments: RepositoryUnderTest.available)
  func opposedOrder(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var items: [Item] = []
      for number in 0..<4 { items.append(try await fixture.makeItem("Book \(number)")) }
      let lines = items.map { line($0.id, 1) }
      try await withThrowingTaskGroup { group in
        for number in 0..<24 {
          group.addTask {
            _ = try await fixture.repository.adjust(
              Adjustment(reason: .found, actor: "test", lines: number % 2 == 0 ? lines : lines.reversed()))
          }
        }
        try await group.waitForAll()
      }
      for item in items { #expect(try await fixture.quantities(item.id).onHand == 24) }
    }
  }

  @Test("500 lines are one adjustment", arguments: RepositoryUnderTest.available)
  func manyLines(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var lines: [AdjustmentLine] = []
      for number in 0..<125 {
        let item = try await fixture.makeItem("Book \(number)")
        lines.append(line(item.id, 10))
        for bucket in [Bucket.damaged, .inspection, .heldBack] { lines.append(line(item.id, 1, bucket)) }
      }
      let result = try await fixture.repository.adjust(
        Adjustment(reason: .opening, actor: "test", lines: lines))
      #expect(result.movements.count == Adjustment.maximumLines)
      #expect(result.movements.map(\.line) == Array(0..<500))
      #expect(Set(result.movements.map(\.sequence)).count == 500)
      #expect(result.levels.allSatisfy { $0.quantities.unavailable == 3 && $0.available == 7 })
      let report = try await fixture.repository.verify()
      #expect(report == VerificationReport(levelsChecked: 125, movementsRead: 500, drift: []))
    }
  }
}
