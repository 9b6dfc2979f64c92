import EventLoop
import Inventory
import InventoryStore
import TestSupport
import Testing

@testable import PostgresRepository

/// Plans are made while tables are empty and nobody has analysed them, and must become good as the tables grow.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct PostgresPlanTests {
  private static let books = 3000
  private static let rounds = 20

  /// Everything that finds its rows by key, done for one book.
  private func use(_ repository: PostgresRepository, _ book: Book, _ item: Item, _ number: Int) async throws {
    let isbn = try #require(book.details.isbn)
    #expect(try await repository.book(.id(book.id)) != nil)
    #expect(try await repository.book(.isbn(isbn)) != nil)
    #expect(try await repository.item(.id(item.id)) != nil)
    #expect(try await repository.item(.sku(item.details.sku)) != nil)
    #expect(try await repository.items(of: [book.id]).count == 1)
    #expect(try await repository.stockTotals(of: [book.id]).count == 1)
    #expect(try await repository.levels(of: [item.id]).count == 1)
    let written = try await repository.adjust(
      Adjustment(reason: .found, actor: "test", lines: [line(item.id, 2), line(item.id, 1, .damaged)]))
    #expect(try await repository.movement(written.movements[0].id) != nil)
    let level = try await repository.level(.sku(item.details.sku), at: .code("main"))
    let recordedAt = written.movements[0].recordedAt
    let history: any HistoryRepository = repository
    _ = try await history.level(.id(item.id), at: .code("main"), asOf: recordedAt)
    _ = try await repository.replacePolicy(
      PolicyChange(item.id, at: level.locationID, with: StockPolicy(), version: level.version))
    _ = try await repository.replaceBook(
      book.id, with: book.details, version: book.version, allowDuplicate: false)
    _ = try await repository.replaceItem(item.id, with: item.details, version: item.version)
    let imported = ImportRecord(
      sender: "test", reference: isbn.digits, fingerprint: "\(number)", isbn: isbn,
      merge: { details in
        var details = details ?? BookDetails(title: "Imported")
        details.title += "!"
        return .success(details)
      }, quantity: 1, location: .code("main"))
    let outcomes = try await repository.importBooks([imported], dryRun: false)
    #expect(outcomes == [.updated(book.id)])
    for sort in BookSortKey.allCases {
      var query = BookQuery()
      query.sort = sort
      let first = try await repository.books(query, page: PageRequest(limit: 2))
      if let next = first.next {
        _ = try await repository.books(query, page: PageRequest(limit: 2, after: next))
      }
    }
  }

  private func isbn(_ number: Int) throws -> ISBN {
    let digits = "978" + String(100_000_000 + number)
    let sum = digits.utf8.enumerated().reduce(0) { $0 + Int($1.element - 48) * ($1.offset % 2 == 0 ? 1 : 3) }
    return try ISBN(digits + String((10 - sum % 10) % 10))
  }

  @Test("statements by key do not walk through tables that have grown")
  func plans() async throws {
    try await withPostgresSchema { schema in
      var configuration = PostgresConfiguration.patient(url: schema.url)
      configuration.readConnections = 1
      configuration.writeConnections = 1
      configuration.planLifetime = .zero
      let repository = try PostgresRepository(
        configuration, schemaVersion: Project.migrations("postgres").count, loops: TestLoops.group,
        clock: TestClock())
      let rows = try await TestLoops.group.onLoop { () async throws -> Int in
        func make(_ number: Int) async throws -> (Book, Item) {
          var details = BookDetails(title: "Book \(number)")
          details.isbn = try self.isbn(number)
          return try await repository.createBook(details, allowDuplicate: false)
        }
        let (book, item) = try await make(0)
        try await self.use(repository, book, item, 0)
        let records = try (1...Self.books).map { number in
          let isbn = try self.isbn(number)
          return ImportRecord(
            sender: "bulk", reference: "\(number)", fingerprint: "", isbn: isbn,
            merge: { _ in
              var details = BookDetails(title: "Book \(number)")
              details.isbn = isbn
              return .success(details)
            }, quantity: 5, location: .code("main"))
        }
        for start in stride(from: 0, to: records.count, by: 500) {
          _ = try await repository.importBooks(Array(records[start..<start + 500]), dryRun: false)
        }
        let before = try await self.rowsRead(repository, schema)
        for number in 1...Self.rounds {
          let (book, item) = try await make(Self.books + number)
          try await self.use(repository, book, item, number)
        }
        let after = try await self.rowsRead(repository, schema)
        await repository.close()
        return after - before
      }
      let perRound = rows / Self.rounds
      #expect(perRound < 300, "each round reads \(perRound) rows and index entries")
    }
  }

  /// Rows and index entries that were read so far.
  private func rowsRead(_ repository: PostgresRepository, _ schema: PostgresSchema) async throws -> Int {
    // Connections report now and then, or when they are told to, when they next are idle.
    try await repository.run { (database) throws(DatabaseError) in
      for _ in 0..<2 {
        _ = try await database.read(Self.report)
        _ = try await database.write([Statement(Self.report)])
      }
    }
    let rows = try schema.execute(
      """
      select (
        (select sum(seq_tup_read) from pg_stat_user_tables where schemaname = current_schema())
        + (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = current_schema())
      )::bigint
      """)
    return try #require(rows.first?.first.flatMap { $0 }.flatMap { Int($0) })
  }

  private static let report = SQL("select pg_stat_force_next_flush()")
}
