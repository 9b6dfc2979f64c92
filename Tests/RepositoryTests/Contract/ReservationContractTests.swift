import Inventory
import TestSupport
import Testing

@testable import InventoryStore

/// What is held, from where, and when it is refused.
@Suite struct ReservationContractTests {
  @Test("copies are held, and no more than there are", arguments: RepositoryUnderTest.available)
  func holding(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let first = try await fixture.reserve(item.id, 2)
      #expect(first.isNew)
      #expect(first.reservation.state == .pending)
      #expect(first.reservation.lines[0].total == .of(held: 2))
      #expect(try await fixture.stored(first.reservation.id) == first.reservation)
      #expect(try await fixture.quantities(item.id).held == 2)
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 2, available: 1)])) {
        try await fixture.reserve(item.id, 2)
      }
      #expect(try await fixture.quantities(item.id).held == 2)
      #expect(try await fixture.reserve(item.id, 1).isNew)
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 1, available: 0)])) {
        try await fixture.reserve(item.id, 1)
      }
    }
  }

  @Test(
    "without a location copies come from the active locations in the order of their priority, then code",
    arguments: RepositoryUnderTest.available)
  func split(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      // Made in another order than that in which they serve.
      for (code, priority) in [("zeta", 5), ("beta", 5), ("closed", 1), ("last", 500)] as [(String, Int64)] {
        try await fixture.makeLocation(code, priority: priority)
      }
      for code in ["zeta", "beta", "closed", "last", "main"] {
        try await fixture.adjust(line(item.id, 2, at: code))
      }
      try await fixture.setActive(false, "closed")
      let reservation = try await fixture.reserve(want(item, 7)).reservation
      #expect(reservation.lines[0].allocations.map(\.locationCode) == ["beta", "zeta", "main", "last"])
      #expect(reservation.lines[0].allocations.map(\.quantities.held) == [2, 2, 2, 1])
      #expect(try await fixture.quantities(item.id, at: "closed").held == 0)
      #expect(try await fixture.quantities(item.id, at: "last").held == 1)
      #expect(try await fixture.stored(reservation.id) == reservation)
      // The copies of the closed location are not promised, even if they are the only ones.
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 2, available: 1)])) {
        try await fixture.reserve(want(item, 2))
      }
    }
  }

  @Test("with a location copies come from nowhere else", arguments: RepositoryUnderTest.available)
  func givenLocation(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop", priority: 1)
      try await fixture.adjust(line(item.id, 5), line(item.id, 2, at: "shop"))
      let reservation = try await fixture.reserve(want(item, 3, at: "main")).reservation
      #expect(allocations(reservation) == ["main": .of(held: 3)])
      #expect(reservation.lines[0].locationCode == "main")
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 3, available: 2)])) {
        try await fixture.reserve(want(item, 3, at: "shop"))
      }
      #expect(try await fixture.quantities(item.id, at: "shop").held == 0)
    }
  }

  @Test(
    "several lines are held wholly or not at all, and a refusal lists each line that falls short",
    arguments: RepositoryUnderTest.available)
  func allOrNothing(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let (one, two, three) = (
        try await fixture.makeItem("One"), try await fixture.makeItem("Two"), try await fixture.makeItem("3")
      )
      try await fixture.adjust(line(one.id, 1), line(two.id, 5))
      await #expect(
        throws: InventoryError.refused([
          insufficient(0, wanted: 4, available: 1), insufficient(2, wanted: 2, available: 0),
        ])
      ) { try await fixture.reserve(want(one, 4), want(two, 5), want(three, 2)) }
      #expect(try await fixture.quantities(two.id).held == 0)
      #expect(try await fixture.count(.reservation) == 0)
      #expect(try await fixture.count(.commitment) == 0)
    }
  }

  @Test(
    "lines of one item share its copies: each is told what the lines before it have left",
    arguments: RepositoryUnderTest.available)
  func sharedCopies(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      await #expect(throws: InventoryError.refused([insufficient(1, wanted: 2, available: 1)])) {
        try await fixture.reserve(want(item, 2), want(item, 2, at: "main"))
      }
      let reservation = try await fixture.reserve(want(item, 2), want(item, 1, at: "main")).reservation
      #expect(allocations(reservation, 0) == ["main": .of(held: 2)])
      #expect(allocations(reservation, 1) == ["main": .of(held: 1)])
    }
  }

  @Test(
    "partial holds what is there, and says what it did not hold; nothing at all is refused",
    arguments: RepositoryUnderTest.available)
  func partial(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let (one, two) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      try await fixture.adjust(line(one.id, 2))
      let reservation = try await fixture.reserve(want(one, 5), want(two, 1)) { $0.partial = true }
        .reservation
      #expect(reservation.lines.map(\.quantity) == [5, 1])
      #expect(reservation.lines.map(\.total) == [.of(held: 2), .of()])
      await #expect(
        throws: InventoryError.refused([
          insufficient(0, wanted: 1, available: 0), insufficient(1, wanted: 1, available: 0),
        ])
      ) { try await fixture.reserve(want(one, 1), want(two, 1)) { $0.partial = true } }
      #expect(try await fixture.count(.reservation) == 1)
    }
  }

  @Test(
    "copies that are damaged, looked at, held back or kept as safety stock are not promised",
    arguments: RepositoryUnderTest.available)
  func notForSale(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(
        line(item.id, 10), line(item.id, 1, .damaged), line(item.id, 1, .inspection),
        line(item.id, 1, .heldBack))
      try await fixture.setSafetyStock(3, of: item)
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 5, available: 4)])) {
        try await fixture.reserve(item.id, 5)
      }
      try await fixture.reserve(item.id, 4)
      #expect(try await fixture.quantities(item.id).free == 3)
      // Safety stock is no promise to anybody: staff can sell it by hand.
      try await fixture.adjust(line(item.id, -3))
    }
  }

  @Test(
    "the statement itself refuses to promise what is not free, whatever was judged before",
    arguments: RepositoryUnderTest.available)
  func guardInTheStatement(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      try await fixture.setSafetyStock(1, of: item)
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      let engine = try #require(fixture.repository as? any StoreBackend)
      // As a rule would that forgot the safety stock. No CHECK constraint knows of that.
      @Sendable func promise(_ copies: Int64) async throws {
        try await engine.transact { (transaction) async throws(InventoryError) in
          let named = try await transaction.named(items: [.id(item.id)], locations: [.id(main)]).0
          let ledger = Ledger(transaction, named)
          let level = LevelKey(item: item.id, location: main)
          try await ledger.lock([level])
          ledger.post(
            [LedgerChange(level, .committed(.held), by: copies, line: 0)],
            as: Posting(kind: .hold, reason: .reserved, origin: Origin(actor: "test"), document: "test"))
          try await ledger.write()
        }
      }
      await #expect(throws: InventoryError.self) { try await promise(3) }
      #expect(try await fixture.quantities(item.id).held == 0)
      #expect(try await fixture.count(.commitment) == 0)
    }
  }

  @Test(
    "unknown items and locations, archived books, closed locations and doubled lines are all named",
    arguments: RepositoryUnderTest.available)
  func unknownLines(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem("One", isbn: "9780439023481")
      let old = try await fixture.makeItem("Old")
      try await fixture.adjust(line(item.id, 9))
      _ = try await fixture.repository.archiveBook(old.bookID, version: nil)
      _ = try await fixture.makeLocation("closed", active: false)
      let lines = [
        want(item, 1), HoldLine(item: .sku("no-such"), location: .code("nowhere"), quantity: 1),
        want(old, 1), want(item, 1, at: "closed"), HoldLine(item: .sku("9780439023481"), quantity: 2),
      ]
      let expected = InventoryError.unknownLines([
        LineProblem(index: 1, field: .item, code: .notFound, value: "no-such"),
        LineProblem(index: 1, field: .location, code: .notFound, value: "nowhere"),
        LineProblem(index: 2, field: .item, code: .archived, value: old.id.description),
        LineProblem(index: 3, field: .location, code: .inactive, value: "closed"),
        LineProblem(index: 4, field: .item, code: .duplicate, value: "9780439023481"),
      ])
      await #expect(throws: expected) {
        try await fixture.reserve(ReservationRequest(lines: lines, origin: Origin(actor: "test")))
      }
      await #expect(throws: expected) { try await fixture.repository.availability(of: lines) }
      #expect(try await fixture.quantities(item.id).held == 0)
    }
  }

  @Test(
    "availability says what reserve would do, from where, and holds nothing",
    arguments: RepositoryUnderTest.available)
  func availability(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop", priority: 1)
      try await fixture.adjust(line(item.id, 3), line(item.id, 2, at: "shop"))
      let fits = try await fixture.repository.availability(of: [want(item, 4)])
      #expect(fits.fits)
      #expect(fits.lines[0].allocations.map(\.locationCode) == ["shop", "main"])
      #expect(fits.lines[0].allocations.map(\.quantities.held) == [2, 2])
      let not = try await fixture.repository.availability(of: [want(item, 6), want(item, 1, at: "shop")])
      #expect(!not.fits)
      #expect(not.lines.map(\.available) == [5, 0])
      #expect(not.lines.map(\.wanted) == [6, 1])
      #expect(try await fixture.quantities(item.id).held == 0)
      #expect(try await fixture.count(.commitment) == 0)
      #expect(try await fixture.count(.reservation) == 0)
    }
  }

  @Test(
    "reservations are listed newest first by every filter, page by page",
    arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let (one, two) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      _ = try await fixture.makeLocation("shop")
      try await fixture.adjust(line(one.id, 9), line(two.id, 9, at: "shop"))
      var all: [ReservationID] = []
      for number in 0..<6 {
        let result = try await fixture.reserve(
          want(number % 2 == 0 ? one : two, 1), reference: "R\(number)")
        all.insert(result.reservation.id, at: 0)
      }
      try await fixture.change(all[0], .release(nil))
      func list(_ edit: (inout ReservationQuery) -> Void) async throws -> [ReservationID] {
        var query = ReservationQuery()
        edit(&query)
        return try await walk(limit: 2) { [query] in
          try await fixture.repository.reservations(query, page: $0)
        }.map(\.id)
      }
      #expect(try await list { _ in } == all)
      #expect(try await list { $0.reference = "R4" } == [all[1]])
      #expect(try await list { $0.reference = "r4" } == [])
      #expect(try await list { $0.state = .released } == [all[0]])
      #expect(try await list { $0.state = .pending } == Array(all.dropFirst()))
      #expect(try await list { $0.item = two.id } == [all[0], all[2], all[4]])
      let shop = try await fixture.repository.location(.code("shop"))?.id
      #expect(try await list { $0.location = shop } == [all[0], all[2], all[4]])
    }
  }
}
