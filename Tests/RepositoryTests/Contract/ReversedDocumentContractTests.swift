import Inventory
import TestSupport
import Testing

@Suite struct ReversedDocumentContractTests {
  @Test(
    "copies that never came are outstanding again, and do not go back to the supplier",
    arguments: RepositoryUnderTest.available)
  func receipt(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 10)])
      let receipt = try await fixture.receive([came(item.id, 8), came(item.id, 2, .damaged)], for: order.id)
      let rows = try await fixture.movements()
      try await fixture.reverse(rows[0].id)
      var quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.damaged, quantities.incoming) == (2, 2, 8))
      var after = try #require(try await fixture.repository.purchaseOrder(order.id))
      #expect(after.state == .partiallyReceived && after.lines.map(\.outstanding) == [8])
      #expect(try await fixture.repository.receipt(receipt.id)?.lines.map(\.reversed) == [8, 0])
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .exceedsRemainder, wanted: 3, available: 2)
        ])
      ) { try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 3)) }

      // The copies are damaged as long as that row stands.
      await #expect(throws: InventoryError.self) { try await fixture.reverse(rows[1].id) }
      try await fixture.reverse(rows[2].id)
      try await fixture.reverse(rows[1].id)
      quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.damaged, quantities.incoming) == (0, 0, 10))
      after = try #require(try await fixture.repository.purchaseOrder(order.id))
      #expect(after.state == .open)
      try await fixture.receive([came(item.id, 10)], for: order.id)
      #expect(try await fixture.quantities(item.id).incoming == 0)
    }
  }

  @Test(
    "an order that was called off does not wait for copies that never came",
    arguments: RepositoryUnderTest.available)
  func closedOrder(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 10)])
      try await fixture.receive([came(item.id, 4)], for: order.id)
      _ = try await fixture.repository.cancelPurchaseOrder(
        PurchaseOrderCancellation(id: order.id, origin: RepositoryFixture.origin), once: nil)
      try await fixture.reverse(try await fixture.movements()[0].id)
      let after = try #require(try await fixture.repository.purchaseOrder(order.id))
      #expect(after.state == .closed && after.lines.map(\.cancelled) == [10])
      #expect(try await fixture.quantities(item.id).incoming == 0)
    }
  }

  @Test(
    "copies that went back cannot have never come; when they did not go back they may go again",
    arguments: RepositoryUnderTest.available)
  func supplierReturn(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 100))
      let receipt = try await fixture.receive([came(item.id, 5)])
      try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 4))
      let rows = try await fixture.movements()
      let (arrival, departure) = (rows[1], rows[2])
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .exceedsRemainder, wanted: 5, available: 1)
        ])
      ) { try await fixture.reverse(arrival.id) }
      try await fixture.reverse(departure.id)
      #expect(try await fixture.repository.receipt(receipt.id)?.lines.map(\.returned) == [0])
      #expect(try await fixture.quantities(item.id).onHand == 105)
      let reversal = try await fixture.reverse(arrival.id)
      await #expect(throws: InventoryError.alreadyReversed(arrival.id, by: reversal.id)) {
        try await fixture.reverse(arrival.id)
      }
      #expect(try await fixture.quantities(item.id).onHand == 100)
    }
  }
}
