import Inventory
import TestSupport
import Testing

@Suite struct AsOfContractTests {
  @Test(
    "the balances at any instant are those of a replay of what had been recorded",
    arguments: RepositoryUnderTest.available)
  func replay(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var random = SeededGenerator(seed: 20260301)
      let places = [
        try #require(try await fixture.repository.location(.code("main"))),
        try await fixture.makeLocation("shop"),
      ]
      var items: [Item] = []
      for number in 0..<6 { items.append(try await fixture.makeItem("Book \(number)")) }
      for _ in 0..<120 {
        let item = items[Int.random(in: 0..<items.count, using: &random)]
        let place = places[Int.random(in: 0..<places.count, using: &random)]
        let bucket = [Bucket.onHand, .onHand, .damaged, .heldBack][Int.random(in: 0..<4, using: &random)]
        let quantity = Int64.random(in: -4...9, using: &random)
        if Int.random(in: 0..<5, using: &random) == 0 {
          try? await fixture.holdForGood(item.id, 2, at: place.details.code)
        } else {
          _ = try? await fixture.adjust(line(item.id, quantity, bucket, at: place.details.code))
        }
      }
      let history = try await History(fixture, places: places)
      #expect(history.rows.contains { if case .committed = $0.balance { true } else { false } })
      #expect(history.instants.count > 40)
      for instant in history.instants.shuffled(using: &random).prefix(25) {
        for moment in [instant, Instant(microseconds: instant.microseconds - 1)] {
          let expected = history.quantities(at: moment)
          let levels = try await walk(limit: 5) { page in
            try await fixture.repository.levels(StockQuery(), asOf: moment, page: page)
          }
          #expect(levels.map(\.quantities) == expected.map(\.quantities))
          #expect(levels.map(\.itemID) == expected.map(\.item))
          #expect(levels.map(\.locationID) == expected.map(\.location))
          #expect(levels.allSatisfy { $0.version == 0 && $0.updatedAt == nil && $0.policy == StockPolicy() })
          for row in expected.prefix(3) {
            let one = try await fixture.repository.level(.id(row.item), at: .id(row.location), asOf: moment)
            #expect(levels.contains(one))
          }
          let ofItem = items[Int.random(in: 0..<items.count, using: &random)].id
          var query = StockQuery()
          query.item = ofItem
          let some = try await fixture.repository.levels(query, asOf: moment, page: PageRequest(limit: 9))
          #expect(some.elements == levels.filter { $0.itemID == ofItem })
          query = StockQuery()
          query.location = places[1].id
          let there = try await fixture.repository.levels(query, asOf: moment, page: PageRequest(limit: 9))
          #expect(there.elements == levels.filter { $0.locationCode == "shop" })
        }
      }
    }
  }

  @Test(
    "what was recorded exactly then counts, a microsecond before it does not",
    arguments: RepositoryUnderTest.available)
  func boundaries(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let first = try #require(try await fixture.adjust(line(item.id, 5)).movements.first).recordedAt
      let second = try #require(try await fixture.adjust(line(item.id, -2)).movements.first).recordedAt
      func onHand(_ microseconds: Int64) async throws -> Int64 {
        try await fixture.repository.level(
          .id(item.id), at: .code("main"), asOf: Instant(microseconds: microseconds)
        ).quantities.onHand
      }
      #expect(try await onHand(first.microseconds - 1) == 0)
      #expect(try await onHand(first.microseconds) == 5)
      #expect(try await onHand(second.microseconds - 1) == 5)
      #expect(try await onHand(second.microseconds) == 3)
      let before = Instant(microseconds: first.microseconds - 1)
      let none = try await fixture.repository.levels(
        StockQuery(), asOf: before, page: PageRequest(limit: 5))
      #expect(none.elements.isEmpty && none.next == nil)
    }
  }

  @Test(
    "the future has no past, and what does not exist is not found", arguments: RepositoryUnderTest.available)
  func refused(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let future = Instant(microseconds: 4_102_444_800_000_000)
      func isInFuture(_ error: InventoryError?) -> Bool {
        if case .instantInFuture(let now)? = error { now < future } else { false }
      }
      let list = await #expect(throws: InventoryError.self) {
        try await fixture.repository.levels(StockQuery(), asOf: future, page: PageRequest(limit: 1))
      }
      #expect(isInFuture(list))
      let one = await #expect(throws: InventoryError.self) {
        try await fixture.repository.level(.id(item.id), at: .code("main"), asOf: future)
      }
      #expect(isInFuture(one))
      let past = Instant(microseconds: 0)
      await #expect(throws: InventoryError.notFound(.item, "nothing")) {
        try await fixture.repository.level(.sku("nothing"), at: .code("main"), asOf: past)
      }
      await #expect(throws: InventoryError.notFound(.location, "nowhere")) {
        try await fixture.repository.level(.id(item.id), at: .code("nowhere"), asOf: past)
      }
    }
  }

  @Test("policies are not part of the past", arguments: RepositoryUnderTest.available)
  func policies(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let place = try #require(try await fixture.repository.location(.code("main"))).id
      let moved = try #require(try await fixture.adjust(line(item.id, 5)).movements.first)
      var policy = StockPolicy()
      policy.safetyStock = 3
      policy.reorderPoint = 9
      policy.bin = "A-1"
      _ = try await fixture.repository.replacePolicy(
        PolicyChange(item.id, at: place, with: policy, version: 1))
      let past = try await fixture.repository.level(.id(item.id), at: .id(place), asOf: moved.recordedAt)
      #expect(past.policy == StockPolicy())
      #expect(past.available == 5)
      #expect(try await fixture.repository.level(.id(item.id), at: .id(place)).available == 2)
    }
  }
}

