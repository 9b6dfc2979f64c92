public import Inventory

extension PostgresRepository {
  /// See ``StockRepository``.
  public func replacePolicy(
    _ item: ItemID, at location: LocationID, with policy: StockPolicy, version: Int64
  ) async throws(InventoryError) -> StockLevel {
    try await run { (database) throws(DatabaseError) in
      try await database.transaction { (transaction) throws(DatabaseError) in
        let level = try await transaction.lockLevel(item, at: location)
        guard level.version == version else {
          throw .answer(.versionMismatch(current: level.version))
        }
        return try await transaction.write(policy, to: level)
      }
    }
  }
}

extension Transaction {
  /// Reads a level and keeps it as it is, and its book active, until the transaction ends; zeros and version
  /// 0 where nothing was ever written. Answers `notFound`, `bookArchived`.
  fileprivate func lockLevel(
    _ item: ItemID, at location: LocationID
  ) async throws(DatabaseError) -> StockLevel {
    let results = try await run([
      Statement(Self.parents, [.id(item), .id(location)]),
      Statement(Self.level, [.id(item), .id(location)]),
    ])
    guard results.count == 2 else { throw .malformed("\(results.count) results of two statements") }
    let empty = try results[0].first { (row) throws(DatabaseError) in
      let (sku, book, isbn) = (try row.text(), try row.id(BookIDKind.self), try row.optionalISBN())
      let isArchived = try row.bool()
      guard let code = try row.optionalText() else {
        throw .answer(.notFound(.location, location.description))
      }
      guard !isArchived else { throw .answer(.bookArchived(book)) }
      return StockLevel(
        itemID: item, locationID: location, sku: sku, bookID: book, isbn: isbn, locationCode: code,
        quantities: Quantities(), policy: StockPolicy(), version: 0, updatedAt: nil)
    }
    guard let empty else { throw .answer(.notFound(.item, item.description)) }
    return try results[1].first(StockLevel.init) ?? empty
  }

  private static let parents = SQL(
    """
    select
      item.sku,
      item.book_id,
      book.isbn,
      book.archived_at is not null,
      (select code from location where id = $2)
    from item
    join book on book.id = item.book_id
    where item.id = $1
    for key share of book
    """)

  private static let level = SQL(
    """
    \(StockLevel.select)
    where stock_level.item_id = $1
      and stock_level.location_id = $2
    for no key update of stock_level
    """)

  /// Writes a policy to a locked level, commits, and returns the level at its next version.
  fileprivate func write(_ policy: StockPolicy, to level: StockLevel) async throws(DatabaseError)
    -> StockLevel
  {
    let sql = level.version == 0 ? Self.insert : Self.update
    let values: [Value] = [
      .id(level.itemID), .id(level.locationID), .integer(policy.reorderPoint), .integer(policy.safetyStock),
      .text(policy.bin),
    ]
    let written = try await run([Statement(sql, values)]).only().first { (row) throws(DatabaseError) in
      var written = level
      written.policy = policy
      written.version = try row.integer()
      written.updatedAt = try row.instant()
      return written
    }
    // No row: somebody made the level after it was not found.
    guard let written else {
      throw .answer(
        .versionMismatch(current: try await lockLevel(level.itemID, at: level.locationID).version))
    }
    return written
  }

  private static let insert = SQL(
    """
    insert into stock_level (item_id, location_id, reorder_point, safety_stock, bin, version, updated_at)
    values ($1, $2, $3, $4, $5, 1, now_microseconds())
    on conflict do nothing
    returning version, updated_at
    """)

  private static let update = SQL(
    """
    update stock_level
    set reorder_point = $3,
      safety_stock = $4,
      bin = $5,
      version = version + 1,
      updated_at = now_microseconds()
    where item_id = $1
      and location_id = $2
    returning version, updated_at
    """)
}
