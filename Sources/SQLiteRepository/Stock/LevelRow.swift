internal import Inventory

extension Quantities {
  /// The columns that ``init(_:)`` reads, in its order.
  static let columns = """
    on_hand,
    damaged,
    inspection,
    held_back,
    held,
    backordered,
    incoming,
    in_transit
    """

  /// Reads the columns of ``columns``.
  init(_ row: inout Row) {
    self.init()
    onHand = row.integer()
    damaged = row.integer()
    inspection = row.integer()
    heldBack = row.integer()
    held = row.integer()
    backordered = row.integer()
    incoming = row.integer()
    inTransit = row.integer()
  }
}

extension StockPolicy {
  /// The columns that ``init(_:)`` reads, in its order.
  static let columns = """
    reorder_point,
    safety_stock,
    bin
    """

  /// Reads the columns of ``columns``.
  init(_ row: inout Row) {
    self.init()
    reorderPoint = row.optionalInteger()
    safetyStock = row.integer()
    bin = row.optionalText()
  }
}

extension StockLevel {
  /// Levels with what is shown of their item, book and location. CROSS JOIN fixes the order of the loops
  /// (https://www.sqlite.org/optoverview.html#manual_control_of_query_plans_using_cross_join): levels first,
  /// in the order of the list.
  static let select = """
    select
      stock_level.item_id,
      stock_level.location_id,
      item.sku,
      item.book_id,
      book.isbn,
      location.code,
      \(Quantities.columns),
      \(StockPolicy.columns),
      stock_level.version,
      stock_level.updated_at
    from stock_level
    cross join item on item.id = stock_level.item_id
    cross join book on book.id = item.book_id
    cross join location on location.id = stock_level.location_id
    """

  /// Reads a row of ``select``.
  init(_ row: inout Row) throws(InventoryError) {
    self.init(
      itemID: try row.identifier(), locationID: try row.identifier(), sku: row.text(),
      bookID: try row.identifier(), isbn: row.optionalText().map(ISBN.init(stored:)),
      locationCode: row.text(),
      quantities: Quantities(&row), policy: StockPolicy(&row), version: row.integer(),
      updatedAt: row.instant())
  }
}

extension Connection {
  /// The level of an item at a location; zeros and version 0 where nothing was ever written.
  func level(of item: StockedItem, at location: Location) throws(InventoryError) -> StockLevel {
    let stored = try first(Self.level, [SQLiteValue(item.id), SQLiteValue(location.id)], StockLevel.init)
    return stored
      ?? StockLevel(
        itemID: item.id, locationID: location.id, sku: item.sku, bookID: item.bookID, isbn: item.isbn,
        locationCode: location.details.code, quantities: Quantities(), policy: StockPolicy(), version: 0,
        updatedAt: nil)
  }

  private static let level = SQL.constant(
    """
    \(StockLevel.select)
    where stock_level.item_id = ?
      and stock_level.location_id = ?
    """)

  func stockedItem(_ reference: ItemReference) throws(InventoryError) -> StockedItem? {
    switch reference {
    case .id(let id): try first(Self.stockedItemByID, [SQLiteValue(id)], StockedItem.init)
    case .sku(let sku): try first(Self.stockedItemBySKU, [.text(sku)], StockedItem.init)
    }
  }

  private static let stockedItemByID = SQL.constant("\(StockedItem.select) where item.id = ?")
  private static let stockedItemBySKU = SQL.constant("\(StockedItem.select) where item.sku = ?")
}

/// What a level and a movement show of their item.
struct StockedItem {
  var id: ItemID
  var sku: String
  var bookID: BookID
  var isbn: ISBN?
  var isArchived: Bool

  /// Items with their books.
  static let select = """
    select
      item.id,
      item.sku,
      item.book_id,
      book.isbn,
      book.archived_at is not null
    from item
    join book on book.id = item.book_id
    """

  /// Reads a row of ``select``.
  init(_ row: inout Row) throws(InventoryError) {
    id = try row.identifier()
    sku = row.text()
    bookID = try row.identifier()
    isbn = row.optionalText().map(ISBN.init(stored:))
    isArchived = row.bool()
  }
}
