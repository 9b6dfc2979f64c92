import Inventory
import TestSupport
import Testing

/// Each line of the table: what a key does to a write. The same table over HTTP is in APITests.
@Suite struct IdempotencyContractTests {
  @Test(
    "a key makes a write happen once: the second time the stored answer comes back",
    arguments: RepositoryUnderTest.available)
  func replayed(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      #expect(try await fixture.add(5, to: item, key: "k") == .done)
      #expect(try await fixture.add(5, to: item, key: "k") == .replayed("5"))
      // As it was then, whatever happened since.
      try await fixture.adjust(line(item.id, 1))
      #expect(try await fixture.add(5, to: item, key: "k") == .replayed("5"))
      #expect(try await fixture.quantities(item.id).onHand == 6)
      #expect(try await fixture.count(.key) == 1)
    }
  }

  @Test("the answer is kept with everything in it", arguments: RepositoryUnderTest.available)
  func wholeAnswer(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      let answer = StoredAnswer(
        status: 201, location: "/v1/somewhere/ü", body: #"{"note": "Zeile\nzwei 📚", "n": 12}"#)
      for number in 0..<2 {
        let outcome = try await fixture.repository.adjust(
          Adjustment(reason: .found, actor: "test", lines: [line(item.id, 1)]),
          once: Once(scope: "s", key: "k", fingerprint: "f") { _ in answer })
        switch outcome {
        case .done: #expect(number == 0)
        case .replayed(let stored):
          #expect(number == 1)
          #expect(stored == answer)
        }
      }
    }
  }

  @Test(
    "the same key with another request is refused, and changes nothing",
    arguments: RepositoryUnderTest.available)
  func reused(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      #expect(try await fixture.add(5, to: item, key: "k") == .done)
      await #expect(throws: InventoryError.idempotencyKeyReused) {
        try await fixture.add(4, to: item, key: "k")
      }
      #expect(try await fixture.quantities(item.id).onHand == 5)
      #expect(try await fixture.add(5, to: item, key: "k") == .replayed("5"))
    }
  }

  @Test("callers have keys of their own", arguments: RepositoryUnderTest.available)
  func scopes(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      #expect(try await fixture.add(5, to: item, key: "k", scope: "a") == .done)
      #expect(try await fixture.add(4, to: item, key: "k", scope: "b") == .done)
      #expect(try await fixture.add(4, to: item, key: "K", scope: "b") == .done)
      #expect(try await fixture.add(5, to: item, key: "k", scope: "a") == .replayed("5"))
      #expect(try await fixture.quantities(item.id).onHand == 13)
    }
  }

  @Test(
    "a refused write stores no key: it runs again, and may succeed",
    arguments: RepositoryUnderTest.available)
  func refusedIsNotStored(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      await #expect(throws: InventoryError.self) { try await fixture.add(-1, to: item, key: "k") }
      await #expect(throws: InventoryError.self) { try await fixture.hold(1, of: item, key: "h") }
      #expect(try await fixture.count(.key) == 0)
      try await fixture.adjust(line(item.id, 2))
      #expect(try await fixture.hold(1, of: item, key: "h") == .done)
      #expect(try await fixture.add(-1, to: item, key: "k") == .done)
      #expect(try await fixture.quantities(item.id).onHand == 1)
    }
  }

  @Test(
    "key and effect are one transaction: when the answer cannot be stored, nothing has happened",
    arguments: RepositoryUnderTest.available)
  func oneTransaction(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 2))
      // What is to be stored from now on is refused by the database; what is looked up is found.
      try await fixture.execute(
        engine == .postgres
          ? "alter table idempotency_key add constraint \"full\" check (false) not valid"
          : "create trigger \"full\" before insert on idempotency_key begin select raise(abort, 'full'); end")
      await #expect(throws: InventoryError.self) { try await fixture.add(5, to: item, key: "k") }
      await #expect(throws: InventoryError.self) { try await fixture.hold(1, of: item, key: "h") }
      try await fixture.execute(
        engine == .postgres
          ? "alter table idempotency_key drop constraint \"full\"" : "drop trigger \"full\"")
      #expect(try await fixture.quantities(item.id).onHand == 2)
      #expect(try await fixture.quantities(item.id).held == 0)
      #expect(try await fixture.count(.key) == 0)
      #expect(try await fixture.add(5, to: item, key: "k") == .done)
    }
  }

  @Test(
    "past its time a key is new, and the sweeper forgets it; the reference still protects",
    arguments: RepositoryUnderTest.available)
  func retention(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      #expect(try await fixture.add(5, to: item, key: "k") == .done)
      #expect(try await fixture.add(1, to: item, key: "other") == .done)
      #expect(try await fixture.hold(2, of: item, key: "h", reference: "cart-1") == .done)
      try await fixture.advanceClock(seconds: 24 * 3600 - 60)
      _ = try await fixture.repository.sweep(limit: 10)
      #expect(try await fixture.count(.key) == 3)
      #expect(try await fixture.add(5, to: item, key: "k") == .replayed("5"))
      try await fixture.advanceClock(seconds: 120)
      // Also for another request, and not only after somebody has swept.
      #expect(try await fixture.add(7, to: item, key: "k") == .done)
      #expect(try await fixture.add(7, to: item, key: "k") == .replayed("7"))
      _ = try await fixture.repository.sweep(limit: 10)
      #expect(try await fixture.count(.key) == 1)
      #expect(try await fixture.hold(2, of: item, key: "h", reference: "cart-1") == .done)
      #expect(try await fixture.quantities(item.id).held == 2)
      #expect(try await fixture.quantities(item.id).onHand == 13)
    }
  }

  @Test(
    "every step of a reservation happens once for its key",
    arguments: RepositoryUnderTest.available)
  func steps(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let id = try await fixture.reserve(item.id, 4).reservation.id
      let part = [PartLine(index: 0, quantity: 1)]
      let actions: [ReservationChange.Action] = [
        .confirm(.never), .fulfill(part), .release(part), .fulfill(nil),
      ]
      for (number, action) in actions.enumerated() {
        for attempt in 0..<2 {
          let outcome = try await fixture.repository.change(
            ReservationChange(id: id, action: action, origin: Origin(actor: "test")),
            once: Once(scope: "s", key: "step \(number)", fingerprint: "f") { reservation in
              StoredAnswer(status: 200, location: nil, body: "\(reservation.lines[0].total.open)")
            })
          switch outcome {
          case .done: #expect(attempt == 0)
          case .replayed(let answer):
            #expect(attempt == 1)
            #expect(answer.body == ["4", "3", "2", "0"][number])
          }
        }
      }
      #expect(try await fixture.stored(id).lines[0].total == .of(fulfilled: 3, released: 1))
      #expect(try await fixture.quantities(item.id).onHand == 2)
    }
  }
}

