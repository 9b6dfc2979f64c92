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

  /// See ``StockRepository``.
  public func replacePolicy(
    _ item: ItemID, at location: LocationID, with policy: StockPolicy, version: Int64
  ) async throws(InventoryError) -> StockLevel {
    try await database.write { [clock] (connection) throws(InventoryError) in
      guard let stocked = try connection.stockedItem(.id(item)) else {
        throw .notFound(.item, item.description)
      }
      guard let place = try connection.location(location) else {
        throw .notFound(.location, location.description)
      }
      guard !stocked.isArchived else { throw .bookArchived(stocked.bookID) }
      var level = try connection.level(of: stocked, at: place)
      guard level.version == version else { throw .versionMismatch(current: level.version) }
      level.policy = policy
      // Rows of the ledger that follow are not to lie before those that are there.
      let now = clock.now()
      return try connection.write(level, at: max(now, level.updatedAt ?? now))
    }
  }
}

extension Connection {
  /// Writes a level that was just read, guarded by the version it was read at, and returns it at the next.
  func write(_ level: StockLevel, at now: Instant) throws(InventoryError) -> StockLevel {
    let quantities = level.quantities
    let values: [SQLiteValue] = [
      .integer(quantities.onHand), .integer(quantities.damaged), .integer(quantities.inspection),
      .integer(quantities.heldBack), .integer(quantities.held), .integer(quantities.backordered),
      .integer(quantities.incoming), .integer(quantities.inTransit), SQLiteValue(level.policy.reorderPoint),
      .integer(level.policy.safetyStock), SQLiteValue(level.policy.bin), SQLiteValue(now),
      SQLiteValue(level.itemID), SQLiteValue(level.locationID),
    ]
    let changed =
      if level.version == 0 {
        try run(Self.insertLevel, values)
      } else {
        try run(Self.updateLevel, values + [.integer(level.version)])
      }
    guard changed == 1 else {
      throw .unexpected("level \(level.itemID) at \(level.locationID) changed under the write lock")
    }
    var written = level
    written.version += 1
    written.updatedAt = now
    return written
  }

  private static let insertLevel = SQL.constant(
    """
    insert into stock_level (
      \(Quantities.columns),
      \(StockPolicy.columns),
      updated_at,
      item_id,
      location_id,
      version
    ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
    """)

  private static let updateLevel = SQL.constant(
    """
    update stock_level
    set on_hand = ?,
      damaged = ?,
      inspection = ?,
      held_back = ?,
      held = ?,
      backordered = ?,
      incoming = ?,
      in_transit = ?,
      reorder_point = ?,
      safety_stock = ?,
      bin = ?,
      updated_at = ?,
      version = version + 1
    where item_id = ?
      and location_id = ?
      and version = ?
    """)

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
