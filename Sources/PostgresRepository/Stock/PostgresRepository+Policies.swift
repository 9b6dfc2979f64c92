public import Inventory

extension PostgresRepository {
  /// See ``StockRepository``.
  public func replacePolicy(
    _ item: ItemID, at location: LocationID, with policy: StockPolicy, version: Int64
  ) async throws(InventoryError) -> StockLevel {
    let change = PolicyChange(item: item, location: location, policy: policy, version: version)
    return try await run { (database) throws(DatabaseError) in
      try await database.transaction { (transaction) throws(DatabaseError) in
        let level = try await transaction.lockLevel(of: change)
        guard level.version == version else {
          throw .answer(.versionMismatch(current: level.version))
        }
        return try await transaction.write(change, to: level)
      }
    }
  }
}

/// What is asked for. One value: an async function that takes two identifiers and throws a typed error is
/// called with a broken stack (Swift 6.3, x86-64).
private struct PolicyChange {
  var item: ItemID
  var location: LocationID
  var policy: StockPolicy
  var version: Int64

  var keys: [Value] { [.id(item), .id(location)] }
}

extension Transaction {
  /// Reads a level and keeps it as it is, and its book active, until the transaction ends; zeros and version
  /// 0 where nothing was ever written. Answers `notFound`, `bookArchived`.
  fileprivate func lockLevel(of change: PolicyChange) async throws(DatabaseError) -> StockLevel {
    let results = try await run([Statement(Self.parents, change.keys), Statement(Self.level, change.keys)])
    guard results.count == 2 else { throw .malformed("\(results.count) results of two statements") }
    let empty = try results[0].first { (row) throws(DatabaseError) in
      let (sku, book, isbn) = (try row.text(), try row.id(BookIDKind.self), try row.optionalISBN())
      let isArchived = try row.bool()
      guard let code = try row.optionalText() else {
        throw .answer(.notFound(.location, change.location.description))
      }
      guard !isArchived else { throw .answer(.bookArchived(book)) }
      return StockLevel(
        itemID: change.item, locationID: change.location, sku: sku, bookID: book, isbn: isbn,
        locationCode: code, quantities: Quantities(), policy: StockPolicy(), version: 0, updatedAt: nil)
    }
    guard let empty else { throw .answer(.notFound(.item, change.item.description)) }
    return try results[1].first(StockLevel.init) ?? empty
  }

  private static let parents = SQL(
    """
    select
      item.sku,
      item.book_id,
      book.isbn,
      not book.is_active,
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

  /// Writes the policy to a locked level and returns the level at its next version.
  fileprivate func write(
    _ change: PolicyChange, to level: StockLevel
  ) async throws(DatabaseError) -> StockLevel {
    let sql = level.version == 0 ? Self.insert : Self.update
    let policy: [Value] = [
      .integer(change.policy.reorderPoint), .integer(change.policy.safetyStock), .text(change.policy.bin),
    ]
    let result = try await run([Statement(sql, change.keys + policy)]).only()
    let written = try result.first { (row) throws(DatabaseError) in
      var written = level
      written.policy = change.policy
      written.version = try row.integer()
      written.updatedAt = try row.instant()
      return written
    }
    if let written { return written }
    // Somebody made the level after it was not found.
    let present = try await lockLevel(of: change)
    throw .answer(.versionMismatch(current: present.version))
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
      updated_at = greatest(updated_at, now_microseconds())
    where item_id = $1
      and location_id = $2
    returning version, updated_at
    """)
}
