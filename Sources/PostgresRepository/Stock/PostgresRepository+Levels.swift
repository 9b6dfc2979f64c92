public import Inventory

extension PostgresRepository {
  /// See ``StockRepository``.
  public func levels(
    _ query: StockQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<StockLevel> {
    try await run { (database) throws(DatabaseError) in
      var list = ListStatement()
      if let item = query.item { list.require("stock_level.item_id = \(list.bind(.id(item)))") }
      if let book = query.book { list.require("item.book_id = \(list.bind(.id(book)))") }
      if let location = query.location {
        list.require("stock_level.location_id = \(list.bind(.id(location)))")
      }
      if let atMost = query.availableAtMost { list.require("available <= \(list.bind(.integer(atMost)))") }
      if let belowReorder = query.belowReorder {
        // The first form is what the index of watched levels can serve.
        list.require(
          belowReorder
            ? "reorder_point is not null and available <= reorder_point"
            : "(reorder_point is null or available > reorder_point)")
      }
      if let after = page.after {
        list.require(
          "(stock_level.item_id, stock_level.location_id) > "
            + "(\(list.bind(after.value.bound)), \(list.bind(.text(after.id))))")
      }
      let limit = list.bind(.integer(Int64(page.limit) + 1))
      let levels = try await database.slowRead(
        list.statement(
          """
          \(StockLevel.select)
          where \(list.conjunction)
          order by stock_level.item_id, stock_level.location_id
          limit \(limit)
          """)
      ).rows(StockLevel.init)
      return Page(levels, limit: page.limit) { level in
        PageKey(value: .text(level.itemID.description), id: level.locationID.description)
      } element: {
        $0
      }
    }
  }

  /// See ``StockRepository``.
  public func levels(of items: [ItemID]) async throws(InventoryError) -> [ItemID: [StockLevel]] {
    try await run { (database) throws(DatabaseError) in
      let levels = try await database.readMany(Self.ofItems, of: items).rows(StockLevel.init)
      let none = items.map { ($0, [StockLevel]()) }
      return Dictionary(none) { $1 }.merging(Dictionary(grouping: levels, by: \.itemID)) { $1 }
    }
  }

  private static let ofItems = SQL(
    """
    \(StockLevel.select)
    where stock_level.item_id = any($1)
    order by stock_level.item_id, stock_level.location_id
    """)

  /// See ``StockRepository``.
  public func level(
    _ item: ItemReference, at location: LocationReference
  ) async throws(InventoryError) -> StockLevel {
    let (sql, values) =
      switch (item, location) {
      case (.id(let item), .id(let location)): (Self.byIDAtID, [Value.id(item), .id(location)])
      case (.id(let item), .code(let code)): (Self.byIDAtCode, [.id(item), .text(code)])
      case (.sku(let sku), .id(let location)): (Self.bySKUAtID, [.text(sku), .id(location)])
      case (.sku(let sku), .code(let code)): (Self.bySKUAtCode, [.text(sku), .text(code)])
      }
    return try await run { (database) throws(DatabaseError) in
      let found = try await database.read(sql, values).first { (row) throws(DatabaseError) in
        try Self.level(&row, at: location)
      }
      guard let found else { throw .answer(.notFound(.item, item.description)) }
      return found
    }
  }

  private static let byIDAtID = one("item.id", "location.id")
  private static let byIDAtCode = one("item.id", "location.code")
  private static let bySKUAtID = one("item.sku", "location.id")
  private static let bySKUAtCode = one("item.sku", "location.code")

  /// A row for the item, whatever there is of location and level.
  private static func one(_ itemKey: String, _ locationKey: String) -> SQL {
    SQL(
      """
      select
        location.id,
        location.code,
        item.id,
        item.sku,
        item.book_id,
        book.isbn,
        stock_level.version,
        stock_level.updated_at,
        \(Quantities.columns(of: "stock_level")),
        \(StockPolicy.columns(of: "stock_level"))
      from item
      join book on book.id = item.book_id
      left join location on \(locationKey) = $2
      left join stock_level on stock_level.item_id = item.id and stock_level.location_id = location.id
      where \(itemKey) = $1
      """)
  }

  private static func level(
    _ row: inout Row, at location: LocationReference
  ) throws(DatabaseError) -> StockLevel {
    let locationID: LocationID? = try row.optionalID()
    let code = try row.optionalText()
    guard let locationID, let code else { throw .answer(.notFound(.location, location.description)) }
    var level = StockLevel(
      itemID: try row.id(), locationID: locationID, sku: try row.text(), bookID: try row.id(),
      isbn: try row.optionalISBN(), locationCode: code, quantities: Quantities(), policy: StockPolicy(),
      version: 0, updatedAt: nil)
    guard let version = try row.optionalInteger() else { return level }
    level.version = version
    level.updatedAt = try row.instant()
    level.quantities = try Quantities(&row)
    level.policy = try StockPolicy(&row)
    return level
  }
}
