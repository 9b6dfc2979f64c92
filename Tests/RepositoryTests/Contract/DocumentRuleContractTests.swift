import Inventory
import TestSupport
import Testing

/// What documents refuse when things have changed since they were made, or where there would be too much.
@Suite struct DocumentRuleContractTests {
  @Test(
    "nothing is shipped to a location that was closed after the transfer was made",
    arguments: RepositoryUnderTest.available)
  func closedMeanwhile(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let shop = try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5))
      let draft = try await fixture.makeTransfer([(item.id, 2)])
      try await fixture.setActive(false, "shop")
      let closed = InventoryError.invalidState(.location, id: shop.id.description, state: "inactive")
      await #expect(throws: closed) { try await fixture.change(draft.id, .ship) }
      #expect(try await fixture.quantities(item.id).onHand == 5)
      try await fixture.setActive(true, "shop")
      #expect(try await fixture.change(draft.id, .ship).state == .inTransit)
    }
  }

  @Test("what is under way to a place has a limit", arguments: RepositoryUnderTest.available)
  func inTransitLimit(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      let (most, more) = (Adjustment.maximumQuantity, Int64(600_000_000))
      try await fixture.adjust(line(item.id, most))
      let first = try await fixture.makeTransfer([(item.id, more)])
      let second = try await fixture.makeTransfer([(item.id, more)])
      try await fixture.change(first.id, .ship)
      try await fixture.adjust(line(item.id, more))
      let refusal = LineRefusal(index: 0, code: .quantityTooLarge, wanted: more, available: more)
      await #expect(throws: InventoryError.refused([refusal])) {
        try await fixture.change(second.id, .ship)
      }
      #expect(try await fixture.quantities(item.id).onHand == most)
      #expect(try await fixture.quantities(item.id, at: "shop").inTransit == more)
    }
  }

  @Test(
    "a count changes nothing of a book that was archived after it was counted",
    arguments: RepositoryUnderTest.available)
  func archivedMeanwhile(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let count = try await fixture.makeCount(items: [item.id])
      try await fixture.record(count.id, [(item.id, 2)])
      _ = try await fixture.repository.archiveBook(item.bookID, version: nil)
      await #expect(throws: InventoryError.bookArchived(item.bookID)) {
        try await fixture.complete(count.id)
      }
      #expect(try await fixture.quantities(item.id).onHand == 0)
      #expect(try await fixture.repository.count(count.id)?.state == .open)
    }
  }

  @Test(
    "a forced count frees what has run out before it takes anything, and calls it expired, not short",
    arguments: RepositoryUnderTest.available)
  func expiredBeforeForced(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 4))
      let late = try await fixture.hold(item.id, 2, for: 60)
      let kept = try await fixture.hold(item.id, 2)
      try await fixture.advanceClock(seconds: 61)
      let count = try await fixture.makeCount()
      try await fixture.record(count.id, [(item.id, 2)])
      try await fixture.complete(count.id, force: true)
      #expect(try await fixture.stored(late.id).lines[0].total == .of(expired: 2))
      #expect(try await fixture.stored(kept.id).lines[0].total == .of(held: 2))
    }
  }

  @Test(
    "the same reference with other copies is no second return to a supplier",
    arguments: RepositoryUnderTest.available)
  func supplierReturnReference(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let receipt = try await fixture.receive([came(item.id, 5)])
      let first = try await fixture.giveBack(
        receipt.id, .init(item: .id(item.id), quantity: 2), reference: "R-1")
      let again = try await fixture.giveBack(
        receipt.id, .init(item: .id(item.id), quantity: 2), reference: "R-1")
      #expect(first.isNew && !again.isNew && again.document == first.document)
      let twin = InventoryError.referenceInUse(
        .stockReturn, reference: "R-1", twin: first.document.id.description)
      await #expect(throws: twin) {
        try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 3), reference: "R-1")
      }
      #expect(try await fixture.quantities(item.id).onHand == 3)
    }
  }

  @Test(
    "a return to a supplier takes no promised copies, and is not refused for a promise that has run out",
    arguments: RepositoryUnderTest.available)
  func supplierReturnOfPromised(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let receipt = try await fixture.receive([came(item.id, 3)])
      let hold = try await fixture.hold(item.id, 2, for: 60)
      let refusal = LineRefusal(index: 0, code: .heldStock, wanted: 3, available: 1)
      await #expect(throws: InventoryError.refused([refusal])) {
        try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 3))
      }
      try await fixture.advanceClock(seconds: 61)
      try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 3))
      #expect(try await fixture.quantities(item.id).onHand == 0)
      #expect(try await fixture.stored(hold.id).state == .expired)
    }
  }
}
