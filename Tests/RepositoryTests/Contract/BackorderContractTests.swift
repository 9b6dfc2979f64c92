import Inventory
import TestSupport
import Testing

/// Copies that are promised before they are there, and copies that are lost after they were promised.
@Suite struct BackorderContractTests {
  @Test(
    "what is not there is waited for, up to the item's limit over all locations",
    arguments: RepositoryUnderTest.available)
  func limit(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop", priority: 1)
      try await fixture.setBackorderLimit(3, of: item)
      try await fixture.adjust(line(item.id, 1), line(item.id, 1, at: "shop"))
      let first = try await fixture.reserve(want(item, 4)) { $0.allowBackorder = true }.reservation
      #expect(allocations(first) == ["shop": .of(held: 1, backordered: 2), "main": .of(held: 1)])
      // One more may be waited for, wherever it is.
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 2, available: 1)])) {
        try await fixture.reserve(want(item, 2, at: "main")) { $0.allowBackorder = true }
      }
      let second = try await fixture.reserve(want(item, 1, at: "main")) { $0.allowBackorder = true }
        .reservation
      #expect(allocations(second) == ["main": .of(backordered: 1)])
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 1, available: 0)])) {
        try await fixture.reserve(want(item, 1)) { $0.allowBackorder = true }
      }
      // Whoever gives up makes room.
      try await fixture.change(first.id, .release([PartLine(index: 0, quantity: 1)]))
      #expect(try await fixture.quantities(item.id, at: "shop").backordered == 1)
      try await fixture.reserve(want(item, 1)) { $0.allowBackorder = true }
    }
  }

  @Test(
    "nothing is waited for unless the buyer allows it and the item does",
    arguments: RepositoryUnderTest.available)
  func notAllowed(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      let expected = InventoryError.refused([insufficient(0, wanted: 1, available: 0)])
      await #expect(throws: expected) {
        try await fixture.reserve(want(item, 1)) { $0.allowBackorder = true }
      }
      try await fixture.setBackorderLimit(5, of: item)
      await #expect(throws: expected) { try await fixture.reserve(want(item, 1)) }
    }
  }

  @Test(
    "an item that was never anywhere is waited for where copies serve first",
    arguments: RepositoryUnderTest.available, [nil, "shop"])
  func neverStocked(engine: RepositoryUnderTest, location: String?) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop", priority: 7)
      try await fixture.setBackorderLimit(5, of: item)
      let reservation = try await fixture.reserve(want(item, 2, at: location)) { $0.allowBackorder = true }
        .reservation
      #expect(allocations(reservation) == ["shop": .of(backordered: 2)])
      #expect(try await fixture.stored(reservation.id) == reservation)
      #expect(try await fixture.quantities(item.id, at: "shop").backordered == 2)
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 4, available: 3)])) {
        try await fixture.reserve(want(item, 4)) { $0.allowBackorder = true }
      }
    }
  }

  @Test(
    "copies that arrive are given to who waits longest, before anybody else can have them",
    arguments: RepositoryUnderTest.available)
  func arrival(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(10, of: item)
      var waiting: [ReservationID] = []
      for _ in 0..<3 {
        waiting.append(
          try await fixture.reserve(want(item, 2)) { $0.allowBackorder = true }.reservation.id)
      }
      try await fixture.adjust(line(item.id, 3), reason: .received)
      var held: [HoldQuantities] = []
      for id in waiting { held.append(try await fixture.stored(id).lines[0].total) }
      #expect(held == [.of(held: 2), .of(held: 1, backordered: 1), .of(backordered: 2)])
      #expect(try await fixture.quantities(item.id).held == 3)
      #expect(try await fixture.quantities(item.id).backordered == 3)
      await #expect(throws: InventoryError.self) { try await fixture.reserve(item.id, 1) }
      // Copies that somebody gives back arrive, too.
      try await fixture.change(waiting[0], .release(nil))
      #expect(try await fixture.stored(waiting[1]).lines[0].total == .of(held: 2))
      #expect(try await fixture.stored(waiting[2]).lines[0].total == .of(held: 1, backordered: 1))
      // So do those that are repaired; safety stock stays.
      try await fixture.adjust(line(item.id, 2), line(item.id, 2, .damaged))
      #expect(try await fixture.stored(waiting[2]).lines[0].total == .of(held: 1, backordered: 1))
      try await fixture.setSafetyStock(1, of: item)
      try await fixture.adjust(line(item.id, -1, .damaged), reason: .repaired)
      #expect(try await fixture.stored(waiting[2]).lines[0].total == .of(held: 1, backordered: 1))
      try await fixture.adjust(line(item.id, -1, .damaged), reason: .repaired)
      #expect(try await fixture.stored(waiting[2]).lines[0].total == .of(held: 2))
    }
  }

  @Test(
    "who has run out waits no longer, whether or not anybody has noticed",
    arguments: RepositoryUnderTest.available)
  func expiredWaits(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(4, of: item)
      let gone = try await fixture.reserve(want(item, 2)) {
        $0.allowBackorder = true
        $0.expiry = .after(microseconds: 60_000_000)
      }.reservation
      let waits = try await fixture.reserve(want(item, 2)) { $0.allowBackorder = true }.reservation
      try await fixture.advanceClock(seconds: 61)
      try await fixture.adjust(line(item.id, 2))
      #expect(try await fixture.stored(gone.id).lines[0].total == .of(expired: 2))
      #expect(try await fixture.stored(waits.id).lines[0].total == .of(held: 2))
    }
  }

  @Test(
    "copies that are promised cannot be taken by hand or set aside",
    arguments: RepositoryUnderTest.available)
  func heldStock(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      try await fixture.reserve(item.id, 4)
      let expected = InventoryError.refused([
        LineRefusal(index: 0, code: .heldStock, wanted: 2, available: 1)
      ])
      await #expect(throws: expected) { try await fixture.adjust(line(item.id, -2)) }
      await #expect(throws: expected) { try await fixture.adjust(line(item.id, 2, .inspection)) }
      await #expect(throws: expected) {
        try await fixture.adjust(
          AdjustmentLine(
            item: .id(item.id), location: .code("main"), bucket: .onHand, change: .set(to: 3, expected: 5)))
      }
      try await fixture.adjust(line(item.id, -1))
      #expect(try await fixture.quantities(item.id).onHand == 4)
    }
  }

  @Test(
    "a forced decrease takes from the newest holds, which say how many copies they are short",
    arguments: RepositoryUnderTest.available)
  func forced(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 9))
      var holds: [ReservationID] = []
      for _ in 0..<3 { holds.append(try await fixture.reserve(item.id, 3).reservation.id) }
      let result = try await fixture.force(line(item.id, -4))
      #expect(result.levels[0].quantities.onHand == 5)
      #expect(result.levels[0].quantities.held == 5)
      var totals: [HoldQuantities] = []
      for id in holds { totals.append(try await fixture.stored(id).lines[0].total) }
      #expect(totals == [.of(held: 3), .of(held: 2, short: 1), .of(short: 3)])
      // Copies set aside are as lost to the buyers as those that are gone.
      try await fixture.force(line(item.id, 2, .damaged))
      #expect(try await fixture.stored(holds[1]).lines[0].total == .of(short: 3))
      // Not even by force more than there is.
      await #expect(throws: InventoryError.self) { try await fixture.force(line(item.id, -6)) }
      // What is left is handed out; what is short is neither handed out nor freed.
      let done = try await fixture.change(holds[0], .fulfill(nil))
      #expect(done.lines[0].total == .of(fulfilled: 3))
      #expect(try await fixture.quantities(item.id).onHand == 2)
    }
  }

  @Test(
    "a forced decrease that the free copies can bear touches no hold",
    arguments: RepositoryUnderTest.available)
  func forcedWithinFree(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 5))
      let hold = try await fixture.reserve(item.id, 3).reservation
      try await fixture.force(line(item.id, -2))
      #expect(try await fixture.stored(hold.id) == hold)
    }
  }

  @Test(
    "a reservation all of whose copies were lost cannot be handed out as if it were complete",
    arguments: RepositoryUnderTest.available)
  func allShort(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 2))
      let hold = try await fixture.reserve(item.id, 2).reservation
      try await fixture.force(line(item.id, -2))
      await #expect(throws: InventoryError.refused([insufficient(0, wanted: 2, available: 0)])) {
        try await fixture.change(hold.id, .fulfill(nil))
      }
      #expect(try await fixture.stored(hold.id).state == .pending)
      #expect(try await fixture.change(hold.id, .release(nil)).state == .released)
    }
  }

  @Test(
    "a forced decrease takes from what has run out before it takes from anybody who still waits",
    arguments: RepositoryUnderTest.available)
  func forcedAfterExpiry(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 4))
      try await fixture.reserve(want(item, 2)) { $0.expiry = .after(microseconds: 60_000_000) }
      let active = try await fixture.reserve(item.id, 2).reservation
      try await fixture.advanceClock(seconds: 61)
      try await fixture.force(line(item.id, -2))
      #expect(try await fixture.stored(active.id).lines[0].total == .of(held: 2))
    }
  }

  @Test(
    "copies that are no longer safety stock go to who waits, before anybody else can have them",
    arguments: RepositoryUnderTest.available)
  func loweredSafetyStock(engine: RepositoryUnderTest) async throws {
    try await withHolds(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.setBackorderLimit(10, of: item)
      try await fixture.adjust(line(item.id, 3))
      try await fixture.setSafetyStock(3, of: item)
      let waits = try await fixture.reserve(want(item, 2)) { $0.allowBackorder = true }.reservation
      #expect(waits.lines[0].total == .of(backordered: 2))
      try await fixture.setSafetyStock(2, of: item)
      #expect(try await fixture.stored(waits.id).lines[0].total == .of(held: 1, backordered: 1))
      await #expect(throws: InventoryError.self) { try await fixture.reserve(item.id, 1) }
      try await fixture.setSafetyStock(0, of: item)
      #expect(try await fixture.stored(waits.id).lines[0].total == .of(held: 2))
      try await fixture.reserve(item.id, 1)
    }
  }
}
