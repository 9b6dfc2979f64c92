/// A quantity of the ledger. `onHand` is everything physically there; the three unavailable buckets are
/// parts of it that cannot be sold.
public enum Bucket: String, Sendable, CaseIterable {
  case onHand = "on_hand"
  case damaged, inspection
  case heldBack = "held_back"
}

/// The quantities of one item at one location, in copies.
public struct Quantities: Hashable, Sendable {
  /// Everything that is physically there, whatever its state.
  public var onHand: Int64 = 0
  /// There, but not fit for sale.
  public var damaged: Int64 = 0
  /// There, and still to be looked at, such as a return.
  public var inspection: Int64 = 0
  /// There, and kept from sale by decision.
  public var heldBack: Int64 = 0
  /// Promised to somebody, still here.
  public var held: Int64 = 0
  /// Promised beyond what is here.
  public var backordered: Int64 = 0
  /// Ordered from suppliers.
  public var incoming: Int64 = 0
  /// On the way from another location.
  public var inTransit: Int64 = 0

  /// From its parts.
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

  /// From its parts.
  public init() {}
}

/// What staff decides anew about a level.
public struct PolicyChange: Sendable {
  /// Which item.
  public var item: ItemID
  /// Where.
  public var location: LocationID
  /// What is to hold from now on.
  public var policy: StockPolicy
  /// The version that the level must be at; 0 for one that was never written.
  public var version: Int64
  /// Who decides.
  public var origin: Origin

  /// From its parts.
  public init(item: ItemID, location: LocationID, policy: StockPolicy, version: Int64, origin: Origin) {
    self.item = item
    self.location = location
    self.policy = policy
    self.version = version
    self.origin = origin
  }
}

/// One item at one location.
public struct StockLevel: Hashable, Sendable {
  /// What is stocked.
  public let itemID: ItemID
  /// Where it is.
  public let locationID: LocationID
  /// The SKU of the item.
  public var sku: String
  /// The book of the item.
  public var bookID: BookID
  /// The ISBN of the book; nil without one.
  public var isbn: ISBN?
  /// The code of the location.
  public var locationCode: String
  /// Copies by bucket.
  public var quantities: Quantities
  /// What staff has decided.
  public var policy: StockPolicy
  /// 0 for a level that was never written.
  public var version: Int64
  /// Nil for a level that was never written.
  public var updatedAt: Instant?

  /// From its parts.
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
  /// Copies by bucket.
  public var quantities = Quantities()
  /// The sum of the levels' `available`.
  public var available: Int64 = 0

  /// From its parts.
  public init() {}
}
