public import Inventory

extension StoreBackend {
  /// See ``HistoryRepository``.
  public func levels(
    _ query: StockQuery, asOf instant: Instant, page: PageRequest
  ) async throws(InventoryError) -> Page<StockLevel> {
    try await checkPast(instant)
    let statement = PastLevels.list.statement(
      [.instant(instant), page.rows],
      [
        query.item.map { [.id($0)] }, query.book.map { [.id($0)] }, query.location.map { [.id($0)] },
        page.textKey,
      ])
    // A level that did not exist yet is passed over; of all levels that can be many.
    let rows = try await self.query([statement], slow: query.item == nil).first ?? []
    return Page(try PastLevels.levels(rows), limit: page.limit) { level in
      PageKey(value: .text(level.itemID.description), id: level.locationID.description)
    }
  }

  private func checkPast(_ instant: Instant) async throws(InventoryError) {
    guard var row = try await query([StoreStatement(PastLevels.clock)], slow: false).first?.first else {
      throw .unexpected("the database did not tell the time")
    }
    let now = try row.instant()
    guard instant <= now else { throw .instantInFuture(now: now) }
  }
}

extension StoreBackend where Self: StockRepository & HistoryRepository {
  /// See ``HistoryRepository``.
  public func level(
    _ item: ItemReference, at location: LocationReference, asOf instant: Instant
  ) async throws(InventoryError) -> StockLevel {
    var level = try await level(item, at: location)
    var query = StockQuery()
    query.item = level.itemID
    query.location = level.locationID
    let past = try await levels(query, asOf: instant, page: PageRequest(limit: 1)).elements.first
    level.quantities = past?.quantities ?? Quantities()
    level.policy = StockPolicy()
    level.version = 0
    level.updatedAt = nil
    return level
  }
}

/// A balance at an instant is the `balance_after` of the last row until then: rows of a level never go back in
/// time, and the indexes `movement_as_of` and `commitment_as_of` end at that row.
private enum PastLevels {
  static let clock = StoreSQL("select now_microseconds()")

  static let list = VariableSQL(
    fixed: 2,
    conditions: [
      "stock_level.item_id = ?", "item.book_id = ?", "stock_level.location_id = ?",
      "(stock_level.item_id, stock_level.location_id) > (?, ?)",
    ]
  ) { conditions in
    """
    select
      item_id,
      location_id,
      sku,
      book_id,
      isbn,
      code,
      \(Balance.all.map { "coalesce(\($0.name), 0)" }.joined(separator: ",\n  "))
    from (
      select
        stock_level.item_id,
        stock_level.location_id,
        item.sku,
        item.book_id,
        book.isbn,
        location.code,
        \(Balance.all.map(balance).joined(separator: ",\n"))
      from stock_level
      join item on item.id = stock_level.item_id
      join book on book.id = item.book_id
      join location on location.id = stock_level.location_id
      where \(conditions)
    ) as past
    where coalesce(\(Balance.all.map(\.name).joined(separator: ", "))) is not null
    order by item_id, location_id
    limit $2
    """
  }

  private static func balance(_ balance: Balance) -> String {
    """
    (
      select balance_after
      from \(balance.ledger)
      where item_id = stock_level.item_id
        and location_id = stock_level.location_id
        and bucket = '\(balance.name)'
        and recorded_at <= $1
      order by recorded_at desc, sequence desc
      limit 1
    ) as \(balance.name)
    """
  }

  static func levels(_ rows: [StoreRow]) throws(InventoryError) -> [StockLevel] {
    var levels: [StockLevel] = []
    for var row in rows {
      let (item, location): (ItemID, LocationID) = (try row.id(), try row.id())
      let (sku, book): (String, BookID) = (try row.text(), try row.id())
      let isbn = try row.optionalText().map { ISBN(stored: $0) }
      let code = try row.text()
      var quantities = Quantities()
      for balance in Balance.all { quantities[balance] = try row.integer() }
      levels.append(
        StockLevel(
          itemID: item, locationID: location, sku: sku, bookID: book, isbn: isbn, locationCode: code,
          quantities: quantities, policy: StockPolicy(), version: 0, updatedAt: nil))
    }
    return levels
  }
}

extension Balance {
  /// The table whose rows explain it.
  var ledger: String {
    switch self {
    case .physical: "movement"
    case .committed: "commitment"
    }
  }
}
