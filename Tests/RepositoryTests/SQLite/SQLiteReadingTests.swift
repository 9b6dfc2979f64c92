import Dispatch
import EventLoop
import Inventory
import TestSupport
import Testing

@testable import SQLiteRepository

@Suite struct SQLiteReadingTests {
  @Test("a read by key stays on the loop it is asked on, a search does not")
  func whereReadsRun() async throws {
    try await withSQLiteFile { repository, _ in
      for loop in TestLoops.group.loops {
        let (onLoop, slow) = try await TestLoops.group.onLoop(loop.index) {
          let onLoop = try await repository.database.read { _ in EventLoop.current === loop }
          let slow = try await repository.database.slowRead { _ in EventLoop.current == nil }
          return (onLoop, slow)
        }
        #expect(onLoop)
        #expect(slow)
      }
      #expect(try await repository.database.read { _ in EventLoop.current == nil })
    }
  }

  @Test("a search that takes too long is stopped and unavailable, and its thread goes on")
  func statementTimeout() async throws {
    let endless: SQL =
      "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n"
    let change: (inout SQLiteConfiguration) -> Void = { $0.statementTimeout = .milliseconds(20) }
    try await withSQLiteFile(change) { repository, _ in
      for _ in 0..<4 {
        let error = await #expect(throws: InventoryError.self) {
          try await repository.database.slowRead { (connection) throws(InventoryError) in
            try connection.first(endless) { $0.integer() }
          }
        }
        guard case .unavailable = error else { return #expect(Bool(false), "\(error as Any)") }
      }
      let count = try await repository.database.slowRead(timeout: .seconds(60)) {
        (connection) throws(InventoryError) in
        try connection.first("select count(*) from location") { $0.integer() }
      }
      #expect(count == 1)
    }
  }

