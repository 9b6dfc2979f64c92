internal import Inventory
internal import StoredJSON

extension Item {
  /// The columns that ``init(_:)`` reads, in its order.
  static let columns = """
    item.id,
    item.book_id,
    item.version,
    item.created_at,
    item.updated_at,
    item.sku,
    item.condition,
    item.flags,
    item.price_amount,
    item.price_currency,
    item.backorder_limit
    """

  /// Reads the columns of ``columns``.
  init(_ row: inout Row) throws(DatabaseError) {
    let id: ItemID = try row.id()
    let bookID: BookID = try row.id()
    let version = try row.integer()
    let createdAt = try row.instant()
    let updatedAt = try row.instant()
    var details = ItemDetails(sku: try row.text())
    details.condition = try row.word()
    details.flags = try row.stored(StoredJSON.flags)
    details.price = try row.price()
    details.backorderLimit = try row.integer()
    self.init(
      id: id, bookID: bookID, details: details, version: version, createdAt: createdAt, updatedAt: updatedAt)
  }
}

extension ItemDetails {
  /// The values of sku, condition, flags, price_amount, price_currency, backorder_limit.
  var values: [Value] {
    [
      .text(sku), .text(condition.rawValue), .text(StoredJSON.text(flags)), .integer(price?.amount),
      .text(price?.currency.code), .integer(backorderLimit),
    ]
  }
}
