import Inventory
import TestSupport
import Testing

@Suite struct CountContractTests {
  @Test(
    "a variance is what was counted less what the ledger says was there then",
    arguments: RepositoryUnderTest.available)
  func variance(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      try await fixture.adjust(line(item.id, 10), line(other.id, 4))
      let count = try await fixture.makeCount()
      #expect(count.everything)
      #expect(count.lines.map(\.expected) == [10, 4])
      #expect(count.lines.allSatisfy { $0.counted == nil && $0.variance == nil })

      // Nine are found; afterwards three are sold.
      let counted = try await fixture.record(count.id, [(item.id, 9), (other.id, 4)])
      #expect(counted.lines.map(\.variance) == [-1, 0])
      #expect(counted.counted == 2)
      try await fixture.adjust(line(item.id, -3), reason: .sold)
      #expect(try await fixture.repository.count(count.id)?.lines.first?.variance == -1)

      let result = try await fixture.complete(count.id)
      #expect(result.count.state == .completed)
      #expect(result.count.lines.map(\.variance) == [-1, 0])
      #expect(try await fixture.quantities(item.id).onHand == 6)
      #expect(try await fixture.quantities(other.id).onHand == 4)
      let movement = try #require(result.movements.first)
      #expect(result.movements.count == 1)
      #expect(movement.quantity == -1)
      #expect(movement.balanceAfter == 6)
      #expect(movement.kind == .count)
      #expect(movement.reason == .count)
      #expect(movement.document == "\(count.id)/\(result.count.version)")
      #expect(movement.occurredAt == counted.lines.first?.countedAt)
      #expect(try await fixture.repository.movement(movement.id) == movement)
      // Once is enough.
      #expect(try await fixture.complete(count.id) == result)
      #expect(try await fixture.repository.count(count.id) == result.count)
    }
  }

  @Test(
    "what was counted earlier is compared with what was there earlier",
    arguments: RepositoryUnderTest.available)
  func countedAt(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let before = fixture.now
      try await fixture.advanceClock(seconds: 60)
      try await fixture.adjust(line(item.id, 10))
      try await fixture.advanceClock(seconds: 60)
      let between = fixture.now
      try await fixture.advanceClock(seconds: 60)
      try await fixture.adjust(line(item.id, 5), line(item.id, 2, .damaged))
      let count = try await fixture.makeCount()
      let expected: [(Instant?, Int64)] = [(before, 0), (between, 10), (nil, 15)]
      for (instant, quantity) in expected {
        let noted = try await fixture.change(
          count.id,
          .record([CountedItem(item: .id(item.id), counted: quantity, countedAt: instant)])
        ).count
        #expect(noted.lines.first?.expected == quantity)
        #expect(noted.lines.first?.variance == 0)
        #expect(noted.counted == 1)
      }
      try await fixture.change(
        count.id, .record([CountedItem(item: .id(item.id), counted: 12, countedAt: between)]))
      let result = try await fixture.complete(count.id)
      #expect(result.movements.map(\.quantity) == [2])
      #expect(try await fixture.quantities(item.id).onHand == 17)
    }
  }

  @Test(
    "what nobody counted stays, or is not there, as the end says", arguments: RepositoryUnderTest.available)
  func uncounted(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      try await fixture.adjust(line(item.id, 3), line(other.id, 4))
      let kept = try await fixture.makeCount()
      try await fixture.record(kept.id, [(item.id, 3)])
      #expect(try await fixture.complete(kept.id).movements.isEmpty)
      #expect(try await fixture.quantities(other.id).onHand == 4)

      let zeroed = try await fixture.makeCount()
      try await fixture.record(zeroed.id, [(item.id, 3)])
      let result = try await fixture.complete(zeroed.id, uncounted: .zero)
      #expect(result.movements.map(\.quantity) == [-4])
      #expect(result.count.counted == 2)
      #expect(try await fixture.quantities(item.id).onHand == 3)
      #expect(try await fixture.quantities(other.id).onHand == 0)
    }
  }

  @Test(
    "a count of everything takes what nobody expected, a count of some items does not",
    arguments: RepositoryUnderTest.available)
  func scope(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let found = try await fixture.makeItem("Found behind the shelf")
      try await fixture.adjust(line(item.id, 3))
      let everything = try await fixture.makeCount()
      let noted = try await fixture.record(everything.id, [(found.id, 2)])
      #expect(noted.lines.map(\.itemID) == [item.id, found.id])
      #expect(noted.lines.map(\.variance) == [nil, 2])
      #expect(noted.total == 2)
      #expect(try await fixture.complete(everything.id).movements.map(\.quantity) == [2])
      #expect(try await fixture.quantities(found.id).onHand == 2)

      let some = try await fixture.makeCount(items: [item.id])
      #expect(!some.everything)
      #expect(some.lines.map(\.itemID) == [item.id])
      let problem = LineProblem(
        index: 1, field: .item, code: .notOnDocument, value: found.id.description)
      await #expect(throws: InventoryError.unknownLines([problem])) {
        try await fixture.record(some.id, [(item.id, 3), (found.id, 1)])
      }
      #expect(try await fixture.repository.count(some.id) == some)
    }
  }

  @Test(
    "a blind count hides what is expected until its end", arguments: RepositoryUnderTest.available)
  func blind(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 10))
      let count = try await fixture.makeCount(blind: true)
      #expect(count.lines.map(\.expected) == [nil])
      let noted = try await fixture.record(count.id, [(item.id, 8)])
      #expect(noted.lines.map(\.expected) == [nil])
      #expect(noted.lines.map(\.variance) == [nil])
      #expect(try await fixture.repository.count(count.id) == noted)
      let done = try await fixture.complete(count.id).count
      #expect(done.lines.map(\.expected) == [10])
      #expect(done.lines.map(\.variance) == [-2])
    }
  }

  @Test(
    "a count takes promised copies only when it is forced; the newest holds lose them",
    arguments: RepositoryUnderTest.available)
  func held(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let older = try await fixture.hold(item.id, 2)
      let newer = try await fixture.hold(item.id, 2)
      let count = try await fixture.makeCount()
      try await fixture.record(count.id, [(item.id, 3)])
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .heldStock, wanted: 2, available: 1)
        ])
      ) { try await fixture.complete(count.id) }
      #expect(try await fixture.repository.count(count.id)?.state == .open)
      #expect(try await fixture.quantities(item.id).onHand == 5)

      let result = try await fixture.complete(count.id, force: true)
      #expect(result.movements.map(\.quantity) == [-2])
      let quantities = try await fixture.quantities(item.id)
      #expect(quantities.onHand == 3)
      #expect(quantities.held == 3)
      #expect(try await fixture.repository.reservation(older.id)?.lines[0].total.held == 2)
      let cut = try #require(try await fixture.repository.reservation(newer.id))
      #expect(cut.lines[0].total.held == 1)
      #expect(cut.lines[0].total.short == 1)
    }
  }

  @Test(
    "a refused count never rests on a hold that has run out; a forced one cuts that first",
    arguments: RepositoryUnderTest.available)
  func dueHolds(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      try await fixture.hold(item.id, 3, for: 60)
      let kept = try await fixture.hold(item.id, 2)
      let count = try await fixture.makeCount()
      try await fixture.record(count.id, [(item.id, 2)])
      await #expect(throws: InventoryError.self) { try await fixture.complete(count.id) }
      try await fixture.advanceClock(seconds: 61)
      #expect(try await fixture.complete(count.id).movements.map(\.quantity) == [-3])
      #expect(try await fixture.repository.reservation(kept.id)?.lines[0].total.held == 2)

      try await fixture.adjust(line(item.id, 2))
      try await fixture.hold(item.id, 2, for: 60)
      try await fixture.advanceClock(seconds: 61)
      let forced = try await fixture.makeCount()
      try await fixture.record(forced.id, [(item.id, 2)])
      try await fixture.complete(forced.id, force: true)
      #expect(try await fixture.repository.reservation(kept.id)?.lines[0].total.held == 2)
    }
  }

  @Test(
    "what is damaged must be there, whatever was counted", arguments: RepositoryUnderTest.available)
  func unavailable(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5), line(item.id, 3, .damaged))
      let count = try await fixture.makeCount()
      try await fixture.record(count.id, [(item.id, 2)])
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .insufficientStock, wanted: 3, available: 2)
        ])
      ) { try await fixture.complete(count.id, force: true) }
      #expect(try await fixture.quantities(item.id).onHand == 5)
    }
  }

  @Test("copies that are found go to who waits for them", arguments: RepositoryUnderTest.available)
  func servesWaiting(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem(backorderLimit: 10)
      try await fixture.adjust(line(item.id, 1))
      let waiting = try await fixture.hold(item.id, 3, backorder: true)
      let count = try await fixture.makeCount()
      try await fixture.record(count.id, [(item.id, 3)])
      try await fixture.complete(count.id)
      #expect(try await fixture.repository.reservation(waiting.id)?.lines[0].total.held == 3)
    }
  }

  @Test(
    "a count has one end, and the same reference is the same count",
    arguments: RepositoryUnderTest.available)
  func states(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      try await fixture.adjust(line(item.id, 5))
      let request = fixture.countRequest(items: [item.id], reference: "C-1")
      let count = try await fixture.repository.createCount(request, once: nil).done
      #expect(count.isNew)
      let again = try await fixture.repository.createCount(request, once: nil).done
      #expect(!again.isNew)
      #expect(again.document == count.document)
      let id = count.document.id
      for items in [[item.id, other.id], nil] {
        let different = fixture.countRequest(items: items, reference: "C-1")
        await #expect(
          throws: InventoryError.referenceInUse(.count, reference: "C-1", twin: id.description)
        ) { _ = try await fixture.repository.createCount(different, once: nil) }
      }
      try await fixture.record(id, [(item.id, 1)])
      #expect(try await fixture.change(id, .cancel).count.state == .cancelled)
      #expect(try await fixture.change(id, .cancel).count.state == .cancelled)
      #expect(try await fixture.quantities(item.id).onHand == 5)
      let actions: [CountChange.Action] = [
        .complete(force: false, uncounted: .keep),
        .record([CountedItem(item: .id(item.id), counted: 1)]),
      ]
      for action in actions {
        await #expect(
          throws: InventoryError.invalidState(.count, id: id.description, state: "cancelled")
        ) { try await fixture.change(id, action) }
      }
      let free = try await fixture.repository.createCount(request, once: nil).done
      #expect(free.isNew)
      try await fixture.complete(free.document.id)
      await #expect(
        throws: InventoryError.invalidState(
          .count, id: free.document.id.description, state: "completed")
      ) { try await fixture.change(free.document.id, .cancel) }
    }
  }

  @Test(
    "what a count names wrongly is said line by line, and nothing is noted",
    arguments: RepositoryUnderTest.available)
  func problems(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      var request = fixture.countRequest(items: [item.id], reference: nil)
      request.location = .code("nowhere")
      request.items = [.sku("no-such"), .id(item.id), .sku(item.details.sku)]
      let wrong = request
      let expected: [LineProblem] = [
        LineProblem(index: nil, field: .location, code: .notFound, value: "nowhere"),
        LineProblem(index: 0, field: .items, code: .notFound, value: "no-such"),
        LineProblem(index: 2, field: .items, code: .duplicate, value: item.details.sku),
      ]
      await #expect(throws: InventoryError.unknownLines(expected)) {
        _ = try await fixture.repository.createCount(wrong, once: nil)
      }
      let count = try await fixture.makeCount(items: [item.id])
      let late = Instant(microseconds: fixture.now.microseconds + 3_600_000_000)
      let problem = LineProblem(index: 0, field: .countedAt, code: .inFuture, value: late.description)
      await #expect(throws: InventoryError.unknownLines([problem])) {
        try await fixture.change(
          count.id, .record([CountedItem(item: .id(item.id), counted: 1, countedAt: late)]))
      }
      #expect(try await fixture.repository.count(count.id) == count)
      let unknown = CountID(value: 7)
      await #expect(throws: InventoryError.notFound(.count, unknown.description)) {
        try await fixture.complete(unknown)
      }
    }
  }

  @Test(
    "counts are listed newest first, without their lines", arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      var all: [Count] = []
      for _ in 0..<3 {
        var count = try await fixture.makeCount()
        count.lines = []
        all.insert(count, at: 0)
      }
      _ = try await fixture.change(all[0].id, .cancel)
      var open = DocumentQuery<CountState>()
      open.state = .open
      let query = open
      let listed = try await walk(limit: 1) { page in
        try await fixture.repository.counts(query, page: page)
      }
      #expect(listed == Array(all.dropFirst()))
    }
  }

  @Test("a thousand items are counted at once", arguments: RepositoryUnderTest.available)
  func many(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      var items: [ItemID] = []
      for number in 0..<1000 { items.append(try await fixture.makeItem("Book \(number)").id) }
      for start in stride(from: 0, to: 1000, by: 500) {
        let lines = items[start..<(start + 500)].map { line($0, 2) }
        _ = try await fixture.repository.adjust(
          Adjustment(reason: .received, actor: "test", lines: lines))
      }
      let count = try await fixture.makeCount()
      #expect(count.lines.map(\.itemID) == items)
      let result = try await fixture.complete(count.id, uncounted: .zero)
      #expect(result.movements.count == 1000)
      #expect(result.movements.map(\.itemID) == items)
    }
  }
}

extension RepositoryFixture {
  func countRequest(
    items: [ItemID]? = nil, blind: Bool = false, reference: String? = nil
  ) -> CountRequest {
    CountRequest(
      location: .code("main"), items: items?.map { .id($0) }, blind: blind, reference: reference,
      origin: Origin(actor: "test"))
  }

  func makeCount(items: [ItemID]? = nil, blind: Bool = false) async throws -> Count {
    try await repository.createCount(countRequest(items: items, blind: blind), once: nil).done.document
  }

  @discardableResult
  func change(_ id: CountID, _ action: CountChange.Action) async throws -> CountResult {
    let change = CountChange(id: id, action: action, origin: Origin(actor: "test"))
    return try await repository.changeCount(change, once: nil).done
  }

  @discardableResult
  func record(_ id: CountID, _ found: [(ItemID, Int64)]) async throws -> Count {
    let items = found.map { CountedItem(item: .id($0.0), counted: $0.1) }
    return try await change(id, .record(items)).count
  }

  @discardableResult
  func complete(
    _ id: CountID, force: Bool = false, uncounted: CountChange.Uncounted = .keep
  ) async throws -> CountResult {
    try await change(id, .complete(force: force, uncounted: uncounted))
  }
}