/// How a write with a key ended.
enum KeyedOutcome: Hashable {
  case done
  case replayed(String)

  init<Output>(_ outcome: Outcome<Output>) {
    switch outcome {
    case .done: self = .done
    case .replayed(let answer): self = .replayed(answer.body)
    }
  }
}

extension RepositoryFixture {
  /// Changes a quantity with a key; the quantity is the fingerprint and the answer.
  @discardableResult
  func add(
    _ quantity: Int64, to item: Item, key: String, scope: String = "s"
  ) async throws -> KeyedOutcome {
    KeyedOutcome(
      try await repository.adjust(
        Adjustment(reason: .found, actor: "test", lines: [line(item.id, quantity)]),
        once: Once(scope: scope, key: key, fingerprint: "\(quantity)") { _ in
          StoredAnswer(status: 201, location: nil, body: "\(quantity)")
        }))
  }

  /// Holds copies with a key.
  @discardableResult
  func hold(
    _ quantity: Int64, of item: Item, key: String, reference: String? = nil
  ) async throws -> KeyedOutcome {
    KeyedOutcome(
      try await repository.reserve(
        ReservationRequest(
          reference: reference, lines: [want(item, quantity)], origin: Origin(actor: "test")),
        once: Once(scope: "s", key: key, fingerprint: "\(quantity)") { result in
          StoredAnswer(status: 201, location: nil, body: "\(result.reservation.lines[0].quantity)")
        }))
  }
}
