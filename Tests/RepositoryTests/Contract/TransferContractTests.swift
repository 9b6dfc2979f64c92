import Inventory
import TestSupport
import Testing

@Suite struct TransferContractTests {
  @Test("a transfer moves copies through the way, and nets to zero", arguments: RepositoryUnderTest.available)
  func wholeWay(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 10))

      let draft = try await fixture.makeTransfer([(item.id, 4)])
      #expect(draft.state == .draft)
      #expect(draft.fromCode == "main")
      #expect(draft.toCode == "shop")
      #expect(try await fixture.quantities(item.id).onHand == 10)

      let shipped = try await fixture.change(draft.id, .ship)
      #expect(shipped.state == .inTransit)
      #expect(shipped.version == 2)
      #expect(shipped.lines.first?.inTransit == 4)
      #expect(try await fixture.quantities(item.id).onHand == 6)
      #expect(try await fixture.quantities(item.id, at: "shop").inTransit == 4)
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 0)
      #expect(try await fixture.repository.transfer(draft.id) == shipped)

      let received = try await fixture.change(draft.id, .receive(nil, close: true))
      #expect(received.state == .received)
      #expect(received.lines.first?.received == 4)
      #expect(received.lines.first?.variance == 0)
      #expect(try await fixture.quantities(item.id, at: "shop").inTransit == 0)
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 4)

      let movements = try await fixture.movements(of: item.id).filter { $0.kind != .adjustment }
      #expect(movements.map(\.kind) == [.transferReceipt, .transferShipment])
      #expect(movements.map(\.quantity) == [4, -4])
      #expect(movements.map(\.document) == ["\(draft.id)/3", "\(draft.id)/2"])
      #expect(movements.allSatisfy { $0.reason == .transferred && $0.reference == draft.reference })
    }
  }

  @Test(
    "what does not arrive is received and written off; what is too much is found",
    arguments: RepositoryUnderTest.available)
  func variance(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let short = try await fixture.makeItem("Short")
      let over = try await fixture.makeItem("Over")
      let forgotten = try await fixture.makeItem("Forgotten")
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(short.id, 5), line(over.id, 5), line(forgotten.id, 5))
      let draft = try await fixture.makeTransfer([(short.id, 5), (over.id, 5), (forgotten.id, 2)])
      try await fixture.change(draft.id, .ship)
      let received = try await fixture.change(
        draft.id,
        .receive(
          [
            ItemQuantity(item: .id(over.id), quantity: 7),
            ItemQuantity(item: .sku(short.details.sku), quantity: 3),
          ], close: true))
      #expect(received.state == .received)
      #expect(received.lines.map(\.received) == [3, 7, 0])
      #expect(received.lines.map(\.variance) == [-2, 2, -2])
      #expect(received.lines.allSatisfy { $0.inTransit == 0 })
      #expect(try await fixture.quantities(short.id, at: "shop").onHand == 3)
      #expect(try await fixture.quantities(over.id, at: "shop").onHand == 7)
      #expect(try await fixture.quantities(forgotten.id, at: "shop").onHand == 0)
      for item in [short, over, forgotten] {
        let movements = try await fixture.movements(of: item.id)
        let way = movements.filter { [.transferShipment, .transferReceipt].contains($0.kind) }
        #expect(way.map(\.quantity).reduce(0, +) == 0)
        #expect(movements.filter { $0.kind == .transferVariance }.count == 1)
        #expect(try await fixture.quantities(item.id, at: "shop").inTransit == 0)
      }
      let lost = try #require(
        try await fixture.movements(of: short.id).first { $0.kind == .transferVariance })
      #expect(lost.quantity == -2)
      #expect(lost.reason == .lost)
    }
  }

  @Test(
    "a transfer may come in parts, and the rest may go back", arguments: RepositoryUnderTest.available)
  func parts(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5))
      let draft = try await fixture.makeTransfer([(item.id, 5)])
      try await fixture.change(draft.id, .ship)
      let two = [ItemQuantity(item: .id(item.id), quantity: 2)]
      let part = try await fixture.change(draft.id, .receive(two, close: false))
      #expect(part.state == .inTransit)
      #expect(part.lines.first?.inTransit == 3)
      #expect(try await fixture.quantities(item.id, at: "shop").inTransit == 3)
      let ended = try await fixture.change(draft.id, .cancel)
      #expect(ended.state == .received)
      #expect(ended.lines.first?.returned == 3)
      #expect(try await fixture.quantities(item.id).onHand == 3)
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 2)
      #expect(try await fixture.quantities(item.id, at: "shop").inTransit == 0)
    }
  }

  @Test(
    "what is under way goes back when a transfer is cancelled", arguments: RepositoryUnderTest.available)
  func cancel(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5))
      let draft = try await fixture.makeTransfer([(item.id, 2)], reference: "T-1")
      #expect(try await fixture.change(draft.id, .cancel).state == .cancelled)
      #expect(try await fixture.change(draft.id, .cancel).version == 2)
      // Its number is free again.
      let second = try await fixture.makeTransfer([(item.id, 3)], reference: "T-1")
      #expect(second.id != draft.id)
      try await fixture.change(second.id, .ship)
      #expect(try await fixture.change(second.id, .cancel).state == .cancelled)
      #expect(try await fixture.quantities(item.id).onHand == 5)
      #expect(try await fixture.quantities(item.id, at: "shop").inTransit == 0)
      for action: TransferChange.Action in [.ship, .receive(nil, close: true)] {
        await #expect(
          throws: InventoryError.invalidState(
            .transfer, id: second.id.description, state: "cancelled")
        ) { try await fixture.change(second.id, action) }
      }
    }
  }

  @Test("what was done already is done once", arguments: RepositoryUnderTest.available)
  func again(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5))
      let draft = try await fixture.makeTransfer([(item.id, 5)])
      let receipt = TransferChange.Action.receive(nil, close: true)
      await #expect(
        throws: InventoryError.invalidState(.transfer, id: draft.id.description, state: "draft")
      ) { try await fixture.change(draft.id, receipt) }
      let shipped = try await fixture.change(draft.id, .ship)
      #expect(try await fixture.change(draft.id, .ship) == shipped)
      let received = try await fixture.change(draft.id, receipt)
      #expect(try await fixture.change(draft.id, receipt) == received)
      for action: TransferChange.Action in [.ship, .cancel, .receive([], close: true)] {
        await #expect(
          throws: InventoryError.invalidState(.transfer, id: draft.id.description, state: "received")
        ) { try await fixture.change(draft.id, action) }
      }
      #expect(try await fixture.quantities(item.id, at: "shop").onHand == 5)
    }
  }

  @Test(
    "only free copies are shipped; safety stock may go", arguments: RepositoryUnderTest.available)
  func shipsOnlyFreeCopies(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let held = try await fixture.makeItem("Held")
      let broken = try await fixture.makeItem("Broken")
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(held.id, 5), line(broken.id, 5), line(broken.id, 3, .damaged))
      try await fixture.hold(held.id, 3)
      let draft = try await fixture.makeTransfer([(held.id, 3), (broken.id, 3)])
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .heldStock, wanted: 3, available: 2),
          LineRefusal(index: 1, code: .insufficientStock, wanted: 3, available: 2),
        ])
      ) { try await fixture.change(draft.id, .ship) }
      #expect(try await fixture.repository.transfer(draft.id)?.state == .draft)
      #expect(try await fixture.quantities(held.id).onHand == 5)

      try await fixture.setSafetyStock(2, of: broken)
      let small = try await fixture.makeTransfer([(held.id, 2), (broken.id, 2)])
      #expect(try await fixture.change(small.id, .ship).state == .inTransit)
    }
  }

  @Test(
    "a refusal never rests on a hold that has run out", arguments: RepositoryUnderTest.available)
  func dueHolds(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5))
      let first = try await fixture.hold(item.id, 3, for: 60)
      let draft = try await fixture.makeTransfer([(item.id, 3)])
      await #expect(throws: InventoryError.self) { try await fixture.change(draft.id, .ship) }
      try await fixture.advanceClock(seconds: 61)
      #expect(try await fixture.change(draft.id, .ship).state == .inTransit)
      #expect(try await fixture.repository.reservation(first.id)?.state == .expired)
      try await fixture.hold(item.id, 2, for: 60)
      await #expect(throws: InventoryError.self) { try await fixture.adjust(line(item.id, -2)) }
      try await fixture.advanceClock(seconds: 61)
      try await fixture.adjust(line(item.id, -2))
      #expect(try await fixture.quantities(item.id).onHand == 0)
      #expect(try await fixture.quantities(item.id).held == 0)
    }
  }

  @Test(
    "copies that arrive go to who waits for them", arguments: RepositoryUnderTest.available)
  func servesWaiting(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem(backorderLimit: 10)
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5))
      let waiting = try await fixture.hold(item.id, 3, at: "shop", backorder: true)
      #expect(waiting.lines.first?.total.backordered == 3)
      let draft = try await fixture.makeTransfer([(item.id, 5)])
      try await fixture.change(draft.id, .ship)
      try await fixture.change(draft.id, .receive(nil, close: true))
      let served = try #require(try await fixture.repository.reservation(waiting.id))
      #expect(served.lines.first?.total.held == 3)
      #expect(try await fixture.quantities(item.id, at: "shop").held == 3)
    }
  }

  @Test(
    "the same reference and lines are the same transfer, other lines are refused",
    arguments: RepositoryUnderTest.available)
  func reference(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      try await fixture.makeLocation("shop")
      try await fixture.makeLocation("fair")
      let first = try await fixture.createTransfer(fixture.transfer([(item.id, 2)], reference: "T-1"))
      #expect(first.isNew)
      let again = try await fixture.createTransfer(fixture.transfer([(item.id, 2)], reference: "T-1"))
      #expect(!again.isNew)
      #expect(again.document == first.document)
      let others = [
        fixture.transfer([(item.id, 3)], reference: "T-1"),
        fixture.transfer([(item.id, 2)], to: "fair", reference: "T-1"),
      ]
      for other in others {
        await #expect(
          throws: InventoryError.referenceInUse(
            .transfer, reference: "T-1", twin: first.document.id.description)
        ) { _ = try await fixture.createTransfer(other) }
      }
      #expect(try await fixture.createTransfer(fixture.transfer([(item.id, 2)], reference: "t-1")).isNew)
    }
  }

  @Test(
    "what a transfer names wrongly is said at once, and nothing is made",
    arguments: RepositoryUnderTest.available)
  func problems(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let old = try await fixture.makeItem("Old")
      _ = try await fixture.repository.archiveBook(old.bookID, version: nil)
      try await fixture.makeLocation("closed", active: false)
      var request = fixture.transfer([(item.id, 1), (old.id, 1)], to: "closed")
      request.from = .code("nowhere")
      request.lines += [
        ItemQuantity(item: .sku("no-such"), quantity: 1),
        ItemQuantity(item: .sku(item.details.sku), quantity: 2),
      ]
      let problems: [LineProblem] = [
        LineProblem(index: nil, field: .from, code: .notFound, value: "nowhere"),
        LineProblem(index: nil, field: .to, code: .inactive, value: "closed"),
        LineProblem(index: 1, field: .item, code: .archived, value: old.id.description),
        LineProblem(index: 2, field: .item, code: .notFound, value: "no-such"),
        LineProblem(index: 3, field: .item, code: .duplicate, value: item.details.sku),
      ]
      let wrong = request
      await #expect(throws: InventoryError.unknownLines(problems)) {
        _ = try await fixture.createTransfer(wrong)
      }
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: nil, field: .to, code: .sameLocation, value: "main")
        ])
      ) { _ = try await fixture.createTransfer(fixture.transfer([(item.id, 1)], to: "main")) }
      let page = try await fixture.repository.transfers(DocumentQuery(), page: PageRequest(limit: 10))
      #expect(page.elements.isEmpty)
    }
  }

  @Test(
    "only items of the transfer arrive with it, and never more than a level may have",
    arguments: RepositoryUnderTest.available)
  func wrongArrivals(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let other = try await fixture.makeItem("Other")
      try await fixture.makeLocation("shop")
      try await fixture.adjust(line(item.id, 5), line(item.id, 1, at: "shop"))
      let draft = try await fixture.makeTransfer([(item.id, 5)])
      try await fixture.change(draft.id, .ship)
      await #expect(
        throws: InventoryError.unknownLines([
          LineProblem(index: 1, field: .item, code: .notOnDocument, value: other.id.description)
        ])
      ) {
        try await fixture.change(
          draft.id,
          .receive(
            [
              ItemQuantity(item: .id(item.id), quantity: 5),
              ItemQuantity(item: .id(other.id), quantity: 1),
            ], close: true))
      }
      let most = Adjustment.maximumQuantity
      await #expect(
        throws: InventoryError.refused([
          LineRefusal(index: 0, code: .quantityTooLarge, wanted: most, available: 1)
        ])
      ) {
        try await fixture.change(
          draft.id, .receive([ItemQuantity(item: .id(item.id), quantity: most)], close: true))
      }
      #expect(try await fixture.repository.transfer(draft.id)?.state == .inTransit)
      let unknown = TransferID(value: 7)
      await #expect(throws: InventoryError.notFound(.transfer, unknown.description)) {
        try await fixture.change(unknown, .ship)
      }
      #expect(try await fixture.repository.transfer(unknown) == nil)
    }
  }

  @Test("transfers are listed newest first, by every filter", arguments: RepositoryUnderTest.available)
  func lists(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let shop = try await fixture.makeLocation("shop")
      let fair = try await fixture.makeLocation("fair")
      try await fixture.adjust(line(item.id, 50))
      var all: [Transfer] = []
      for number in 0..<7 {
        var made = try await fixture.makeTransfer(
          [(item.id, 1)], to: number < 3 ? "shop" : "fair", reference: "T-\(number)")
        if number % 2 == 0 { made = try await fixture.change(made.id, .ship) }
        all.insert(made, at: 0)
      }
      func list(_ change: (inout DocumentQuery<TransferState>) -> Void) async throws -> [Transfer] {
        var query = DocumentQuery<TransferState>()
        change(&query)
        return try await walk(limit: 2) { [query] page in
          try await fixture.repository.transfers(query, page: page)
        }
      }
      #expect(try await list { _ in } == all)
      #expect(try await list { $0.state = .draft } == all.filter { $0.state == .draft })
      #expect(try await list { $0.reference = "T-3" } == all.filter { $0.reference == "T-3" })
      #expect(try await list { $0.location = shop.id } == all.filter { $0.to == shop.id })
      let main = try #require(try await fixture.repository.location(.code("main"))).id
      #expect(try await list { $0.location = main } == all)
      #expect(
        try await list {
          $0.location = fair.id
          $0.state = .inTransit
        } == all.filter { $0.to == fair.id && $0.state == .inTransit })
    }
  }
}
