public import Inventory

extension SQLiteRepository {
  /// See ``StockRepository``.
  public func levels(_ query: StockQuery, page: PageRequest) async throws(InventoryError) -> Page<StockLevel>
  {
    // Rows that a filter on quantities passes over have no bound.
    if query.availableAtMost == nil && query.belowReorder == nil {
      return try await database.read { (connection) throws(InventoryError) in
        try connection.levels(query, page: page)
      }
    }
    return try await database.slowRead { (connection) throws(InventoryError) in
      try connection.levels(query, page: page)
    }
  }

  /// See ``StockRepository``.
  public func levels(of items: [ItemID]) async throws(InventoryError) -> [ItemID: [StockLevel]] {
    try await readMany(items.count) { (connection) throws(InventoryError) in
      var levels: [ItemID: [StockLevel]] = [:]
      for item in items {
        levels[item] = try connection.all(Self.levelsOfItem, [SQLiteValue(item)], StockLevel.init)
      }
      return levels
    }
  }

  private static let levelsOfItem = SQL.constant(
    """
    \(StockLevel.select)
    where stock_level.item_id = ?
    order by stock_level.location_id
    """)

  /// See ``StockRepository``.
  public func level(
    _ item: ItemReference, at location: LocationReference
  ) async throws(InventoryError) -> StockLevel {
    try await database.read { (connection) throws(InventoryError) in
      try connection.snapshot { (connection) throws(InventoryError) in
        guard let stocked = try connection.stockedItem(item) else {
          throw .notFound(.item, item.description)
        }
        guard let place = try connection.location(location) else {
          throw .notFound(.location, location.description)
        }
        return try connection.level(of: stocked, at: place)
      }
    }
  }
}

extension Connection {
  fileprivate func levels(
    _ query: StockQuery, page: PageRequest
  ) throws(InventoryError) -> Page<StockLevel> {
    var conditions = ["true"]
    var arguments: [SQLiteValue] = []
    if let item = query.item {
      conditions.append("stock_level.item_id = ?")
      arguments.append(SQLiteValue(item))
    }
    if let book = query.book {
      conditions.append("stock_level.item_id in (select id from item where book_id = ?)")
      arguments.append(SQLiteValue(book))
    }
    if let location = query.location {
      conditions.append("stock_level.location_id = ?")
      arguments.append(SQLiteValue(location))
    }
    if let availableAtMost = query.availableAtMost {
      conditions.append("available <= ?")
      arguments.append(.integer(availableAtMost))
    }
    if let belowReorder = query.belowReorder {
      // The first form is what the index of watched levels can serve.
      conditions.append(
        belowReorder
          ? "reorder_point is not null and available <= reorder_point"
          : "(reorder_point is null or available > reorder_point)")
    }
    if let after = page.after {
      conditions.append("(stock_level.item_id, stock_level.location_id) > (?, ?)")
      arguments += [after.value.argument, .text(after.id)]
    }
    let levels = try all(
      """
      \(StockLevel.select)
      where \(conditions.joined(separator: "\n  and "))
      order by stock_level.item_id, stock_level.location_id
      limit ?
      """, arguments + [SQLiteValue(page.limit + 1)], StockLevel.init)
    return Page(levels, limit: page.limit) { level in
      PageKey(value: .text(level.itemID.description), id: level.locationID.description)
    } element: {
      $0
    }
  }
}