/// Everything that was recorded, in order, as the ledgers' lists say.
private struct History {
  struct Row {
    var level: LevelKey
    var balance: Balance
    var quantity: Int64
    var at: Instant
  }
  struct Level {
    var item: ItemID
    var location: LocationID
    var quantities: Quantities
  }

  typealias LevelKey = AdjustmentPlan.LevelKey

  var rows: [Row] = []

  init(_ fixture: RepositoryFixture, places: [Location]) async throws {
    let movements = try await walk(limit: 200) { page in
      try await fixture.repository.movements(MovementQuery(), page: page)
    }
    rows = movements.map { row in
      Row(
        level: LevelKey(item: row.itemID, location: row.locationID), balance: .physical(row.bucket),
        quantity: row.quantity, at: row.recordedAt)
    }
    // What was held is known from the reservations themselves: each holds from its beginning and is kept.
    let reservations = try await walk(limit: 200) { page in
      try await fixture.repository.reservations(ReservationQuery(), page: page)
    }
    for reservation in reservations {
      for line in reservation.lines {
        for allocation in line.allocations {
          rows.append(
            Row(
              level: LevelKey(item: line.itemID, location: allocation.locationID), balance: .committed(.held),
              quantity: allocation.quantities.held, at: reservation.createdAt))
        }
      }
    }
  }

  var instants: [Instant] { Set(rows.map(\.at)).sorted() }

  func quantities(at instant: Instant) -> [Level] {
    var levels: [LevelKey: Quantities] = [:]
    for row in rows where row.at <= instant {
      levels[row.level, default: Quantities()][row.balance] += row.quantity
    }
    return levels.sorted { $0.key < $1.key }.map {
      Level(item: $0.key.item, location: $0.key.location, quantities: $0.value)
    }
  }
}

extension RepositoryFixture {
  /// Holds copies of one item at one location, for good.
  func holdForGood(_ item: ItemID, _ quantity: Int64, at location: String = Location.mainCode) async throws {
    _ = try await repository.reserve(
      ReservationRequest(
        lines: [HoldLine(item: .id(item), location: .code(location), quantity: quantity)],
        origin: Origin(actor: "test")),
      once: nil)
  }
}
