import Inventory
import TestSupport
import Testing

/// Holds of many buyers at once, through three instances of the service. SQLite has one writer: nothing of this
/// can happen there.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct ReservationRaceTests {
  @Test("of 64 buyers of the last copy one has it", arguments: [nil, "main"])
  func lastCopy(location: String?) async throws {
    try await withInstances(3) { fixture, instances in
      for round in 0..<3 {
        let item = try await fixture.makeItem("Book \(round)")
        try await fixture.adjust(line(item.id, 1))
        let attempts = await atOnce(64) { number in
          _ = try await instances[number % 3].reserve(
            ReservationRequest(lines: [want(item, 1, at: location)], origin: Origin(actor: "\(number)")),
            once: nil)
        }
        #expect(attempts.filter { $0 == .done }.count == 1)
        #expect(attempts.filter(\.isBroken) == [])
        #expect(try await fixture.quantities(item.id).held == 1)
      }
    }
  }

  @Test("buyers and the till together take no more than there is")
  func holdsAndSales() async throws {
    try await withInstances(3) { fixture, instances in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop", priority: 1)
      try await fixture.adjust(line(item.id, 12), line(item.id, 8, at: "shop"))
      let attempts = await atOnce(60) { number in
        if number % 3 == 0 {
          _ = try await instances[number % 2].adjust(
            Adjustment(
              reason: .sold, actor: "till",
              lines: [line(item.id, -1, at: number % 2 == 0 ? "main" : "shop")]))
        } else {
          _ = try await instances[number % 3].reserve(
            ReservationRequest(lines: [want(item, 1)], origin: Origin(actor: "buyer")), once: nil)
        }
      }
      #expect(attempts.filter { $0 == .done }.count == 20)
      #expect(attempts.filter(\.isBroken) == [])
      for code in ["main", "shop"] { #expect(try await fixture.quantities(item.id, at: code).free == 0) }
    }
  }

  @Test("lines in opposite orders do not wait for each other in a circle")
  func opposedOrder() async throws {
    try await withInstances(3, showsDeadlocks: true) { fixture, instances in
      var items: [Item] = []
      for number in 0..<4 { items.append(try await fixture.makeItem("Book \(number)")) }
      try await fixture.makeLocation("shop", priority: 1)
      for item in items { try await fixture.adjust(line(item.id, 24), line(item.id, 24, at: "shop")) }
      let lines = items.map { want($0, 1) }
      let attempts = await atOnce(48) { number in
        _ = try await instances[number % 3].reserve(
          ReservationRequest(
            lines: number % 2 == 0 ? lines : lines.reversed(), origin: Origin(actor: "test")), once: nil)
      }
      #expect(attempts.allSatisfy { $0 == .done }, "\(attempts.filter { $0 != .done })")
      for item in items {
        for code in ["main", "shop"] { #expect(try await fixture.quantities(item.id, at: code).free == 0) }
      }
    }
  }

  @Test("one reference is one reservation, however many ask for it at once")
  func sameReference() async throws {
    try await withInstances(3) { fixture, instances in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 100))
      let results = try await withThrowingTaskGroup(of: ReservationResult?.self) { group in
        for number in 0..<24 {
          group.addTask {
            let request = ReservationRequest(
              reference: "cart-1", lines: [want(item, 2)], origin: Origin(actor: "test"))
            let outcome = try await instances[number % 3].reserve(request, once: nil)
            guard case .done(let result) = outcome else { return nil }
            return result
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.count(where: { $0?.isNew == true }) == 1)
      #expect(Set(results.map { $0?.reservation.id }).count == 1)
      #expect(try await fixture.quantities(item.id).held == 2)
    }
  }

  @Test("of several that replace each other one is left, with its copies and no others")
  func replacing() async throws {
    try await withInstances(3) { fixture, instances in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 9))
      let attempts = await atOnce(24) { number in
        var request = ReservationRequest(
          reference: "cart-1", lines: [want(item, Int64(1 + number % 9))], origin: Origin(actor: "test"))
        request.replace = true
        _ = try await instances[number % 3].reserve(request, once: nil)
      }
      #expect(attempts.allSatisfy { $0 == .done }, "\(attempts.filter { $0 != .done })")
      var query = ReservationQuery()
      query.state = .pending
      let left = try await fixture.repository.reservations(query, page: PageRequest(limit: 10)).elements
      #expect(left.count == 1)
      #expect(try await fixture.quantities(item.id).held == left[0].lines[0].quantity)
    }
  }

  @Test("one key is one write, however many send it at once")
  func sameKey() async throws {
    try await withInstances(3) { fixture, instances in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 100))
      for round in 0..<5 {
        let outcomes = await withTaskGroup(of: Result<KeyedOutcome, any Error>.self) { group in
          for number in 0..<24 {
            group.addTask {
              let other = RepositoryFixture(
                repository: instances[number % 3], clock: fixture.clock, execute: fixture.execute,
                time: { fixture.now }, move: { _ in })
              do {
                return .success(try await other.hold(2, of: item, key: "round \(round)"))
              } catch {
                return .failure(error)
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        var done = 0
        for outcome in outcomes {
          switch outcome {
          case .success(.done): done += 1
          case .success(.replayed(let body)): #expect(body == "2")
          case .failure(InventoryError.idempotencyKeyInUse(let seconds)): #expect(seconds > 0)
          case .failure(let error): Issue.record("\(error)")
          }
        }
        #expect(done == 1)
        #expect(try await fixture.quantities(item.id).held == Int64(2 * (round + 1)))
      }
    }
  }

  @Test("all locations together keep to the backorder limit, also where there was never a copy")
  func backorderLimit() async throws {
    try await withInstances(3) { fixture, instances in
      for code in ["a", "b", "c"] { _ = try await fixture.makeLocation(code) }
      for round in 0..<8 {
        let item = try await fixture.makeItem("Book \(round)")
        try await fixture.setBackorderLimit(5, of: item)
        let attempts = await atOnce(12) { number in
          var request = ReservationRequest(
            lines: [want(item, 2, at: ["a", "b", "c", nil][number % 4])], origin: Origin(actor: "test"))
          request.allowBackorder = true
          _ = try await instances[number % 3].reserve(request, once: nil)
        }
        #expect(attempts.filter(\.isBroken) == [])
        #expect(attempts.filter { $0 == .done }.count == 2)
      }
    }
  }
}
