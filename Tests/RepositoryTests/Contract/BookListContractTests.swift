import Inventory
import TestSupport
import Testing

@Suite struct BookListContractTests {
  /// How one order puts two books; equal values go by identifier in the same direction.
  private func precedes(_ key: BookSortKey, descending: Bool) -> (Book, Book) -> Bool {
    { left, right in
      let order: Int
      switch key {
      case .title:
        order = compare(
          Array(SearchText.sortKey(left.details.title).utf8),
          Array(SearchText.sortKey(right.details.title).utf8))
      // What is missing is behind everything: no digits and no date are this large.
      case .isbn:
        order = compare(
          Array((left.details.isbn?.digits ?? "~").utf8), Array((right.details.isbn?.digits ?? "~").utf8))
      case .created: order = compare([left.createdAt], [right.createdAt])
      case .updated: order = compare([left.updatedAt], [right.updatedAt])
      case .publicationDate:
        order = compare(
          [left.details.publicationDate?.number ?? .max], [right.details.publicationDate?.number ?? .max])
      }
      let ascending = order == 0 ? left.id < right.id : order < 0
      return descending ? left != right && !ascending : ascending
    }
  }

  private func compare<Value: Comparable>(_ left: [Value], _ right: [Value]) -> Int {
    if left.lexicographicallyPrecedes(right) { return -1 }
    return right.lexicographicallyPrecedes(left) ? 1 : 0
  }

