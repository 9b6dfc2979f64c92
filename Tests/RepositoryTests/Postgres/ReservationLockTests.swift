import Inventory
import PostgresRepository
import TestSupport
import Testing

/// What others do with a reservation while another transaction has its row.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct ReservationLockTests {
  /// What is done with a reservation that somebody else is about to release, and what that is answered.
  enum Attempt: String, CaseIterable, CustomTestStringConvertible {
    case confirm, edit, fulfill, release, part, reserve

    var testDescription: String { rawValue }

    /// Nil where the copies are not a reservation's any more and that is what was asked for.
    var action: ReservationChange.Action? {
      switch self {
      case .confirm: .confirm(.never)
      case .edit: .edit(expiry: nil, note: "later")
      case .fulfill: .fulfill(nil)
      case .release: .release(nil)
      case .part: .release([PartLine(index: 0, quantity: 1)])
      case .reserve: nil
      }
    }
  }

  @Test(
    "who changes a reservation waits for who has its row, and goes by what that one left",
    arguments: Attempt.allCases)
  func changesWait(attempt: Attempt) async throws {
    try await withInstancesAndSchema(1) { fixture, instances, schema in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 2))
      let id = try await fixture.reserve(want(item, 2), reference: "cart-1").reservation.id
      // It holds nothing any more, so that its end is nothing but its state.
      try await fixture.force(line(item.id, -2))

      let other = try BlockingConnection(url: schema.url)
      // With the version that it has: what keeps the change from being lost is the lock alone.
      try other.execute("begin; update reservation set state = 'released' where id = '\(id)'")
      async let outcome = Self.result(of: attempt, on: id, item, instances[0])
      try await schema.waitForSomebody(behind: other)
      try other.execute("commit")

      let released = InventoryError.invalidState(.reservation, id: id.description, state: "released")
      switch attempt {
      case .confirm, .edit, .fulfill, .part: #expect(await outcome == .failure(released))
      case .release: #expect(await outcome == .success(id))
      case .reserve:
        // The number is free again, but there is nothing to be had.
        #expect(await outcome == .failure(.refused([insufficient(0, wanted: 2, available: 0)])))
      }
      #expect(try await fixture.stored(id).state == .released)
    }
  }

  private static func result(
    of attempt: Attempt, on id: ReservationID, _ item: Item, _ instance: any InventoryRepository
  ) async -> Result<ReservationID, InventoryError> {
    do {
      guard let action = attempt.action else {
        let request = ReservationRequest(
          reference: "cart-1", lines: [want(item, 2)], origin: Origin(actor: "test"))
        return .success(try await instance.reserve(request, once: nil).done.reservation.id)
      }
      let change = ReservationChange(id: id, action: action, origin: Origin(actor: "test"))
      return .success(try await instance.change(change, once: nil).done.id)
    } catch {
      return .failure(error as? InventoryError ?? .unexpected("\(error)"))
    }
  }

  @Test("a sweeper leaves what somebody else has, waits for nobody, and frees the rest")
  func sweeperPassesBy() async throws {
    try await withInstancesAndSchema(1) { fixture, instances, schema in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 2))
      let taken = try await fixture.hold(item.id, 1, for: 60).id
      let other = try await fixture.hold(item.id, 1, for: 60).id
      try await fixture.advanceClock(seconds: 61)
      let holder = try BlockingConnection(url: schema.url)
      try holder.execute("begin; select 1 from reservation where id = '\(taken)' for update")
      // The other one is locked until this one has answered: waiting would never end well.
      #expect(try await instances[0].sweep(limit: 10) == 1)
      let rows = try await fixture.commitmentEntries().filter { $0.kind == "expiry" }
      #expect(rows.map { $0.document.hasPrefix("\(other)/") } == [true])
      try holder.execute("commit")
      #expect(try await instances[0].sweep(limit: 10) == 1)
      #expect(try await fixture.quantities(item.id).held == 0)
    }
  }
}

extension PostgresSchema {
  /// Returns when another connection waits for a lock that this one has.
  func waitForSomebody(behind connection: BlockingConnection) async throws {
    let holder = try connection.execute("select pg_backend_pid()")[0][0] ?? ""
    let waiting = """
      select 1
      from pg_stat_activity
      where wait_event_type = 'Lock'
        and \(holder) = any (pg_blocking_pids(pid))
      """
    for _ in 0..<2000 {
      if try !connection.execute(waiting).isEmpty { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("nobody waits for the lock")
  }
}
