import Inventory
import TestSupport
import Testing

@Suite struct ImportContractTests {
  private let isbn = "9780439023481"

  /// A record that replaces the title and keeps the rest.
  private func record(
    _ reference: String, title: String, isbn: String? = nil, quantity: Int64? = nil,
    location: String = "main",
    fingerprint: String? = nil
  ) throws -> ImportRecord {
    let isbn = try isbn.map { try ISBN($0) }
    return ImportRecord(
      sender: "test", reference: reference, fingerprint: fingerprint ?? "\(title)|\(isbn?.digits ?? "")",
      isbn: isbn,
      merge: { present in
        if title.isEmpty { return .failure(InvalidValue(code: "no-title", detail: "a book needs a title")) }
        var details = present ?? BookDetails(title: title)
        details.title = title
        details.isbn = isbn ?? details.isbn
        return .success(details)
      }, quantity: quantity, location: .code(location))
  }

  private func rejection(_ outcome: ImportOutcome) -> String? {
    if case .rejected(let value) = outcome { value.code } else { nil }
  }

  @Test(
    "records become books with their item and their first quantity", arguments: RepositoryUnderTest.available)
  func creates(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let outcomes = try await fixture.repository.importBooks(
        [record("1", title: "One", isbn: isbn, quantity: 5), record("2", title: "Two", quantity: 0)],
        dryRun: false)
      let one = try #require(try await fixture.repository.book(.isbn(ISBN(isbn))))
      let all = try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 9)).elements
      let two = try #require(all.first { $0.details.title == "Two" })
      #expect(outcomes == [.created(one.id), .created(two.id)])
      let level = try await fixture.repository.level(.sku(isbn), at: .code("main"))
      #expect(level.quantities.onHand == 5)
      let movements = try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 9))
        .elements
      #expect(movements.count == 1)
      let movement = try #require(movements.first)
      #expect(movement.kind == .opening)
      #expect(movement.reason == .opening)
      #expect(movement.document == "import:test:1")
      #expect(movement.reference == "1")
      #expect(movement.balanceAfter == 5)
    }
  }

  @Test(
    "the same file again changes nothing, whatever was edited since", arguments: RepositoryUnderTest.available
  )
  func repeats(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let records = [
        try record("1", title: "One", isbn: isbn, quantity: 5), try record("2", title: "Two", quantity: 1),
      ]
      let first = try await fixture.repository.importBooks(records, dryRun: false)
      let one = try #require(try await fixture.repository.book(.isbn(ISBN(isbn))))
      _ = try await fixture.repository.replaceBook(
        one.id, with: details("Edited", isbn: isbn), version: 1, allowDuplicate: false)
      try await fixture.adjust(
        AdjustmentLine(item: .sku(isbn), location: .code("main"), bucket: .onHand, change: .delta(-2)))
      let before = try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 9)).elements
      let second = try await fixture.repository.importBooks(records, dryRun: false)
      for (outcome, repeated) in zip(first, second) {
        guard case .created(let id) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(repeated == .unchanged(id))
      }
      #expect(try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 9)).elements == before)
      #expect(try await fixture.repository.level(.sku(isbn), at: .code("main")).quantities.onHand == 3)
      #expect(
        try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 9)).elements.count
          == 3)
    }
  }

  @Test(
    "a newer record updates the book it was before, even when its ISBN was corrected",
    arguments: RepositoryUnderTest.available)
  func updates(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      _ = try await fixture.repository.importBooks(
        [record("1", title: "One", isbn: "9788072037179", quantity: 5)], dryRun: false)
      let book = try #require(try await fixture.repository.book(.isbn(ISBN("9788072037179"))))
      let outcomes = try await fixture.repository.importBooks(
        [record("1", title: "One, corrected", isbn: isbn, quantity: 9)], dryRun: false)
      #expect(outcomes == [.updated(book.id)])
      let updated = try #require(try await fixture.repository.book(.isbn(ISBN(isbn))))
      #expect(updated.id == book.id)
      #expect(updated.details.title == "One, corrected")
      #expect(updated.version == 2)
      // The first quantity is the first quantity.
      #expect(try await fixture.repository.stockTotals(of: [book.id])[book.id]?.quantities.onHand == 5)
      // A record that says something new that comes to the same: remembered, not written.
      let same = try record("1", title: "One, corrected", isbn: isbn, fingerprint: "other")
      #expect(try await fixture.repository.importBooks([same], dryRun: false) == [.unchanged(book.id)])
      #expect(try await fixture.repository.book(.id(book.id)) == updated)
    }
  }

  @Test(
    "a new reference finds the active book by ISBN, never by title", arguments: RepositoryUnderTest.available)
  func matches(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem("One", isbn: isbn)
      let outcomes = try await fixture.repository.importBooks(
        [
          record("1", title: "One", isbn: isbn, quantity: 4), record("2", title: "One"),
          record("3", title: "One", isbn: isbn),
        ], dryRun: false)
      #expect(outcomes[0] == .updated(item.bookID))
      guard case .created(let other) = outcomes[1] else { return #expect(Bool(false), "\(outcomes[1])") }
      #expect(other != item.bookID)
      #expect(outcomes[2] == .unchanged(item.bookID))
      #expect(try await fixture.quantities(item.id).onHand == 4)
    }
  }

  @Test(
    "a record that cannot be applied says why and leaves its neighbours alone",
    arguments: RepositoryUnderTest.available)
  func rejects(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let owner = try await fixture.makeItem("Has the SKU")
      _ = try await fixture.repository.createItem(ItemDetails(sku: "9788072037179"), book: owner.bookID)
      _ = try await fixture.makeLocation("closed", active: false)
      let outcomes = try await fixture.repository.importBooks(
        [
          record("1", title: "One", isbn: isbn), record("2", title: ""),
          record("3", title: "Three", quantity: 1, location: "nowhere"),
          record("4", title: "Four", quantity: 1, location: "closed"),
          record("5", title: "Five", quantity: -1),
          record("6", title: "Six", quantity: Adjustment.maximumQuantity + 1),
          record("7", title: "Seven", isbn: "9788072037179"), record("8", title: "Eight", quantity: 2),
        ], dryRun: false)
      #expect(
        outcomes.map(rejection) == [
          nil, "no-title", "location-not-found", "location-inactive", "insufficient-stock",
          "quantity-too-large",
          "duplicate-sku", nil,
        ])
      var query = BookQuery()
      query.sort = .title
      let titles = try await fixture.repository.books(query, page: PageRequest(limit: 20)).elements.map(
        \.details.title)
      #expect(titles == ["Eight", "Has the SKU", "One"])
      query.words = try SearchText.query("three")
      let found = try await fixture.repository.books(query, page: PageRequest(limit: 20))
      #expect(found.elements.isEmpty)
      // What was rejected is not remembered: corrected, it is new.
      let corrected = try await fixture.repository.importBooks([record("3", title: "Three")], dryRun: false)
      guard case .created = corrected[0] else { return #expect(Bool(false), "\(corrected)") }
    }
  }

  @Test(
    "a record never takes an ISBN from another book, nor wakes an archived one",
    arguments: RepositoryUnderTest.available)
  func rejectsUpdates(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      _ = try await fixture.repository.importBooks(
        [record("1", title: "One", isbn: isbn), record("2", title: "Two", isbn: "9788072037179")],
        dryRun: false)
      let two = try #require(try await fixture.repository.book(.isbn(ISBN("9788072037179"))))
      let taken = try await fixture.repository.importBooks(
        [record("2", title: "Two", isbn: isbn)], dryRun: false)
      #expect(taken.map(rejection) == ["duplicate-isbn"])
      #expect(try await fixture.repository.book(.id(two.id)) == two)
      _ = try await fixture.repository.archiveBook(two.id, version: nil)
      let woken = try await fixture.repository.importBooks([record("2", title: "Two, again")], dryRun: false)
      #expect(woken.map(rejection) == ["book-archived"])
    }
  }

  @Test("a first quantity needs an item in new condition", arguments: RepositoryUnderTest.available)
  func noNewItem(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem("One", isbn: isbn)
      var used = item.details
      used.condition = .good
      _ = try await fixture.repository.replaceItem(item.id, with: used, version: 1)
      let outcomes = try await fixture.repository.importBooks(
        [record("1", title: "Changed", isbn: isbn, quantity: 1)], dryRun: false)
      #expect(outcomes.map(rejection) == ["no-new-item"])
      #expect(try await fixture.repository.book(.id(item.bookID))?.details.title == "One")
    }
  }

  @Test(
    "a dry run says what would happen, sees its own records, and changes nothing",
    arguments: RepositoryUnderTest.available)
  func dryRun(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem("Old", isbn: isbn)
      let records = [
        try record("1", title: "New", isbn: isbn, quantity: 3),
        try record("2", title: "Two", isbn: "9788072037179"),
        try record("3", title: "Two", isbn: "9788072037179"), try record("4", title: ""),
      ]
      let outcomes = try await fixture.repository.importBooks(records, dryRun: true)
      #expect(outcomes[0] == .updated(item.bookID))
      guard case .created(let id) = outcomes[1] else { return #expect(Bool(false), "\(outcomes[1])") }
      #expect(outcomes[2] == .unchanged(id))
      #expect(rejection(outcomes[3]) == "no-title")
      let books = try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 9)).elements
      #expect(books.map(\.details.title) == ["Old"])
      #expect(try await fixture.quantities(item.id) == Quantities())
      #expect(
        try await fixture.repository.movements(MovementQuery(), page: PageRequest(limit: 1)).elements.isEmpty)
      // Nothing is remembered either.
      #expect(try await fixture.repository.importBooks(records, dryRun: false)[0] == .updated(item.bookID))
    }
  }
}
