public import Inventory

extension PostgresRepository {
  /// See ``BookRepository``.
  public func book(_ reference: BookReference) async throws(InventoryError) -> Book? {
    try await run { (database) throws(DatabaseError) in try await database.book(reference) }
  }

  /// See ``BookRepository``.
  public func createBook(
    _ details: BookDetails, allowDuplicate: Bool
  ) async throws(InventoryError) -> (Book, Item) {
    try await run { [clock] (database) throws(DatabaseError) in
      try await database.createBook(details, allowDuplicate: allowDuplicate, at: clock.now())
    }
  }

  /// See ``BookRepository``.
  public func replaceBook(
    _ id: BookID, with details: BookDetails, version: Int64, allowDuplicate: Bool
  ) async throws(InventoryError) -> Book {
    try await run { (database) throws(DatabaseError) in
      try await database.afterRaces { () throws(DatabaseError) in
        try await database.transaction { (transaction) throws(DatabaseError) in
          let book = try await transaction.lockBook(id, .forDetails)
          guard book.archivedAt == nil else { throw .answer(.bookArchived(id)) }
          guard book.version == version else { throw .answer(.versionMismatch(current: book.version)) }
          return try await transaction.update(book, with: details, allowDuplicate: allowDuplicate)
        }
      }
    }
  }

  /// See ``BookRepository``.
  public func archiveBook(_ id: BookID, version: Int64?) async throws(InventoryError) -> Book {
    try await run { (database) throws(DatabaseError) in
      try await database.transaction { (transaction) throws(DatabaseError) in
        let book = try await transaction.lockBook(id, .forArchiving)
        if book.archivedAt != nil { return book }
        if let version, version != book.version {
          throw .answer(.versionMismatch(current: book.version))
        }
        return try await transaction.archive(book)
      }
    }
  }

  /// See ``BookRepository``.
  public func stockTotals(of books: [BookID]) async throws(InventoryError) -> [BookID: StockTotals] {
    try await run { (database) throws(DatabaseError) in
      let rows = try await database.readMany(BookSQL.stockTotals, of: books).rows {
        (row) throws(DatabaseError) in (try row.id(BookIDKind.self), try StockTotals(&row))
      }
      let zeros = books.map { ($0, StockTotals()) }
      return Dictionary(zeros + rows) { $1 }
    }
  }

  /// See ``BookRepository``.
  public func items(of books: [BookID]) async throws(InventoryError) -> [BookID: [Item]] {
    try await run { (database) throws(DatabaseError) in
      let items = try await database.readMany(BookSQL.items, of: books).rows(Item.init)
      let none = books.map { ($0, [Item]()) }
      return Dictionary(none) { $1 }.merging(Dictionary(grouping: items, by: \.bookID)) { $1 }
    }
  }
}

extension LoopDatabase {
  func book(_ reference: BookReference) async throws(DatabaseError) -> Book? {
    switch reference {
    case .id(let id): try await read(BookSQL.byID, [.id(id)]).first(Book.init)
    case .isbn(let isbn): try await read(BookSQL.byISBN, [.text(isbn.digits)]).first(Book.init)
    }
  }

  /// The rows that belong to these records; many would make the reads behind them wait.
  func readMany<Kind>(_ sql: SQL, of ids: [Identifier<Kind>]) async throws(DatabaseError) -> QueryResult {
    if ids.count > 50 { return try await slowRead(Statement(sql, [.ids(ids)])) }
    return try await read(sql, [.ids(ids)])
  }

  /// Runs the body again when a unique index refused what an earlier look had allowed: somebody else was
  /// quicker, and the next look tells who. Bounded, though twice in a row is unheard of.
  func afterRaces<Output>(
    _ body: () async throws(DatabaseError) -> Output
  ) async throws(DatabaseError) -> Output {
    for _ in 1...3 {
      do throws(DatabaseError) {
        return try await body()
      } catch {
        // 23505 is unique_violation.
        guard case .server(let reason) = error, reason.sqlState == "23505" else { throw error }
      }
    }
    return try await body()
  }
}

enum BookSQL {
  static let byID = SQL(
    """
    select
      \(Book.columns)
    from book
    where id = $1
    """)

  /// With several active books, the one that is no exception, then the oldest.
  static let byISBN = SQL(
    """
    select
      \(Book.columns)
    from book
    where isbn = $1
      and is_active
    order by isbn_exempt, id
    limit 1
    """)

  static let stockTotals = SQL(
    """
    select
      item.book_id,
      \(StockTotals.columns)
    from item
    join stock_level on stock_level.item_id = item.id
    where item.book_id = any($1)
    group by item.book_id
    """)

  static let items = SQL(
    """
    select
      \(Item.columns)
    from item
    where book_id = any($1)
    order by id
    """)
}
