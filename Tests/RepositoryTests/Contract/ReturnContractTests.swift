import Inventory
import TestSupport
import Testing

@Suite struct ReturnContractTests {
  @Test(
    "a customer's copies come back into stock, as damaged, or to be looked at",
    arguments: RepositoryUnderTest.available)
  func customer(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let result = try await fixture.takeBack(
        .init(item: .id(item.id), quantity: 3), .init(item: .id(item.id), quantity: 2, into: .damaged),
        .init(item: .id(item.id), quantity: 1, into: .inspection), reference: "RMA-1")
      let booked = result.document
      #expect(result.isNew && booked.kind == .customer && booked.reason == .returned)
      #expect(booked.lines.map(\.bucket) == [.onHand, .damaged, .inspection])
      #expect(try await fixture.repository.stockReturn(booked.id) == booked)
      let quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.damaged, quantities.inspection) == (6, 2, 1))
      let rows = try await fixture.movements()
      #expect(rows.allSatisfy { $0.kind == .customerReturn && $0.document == "\(booked.id)/1" })
      #expect(rows.map(\.quantity) == [3, 2, 2, 1, 1])
      let again = try await fixture.takeBack(
        .init(item: .id(item.id), quantity: 3), .init(item: .id(item.id), quantity: 2, into: .damaged),
        .init(item: .id(item.id), quantity: 1, into: .inspection), reference: "RMA-1")
      #expect(!again.isNew && again.document == booked)
      await #expect(
        throws: InventoryError.referenceInUse(
          .stockReturn, reference: "RMA-1", twin: booked.id.description)
      ) { try await fixture.takeBack(.init(item: .id(item.id), quantity: 3), reference: "RMA-1") }
    }
  }

  @Test(
    "copies that come back used are of the book's item in that condition, which is made when it is missing",
    arguments: RepositoryUnderTest.available)
  func usedGrade(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem(isbn: "9780439023481")
      let made = try await fixture.takeBack(
        .init(item: .id(item.id), quantity: 2, condition: .good),
        .init(item: .id(item.id), quantity: 1, condition: .new)
      ).document
      #expect(made.lines.map(\.sku) == ["9780439023481-good", item.details.sku])
      let used = try #require(try await fixture.repository.item(.sku("9780439023481-good")))
      #expect(used.bookID == item.bookID && used.details.condition == .good && used.version == 1)
      #expect(used.details.flags == [] && used.details.price == nil && used.details.backorderLimit == 0)
      #expect(try await fixture.quantities(used.id).onHand == 2)
      #expect(try await fixture.quantities(item.id).onHand == 1)

      // Now it is there, and can be named itself.
      try await fixture.takeBack(.init(item: .id(item.id), quantity: 1, condition: .good))
      try await fixture.takeBack(.init(item: .id(used.id), quantity: 1, condition: .good))
      #expect(try await fixture.quantities(used.id).onHand == 4)
      let all = try await fixture.repository.items(of: [item.bookID])
      #expect(all[item.bookID]?.count == 2)
    }
  }

  @Test(
    "a SKU that another item has is not taken, and what a buyer must know is kept",
    arguments: RepositoryUnderTest.available)
  func takenSKU(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem(isbn: "9780439023481")
      let other = try await fixture.makeItem("Other")
      _ = try await fixture.repository.createItem(
        ItemDetails(sku: "9780439023481-fair"), book: other.bookID)
      var signedDetails = ItemDetails(sku: "SIGNED")
      signedDetails.flags = [.signed]
      let signed = try await fixture.repository.createItem(signedDetails, book: item.bookID)
      let made = try await fixture.takeBack(
        .init(item: .id(item.id), quantity: 1, condition: .fair),
        .init(item: .id(signed.id), quantity: 1, condition: .fair),
        .init(item: .id(other.id), quantity: 1, condition: .fair)
      ).document
      #expect(
        made.lines.map(\.sku) == [
          "9780439023481-fair-2", "9780439023481-fair-3", "\(other.bookID)-fair",
        ])
      #expect(try await fixture.repository.item(.sku("9780439023481-fair-2"))?.details.flags == [])
      #expect(try await fixture.repository.item(.sku("9780439023481-fair-3"))?.details.flags == [.signed])
    }
  }

  @Test(
    "wrong customer returns are refused by line, and make nothing", arguments: RepositoryUnderTest.available)
  func wrongCustomerReturns(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem(isbn: "9780439023481")
      var goodDetails = ItemDetails(sku: "GOOD")
      goodDetails.condition = .good
      let good = try await fixture.repository.createItem(goodDetails, book: item.bookID)
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: 1, field: .item, code: .notFound, value: "nothing")
        ])
      ) {
        try await fixture.takeBack(
          .init(item: .id(item.id), quantity: 1, condition: .poor), .init(item: .sku("nothing"), quantity: 1))
      }
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: 1, field: .item, code: .duplicate, value: "GOOD")
        ])
      ) {
        try await fixture.takeBack(
          .init(item: .id(item.id), quantity: 1, condition: .good), .init(item: .sku("GOOD"), quantity: 1))
      }
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 2, code: .quantityTooLarge, wanted: 1_000_000_000, available: 1)
        ])
      ) {
        try await fixture.takeBack(
          .init(item: .id(item.id), quantity: 1, condition: .fine),
          .init(item: .id(good.id), quantity: 1),
          .init(item: .id(good.id), quantity: 1_000_000_000, into: .damaged))
      }
      #expect(try await fixture.movements() == [])
      #expect(try await fixture.repository.items(of: [item.bookID])[item.bookID]?.count == 2)
    }
  }

  @Test(
    "copies of a receipt go back to the supplier, from where they are, as far as they came",
    arguments: RepositoryUnderTest.available)
  func supplier(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 12)])
      let receipt = try await fixture.receive([came(item.id, 10), came(item.id, 2, .damaged)], for: order.id)
      let result = try await fixture.giveBack(
        receipt.id, .init(item: .id(item.id), quantity: 3),
        .init(item: .id(item.id), quantity: 1, from: .damaged),
        reference: "RET-1")
      let booked = result.document
      #expect(booked.kind == .supplier && booked.receipt == receipt.id && booked.supplier == "Libri")
      #expect(
        booked.lines.map(\.parts) == [
          [.init(receiptLine: 0, bucket: .onHand, quantity: 3)],
          [.init(receiptLine: 1, bucket: .damaged, quantity: 1)],
        ])
      var quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.damaged) == (8, 1))
      let after = try #require(try await fixture.repository.receipt(receipt.id))
      #expect(after.lines.map(\.returned) == [3, 1] && after.version == 2)
      let rows = try await fixture.movements().suffix(3)
      #expect(rows.map(\.quantity) == [-3, -1, -1])
      #expect(rows.allSatisfy { $0.kind == .supplierReturn && $0.document == "\(booked.id)/1" })

      let again = try await fixture.giveBack(
        receipt.id, .init(item: .id(item.id), quantity: 3),
        .init(item: .id(item.id), quantity: 1, from: .damaged),
        reference: "RET-1")
      #expect(!again.isNew && again.document == booked)
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .exceedsRemainder, wanted: 9, available: 8)
        ])
      ) { try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 9)) }
      // Everything that is left, from both states.
      try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 8))
      quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.damaged) == (0, 0))
      var query = DocumentQuery<BookedState>()
      query.parent = receipt.id.description
      let returns = try await fixture.repository.stockReturns(query, kind: nil, page: PageRequest(limit: 5))
      #expect(returns.elements.count == 2 && returns.elements.last == booked)
      let none = try await fixture.repository.stockReturns(
        query, kind: .customer, page: PageRequest(limit: 5))
      #expect(none.elements.isEmpty)
    }
  }

  @Test(
    "copies that are promised or gone do not go back to the supplier, and nothing changes",
    arguments: RepositoryUnderTest.available)
  func heldStock(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let receipt = try await fixture.receive([came(item.id, 5)])
      try await fixture.hold(item.id, 3)
      await #expect(
        throws: InventoryError.refused([LineRefusal(index: 0, code: .heldStock, wanted: 4, available: 2)])
      ) { try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 4)) }
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .insufficientStock, wanted: 1, available: 0)
        ])
      ) { try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 1, from: .damaged)) }
      #expect(try await fixture.repository.receipt(receipt.id) == receipt)
      try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 2))
      #expect(try await fixture.quantities(item.id).onHand == 3)
    }
  }

  @Test(
    "after its time a line goes back only by force", arguments: RepositoryUnderTest.available)
  func returnWindow(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let past = Instant(microseconds: 1_000_000)
      let receipt = try await fixture.receive([
        came(item.id, 5, returnableUntil: past), came(item.id, 5, .damaged),
      ])
      await #expect(
        throws: InventoryError.returnWindowClosed([ClosedReturnWindow(index: 0, returnableUntil: past)])
      ) { try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 1)) }
      #expect(try await fixture.repository.receipt(receipt.id) == receipt)
      try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 1, from: .damaged))
      try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 1), force: true)
      #expect(try await fixture.quantities(item.id).onHand == 8)
    }
  }

  @Test(
    "a return to a supplier names a receipt and what came with it", arguments: RepositoryUnderTest.available)
  func wrongSupplierReturns(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      let receipt = try await fixture.receive([came(item.id, 5)])
      let unknown = ReceiptID(value: 1)
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: nil, field: .receipt, code: .notFound, value: unknown.description)
        ])
      ) { try await fixture.giveBack(unknown, .init(item: .id(item.id), quantity: 1)) }
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: 1, field: .item, code: .duplicate, value: item.details.sku),
          LineProblem(index: 2, field: .item, code: .notOnDocument, value: other.id.description),
        ])
      ) {
        try await fixture.giveBack(
          receipt.id, .init(item: .id(item.id), quantity: 1),
          .init(item: .sku(item.details.sku), quantity: 1), .init(item: .id(other.id), quantity: 1))
      }
      #expect(try await fixture.movements().count == 1)
    }
  }
}
