import Inventory
import TestSupport
import Testing

/// Documents that several want to act on at the same time.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct PostgresDocumentRaceTests {
  @Test("of many who take one movement back one succeeds, and the others are told by which row")
  func reversals() async throws {
    try await withRepository(.postgres) { fixture in
      for number in 0..<5 {
        let item = try await fixture.makeItem("Book \(number)")
        let movement = try #require(try await fixture.adjust(line(item.id, 100)).movements.first)
        let results = await fixture.race(8) { _ in try await fixture.reverse(movement.id) }
        let done = results.compactMap { try? $0.get() }
        #expect(done.count == 1)
        for case .failure(let error) in results {
          #expect(
            error as? InventoryError == .alreadyReversed(movement.id, by: try #require(done.first).id))
        }
        #expect(try await fixture.quantities(item.id).onHand == 0)
      }
    }
  }

  @Test("of many receipts of one order no more are booked than were ordered")
  func overReceipt() async throws {
    try await withRepository(.postgres) { fixture in
      let item = try await fixture.makeItem()
      let order = try await fixture.order([(item.id, 10)])
      let results = await fixture.race(8) { _ in try await fixture.receive([came(item.id, 3)], for: order.id)
      }
      #expect(results.compactMap { try? $0.get() }.count == 3)
      for case .failure(let error) in results {
        #expect(
          error as? InventoryError
            == .refused([LineRefusal(index: 0, code: .overReceipt, wanted: 3, available: 1)]))
      }
      let quantities = try await fixture.quantities(item.id)
      #expect((quantities.onHand, quantities.incoming) == (9, 1))
      #expect(try await fixture.repository.purchaseOrder(order.id)?.state == .partiallyReceived)
    }
  }

  @Test("of many returns of one receipt no more go back than came")
  func supplierReturns() async throws {
    try await withRepository(.postgres) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.adjust(line(item.id, 100))
      let receipt = try await fixture.receive([came(item.id, 10)])
      let results = await fixture.race(8) { _ in
        try await fixture.giveBack(receipt.id, .init(item: .id(item.id), quantity: 4))
      }
      #expect(results.compactMap { try? $0.get() }.count == 2)
      for case .failure(let error) in results {
        #expect(
          error as? InventoryError
            == .refused([LineRefusal(index: 0, code: .exceedsRemainder, wanted: 4, available: 2)]))
      }
      #expect(try await fixture.quantities(item.id).onHand == 102)
    }
  }

  @Test("one reference is one document, however many ask for it at once")
  func sameReference() async throws {
    try await withRepository(.postgres) { fixture in
      let item = try await fixture.makeItem()
      for round in 0..<5 {
        let results = await fixture.race(8) { _ in
          try await fixture.order([(item.id, 2)], reference: "PO-\(round)").id
        }
        #expect(Set(try results.map { try $0.get() }).count == 1)
      }
      #expect(try await fixture.quantities(item.id).incoming == 10)
    }
  }

  @Test("many returns of used copies at once make one item of the condition")
  func usedItem() async throws {
    try await withRepository(.postgres) { fixture in
      let item = try await fixture.makeItem(isbn: "9780439023481")
      let results = await fixture.race(8) { _ in
        try await fixture.takeBack(.init(item: .id(item.id), quantity: 1, condition: .good))
      }
      for case .failure(let error) in results { Issue.record("\(error)") }
      let items = try await fixture.repository.items(of: [item.bookID])[item.bookID]
      #expect(items?.map(\.details.sku) == ["9780439023481", "9780439023481-good"])
      let used = try #require(items?.last)
      #expect(try await fixture.quantities(used.id).onHand == 8)
    }
  }

  @Test("an order is cancelled or received, and incoming is what is outstanding, however the two meet")
  func cancelling() async throws {
    try await withRepository(.postgres) { fixture in
      let item = try await fixture.makeItem()
      for _ in 0..<5 {
        let order = try await fixture.order([(item.id, 4)])
        _ = await fixture.race(4) { number in
          if number == 0 {
            _ = try await fixture.repository.cancelPurchaseOrder(
              PurchaseOrderCancellation(id: order.id, origin: RepositoryFixture.origin), once: nil)
          } else {
            try await fixture.receive([came(item.id, 1)], for: order.id)
          }
        }
        let after = try #require(try await fixture.repository.purchaseOrder(order.id))
        #expect(after.state == .cancelled || after.state == .closed)
        #expect(try await fixture.quantities(item.id).incoming == 0)
      }
    }
  }
}

extension RepositoryFixture {
  /// Runs the body so many times at once.
  func race<Output: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Output
  ) async -> [Result<Output, any Error>] {
    await withTaskGroup(of: Result<Output, any Error>.self) { group in
      for number in 0..<count {
        group.addTask {
          do {
            return .success(try await body(number))
          } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