  /// Books with equal titles, instants and dates, and with values missing.
  private func fill(_ fixture: RepositoryFixture) async throws -> [Book] {
    let isbns = ["9780439023481", nil, "9788072037179", nil, "9781960957030", nil]
    let dates = ["2008", "2008-09-14", nil, "-0720", "2008-09", nil, "2008"]
    let titles = ["The Iliad", "the iliad!", "Émile", "emile", "Zoo", "1984", "漢字", "the  Iliad"]
    for number in 0..<16 {
      var details = BookDetails(title: titles[number % titles.count])
      details.isbn = try number < isbns.count ? isbns[number].map { try ISBN($0) } : nil
      details.publicationDate = try dates[number % dates.count].map { try PartialDate($0) }
      // Four books at a time share an instant.
      fixture.clock.setStep(number % 4 == 0 ? 1000 : 0)
      _ = try await fixture.repository.createBook(details, allowDuplicate: false)
    }
    fixture.clock.setStep(1000)
    let page = try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 100))
    // Some are updated, so that the two kinds of instants differ in order.
    for book in page.elements.prefix(5) {
      _ = try await fixture.repository.replaceBook(
        book.id, with: book.details, version: 1, allowDuplicate: false)
    }
    return try await fixture.repository.books(BookQuery(), page: PageRequest(limit: 100)).elements
  }

  @Test(
    "every order shows every book once, whatever the page size and however many values are equal or missing",
    arguments: RepositoryUnderTest.available, BookSortKey.allCases)
  func orders(engine: RepositoryUnderTest, key: BookSortKey) async throws {
    try await withRepository(engine) { fixture in
      let books = try await fill(fixture)
      #expect(books.count == 16)
      for descending in [false, true] {
        var query = BookQuery()
        query.sort = key
        query.descending = descending
        let expected = books.sorted(by: precedes(key, descending: descending))
        for limit in [1, 3, 16, 100] {
          let walked = try await walk(limit: limit) { [query] page in
            try await fixture.repository.books(query, page: page)
          }
          #expect(walked.map(\.id) == expected.map(\.id), "descending: \(descending), limit \(limit)")
        }
        // The same with a filter, which is served in another way.
        query.updatedAtLeast = Instant(microseconds: 0)
        let filtered = try await walk(limit: 3) { [query] page in
          try await fixture.repository.books(query, page: page)
        }
        #expect(filtered.map(\.id) == expected.map(\.id), "filtered, descending: \(descending)")
      }
    }
  }

  @Test(
    "a cursor goes on behind its place even when the book it came from is gone",
    arguments: RepositoryUnderTest.available)
  func cursorOfArchivedBook(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      for title in ["a", "b", "c", "d"] { _ = try await fixture.makeItem(title) }
      var query = BookQuery()
      query.sort = .title
      let first = try await fixture.repository.books(query, page: PageRequest(limit: 2))
      _ = try await fixture.repository.archiveBook(first.elements[1].id, version: nil)
      let second = try await fixture.repository.books(query, page: PageRequest(limit: 5, after: first.next))
      #expect(second.elements.map(\.details.title) == ["c", "d"])
      #expect(second.next == nil)
    }
  }

  /// A small catalogue for filters, by title.
  private func fillCatalogue(_ fixture: RepositoryFixture) async throws {
    func add(_ title: String, stock: Int64 = 0, _ change: (inout BookDetails) throws -> Void) async throws {
      var details = BookDetails(title: title)
      try change(&details)
      let (_, item) = try await fixture.repository.createBook(details, allowDuplicate: false)
      if stock > 0 { try await fixture.adjust(line(item.id, stock)) }
    }
    let euro = try Currency("EUR")
    try await add("Émile, ou De l'éducation", stock: 2) {
      $0.publisher = "Éditions du Seuil"
      $0.language = try LanguageTag("fr")
      $0.contributors = [Contributor(role: .author, name: "Jean-Jacques Rousseau")]
      $0.subjects = [Subject(scheme: .bisac, code: "EDU040000", main: true)]
      $0.price = Money(amount: 990, currency: euro)
      $0.productForm = try ProductForm("BC")
    }
    try await add("The Hunger Games", stock: 5) {
      $0.isbn = try ISBN("9780439023481")
      $0.publisher = "Scholastic"
      $0.language = try LanguageTag("en-US")
      $0.contributors = [Contributor(role: .author, name: "Suzanne Collins")]
      $0.subjects = [
        Subject(scheme: .bisac, code: "FIC028000", main: true),
        Subject(scheme: .bisac, code: "FIC019000", main: false),
      ]
      $0.price = Money(amount: 1200, currency: euro)
      $0.productForm = try ProductForm("BC")
    }
    try await add("Catching Fire") {
      $0.subtitle = "The Hunger Games, book two"
      $0.publisher = "SCHOLASTIC"
      $0.language = try LanguageTag("en")
      $0.subjects = [Subject(scheme: .bisac, code: "FIC", main: true)]
      $0.price = Money(amount: 1200, currency: try Currency("USD"))
      $0.productForm = try ProductForm("BB")
    }
    try await add("Enola") {
      $0.language = try LanguageTag("enm")
      $0.subjects = [Subject(scheme: .thema, code: "FIC9", main: true)]
    }
  }

  private func titles(_ fixture: RepositoryFixture, _ query: BookQuery) async throws -> [String] {
    var query = query
    query.sort = .title
    return try await walk(limit: 2) { [query] page in try await fixture.repository.books(query, page: page) }
      .map(\.details.title)
  }

  @Test(
    "every word of a search must be there, in any field, whatever the case and the accents",
    arguments: RepositoryUnderTest.available)
  func search(engine: RepositoryUnderTest) async throws {
    let catching = "Catching Fire"
    let emile = "Émile, ou De l'éducation"
    let hunger = "The Hunger Games"
    let cases: [(String, [String])] = [
      ("hunger", [catching, hunger]), ("HUNGER games", [catching, hunger]), ("hunger collins", [hunger]),
      ("fire hunger", [catching]), ("hung", []), ("hung*", [catching, hunger]), ("h*", [catching, hunger]),
      ("hu* col*", [hunger]), ("emile", [emile]), ("ÉMILE", [emile]), ("education", [emile]),
      ("leducation", [emile]),
      ("rousseau jacques", [emile]), ("seuil", [emile]), ("978-0-439-02348-1", [hunger]),
      ("9780439*", [hunger]),
      ("edu040000", [emile]), ("fic*", [catching, "Enola", hunger]), ("zebra", []), ("hunger zebra", []),
      ("and", []), ("or", []), ("not near", []),
    ]
    try await withRepository(engine) { fixture in
      try await fillCatalogue(fixture)
      for (text, expected) in cases {
        var query = BookQuery()
        query.words = try SearchText.query(text)
        #expect(try await titles(fixture, query) == expected, "\(text)")
      }
    }
  }

  @Test(
    "a changed book is found by its new words and not by its old ones",
    arguments: RepositoryUnderTest.available)
  func searchAfterChange(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let item = try await fixture.makeItem("Old words here")
      _ = try await fixture.makeItem("Old words of another")
      _ = try await fixture.repository.replaceBook(
        item.bookID, with: details("New title here"), version: 1, allowDuplicate: false)
      for (text, expected) in [
        ("old", ["Old words of another"]), ("words", ["Old words of another"]), ("new", ["New title here"]),
        ("here", ["New title here"]),
      ] {
        var query = BookQuery()
        query.words = try SearchText.query(text)
        #expect(try await titles(fixture, query) == expected, "\(text)")
      }
    }
  }

  @Test("filters find what they say, and hold together", arguments: RepositoryUnderTest.available)
  func filters(engine: RepositoryUnderTest) async throws {
    let catching = "Catching Fire"
    let emile = "Émile, ou De l'éducation"
    let enola = "Enola"
    let hunger = "The Hunger Games"
    let euro = try Currency("EUR")
    let cases: [(String, [String], @Sendable (inout BookQuery) throws -> Void)] = [
      ("publisher in another spelling", [catching, hunger], { $0.publisher = "scholastic" }),
      ("publisher without accents", [emile], { $0.publisher = "editions du seuil" }),
      ("publisher is not a prefix", [], { $0.publisher = "Editions" }),
      (
        "language with its regions, without its neighbours", [catching, hunger],
        { $0.language = try LanguageTag("en") }
      ),
      ("language and region", [hunger], { $0.language = try LanguageTag("en-US") }),
      ("subject prefix", [catching, hunger], { $0.subject = SubjectPrefix(scheme: .bisac, prefix: "FIC") }),
      (
        "subject prefix of a secondary subject", [hunger],
        { $0.subject = SubjectPrefix(scheme: .bisac, prefix: "FIC019") }
      ),
      ("whole subject", [catching, hunger], { $0.subject = SubjectPrefix(scheme: .bisac, prefix: "FIC") }),
      ("subject of another scheme", [enola], { $0.subject = SubjectPrefix(scheme: .thema, prefix: "FIC") }),
      (
        "any subject of a scheme", [catching, emile, hunger],
        { $0.subject = SubjectPrefix(scheme: .bisac, prefix: "") }
      ),
      ("subject wildcards mean themselves", [], { $0.subject = SubjectPrefix(scheme: .bisac, prefix: "F%") }),
      ("price in the currency", [emile], { $0.priceAtMost = Money(amount: 990, currency: euro) }),
      ("price at most", [emile, hunger], { $0.priceAtMost = Money(amount: 1200, currency: euro) }),
      ("in stock", [emile, hunger], { $0.inStock = true }),
      ("not in stock", [catching, enola], { $0.inStock = false }),
      (
        "together", [hunger],
        {
          $0.words = try SearchText.query("hunger")
          $0.publisher = "Scholastic"
          $0.language = try LanguageTag("en")
          $0.subject = SubjectPrefix(scheme: .bisac, prefix: "FIC")
          $0.priceAtMost = Money(amount: 5000, currency: euro)
          $0.inStock = true
          $0.updatedAtLeast = Instant(microseconds: 0)
        }
      ),
      ("updated since", [], { $0.updatedAtLeast = Instant(microseconds: .max) }),
    ]
    try await withRepository(engine) { fixture in
      try await fillCatalogue(fixture)
      for (name, expected, change) in cases {
        var query = BookQuery()
        try change(&query)
        #expect(try await titles(fixture, query) == expected, "\(name)")
      }
    }
  }

  @Test("in stock means that a copy may be promised somewhere", arguments: RepositoryUnderTest.available)
  func inStock(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      _ = try await fixture.makeLocation("shop")
      let damaged = try await fixture.makeItem("Only damaged copies")
      try await fixture.adjust(line(damaged.id, 2), line(damaged.id, 2, .damaged))
      let kept = try await fixture.makeItem("Only safety stock")
      let level = try #require(try await fixture.adjust(line(kept.id, 2)).levels.first)
      var policy = StockPolicy()
      policy.safetyStock = 2
      _ = try await fixture.repository.replacePolicy(
        PolicyChange(kept.id, at: level.locationID, with: policy, version: 1))
      let elsewhere = try await fixture.makeItem("A used copy elsewhere")
      let used = try await fixture.repository.createItem(ItemDetails(sku: "used"), book: elsewhere.bookID)
      try await fixture.adjust(line(elsewhere.id, 0 + 1, at: "main"), line(elsewhere.id, 1, .damaged))
      try await fixture.adjust(line(used.id, 1, at: "shop"))
      var query = BookQuery()
      query.inStock = true
      #expect(try await titles(fixture, query) == ["A used copy elsewhere"])
      query.inStock = false
      #expect(try await titles(fixture, query) == ["Only damaged copies", "Only safety stock"])
    }
  }

  @Test(
    "facets count the books of the query, the most frequent values first",
    arguments: RepositoryUnderTest.available)
  func facets(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      try await fillCatalogue(fixture)
      let all = try await fixture.repository.facets(BookFacet.allCases, of: BookQuery())
      #expect(
        all == [
          .publisher: [
            FacetCount(value: "SCHOLASTIC", count: 2), FacetCount(value: "Éditions du Seuil", count: 1),
          ],
          .language: [
            FacetCount(value: "en", count: 1), FacetCount(value: "en-US", count: 1),
            FacetCount(value: "enm", count: 1), FacetCount(value: "fr", count: 1),
          ],
          .productForm: [FacetCount(value: "BC", count: 2), FacetCount(value: "BB", count: 1)],
        ])
      var query = BookQuery()
      query.words = try SearchText.query("hunger")
      query.inStock = true
      let some = try await fixture.repository.facets([.language, .publisher], of: query)
      #expect(
        some == [
          .publisher: [FacetCount(value: "Scholastic", count: 1)],
          .language: [FacetCount(value: "en-US", count: 1)],
        ])
    }
  }

  @Test("a facet has at most 20 values", arguments: RepositoryUnderTest.available)
  func facetLimit(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      for number in 10..<35 {
        var details = BookDetails(title: "Book")
        details.publisher = "P\(number)"
        _ = try await fixture.repository.createBook(details, allowDuplicate: false)
      }
      let counts = try await fixture.repository.facets([.publisher], of: BookQuery())[.publisher]
      #expect(counts?.map(\.value) == (10..<30).map { "P\($0)" })
    }
  }
}