  @Test("closing stops a search that runs")
  func closingStopsSearches() async throws {
    let endless: SQL =
      "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n"
    try await withSQLiteFile { repository, _ in
      let (reached, reach) = AsyncStream<Void>.makeStream()
      let search = Task {
        try await repository.database.slowRead { (connection) throws(InventoryError) in
          reach.finish()
          return try connection.first(endless) { $0.integer() }
        }
      }
      for await _ in reached {}
      await repository.close()
      let error = await #expect(throws: InventoryError.self) { try await search.value }
      guard case .unavailable = error else { return #expect(Bool(false), "\(error as Any)") }
    }
  }

  @Test("a read sees one snapshot, whatever is written meanwhile")
  func snapshot() async throws {
    try await withSQLiteFile { repository, configuration in
      let other = try Connection(path: configuration.path, mode: .write, configuration: configuration)
      let counts = try await repository.database.slowRead { (connection) throws(InventoryError) in
        let before = try connection.first("select count(*) from location") { $0.integer() }
        try other.addLocation("meanwhile")
        let after = try connection.first("select count(*) from location") { $0.integer() }
        return [before, after]
      }
      #expect(counts == [1, 1])
      #expect(try await repository.hasLocation("meanwhile"))
    }
  }

  @Test("a turn of a loop has one snapshot, until this process commits something")
  func turnSnapshot() async throws {
    try await withSQLiteFile { repository, configuration in
      let other = try Connection(path: configuration.path, mode: .write, configuration: configuration)
      try await TestLoops.group.onLoop {
        // None of these calls suspends, so this is one turn.
        #expect(try await !repository.hasLocation("other"))
        try other.addLocation("other")
        #expect(try await !repository.hasLocation("other"))
        let written = DispatchSemaphore(value: 0)
        Task.detached {
          _ = try await repository.createLocation(LocationDetails(code: "own", name: "own"))
          written.signal()
        }
        block(until: written)
        #expect(try await repository.hasLocation("own"))
        #expect(try await repository.hasLocation("other"))
      }
      try other.addLocation("later")
      let isSeen = try await TestLoops.group.onLoop { try await repository.hasLocation("later") }
      #expect(isSeen)
    }
  }

  /// Holds the thread, as nothing in the product does on a loop.
  private func block(until semaphore: DispatchSemaphore) { semaphore.wait() }

  @Test("readers cannot write")
  func readersCannotWrite() async throws {
    try await withSQLiteFile { repository, _ in
      let error = await #expect(throws: InventoryError.self) {
        try await repository.database.slowRead { (connection) throws(InventoryError) in
          try connection.addLocation("a")
        }
      }
      guard case .unavailable(let reason, _) = error else { return #expect(Bool(false), "\(error as Any)") }
      #expect(reason.contains("readonly"))
    }
  }

  @Test("no list sorts or walks a whole table, in any order and with a cursor")
  func indexes() async throws {
    try await withSQLiteFile { repository, configuration in
      for number in 0..<20 {
        let (_, item) = try await repository.createBook(
          BookDetails(title: "Book \(number)"), allowDuplicate: false)
        _ = try await repository.adjust(
          Adjustment(reason: .found, reference: "r", actor: "test", lines: [line(item.id, 1)]))
      }
      try await TestLoops.group.onLoop {
        for key in BookSortKey.allCases {
          for descending in [false, true] {
            var query = BookQuery()
            query.sort = key
            query.descending = descending
            _ = try await walk(limit: 7) { [query] page in try await repository.books(query, page: page) }
          }
        }
        let item = try #require(
          try await repository.items(ItemQuery(), page: PageRequest(limit: 1)).elements.first)
        let main = try #require(try await repository.location(.code("main")))
        var ofBook = ItemQuery()
        ofBook.book = item.bookID
        var inCondition = ItemQuery()
        inCondition.condition = .new
        for query in [ofBook, inCondition] {
          _ = try await walk(limit: 7) { page in try await repository.items(query, page: page) }
        }
        var movements: [MovementQuery] = Array(repeating: MovementQuery(), count: 4)
        movements[1].item = item.id
        movements[2].location = main.id
        movements[3].reference = "r"
        for query in movements {
          _ = try await walk(limit: 7) { page in try await repository.movements(query, page: page) }
        }
        var levels: [StockQuery] = Array(repeating: StockQuery(), count: 4)
        levels[1].item = item.id
        levels[2].location = main.id
        levels[3].book = item.bookID
        for query in levels {
          _ = try await walk(limit: 7) { page in try await repository.levels(query, page: page) }
        }
        _ = try await repository.stockTotals(of: [item.bookID])
        let costs = try await repository.database.read { connection in connection.statementCosts() }
        #expect(costs.count > 20)
        for cost in costs {
          #expect(cost.sorts == 0, "\(cost.sql)")
          // Without a filter the index of the order is walked until the page is full.
          if cost.sql.contains(" = ?") { #expect(cost.passedRows == 0, "\(cost.sql)") }
        }
      }
    }
  }

  @Test("a word that most books have and a word that few have find the same books as a plain look at each")
  func commonAndRareWords() async throws {
    try await withSQLiteFile { repository, _ in
      // More than are fetched and sorted for one filter.
      let count = Int(BookSelection.fewRows) + 200
      var records: [ImportRecord] = []
      for number in 0..<count {
        var details = BookDetails(title: "Common \(number % 2 == 0 ? "even" : "odd") \(number)")
        details.language = try LanguageTag(number % 400 == 0 ? "de" : "en")
        let stored = details
        records.append(
          ImportRecord(
            sender: "test", reference: "\(number)", fingerprint: "1", isbn: nil,
            merge: { _ in .success(stored) },
            quantity: nil, location: .code("main")))
      }
      for start in stride(from: 0, to: count, by: 500) {
        _ = try await repository.importBooks(Array(records[start..<min(count, start + 500)]), dryRun: false)
      }
      func found(_ words: String?, _ language: String?) async throws -> Int {
        var query = BookQuery()
        if let words { query.words = try SearchText.query(words) }
        query.language = try language.map { try LanguageTag($0) }
        query.descending = true
        let books = try await walk(limit: 200) { [query] page in
          try await repository.books(query, page: page)
        }
        let ids = books.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(books.map(\.createdAt) == books.map(\.createdAt).sorted(by: >))
        return books.count
      }
      #expect(try await found("common", nil) == count)
      #expect(try await found("even", nil) == count / 2)
      #expect(try await found("common", "de") == 3)
      #expect(try await found(nil, "de") == 3)
      #expect(try await found(nil, "en") == count - 3)
      #expect(try await found("common even", "en") == count / 2 - 3)
      #expect(try await found("1100", "de") == 0)
      #expect(try await found("110*", "en") == 11)
    }
  }

  @Test("how many books a filter finds is counted in an index")
  func countedInIndexes() async throws {
    try await withSQLiteFile({ $0.readerThreads = 1 }) { repository, _ in
      for number in 0..<20 {
        _ = try await repository.createBook(BookDetails(title: "Book \(number)"), allowDuplicate: false)
      }
      var query = BookQuery()
      query.publisher = "x"
      query.language = try LanguageTag("en")
      query.subject = SubjectPrefix(scheme: .bisac, prefix: "F")
      query.priceAtMost = Money(amount: 1, currency: try Currency("EUR"))
      query.updatedAtLeast = Instant(microseconds: .max)
      _ = try await repository.books(query, page: PageRequest(limit: 5))
      let costs = try await repository.database.slowRead { connection in connection.statementCosts() }
      let counts = costs.filter { $0.sql.hasPrefix("select count(*)") }
      #expect(counts.count == 5)
      for count in counts { #expect(count.passedRows == 0, "\(count.sql)") }
    }
  }

  @Test("the movements of an item at a location are found by the item, not among all of the location")
  func itemAtLocation() async throws {
    let repository = try SQLiteRepository.open(
      SQLiteConfiguration(.memory), migrations: Project.migrations("sqlite"), clock: TestClock())
    var items: [Item] = []
    for number in 0..<100 {
      items.append(
        try await repository.createBook(BookDetails(title: "\(number)"), allowDuplicate: false).1)
    }
    for _ in 0..<5 {
      _ = try await repository.adjust(
        Adjustment(reason: .found, actor: "test", lines: items.map { line($0.id, 1) }))
    }
    var query = MovementQuery()
    query.item = items[0].id
    query.location = try await repository.location(.code("main"))?.id
    #expect(try await repository.movements(query, page: PageRequest(limit: 50)).elements.count == 5)
    let costs = try await repository.database.read { connection in connection.statementCosts() }
    let steps = costs.filter { $0.sql.contains("order by movement.sequence") }.map(\.steps)
    // Every row of the location would be more than 500 rows of several steps each.
    #expect(steps.count == 1)
    #expect(steps.allSatisfy { $0 < 500 })
    await repository.close()
  }
}
