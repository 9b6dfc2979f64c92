import Inventory
import TestSupport
import Testing

@Suite struct BookContractTests {
  private let isbn = "9780439023481"

  /// A book with every field filled, in awkward characters.
  private func fullDetails() throws -> BookDetails {
    var details = try details("L'Étranger – “it's” 100% \\ {\"a\":1}", isbn: isbn)
    details.subtitle = "Zweiter\tBand 漢字 👩‍👩‍👧"
    details.contributors = [
      Contributor(role: .author, name: "Albert \"Bert\" Camus"),
      Contributor(role: .translator, name: "Ø; --"),
    ]
    details.publisher = "Éditions Gallimard"
    details.productForm = try ProductForm("BC")
    details.language = try LanguageTag("fr-CA")
    details.publicationDate = try PartialDate("-0720")
    details.onSaleDate = try CalendarDate("2026-12-01")
    details.subjects = [
      Subject(scheme: .bisac, code: "FIC019000", main: true),
      Subject(scheme: .keyword, code: "absurde", main: false),
    ]
    details.price = Money(amount: 1_250, currency: try Currency("JOD"))
    details.identifiers = [BookIdentifier(type: "goodreads", value: "49552")]
    details.metadata = ["shelf": "x", "a": "\u{1}\n"]
    return details
  }

