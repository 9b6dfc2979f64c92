/// A quantity of the ledger. `onHand` is everything physically there; the three unavailable buckets are
/// parts of it that cannot be sold.
public enum Bucket: String, Sendable, CaseIterable {
  case onHand = "on_hand"
  case damaged, inspection
  case heldBack = "held_back"
}

/// The quantities of one item at one location, in copies.
public struct Quantities: Hashable, Sendable {
  public var onHand: Int64 = 0
  public var damaged: Int64 = 0
  public var inspection: Int64 = 0
  public var heldBack: Int64 = 0
  /// Promised to somebody, still here.
  public var held: Int64 = 0
  /// Promised beyond what is here.
  public var backordered: Int64 = 0
  /// Ordered from suppliers.
  public var incoming: Int64 = 0
  /// On the way from another location.
  public var inTransit: Int64 = 0

  public init() {}

  /// `damaged + inspection + heldBack`.
  public var unavailable: Int64 { damaged + inspection + heldBack }

  /// What may still be promised, before safety stock; never negative in a valid level.
  public var free: Int64 { onHand - unavailable - held }
}

/// What staff decides about a level; never a quantity.
public struct StockPolicy: Hashable, Sendable {
  /// Reorder when `available` is at or below this; nil is "do not watch".
  public var reorderPoint: Int64?
  /// Copies that are never promised.
  public var safetyStock: Int64 = 0
  /// The shelf, up to 40 characters.
  public var bin: String?

  public init() {}
}

/// One item at one location.
public struct StockLevel: Hashable, Sendable {
  public let itemID: ItemID
  public let locationID: LocationID
  public var sku: String
  public var bookID: BookID
  public var isbn: ISBN?
  public var locationCode: String
  public var quantities: Quantities
  public var policy: StockPolicy
  /// 0 for a level that was never written.
  public var version: Int64
  /// Nil for a level that was never written.
  public var updatedAt: Instant?

  public init(
    itemID: ItemID, locationID: LocationID, sku: String, bookID: BookID, isbn: ISBN?, locationCode: String,
    quantities: Quantities, policy: StockPolicy, version: Int64, updatedAt: Instant?
  ) {
    self.itemID = itemID
    self.locationID = locationID
    self.sku = sku
    self.bookID = bookID
    self.isbn = isbn
    self.locationCode = locationCode
    self.quantities = quantities
    self.policy = policy
    self.version = version
    self.updatedAt = updatedAt
  }

  /// `onHand − unavailable − held − safetyStock`, never below 0.
  public var available: Int64 { max(0, quantities.free - policy.safetyStock) }
}

/// The sums over all items and locations of a book.
public struct StockTotals: Hashable, Sendable {
  public var quantities = Quantities()
  /// The sum of the levels' `available`.
  public var available: Int64 = 0

  public init() {}
}
