import Inventory
import TestSupport
import Testing

/// What meets at the moment at which a hold runs out.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct ReservationExpiryRaceTests {
  @Test("who confirms and who comes next never both have the copy, whoever frees it")
  func confirmOrNext() async throws {
    try await withInstances(3) { fixture, instances in
      var due: [(Item, Reservation)] = []
      for number in 0..<20 {
        let item = try await fixture.makeItem("Book \(number)")
        try await fixture.adjust(line(item.id, 1))
        due.append((item, try await fixture.reserveFor(60, want(item, 1))))
      }
      try await fixture.advanceClock(seconds: 61)
      for (item, reservation) in due {
        let attempts = await withTaskGroup(of: Attempt?.self) { group in
          group.addTask {
            await Attempt {
              _ = try await instances[0].change(
                ReservationChange(
                  id: reservation.id, action: .confirm(.never), origin: Origin(actor: "test")), once: nil)
            }
          }
          group.addTask {
            await Attempt {
              _ = try await instances[1].reserve(
                ReservationRequest(lines: [want(item, 1)], origin: Origin(actor: "test")), once: nil)
            }
          }
          for instance in instances {
            group.addTask {
              let attempt = await Attempt { _ = try await instance.sweep(limit: 1) }
              return attempt.isBroken ? attempt : nil
            }
          }
          return await group.reduce(into: [Attempt]()) { list, attempt in
            if let attempt { list.append(attempt) }
          }
        }
        #expect(attempts.filter { $0 == .done }.count == 1)
        #expect(attempts.filter(\.isBroken) == [])
        #expect(try await fixture.quantities(item.id).held == 1)
      }
    }
  }

  @Test("several sweepers free each reservation once, and get in nobody's way")
  func sweepers() async throws {
    try await withInstances(3) { fixture, instances in
      var items: [Item] = []
      for number in 0..<4 { items.append(try await fixture.makeItem("Book \(number)")) }
      for item in items { try await fixture.adjust(line(item.id, 100)) }
      for number in 0..<60 {
        _ = try await fixture.reserveFor(60, want(items[number % 4], 1), want(items[(number + 1) % 4], 1))
      }
      try await fixture.advanceClock(seconds: 61)
      let freed = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<12 {
          group.addTask { try await instances[number % 3].sweep(limit: 20) }
        }
        return try await group.reduce(0, +)
      }
      // What others had locked was left to them.
      let rest = try await fixture.repository.sweep(limit: 100)
      #expect(freed + rest == 60)
      for item in items { #expect(try await fixture.quantities(item.id).held == 0) }
      let rows = try await fixture.commitmentEntries().filter { $0.kind == "expiry" }
      #expect(rows.count == 120)
    }
  }

  @Test("buyers in opposite orders free what has run out while sweepers do as well")
  func buyersAndSweepers() async throws {
    try await withInstances(3, showsDeadlocks: true) { fixture, instances in
      let (one, two) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      try await fixture.adjust(line(one.id, 24), line(two.id, 24))
      for number in 0..<24 {
        let lines = [want(one, 1), want(two, 1)]
        _ = try await fixture.reserveFor(60, lines[number % 2], lines[1 - number % 2])
      }
      try await fixture.advanceClock(seconds: 61)
      let attempts = await atOnce(30) { number in
        let lines = [want(one, 1), want(two, 1)]
        guard number < 24 else {
          _ = try await instances[number % 3].sweep(limit: 5)
          return
        }
        _ = try await instances[number % 3].reserve(
          ReservationRequest(
            lines: number % 2 == 0 ? lines : lines.reversed(), origin: Origin(actor: "test")), once: nil)
      }
      #expect(attempts.allSatisfy { $0 == .done }, "\(attempts.filter { $0 != .done })")
      for item in [one, two] { #expect(try await fixture.quantities(item.id).held == 24) }
    }
  }

  @Test("handing out, freeing and taking by force at once lose and double nothing")
  func endsAtOnce() async throws {
    try await withInstances(3) { fixture, instances in
      for round in 0..<10 {
        let item = try await fixture.makeItem("Book \(round)")
        try await fixture.adjust(line(item.id, 6))
        let id = try await fixture.reserve(item.id, 4).reservation.id
        let part = [PartLine(index: 0, quantity: 1)]
        let actions: [ReservationChange.Action] = [
          .fulfill(part), .release(part), .fulfill(part), .release(part), .confirm(.never), .fulfill(nil),
        ]
        let attempts = await atOnce(8) { number in
          guard number < actions.count else {
            _ = try await instances[number % 3].adjust(
              Adjustment(reason: .lost, actor: "test", force: true, lines: [line(item.id, -2)]))
            return
          }
          _ = try await instances[number % 3].change(
            ReservationChange(id: id, action: actions[number], origin: Origin(actor: "test")), once: nil)
        }
        #expect(attempts.filter(\.isBroken) == [])
        let total = try await fixture.stored(id).lines[0].total
        #expect(total.everything == 4)
        #expect(try await fixture.quantities(item.id).held == total.held)
      }
    }
  }
}
