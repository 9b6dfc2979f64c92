import Inventory
import TestSupport
import Testing

@Suite struct StockContractTests {
  @Test(
    "a level that was never written has zeros and version 0; what does not exist is named",
    arguments: RepositoryUnderTest.available)
  func unwritten(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem("One", isbn: "9780439023481")
      let level = try await fixture.repository.level(.sku("9780439023481"), at: .code("main"))
      #expect(level.itemID == item.id)
      #expect(level.bookID == item.bookID)
      #expect(level.sku == "9780439023481")
      #expect(level.isbn?.digits == "9780439023481")
      #expect(level.locationCode == "main")
      #expect(level.quantities == Quantities())
      #expect(level.policy == StockPolicy())
      #expect(level.version == 0)
      #expect(level.updatedAt == nil)
      #expect(try await fixture.repository.levels(StockQuery(), page: PageRequest(limit: 5)).elements.isEmpty)
      await #expect(throws: InventoryError.notFound(.item, "nothing")) {
        try await fixture.repository.level(.sku("nothing"), at: .code("main"))
      }
      await #expect(throws: InventoryError.notFound(.location, "nowhere")) {
        try await fixture.repository.level(.id(item.id), at: .code("nowhere"))
      }
    }
  }

  @Test(
    "a policy is set under the level's version, before and after there is stock",
    arguments: RepositoryUnderTest.available)
  func policy(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      var policy = StockPolicy()
      policy.reorderPoint = 3
      policy.safetyStock = 2
      policy.bin = "A-3 „oben“"
      await #expect(throws: InventoryError.versionMismatch(current: 0)) {
        try await fixture.repository.replacePolicy(PolicyChange(item.id, at: main, with: policy, version: 1))
      }
      let first = try await fixture.repository.replacePolicy(
        PolicyChange(item.id, at: main, with: policy, version: 0))
      #expect(first.policy == policy)
      #expect(first.version == 1)
      #expect(first.updatedAt != nil)
      #expect(try await fixture.repository.level(.id(item.id), at: .id(main)) == first)

      let stocked = try #require(try await fixture.adjust(line(item.id, 5)).levels.first)
      #expect(stocked.policy == policy)
      #expect(stocked.available == 3)
      #expect(stocked.version == 2)

      await #expect(throws: InventoryError.versionMismatch(current: 2)) {
        try await fixture.repository.replacePolicy(
          PolicyChange(item.id, at: main, with: StockPolicy(), version: 1))
      }
      let second = try await fixture.repository.replacePolicy(
        PolicyChange(item.id, at: main, with: StockPolicy(), version: 2))
      #expect(second.policy == StockPolicy())
      #expect(second.quantities.onHand == 5)
      #expect(try await fixture.repository.level(.id(item.id), at: .id(main)) == second)
    }
  }

  @Test("a policy needs an item of an active book, and a location", arguments: RepositoryUnderTest.available)
  func policyOfNothing(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      let noItem = ItemID(value: 1)
      let nowhere = LocationID(value: 1)
      await #expect(throws: InventoryError.notFound(.item, noItem.description)) {
        try await fixture.repository.replacePolicy(
          PolicyChange(noItem, at: main, with: StockPolicy(), version: 0))
      }
      await #expect(throws: InventoryError.notFound(.location, nowhere.description)) {
        try await fixture.repository.replacePolicy(
          PolicyChange(item.id, at: nowhere, with: StockPolicy(), version: 0))
      }
      _ = try await fixture.repository.archiveBook(item.bookID, version: nil)
      await #expect(throws: InventoryError.bookArchived(item.bookID)) {
        try await fixture.repository.replacePolicy(
          PolicyChange(item.id, at: main, with: StockPolicy(), version: 0))
      }
    }
  }

  @Test(
    "levels are listed by item, then location, page by page, by every filter",
    arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var items: [Item] = []
      for number in 0..<4 { items.append(try await fixture.makeItem("Book \(number)")) }
      let shop = try await fixture.makeLocation("shop")
      let used = try await fixture.repository.createItem(ItemDetails(sku: "used"), book: items[1].bookID)
      var all: [StockLevel] = []
      for (number, item) in (items + [used]).enumerated() {
        all += try await fixture.adjust(line(item.id, Int64(number))).levels
        if number != 2 { all += try await fixture.adjust(line(item.id, 10, at: "shop")).levels }
      }
      var policy = StockPolicy()
      policy.reorderPoint = 2
      for index in all.indices where all[index].itemID == items[2].id || all[index].itemID == items[3].id {
        all[index] = try await fixture.repository.replacePolicy(
          PolicyChange(
            all[index].itemID, at: all[index].locationID, with: policy, version: all[index].version))
      }
      all.sort { ($0.itemID, $0.locationID) < ($1.itemID, $1.locationID) }

      func list(_ change: (inout StockQuery) -> Void) async throws -> [StockLevel] {
        var query = StockQuery()
        change(&query)
        return try await walk(limit: 2) { [query] page in
          try await fixture.repository.levels(query, page: page)
        }
      }
      #expect(try await list { _ in } == all)
      #expect(try await list { $0.item = items[1].id } == all.filter { $0.itemID == items[1].id })
      #expect(try await list { $0.book = items[1].bookID } == all.filter { $0.bookID == items[1].bookID })
      #expect(try await list { $0.book = items[1].bookID }.count == 4)
      #expect(try await list { $0.location = shop.id } == all.filter { $0.locationID == shop.id })
      #expect(try await list { $0.availableAtMost = 2 } == all.filter { $0.available <= 2 })
      let below = all.filter { $0.policy.reorderPoint != nil && $0.available <= 2 }
      #expect(below.map(\.itemID) == [items[2].id])
      #expect(try await list { $0.belowReorder = true } == below)
      #expect(try await list { $0.belowReorder = false } == all.filter { !below.contains($0) })
      #expect(
        try await list {
          $0.location = shop.id
          $0.belowReorder = false
          $0.availableAtMost = 10
        } == all.filter { $0.locationID == shop.id })
    }
  }

  @Test(
    "the levels of many items come at once, each at every location where it was ever written",
    arguments: RepositoryUnderTest.available)
  func levelsOfItems(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      _ = try await fixture.makeLocation("shop")
      let one = try await fixture.adjust(line(first.id, 1)).levels
      let two = try await fixture.adjust(line(first.id, 2, at: "shop")).levels
      let levels = try await fixture.repository.levels(of: [first.id, second.id])
      let expected = (one + two).sorted { $0.locationID < $1.locationID }
      #expect(levels[first.id] == expected)
      #expect(levels[second.id, default: []].isEmpty)
      // More than a loop would be held for.
      let unknown = (0..<200).map { ItemID(value: UInt128($0)) }
      let many = try await fixture.repository.levels(of: unknown + [first.id])
      #expect(many[first.id] == expected)
    }
  }

  @Test(
    "totals add up all items and locations of a book; each level's shortfall stays its own",
    arguments: RepositoryUnderTest.available)
  func totals(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine, expectsDrift: true) { fixture in
      let item = try await fixture.makeItem("One")
      let other = try await fixture.makeItem("Two")
      let used = try await fixture.repository.createItem(ItemDetails(sku: "used"), book: item.bookID)
      _ = try await fixture.makeLocation("shop")
      try await fixture.adjust(
        line(item.id, 5), line(item.id, 1, .damaged), line(item.id, 2, at: "shop"), line(used.id, 4),
        line(other.id, 100))
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      var policy = StockPolicy()
      policy.safetyStock = 9
      _ = try await fixture.repository.replacePolicy(
        PolicyChange(used.id, at: main, with: policy, version: 1))
      try await fixture.execute("update stock_level set held = 1 where item_id = '\(item.id)'")

      let nothing = BookID(value: 1)
      let totals = try await fixture.repository.stockTotals(of: [item.bookID, nothing])
      var expected = StockTotals()
      expected.quantities.onHand = 11
      expected.quantities.damaged = 1
      expected.quantities.held = 2
      // 5 - 1 - 1, 2 - 1, and 4 - 9 that counts as nothing.
      expected.available = 4
      #expect(totals[item.bookID] == expected)
      #expect(totals[nothing] == StockTotals())
    }
  }
}