  @Test(
    "a book is read back as it was stored, with every field and with none",
    arguments: RepositoryUnderTest.available)
  func create(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      for details in [try fullDetails(), BookDetails(title: "Only a title")] {
        let (book, item) = try await fixture.repository.createBook(details, allowDuplicate: false)
        #expect(book.details == details)
        #expect(book.version == 1)
        #expect(book.createdAt == book.updatedAt)
        #expect(book.archivedAt == nil)
        #expect(try await fixture.repository.book(.id(book.id)) == book)
        // Its item: new, under the ISBN, or under the book's own name where there is none.
        #expect(item.bookID == book.id)
        #expect(item.details == ItemDetails(sku: details.isbn?.digits ?? book.id.description))
        #expect(try await fixture.repository.items(of: [book.id]) == [book.id: [item]])
      }
      let byISBN = try #require(try await fixture.repository.book(.isbn(ISBN("978-0-439-02348-1"))))
      #expect(byISBN.details == (try fullDetails()))
      #expect(try await fixture.repository.book(.isbn(ISBN("9788072037179"))) == nil)
      #expect(try await fixture.repository.book(.id(BookID(value: 1))) == nil)
    }
  }

  @Test(
    "an ISBN belongs to one active book; the error names it, and nothing is stored",
    arguments: RepositoryUnderTest.available)
  func duplicateISBN(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("First", isbn: isbn)
      await #expect(throws: InventoryError.duplicateISBN(try ISBN(isbn), twin: first.bookID)) {
        try await fixture.makeItem("Second", isbn: isbn)
      }
      let books = try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 5)).elements
      #expect(books.map(\.details.title) == ["First"])
    }
  }

  @Test(
    "whoever insists may store an ISBN twice; the first book stays the one that the ISBN finds",
    arguments: RepositoryUnderTest.available)
  func allowDuplicate(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("First", isbn: isbn)
      let (second, item) = try await fixture.repository.createBook(
        details("Second", isbn: isbn), allowDuplicate: true)
      let (third, _) = try await fixture.repository.createBook(
        details("Third", isbn: isbn), allowDuplicate: true)
      #expect(item.details.sku == second.id.description)
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn)))?.id == first.bookID)
      // An exception does not lift the rule for others, not even when the first book is gone.
      await #expect(throws: InventoryError.duplicateISBN(try ISBN(isbn), twin: first.bookID)) {
        try await fixture.makeItem("Fourth", isbn: isbn)
      }
      _ = try await fixture.repository.archiveBook(first.bookID, version: nil)
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn)))?.id == second.id)
      await #expect(throws: InventoryError.duplicateISBN(try ISBN(isbn), twin: second.id)) {
        try await fixture.makeItem("Fourth", isbn: isbn)
      }
      // An exception can still be changed.
      let changed = try await fixture.repository.replaceBook(
        third.id, with: details("Third, revised", isbn: isbn), version: 1, allowDuplicate: false)
      #expect(changed.details.title == "Third, revised")
    }
  }

  @Test(
    "an ISBN that is another book's SKU is refused, unless the client insists",
    arguments: RepositoryUnderTest.available)
  func isbnIsTakenAsSKU(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let owner = try await fixture.makeItem("Without an ISBN")
      let first = try await fixture.repository.createItem(ItemDetails(sku: isbn), book: owner.bookID)
      await #expect(throws: InventoryError.duplicateSKU(isbn, twin: first.id)) {
        try await fixture.makeItem("Again", isbn: isbn)
      }
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn))) == nil)
      let (book, item) = try await fixture.repository.createBook(
        details("Again", isbn: isbn), allowDuplicate: true)
      #expect(item.details.sku == book.id.description)
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn)))?.id == book.id)
      // No twin is active, so this one is no exception: a further one is refused because of it.
      await #expect(throws: InventoryError.duplicateISBN(try ISBN(isbn), twin: book.id)) {
        try await fixture.makeItem("Once more", isbn: isbn)
      }
    }
  }

  @Test(
    "archiving a book frees its ISBN and its SKUs; its items are then known by their identifiers",
    arguments: RepositoryUnderTest.available)
  func archivingFreesSKUs(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let old = try await fixture.makeItem("Old", isbn: isbn)
      _ = try await fixture.repository.archiveBook(old.bookID, version: nil)
      let freed = try await fixture.repository.item(.id(old.id))
      #expect(freed?.details.sku == old.id.description)
      #expect(freed?.version == 2)
      #expect(try await fixture.repository.item(.sku(isbn)) == nil)
      let new = try await fixture.makeItem("New", isbn: isbn)
      #expect(new.details.sku == isbn)
      #expect(try await fixture.repository.item(.sku(isbn)) == new)
    }
  }

  @Test("many tasks that store the same ISBN at once store it once", arguments: RepositoryUnderTest.available)
  func racingDuplicates(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<16 {
          group.addTask {
            do {
              _ = try await fixture.makeItem("Number \(number)", isbn: isbn)
              return true
            } catch InventoryError.duplicateISBN {
              return false
            }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(stored == 1)
    }
  }

  @Test(
    "a change needs the present version, grows it, and leaves the identifier and the birthday",
    arguments: RepositoryUnderTest.available)
  func replace(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let (book, _) = try await fixture.repository.createBook(
        BookDetails(title: "Plain"), allowDuplicate: false)
      let full = try fullDetails()
      let replaced = try await fixture.repository.replaceBook(
        book.id, with: full, version: 1, allowDuplicate: false)
      #expect(replaced.details == full)
      #expect(replaced.id == book.id)
      #expect(replaced.version == 2)
      #expect(replaced.createdAt == book.createdAt)
      #expect(replaced.updatedAt > book.updatedAt)
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn))) == replaced)

      await #expect(throws: InventoryError.versionMismatch(current: 2)) {
        try await fixture.repository.replaceBook(
          book.id, with: book.details, version: 1, allowDuplicate: false)
      }
      let unknown = BookID(value: 1)
      await #expect(throws: InventoryError.notFound(.book, unknown.description)) {
        try await fixture.repository.replaceBook(unknown, with: full, version: 1, allowDuplicate: false)
      }
      #expect(try await fixture.repository.book(.id(book.id)) == replaced)

      let emptied = try await fixture.repository.replaceBook(
        book.id, with: BookDetails(title: "Plain"), version: 2, allowDuplicate: false)
      #expect(try await fixture.repository.book(.id(book.id)) == emptied)
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn))) == nil)
    }
  }

  @Test("of many changes at one version, one is made", arguments: RepositoryUnderTest.available)
  func racingReplacements(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let (book, _) = try await fixture.repository.createBook(BookDetails(title: "0"), allowDuplicate: false)
      let made = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 1...16 {
          group.addTask {
            do {
              _ = try await fixture.repository.replaceBook(
                book.id, with: BookDetails(title: "\(number)"), version: 1, allowDuplicate: false)
              return number
            } catch InventoryError.versionMismatch(current: 2) {
              return 0
            }
          }
        }
        return try await group.reduce(into: []) { if $1 > 0 { $0.append($1) } }
      }
      #expect(made.count == 1)
      #expect(try await fixture.repository.book(.id(book.id))?.details.title == made.first.map { "\($0)" })
    }
  }

  @Test(
    "a change to another book's ISBN is refused, unless the client insists",
    arguments: RepositoryUnderTest.available)
  func replaceWithDuplicate(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let first = try await fixture.makeItem("First", isbn: isbn)
      let (second, _) = try await fixture.repository.createBook(
        details("Second", isbn: "9788072037179"), allowDuplicate: false)
      let wanted = try details("Second", isbn: isbn)
      await #expect(throws: InventoryError.duplicateISBN(try ISBN(isbn), twin: first.bookID)) {
        try await fixture.repository.replaceBook(second.id, with: wanted, version: 1, allowDuplicate: false)
      }
      #expect(try await fixture.repository.book(.id(second.id)) == second)
      let replaced = try await fixture.repository.replaceBook(
        second.id, with: wanted, version: 1, allowDuplicate: true)
      #expect(replaced.details.isbn?.digits == isbn)
      // Back to an ISBN of its own, it is an ordinary book again.
      _ = try await fixture.repository.replaceBook(
        second.id, with: second.details, version: 2, allowDuplicate: false)
      await #expect(throws: InventoryError.self) {
        try await fixture.makeItem("Third", isbn: "9788072037179")
      }
    }
  }

  @Test(
    "an archived book is found by identifier only, is in no list, and cannot be changed",
    arguments: RepositoryUnderTest.available)
  func archive(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem("Gone", isbn: isbn)
      await #expect(throws: InventoryError.versionMismatch(current: 1)) {
        try await fixture.repository.archiveBook(item.bookID, version: 2)
      }
      let archived = try await fixture.repository.archiveBook(item.bookID, version: 1)
      #expect(archived.archivedAt == archived.updatedAt)
      #expect(archived.version == 2)
      #expect(try await fixture.repository.book(.id(item.bookID)) == archived)
      #expect(try await fixture.repository.book(.isbn(ISBN(isbn))) == nil)
      #expect(try await fixture.repository.archiveBook(item.bookID, version: 1) == archived)
      #expect(try await fixture.repository.archiveBook(item.bookID, version: nil) == archived)

      var search = BookQuery()
      search.words = try SearchText.query("gone")
      for query in [BookQuery(), search] {
        #expect(try await fixture.repository.books(query, page: PageRequest(limit: 5)).elements.isEmpty)
      }
      await #expect(throws: InventoryError.bookArchived(item.bookID)) {
        try await fixture.repository.replaceBook(
          item.bookID, with: archived.details, version: 2, allowDuplicate: false)
      }
      await #expect(throws: InventoryError.bookArchived(item.bookID)) {
        try await fixture.repository.createItem(ItemDetails(sku: "x"), book: item.bookID)
      }
      let unknown = BookID(value: 1)
      await #expect(throws: InventoryError.notFound(.book, unknown.description)) {
        try await fixture.repository.archiveBook(unknown, version: nil)
      }
    }
  }

  @Test(
    "a book with copies, holds or copies on the way stays in the catalogue",
    arguments: RepositoryUnderTest.available)
  func archiveWithStock(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem()
      let used = try await fixture.repository.createItem(ItemDetails(sku: "used"), book: item.bookID)
      try await fixture.adjust(line(item.id, 3), line(used.id, 1))
      try await fixture.execute("update stock_level set held = 2 where item_id = '\(item.id)'")
      await #expect(throws: InventoryError.bookHasStock(item.bookID, onHand: 4, held: 2)) {
        try await fixture.repository.archiveBook(item.bookID, version: nil)
      }
      try await fixture.execute("update stock_level set held = 0")
      try await fixture.adjust(line(item.id, -3), line(used.id, -1))
      try await fixture.execute("update stock_level set in_transit = 1 where item_id = '\(used.id)'")
      await #expect(throws: InventoryError.bookHasStock(item.bookID, onHand: 0, held: 0)) {
        try await fixture.repository.archiveBook(item.bookID, version: nil)
      }
      try await fixture.execute("update stock_level set in_transit = 0")
      #expect(try await fixture.repository.archiveBook(item.bookID, version: nil).archivedAt != nil)
    }
  }
}
