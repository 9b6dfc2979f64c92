import Inventory
import TestSupport
import Testing

@Suite struct ReportContractTests {
  @Test(
    "valuation adds up copies by location and currency, at the item's price, else its book's",
    arguments: RepositoryUnderTest.available)
  func valuation(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let main = try #require(try await fixture.repository.location(.code("main")))
      let shop = try await fixture.makeLocation("shop")
      let euros = try await fixture.makeItem("Euros", price: 1000, "EUR")
      let dollars = try await fixture.makeItem("Dollars", price: 250, "USD")
      let free = try await fixture.makeItem("No price")
      let gone = try await fixture.makeItem("Gone", price: 5, "JPY")
      var used = ItemDetails(sku: "used")
      used.condition = .good
      used.price = Money(amount: 333, currency: try Currency("USD"))
      let second = try await fixture.repository.createItem(used, book: euros.bookID)
      try await fixture.adjust(
        line(euros.id, 3), line(second.id, 2), line(dollars.id, 4), line(free.id, 7), line(gone.id, 1),
        line(euros.id, 5, at: "shop"))
      try await fixture.adjust(line(gone.id, -1), line(euros.id, 1, .damaged))
      let rows = try await walk(limit: 2) { page in
        try await fixture.repository.valuation(at: nil, page: page)
      }
      func row(_ place: Location, _ currency: String?, _ copies: Int64, _ amount: Int128?) throws
        -> ValuationRow
      {
        ValuationRow(
          locationID: place.id, locationCode: place.details.code,
          currency: try currency.map { try Currency($0) },
          copies: copies, amount: amount)
      }
      let expected = [
        try row(main, nil, 7, nil), try row(main, "EUR", 3, 3000), try row(main, "USD", 6, 1666),
        try row(shop, "EUR", 5, 5000),
      ]
      #expect(rows == expected.sorted { $0.locationID < $1.locationID })
      let there = try await fixture.repository.valuation(at: shop.id, page: PageRequest(limit: 9))
      #expect(there.elements == expected.suffix(1))
    }
  }

  @Test("a value that no 64 bits hold is exact", arguments: RepositoryUnderTest.available)
  func hugeValuation(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      for number in 0..<12 {
        let item = try await fixture.makeItem("Book \(number)", price: Money.maximumAmount - 1, "EUR")
        try await fixture.adjust(line(item.id, Adjustment.maximumQuantity))
      }
      let rows = try await fixture.repository.valuation(at: nil, page: PageRequest(limit: 9)).elements
      #expect(rows.map(\.copies) == [12_000_000_000])
      #expect(rows.map(\.amount) == [12 * Int128(Money.maximumAmount - 1) * 1_000_000_000])
    }
  }

  @Test(
    "dead stock is on hand and had no movement since, to the microsecond",
    arguments: RepositoryUnderTest.available)
  func deadStock(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let shop = try await fixture.makeLocation("shop")
      let old = try await fixture.makeItem("Old", isbn: "9780439023481")
      let sold = try await fixture.makeItem("Sold out")
      let fresh = try await fixture.makeItem("Fresh")
      try await fixture.adjust(line(sold.id, 1))
      try await fixture.adjust(line(sold.id, -1))
      try await fixture.adjust(line(fresh.id, 1))
      let atShop = try #require(try await fixture.adjust(line(old.id, 2, at: "shop")).movements.first)
      try await fixture.adjust(line(old.id, 6))
      let last = try #require(try await fixture.adjust(line(old.id, 1, .damaged)).movements.first)
      try await fixture.adjust(line(fresh.id, 1))

      func dead(_ microseconds: Int64, at location: LocationID? = nil) async throws -> [DeadStockRow] {
        try await walk(limit: 1) { page in
          try await fixture.repository.deadStock(
            since: Instant(microseconds: microseconds), at: location, page: page)
        }
      }
      #expect(try await dead(atShop.recordedAt.microseconds) == [])
      let item = ReportedItem(
        id: old.id, sku: "9780439023481", bookID: old.bookID, isbn: ISBN(stored: "9780439023481"),
        title: "Old")
      let there = DeadStockRow(
        item: item, locationID: shop.id, locationCode: "shop", onHand: 2, lastMovementAt: atShop.recordedAt)
      #expect(try await dead(atShop.recordedAt.microseconds + 1) == [there])
      #expect(try await dead(last.recordedAt.microseconds) == [there])
      let both = try await dead(last.recordedAt.microseconds + 1)
      #expect(both.count == 2 && both.contains(there))
      #expect(both.map(\.lastMovementAt).max() == last.recordedAt)
      #expect(both.map(\.onHand).sorted() == [2, 6])
      #expect(try await dead(.max, at: shop.id) == [there])
      #expect(try await dead(.max).count == 3)
    }
  }

  @Test(
    "sell-through counts what was sold and received in the period, at the place, by when it happened",
    arguments: RepositoryUnderTest.available)
  func sellThrough(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let shop = try await fixture.makeLocation("shop")
      let first = try await fixture.makeItem("First")
      let second = try await fixture.makeItem("Second")
      let other = try await fixture.makeItem("Other")
      func move(
        _ item: Item, _ quantity: Int64, _ reason: AdjustmentReason, _ microseconds: Int64,
        at place: String = "main", bucket: Bucket = .onHand
      ) async throws {
        _ = try await fixture.repository.adjust(
          Adjustment(
            reason: reason, occurredAt: Instant(microseconds: microseconds), actor: "test",
            lines: [line(item.id, quantity, bucket, at: place)]))
      }
      try await move(first, 50, .received, 99)
      try await move(first, 30, .received, 100)
      try await move(first, 10, .found, 150)
      try await move(first, 3, .received, 150, bucket: .damaged)
      try await move(first, -7, .sold, 150)
      try await move(first, -3, .sold, 199)
      try await move(first, -4, .sold, 200)
      try await move(second, 9, .received, 150, at: "shop")
      try await move(second, -2, .sold, 160, at: "shop")
      try await move(second, 2, .opening, 150)
      try await move(second, -1, .sold, 170)
      try await move(other, 5, .found, 150)

      let period = Instant(microseconds: 100)..<Instant(microseconds: 200)
      func report(at location: LocationID? = nil) async throws -> [SellThroughRow] {
        try await walk(limit: 1) { page in
          try await fixture.repository.sellThrough(in: period, at: location, page: page)
        }
      }
      let everywhere = try await report()
      #expect(everywhere.map(\.item.id) == [first.id, second.id].sorted())
      let one = try #require(everywhere.first { $0.item.id == first.id })
      #expect(one.sold == 10 && one.received == 30 && one.onHand == 76)
      #expect(one.ratio == "0.3333")
      #expect(one.item.title == "First" && one.item.sku == first.details.sku)
      let two = try #require(everywhere.first { $0.item.id == second.id })
      #expect(two.sold == 3 && two.received == 9 && two.onHand == 8)
      let there = try await report(at: shop.id)
      #expect(there.map(\.item.id) == [second.id])
      #expect(there.map(\.sold) == [2] && there.map(\.received) == [9] && there.map(\.onHand) == [7])
    }
  }

  @Test("sales of reservations count as sold", arguments: RepositoryUnderTest.available)
  func fulfilment(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 8), reason: .received)
      try await fixture.hold(item.id, 3)
      let made = try await fixture.repository.reservations(ReservationQuery(), page: PageRequest(limit: 1))
      let id = try #require(made.elements.first).id
      _ = try await fixture.repository.change(
        ReservationChange(id: id, action: .fulfill(nil), origin: Origin(actor: "test")), once: nil)
      let period = Instant(microseconds: 0)..<Instant(microseconds: .max)
      let rows = try await fixture.repository.sellThrough(in: period, at: nil, page: PageRequest(limit: 9))
      #expect(rows.elements.map(\.sold) == [3])
      #expect(rows.elements.map(\.ratio) == ["0.3750"])
    }
  }

  @Test(
    "the ratio is computed in integers, half rounded up, and absent where nothing can be divided",
    arguments: [
      (0, 5, "0.0000"), (1, 3, "0.3333"), (2, 3, "0.6667"), (1, 20_000, "0.0001"), (1, 20_001, "0.0000"),
      (7, 2, "3.5000"), (Int64.max, 1, "9223372036854775807.0000"), (Int64.max, Int64.max, "1.0000"),
      (5, 0, nil), (5, -1, nil), (-1, 5, nil),
    ] as [(Int64, Int64, String?)])
  func ratio(sold: Int64, received: Int64, ratio: String?) {
    let item = ReportedItem(id: ItemID(value: 1), sku: "a", bookID: BookID(value: 1), isbn: nil, title: "A")
    #expect(SellThroughRow(item: item, sold: sold, received: received, onHand: 0).ratio == ratio)
  }
}

extension RepositoryFixture {
  /// Stores a book with a price and returns its `new` item.
  fileprivate func makeItem(_ title: String, price: Int64, _ currency: String) async throws -> Item {
    var book = try details(title)
    book.price = Money(amount: price, currency: try Currency(currency))
    return try await repository.createBook(book, allowDuplicate: false).1
  }
}
