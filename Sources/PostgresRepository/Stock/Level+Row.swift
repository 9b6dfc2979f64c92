internal import Inventory

extension Quantities {
  /// The columns that ``init(_:)`` reads, in its order, of this table.
  static func columns(of table: String) -> String {
    ["on_hand", "damaged", "inspection", "held_back", "held", "backordered", "incoming", "in_transit"]
      .map { "\(table).\($0)" }.joined(separator: ", ")
  }

  /// Reads the columns of ``columns(of:)``.
  init(_ row: inout Row) throws(DatabaseError) {
    self.init()
    onHand = try row.integer()
    damaged = try row.integer()
    inspection = try row.integer()
    heldBack = try row.integer()
    held = try row.integer()
    backordered = try row.integer()
    incoming = try row.integer()
    inTransit = try row.integer()
  }
}

extension StockPolicy {
  /// The columns that ``init(_:)`` reads, in its order, of this table.
  static func columns(of table: String) -> String {
    ["reorder_point", "safety_stock", "bin"].map { "\(table).\($0)" }.joined(separator: ", ")
  }

  /// Reads the columns of ``columns(of:)``.
  init(_ row: inout Row) throws(DatabaseError) {
    self.init()
    reorderPoint = try row.optionalInteger()
    safetyStock = try row.integer()
    bin = try row.optionalText()
  }
}

extension StockTotals {
  /// The columns that ``init(_:)`` reads, in its order; the levels are to be grouped.
  static let columns = """
    sum(on_hand)::bigint,
    sum(damaged)::bigint,
    sum(inspection)::bigint,
    sum(held_back)::bigint,
    sum(held)::bigint,
    sum(backordered)::bigint,
    sum(incoming)::bigint,
    sum(in_transit)::bigint,
    sum(available)::bigint
    """

  /// Reads the columns of ``columns``.
  init(_ row: inout Row) throws(DatabaseError) {
    self.init()
    quantities = try Quantities(&row)
    available = try row.integer()
  }
}

extension StockLevel {
  /// Levels with what is shown of their item, book and location.
  static let select = """
    select
      stock_level.item_id,
      stock_level.location_id,
      item.sku,
      item.book_id,
      book.isbn,
      location.code,
      \(Quantities.columns(of: "stock_level")),
      \(StockPolicy.columns(of: "stock_level")),
      stock_level.version,
      stock_level.updated_at
    from stock_level
    join item on item.id = stock_level.item_id
    join book on book.id = item.book_id
    join location on location.id = stock_level.location_id
    """

  /// Reads a row of ``select``.
  init(_ row: inout Row) throws(DatabaseError) {
    self.init(
      itemID: try row.id(), locationID: try row.id(), sku: try row.text(), bookID: try row.id(),
      isbn: try row.optionalISBN(), locationCode: try row.text(), quantities: try Quantities(&row),
      policy: try StockPolicy(&row), version: try row.integer(), updatedAt: try row.instant())
  }
}
