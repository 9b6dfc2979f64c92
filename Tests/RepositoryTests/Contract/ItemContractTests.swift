import Inventory
import TestSupport
import Testing

@Suite struct ItemContractTests {
  private func fullDetails(_ sku: String) throws -> ItemDetails {
    var details = ItemDetails(sku: sku)
    details.condition = .veryGood
    details.flags = [.signed, .exLibrary]
    details.price = Money(amount: 0, currency: try Currency("EUR"))
    details.backorderLimit = 3
    return details
  }

  @Test(
    "an item is read back as it was stored, by identifier and by SKU",
    arguments: RepositoryUnderTest.available)
  func create(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem()
      let item = try await fixture.repository.createItem(fullDetails("VG-1"), book: first.bookID)
      #expect(item.details == (try fullDetails("VG-1")))
      #expect(item.bookID == first.bookID)
      #expect(item.version == 1)
      #expect(try await fixture.repository.item(.id(item.id)) == item)
      #expect(try await fixture.repository.item(.sku("VG-1")) == item)
      #expect(try await fixture.repository.item(.sku("vg-1")) == nil)
      #expect(try await fixture.repository.item(.id(ItemID(value: 1))) == nil)
      #expect(try await fixture.repository.items(of: [first.bookID])[first.bookID] == [first, item])
    }
  }

  @Test("an item needs a book and a SKU of its own", arguments: RepositoryUnderTest.available)
  func refusals(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("First", isbn: "9780439023481")
      let second = try await fixture.makeItem("Second")
      let unknown = BookID(value: 1)
      await #expect(throws: InventoryError.notFound(.book, unknown.description)) {
        try await fixture.repository.createItem(ItemDetails(sku: "x"), book: unknown)
      }
      let taken = InventoryError.duplicateSKU("9780439023481", twin: first.id)
      await #expect(throws: taken) {
        try await fixture.repository.createItem(ItemDetails(sku: "9780439023481"), book: second.bookID)
      }
      await #expect(throws: taken) {
        try await fixture.repository.replaceItem(
          second.id, with: ItemDetails(sku: "9780439023481"), version: 1)
      }
      #expect(try await fixture.repository.item(.id(second.id)) == second)
    }
  }

  @Test(
    "a change needs the present version and grows it; its own SKU may stay",
    arguments: RepositoryUnderTest.available)
  func replace(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let details = try fullDetails(item.details.sku)
      let replaced = try await fixture.repository.replaceItem(item.id, with: details, version: 1)
      #expect(replaced.details == details)
      #expect(replaced.version == 2)
      #expect(replaced.updatedAt > item.updatedAt)
      #expect(replaced.createdAt == item.createdAt)
      #expect(try await fixture.repository.item(.id(item.id)) == replaced)
      await #expect(throws: InventoryError.versionMismatch(current: 2)) {
        try await fixture.repository.replaceItem(item.id, with: item.details, version: 1)
      }
      let unknown = ItemID(value: 1)
      await #expect(throws: InventoryError.notFound(.item, unknown.description)) {
        try await fixture.repository.replaceItem(unknown, with: details, version: 1)
      }
      #expect(try await fixture.repository.item(.id(item.id)) == replaced)
    }
  }

  @Test(
    "a new SKU shows in levels and in the ledger that is there already",
    arguments: RepositoryUnderTest.available)
  func renamedSKU(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let movement = try #require(try await fixture.adjust(line(item.id, 1)).movements.first)
      _ = try await fixture.repository.replaceItem(item.id, with: ItemDetails(sku: "new-name"), version: 1)
      #expect(try await fixture.repository.movement(movement.id)?.sku == "new-name")
      #expect(try await fixture.repository.level(.sku("new-name"), at: .code("main")).sku == "new-name")
    }
  }

  @Test(
    "items are listed by identifier, page by page, by book and by condition",
    arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var all: [Item] = []
      for number in 0..<4 {
        let item = try await fixture.makeItem("Book \(number)")
        all.append(item)
        all.append(try await fixture.repository.createItem(fullDetails("s\(number)"), book: item.bookID))
      }
      all.sort { $0.id < $1.id }
      func list(_ query: ItemQuery) async throws -> [Item] {
        try await walk(limit: 3) { page in try await fixture.repository.items(query, page: page) }
      }
      #expect(try await list(ItemQuery()) == all)
      var ofBook = ItemQuery()
      ofBook.book = all[0].bookID
      #expect(try await list(ofBook) == all.filter { $0.bookID == all[0].bookID })
      var veryGood = ItemQuery()
      veryGood.condition = .veryGood
      #expect(try await list(veryGood) == all.filter { $0.details.condition == .veryGood })
      ofBook.condition = .poor
      #expect(try await list(ofBook) == [])
    }
  }
}
