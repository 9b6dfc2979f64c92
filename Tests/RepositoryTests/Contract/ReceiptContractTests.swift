import Inventory
import TestSupport
import Testing

@Suite struct ReceiptContractTests {
  @Test(
    "a receipt brings copies on hand, some of them damaged or to be looked at",
    arguments: RepositoryUnderTest.available)
  func receives(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      let end = Instant(microseconds: 1_900_000_000_000_000)
      let receipt = try await fixture.receive(
        [
          came(item.id, 10, returnableUntil: end), came(item.id, 2, .damaged), came(other.id, 3, .inspection),
        ], reference: "DN-1")
      #expect(receipt.purchaseOrder == nil && receipt.supplier == nil && receipt.locationCode == "main")
      #expect(receipt.lines.map(\.quantity) == [10, 2, 3])
      #expect(receipt.lines.map(\.bucket) == [.onHand, .damaged, .inspection])
      #expect(receipt.lines.map(\.returnableUntil) == [end, nil, nil])
      #expect(try await fixture.repository.receipt(receipt.id) == receipt)
      let quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.damaged, quantities.free) == (12, 2, 10))
      #expect(try await fixture.quantities(other.id).inspection == 3)
      let rows = try await fixture.movements()
      #expect(rows.map(\.quantity) == [10, 2, 2, 3, 3])
      #expect(rows.map(\.bucket) == [.onHand, .onHand, .damaged, .onHand, .inspection])
      #expect(rows.map(\.line) == [0, 1, 4, 2, 5])
      #expect(rows.allSatisfy { $0.kind == .receipt && $0.reason == .received })
      #expect(rows.allSatisfy { $0.document == "\(receipt.id)/1" && $0.reference == "DN-1" })
    }
  }

  @Test(
    "a receipt of an order lowers incoming by what was outstanding, and moves the order on",
    arguments: RepositoryUnderTest.available)
  func fillsOrder(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      let shop = try await fixture.makeLocation("shop")
      let order = try await fixture.order([(first.id, 5), (second.id, 2)], at: "shop")
      let receipt = try await fixture.receive(
        [came(first.id, 2), came(first.id, 1, .damaged)], for: order.id)
      #expect(receipt.purchaseOrder == order.id && receipt.supplier == "Libri")
      #expect(receipt.locationID == shop.id)
      var after = try #require(try await fixture.repository.purchaseOrder(order.id))
      #expect(after.state == .partiallyReceived)
      #expect(after.lines.map(\.received) == [3, 0])
      var quantities = try await fixture.quantities(first.id, at: "shop")
      #expect((quantities.incoming, quantities.onHand, quantities.damaged) == (2, 3, 1))

      // The rest comes elsewhere.
      try await fixture.receive([came(second.id, 2), came(first.id, 2)], for: order.id, at: "main")
      after = try #require(try await fixture.repository.purchaseOrder(order.id))
      #expect(after.state == .received)
      quantities = try await fixture.quantities(first.id, at: "shop")
      #expect((quantities.incoming, quantities.onHand) == (0, 3))
      #expect(try await fixture.quantities(first.id).onHand == 2)
      #expect(try await fixture.quantities(second.id, at: "shop").incoming == 0)
      var query = DocumentQuery<BookedState>()
      query.parent = order.id.description
      let receipts = try await fixture.repository.receipts(query, page: PageRequest(limit: 1))
      #expect(receipts.elements.map(\.locationCode) == ["main"] && receipts.next != nil)
    }
  }

  @Test(
    "more than what was ordered is refused with the figures, unless it is allowed",
    arguments: RepositoryUnderTest.available)
  func overReceipt(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      let order = try await fixture.order([(item.id, 5)])
      let lines = [came(item.id, 4), came(item.id, 2, .damaged), came(other.id, 1)]
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 1, code: .overReceipt, wanted: 2, available: 1),
          LineRefusal(index: 2, code: .overReceipt, wanted: 1, available: 0),
        ])
      ) { try await fixture.receive(lines, for: order.id) }
      #expect(try await fixture.movements() == [])
      #expect(try await fixture.repository.purchaseOrder(order.id) == order)

      try await fixture.receive(lines, for: order.id, allowOver: true)
      let after = try #require(try await fixture.repository.purchaseOrder(order.id))
      #expect(after.state == .received && after.lines.map(\.received) == [6])
      let quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.incoming) == (6, 0))
      #expect(try await fixture.quantities(other.id).onHand == 1)
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .overReceipt, wanted: 1, available: 0)
        ])
      ) { try await fixture.receive([came(item.id, 1)], for: order.id) }
    }
  }

  @Test("copies that come go to who waits for them", arguments: RepositoryUnderTest.available)
  func servesWaiting(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      var details = item.details
      details.backorderLimit = 5
      _ = try await fixture.repository.replaceItem(item.id, with: details, version: 1)
      var request = ReservationRequest(
        lines: [HoldLine(item: .id(item.id), quantity: 3)], origin: RepositoryFixture.origin)
      request.allowBackorder = true
      _ = try await fixture.repository.reserve(request, once: nil)
      try await fixture.receive([came(item.id, 2), came(item.id, 1, .damaged)])
      let quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.held, quantities.backordered) == (3, 2, 1))
    }
  }

  @Test(
    "the same reference is the same receipt, also when the order has been closed since",
    arguments: RepositoryUnderTest.available)
  func reference(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 5)])
      let receipt = try await fixture.receive([came(item.id, 2)], for: order.id, reference: "DN-1")
      _ = try await fixture.repository.cancelPurchaseOrder(
        PurchaseOrderCancellation(id: order.id, origin: RepositoryFixture.origin), once: nil)
      let again = try await fixture.receiveResult(
        [came(item.id, 2)], for: order.id, reference: "DN-1")
      #expect(!again.isNew && again.document == receipt)
      await #expect(
        throws: InventoryError.referenceInUse(.receipt, reference: "DN-1", twin: receipt.id.description)
      ) { try await fixture.receive([came(item.id, 3)], for: order.id, reference: "DN-1") }
      #expect(try await fixture.quantities(item.id).onHand == 2)
    }
  }

  @Test(
    "what names nothing is listed with its place, and nothing changes",
    arguments: RepositoryUnderTest.available)
  func unknown(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = PurchaseOrderID(value: 1)
      let unknown = ItemID(value: 7)
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: nil, field: .purchaseOrder, code: .notFound, value: order.description),
          LineProblem(index: nil, field: .location, code: .notFound, value: "nowhere"),
          LineProblem(index: 1, field: .item, code: .notFound, value: unknown.description),
          LineProblem(index: 3, field: .item, code: .duplicate, value: item.details.sku),
        ])
      ) {
        try await fixture.receive(
          [
            came(item.id, 1), came(unknown, 1), came(item.id, 1, .damaged),
            ReceiptRequest.Line(item: .sku(item.details.sku), quantity: 1),
          ], for: order, at: "nowhere")
      }
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 1, code: .quantityTooLarge, wanted: 1_000_000_000, available: 1)
        ])
      ) {
        try await fixture.receive([came(item.id, 1), came(item.id, 1_000_000_000, .damaged)])
      }
      #expect(try await fixture.movements() == [])
    }
  }
}
