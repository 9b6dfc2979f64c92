public import Inventory

extension SQLiteRepository {
  /// See ``BookRepository``.
  public func createBook(
    _ details: BookDetails, allowDuplicate: Bool
  ) async throws(InventoryError) -> (Book, Item) {
    try await database.write { [clock] (connection) throws(InventoryError) in
      var words = WordChanges()
      let created = try connection.createBook(
        details, allowDuplicate: allowDuplicate, at: clock.now(), &words)
      try words.apply(to: connection)
      return created
    }
  }

  /// See ``BookRepository``.
  public func book(_ reference: BookReference) async throws(InventoryError) -> Book? {
    try await database.read { (connection) throws(InventoryError) in try connection.book(reference) }
  }

  /// See ``BookRepository``.
  public func replaceBook(
    _ id: BookID, with details: BookDetails, version: Int64, allowDuplicate: Bool
  ) async throws(InventoryError) -> Book {
    try await database.write { [clock] (connection) throws(InventoryError) in
      guard let book = try connection.book(id) else { throw .notFound(.book, id.description) }
      guard book.archivedAt == nil else { throw .bookArchived(id) }
      guard book.version == version else { throw .versionMismatch(current: book.version) }
      var words = WordChanges()
      let updated = try connection.update(
        book, with: details, allowDuplicate: allowDuplicate, at: clock.now(), &words)
      try words.apply(to: connection)
      return updated
    }
  }

  /// See ``BookRepository``.
  public func archiveBook(_ id: BookID, version: Int64?) async throws(InventoryError) -> Book {
    try await database.write { [clock] (connection) throws(InventoryError) in
      guard var book = try connection.book(id) else { throw .notFound(.book, id.description) }
      if book.archivedAt != nil { return book }
      if let version, version != book.version { throw .versionMismatch(current: book.version) }
      let totals = try connection.stockTotals(of: id)
      guard totals.quantities == Quantities() else {
        throw .bookHasStock(id, onHand: totals.quantities.onHand, held: totals.quantities.held)
      }
      let now = clock.now()
      let changed = try connection.run(
        """
        update book
        set archived_at = ?,
          updated_at = ?,
          version = version + 1
        where id = ?
          and version = ?
        """, [SQLiteValue(now), SQLiteValue(now), SQLiteValue(id), .integer(book.version)])
      guard changed == 1 else { throw .unexpected("book \(id) changed under the write lock") }
      try connection.run(
        """
        update item
        set sku = id,
          updated_at = ?,
          version = version + 1
        where book_id = ?
        """, [SQLiteValue(now), SQLiteValue(id)])
      book.archivedAt = now
      book.updatedAt = now
      book.version += 1
      return book
    }
  }

  /// See ``BookRepository``.
  public func stockTotals(of books: [BookID]) async throws(InventoryError) -> [BookID: StockTotals] {
    try await readMany(books.count) { (connection) throws(InventoryError) in
      var totals: [BookID: StockTotals] = [:]
      for book in books { totals[book] = try connection.stockTotals(of: book) }
      return totals
    }
  }

  /// See ``BookRepository``.
  public func items(of books: [BookID]) async throws(InventoryError) -> [BookID: [Item]] {
    try await readMany(books.count) { (connection) throws(InventoryError) in
      var items: [BookID: [Item]] = [:]
      for book in books { items[book] = try connection.items(of: book) }
      return items
    }
  }

  /// Reads for so many keys in one snapshot; many keys would hold a loop for too long.
  func readMany<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) async throws(InventoryError) -> Result {
    if count > 50 { return try await database.slowRead(body) }
    return try await database.read { (connection) throws(InventoryError) in try connection.snapshot(body) }
  }
}

extension Connection {
  /// The sums over all levels of a book.
  fileprivate func stockTotals(of book: BookID) throws(InventoryError) -> StockTotals {
    let totals = try first(Self.totals, [SQLiteValue(book)]) { row in
      var totals = StockTotals()
      totals.quantities = Quantities(&row)
      totals.available = row.integer()
      return totals
    }
    return totals ?? StockTotals()
  }

  private static let totals = SQL.constant(
    """
    select
      coalesce(sum(on_hand), 0),
      coalesce(sum(damaged), 0),
      coalesce(sum(inspection), 0),
      coalesce(sum(held_back), 0),
      coalesce(sum(held), 0),
      coalesce(sum(backordered), 0),
      coalesce(sum(incoming), 0),
      coalesce(sum(in_transit), 0),
      coalesce(sum(available), 0)
    from item
    cross join stock_level on stock_level.item_id = item.id
    where item.book_id = ?
    """)
}
