/// What the copies at a location are worth in a currency.
public struct ValuationRow: Hashable, Sendable {
  /// Where the copies are.
  public var locationID: LocationID
  /// The code of the location.
  public var locationCode: String
  /// Nil: the copies have no price.
  public var currency: Currency?
  /// Copies on hand, whatever their state.
  public var copies: Int64
  /// In minor units, at the item's price, else at its book's; nil for copies without a price. Wide enough for
  /// any number of copies at any price.
  public var amount: Int128?

  /// From its parts.
  public init(
    locationID: LocationID, locationCode: String, currency: Currency?, copies: Int64, amount: Int128?
  ) {
    self.locationID = locationID
    self.locationCode = locationCode
    self.currency = currency
    self.copies = copies
    self.amount = amount
  }
}

/// What reports say of an item besides figures.
public struct ReportedItem: Hashable, Sendable {
  /// Names the item.
  public var id: ItemID
  /// Its SKU.
  public var sku: String
  /// Its book.
  public var bookID: BookID
  /// The book's ISBN.
  public var isbn: ISBN?
  /// The book's title.
  public var title: String

  /// From its parts.
  public init(id: ItemID, sku: String, bookID: BookID, isbn: ISBN?, title: String) {
    self.id = id
    self.sku = sku
    self.bookID = bookID
    self.isbn = isbn
    self.title = title
  }
}

/// Copies that nothing has happened to.
public struct DeadStockRow: Hashable, Sendable {
  /// What it is.
  public var item: ReportedItem
  /// Where it is.
  public var locationID: LocationID
  /// The code of the location.
  public var locationCode: String
  /// Copies on hand.
  public var onHand: Int64
  /// When the last movement was recorded.
  public var lastMovementAt: Instant

  /// From its parts.
  public init(
    item: ReportedItem, locationID: LocationID, locationCode: String, onHand: Int64, lastMovementAt: Instant
  ) {
    self.item = item
    self.locationID = locationID
    self.locationCode = locationCode
    self.onHand = onHand
    self.lastMovementAt = lastMovementAt
  }
}

/// How an item sold in a period.
public struct SellThroughRow: Hashable, Sendable {
  /// What it is.
  public var item: ReportedItem
  /// Copies handed to buyers: sales by fulfilment, adjustments with the reason sold, less those reversed.
  public var sold: Int64
  /// Copies received: receipts, adjustments with the reason received, less those reversed.
  public var received: Int64
  /// Copies on hand now.
  public var onHand: Int64

  /// From its parts.
  public init(item: ReportedItem, sold: Int64, received: Int64, onHand: Int64) {
    self.item = item
    self.sold = sold
    self.received = received
    self.onHand = onHand
  }

  /// `sold / received` with four decimals, half rounded up; nil unless there is something to divide.
  public var ratio: String? {
    guard sold >= 0, received > 0 else { return nil }
    let scaled = (Int128(sold) * 20_000 + Int128(received)) / (2 * Int128(received))
    let decimals = String(scaled % 10_000)
    return "\(scaled / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
  }
}
