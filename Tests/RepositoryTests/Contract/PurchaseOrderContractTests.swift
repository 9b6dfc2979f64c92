import Inventory
import TestSupport
import Testing

@Suite struct PurchaseOrderContractTests {
  @Test("an order raises incoming by its lines", arguments: RepositoryUnderTest.available)
  func orders(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("One")
      let second = try await fixture.makeItem("Two")
      let expected = Instant(microseconds: 1_900_000_000_000_000)
      var request = PurchaseOrderRequest(
        supplier: "Libri", reference: "PO-1",
        lines: [
          ItemQuantity(item: .id(second.id), quantity: 7),
          ItemQuantity(item: .sku(first.details.sku), quantity: 3),
        ], origin: RepositoryFixture.origin)
      request.expectedAt = expected
      request.note = "urgent"
      let result = try await fixture.repository.createPurchaseOrder(request, once: nil).done
      let order = result.document
      #expect(result.isNew && order.state == .open && order.supplier == "Libri")
      #expect(order.locationCode == "main" && order.reference == "PO-1" && order.note == "urgent")
      #expect(order.expectedAt == expected && order.actor == "anna" && order.version == 1)
      #expect(order.lines.map(\.itemID) == [second.id, first.id])
      #expect(order.lines.map(\.outstanding) == [7, 3])
      #expect(try await fixture.repository.purchaseOrder(order.id) == order)
      #expect(try await fixture.quantities(second.id).incoming == 7)
      #expect(try await fixture.quantities(second.id).onHand == 0)
      let rows = try await fixture.commitments()
      #expect(rows.map(\.bucket) == [.incoming, .incoming])
      #expect(rows.map(\.kind) == [.order, .order])
      #expect(rows.map(\.document) == ["\(order.id)/1", "\(order.id)/1"])
      #expect(rows.map(\.reference) == ["PO-1", "PO-1"])
      #expect(try await fixture.movements() == [])
    }
  }

  @Test(
    "the same reference is the same order; with other lines it is refused",
    arguments: RepositoryUnderTest.available)
  func reference(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 5)], reference: "PO-1")
      let again = try await fixture.order([(item.id, 5)], reference: "PO-1")
      #expect(again == order)
      await #expect(
        throws: InventoryError.referenceInUse(
          .purchaseOrder, reference: "PO-1", twin: order.id.description)
      ) { try await fixture.order([(item.id, 6)], reference: "PO-1") }
      #expect(try await fixture.quantities(item.id).incoming == 5)
    }
  }

  @Test(
    "cancelling takes what is outstanding out of incoming, once",
    arguments: RepositoryUnderTest.available)
  func cancels(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 5)])
      let cancelled = try await fixture.cancel(order.id)
      #expect(cancelled.state == .cancelled && cancelled.version == 2)
      #expect(cancelled.lines.map(\.cancelled) == [5] && cancelled.lines.map(\.outstanding) == [0])
      #expect(try await fixture.quantities(item.id).incoming == 0)
      #expect(try await fixture.commitments().map(\.document) == ["\(order.id)/1", "\(order.id)/2"])
      #expect(try await fixture.cancel(order.id) == cancelled)
      await #expect(
        throws: InventoryError.invalidState(.purchaseOrder, id: order.id.description, state: "cancelled")
      ) { try await fixture.receive([came(item.id, 1)], for: order.id) }

      let started = try await fixture.order([(item.id, 5)])
      try await fixture.receive([came(item.id, 2)], for: started.id)
      let closed = try await fixture.cancel(started.id)
      #expect(closed.state == .closed && closed.lines.map(\.cancelled) == [3])
      #expect(try await fixture.quantities(item.id).incoming == 0)

      let done = try await fixture.order([(item.id, 1)])
      try await fixture.receive([came(item.id, 1)], for: done.id)
      await #expect(
        throws: InventoryError.invalidState(.purchaseOrder, id: done.id.description, state: "received")
      ) { try await fixture.cancel(done.id) }
      let unknown = PurchaseOrderID(value: 1)
      await #expect(throws: InventoryError.notFound(.purchaseOrder, unknown.description)) {
        try await fixture.cancel(unknown)
      }
    }
  }

  @Test(
    "lines that name nothing, archived books, closed places or an item twice are all listed, and nothing changes",
    arguments: RepositoryUnderTest.available)
  func unknownLines(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let old = try await fixture.makeItem("Old")
      _ = try await fixture.repository.archiveBook(old.bookID, version: nil)
      _ = try await fixture.makeLocation("closed", active: false)
      let unknown = ItemID(value: 7)
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: nil, field: .location, code: .inactive, value: "closed"),
          LineProblem(index: 1, field: .item, code: .notFound, value: unknown.description),
          LineProblem(index: 2, field: .item, code: .archived, value: old.id.description),
          LineProblem(index: 3, field: .item, code: .duplicate, value: item.id.description),
        ])
      ) {
        try await fixture.order([(item.id, 1), (unknown, 1), (old.id, 1), (item.id, 2)], at: "closed")
      }
      #expect(try await fixture.commitments() == [])
    }
  }

  @Test("incoming has a limit", arguments: RepositoryUnderTest.available)
  func limit(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.order([(item.id, 999_999_999)])
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .quantityTooLarge, wanted: 2, available: 999_999_999)
        ])
      ) { try await fixture.order([(item.id, 2)]) }
    }
  }

  @Test(
    "orders are listed newest first, page by page, by every filter", arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let shop = try await fixture.makeLocation("shop")
      var orders: [PurchaseOrder] = []
      for number in 0..<5 {
        orders.insert(
          try await fixture.order(
            [(item.id, 1)], at: number == 3 ? "shop" : "main", reference: number == 2 ? "PO-2" : nil), at: 0)
      }
      orders[4] = try await fixture.cancel(orders[4].id)
      @Sendable func list(
        _ change: (inout DocumentQuery<PurchaseOrderState>) -> Void
      ) async throws -> [PurchaseOrder] {
        var query = DocumentQuery<PurchaseOrderState>()
        change(&query)
        return try await walk(limit: 2) { [query] page in
          try await fixture.repository.purchaseOrders(query, page: page)
        }
      }
      #expect(try await list { _ in } == orders)
      #expect(try await list { $0.state = .cancelled } == [orders[4]])
      #expect(try await list { $0.location = shop.id } == [orders[1]])
      #expect(try await list { $0.reference = "PO-2" } == [orders[2]])
      #expect(try await list { $0.supplier = "Libri" } == orders)
      #expect(try await list { $0.supplier = "libri" } == [])
    }
  }
}

extension RepositoryFixture {
  fileprivate func cancel(_ id: PurchaseOrderID) async throws -> PurchaseOrder {
    try await repository.cancelPurchaseOrder(
      PurchaseOrderCancellation(id: id, origin: Self.origin), once: nil
    ).done
  }
}
