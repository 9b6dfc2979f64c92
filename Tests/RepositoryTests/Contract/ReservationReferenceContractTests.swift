import Inventory
import TestSupport
import Testing

/// The client's own number protects from holding twice.
@Suite struct ReservationReferenceContractTests {
  @Test(
    "the same reference with the same lines is the same reservation, until it has ended",
    arguments: RepositoryUnderTest.available)
  func same(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem("One", isbn: "9780439023481")
      try await fixture.adjust(line(item.id, 3))
      let first = try await fixture.reserve(want(item, 2), reference: "cart-1").reservation
      // What is the same is what is meant: another name of the item, another end, another remark.
      let again = try await fixture.reserve(
        HoldLine(item: .sku("9780439023481"), quantity: 2), reference: "cart-1"
      ) {
        $0.note = "again"
        $0.expiry = .after(microseconds: 1_000_000)
      }
      #expect(again == ReservationResult(reservation: first, isNew: false))
      #expect(try await fixture.quantities(item.id).held == 2)
      let confirmed = try await fixture.change(first.id, .confirm(.never))
      #expect(
        try await fixture.reserve(want(item, 2), reference: "cart-1")
          == ReservationResult(reservation: confirmed, isNew: false))
      let fulfilled = try await fixture.change(first.id, .fulfill(nil))
      #expect(
        try await fixture.reserve(want(item, 2), reference: "cart-1")
          == ReservationResult(reservation: fulfilled, isNew: false))
      #expect(try await fixture.quantities(item.id).onHand == 1)
    }
  }

  @Test(
    "after a release, or when the time ran out, the reference is free again",
    arguments: RepositoryUnderTest.available)
  func freeAgain(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 2))
      let first = try await fixture.reserve(want(item, 2), reference: "cart-1").reservation
      try await fixture.change(first.id, .release(nil))
      let second = try await fixture.reserve(want(item, 2), reference: "cart-1") {
        $0.expiry = .after(microseconds: 60_000_000)
      }
      #expect(second.isNew && second.reservation.id != first.id)
      try await fixture.advanceClock(seconds: 61)
      // Its copies are free as well, and it is done with: other lines are as good as the same.
      let third = try await fixture.reserve(want(item, 1), reference: "cart-1")
      #expect(third.isNew)
      #expect(try await fixture.stored(second.reservation.id).state == .expired)
      #expect(try await fixture.quantities(item.id).held == 1)
    }
  }

  @Test(
    "the same reference with other lines is refused, and the twin is named",
    arguments: RepositoryUnderTest.available)
  func otherLines(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let (one, two) = (try await fixture.makeItem("One"), try await fixture.makeItem("Two"))
      try await fixture.adjust(line(one.id, 9), line(two.id, 9))
      let twin = try await fixture.reserve(want(one, 2), want(two, 1), reference: "cart-1").reservation
      let expected = InventoryError.referenceInUse(
        .reservation, reference: "cart-1", twin: twin.id.description)
      for lines in [
        [want(one, 2)], [want(one, 3), want(two, 1)], [want(one, 2, at: "main"), want(two, 1)],
        [want(one, 2), want(two, 1), want(two, 1, at: "main")],
      ] {
        let same = ReservationRequest(reference: "cart-1", lines: lines, origin: Origin(actor: "test"))
        await #expect(throws: expected) { try await fixture.reserve(same) }
        let upper = ReservationRequest(reference: "CART-1", lines: lines, origin: Origin(actor: "test"))
        let other = try await fixture.reserve(upper)
        #expect(other.isNew)
        try await fixture.change(other.reservation.id, .release(nil))
      }
      #expect(try await fixture.stored(twin.id) == twin)
      #expect(try await fixture.quantities(one.id).held == 2)
    }
  }

  @Test(
    "a replacement may have the copies of what it replaces, and nothing changes if it cannot be held",
    arguments: RepositoryUnderTest.available)
  func replace(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 3))
      let first = try await fixture.reserve(want(item, 2), reference: "cart-1").reservation
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 4, available: 3)])) {
        try await fixture.reserve(want(item, 4), reference: "cart-1") { $0.replace = true }
      }
      #expect(try await fixture.stored(first.id) == first)
      #expect(try await fixture.quantities(item.id).held == 2)
      let second = try await fixture.reserve(want(item, 3), reference: "cart-1") { $0.replace = true }
      #expect(second.isNew)
      #expect(try await fixture.stored(first.id).state == .released)
      #expect(try await fixture.stored(first.id).lines[0].total == .of(released: 2))
      #expect(try await fixture.quantities(item.id).held == 3)
      // The same lines replace nothing.
      let same = try await fixture.reserve(want(item, 3), reference: "cart-1") { $0.replace = true }
      #expect(same == ReservationResult(reservation: second.reservation, isNew: false))
      // Nor is there anything to replace under a new reference.
      try await fixture.change(second.reservation.id, .release(nil))
      #expect(
        try await fixture.reserve(want(item, 1), reference: "cart-2") { $0.replace = true }.isNew)
    }
  }

  @Test(
    "what was handed out, wholly or in part, is not replaced",
    arguments: RepositoryUnderTest.available, [Int64(1), 2])
  func replaceFulfilled(engine: RepositoryUnderTest, quantity: Int64) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let first = try await fixture.reserve(want(item, 2), reference: "cart-1").reservation
      let before = try await fixture.change(
        first.id, .fulfill([PartLine(index: 0, quantity: quantity)]))
      await #expect(
        throws: InventoryError.referenceInUse(
          .reservation, reference: "cart-1", twin: first.id.description)
      ) { try await fixture.reserve(want(item, 3), reference: "cart-1") { $0.replace = true } }
      #expect(try await fixture.stored(first.id) == before)
    }
  }

  @Test(
    "a reservation that ran out is not confirmed once another one has its reference",
    arguments: RepositoryUnderTest.available)
  func confirmBesideTwin(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 9))
      let first = try await fixture.reserve(want(item, 2), reference: "cart-1") {
        $0.expiry = .after(microseconds: 60_000_000)
      }.reservation
      try await fixture.advanceClock(seconds: 61)
      let second = try await fixture.reserve(want(item, 3), reference: "cart-1").reservation
      await #expect(
        throws: InventoryError.referenceInUse(
          .reservation, reference: "cart-1", twin: second.id.description)
      ) { try await fixture.change(first.id, .confirm(.never)) }
      #expect(try await fixture.quantities(item.id).held == 3)
      // When that one is given up, the first can be had again.
      try await fixture.change(second.id, .release(nil))
      #expect(try await fixture.change(first.id, .confirm(.never)).state == .confirmed)
      #expect(try await fixture.quantities(item.id).held == 2)
    }
  }

  @Test(
    "who replaces his own hold has its copies before anybody who waits; who waits has the rest",
    arguments: RepositoryUnderTest.available)
  func replacedBeforeWaiting(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(10, of: item)
      try await fixture.adjust(line(item.id, 3))
      try await fixture.reserve(want(item, 3), reference: "cart-1")
      let waits = try await fixture.reserve(want(item, 2)) { $0.allowBackorder = true }.reservation
      let replaced = try await fixture.reserve(want(item, 2), reference: "cart-1") { $0.replace = true }
      #expect(replaced.reservation.lines[0].total == .of(held: 2))
      #expect(try await fixture.stored(waits.id).lines[0].total == .of(held: 1, backordered: 1))
    }
  }
}
