/// Names purchase orders: `po_…`.
public enum PurchaseOrderIDKind: IdentifierKind {
  /// `po`.
  public static let prefix = "po"
}

/// The identifier of a ``PurchaseOrder``.
public typealias PurchaseOrderID = Identifier<PurchaseOrderIDKind>

/// Where a purchase order is in its life.
public enum PurchaseOrderState: String, Sendable, CaseIterable {
  /// Nothing came yet.
  case open
  /// Some copies came, others are outstanding.
  case partiallyReceived = "partially_received"
  /// Nothing is outstanding any more.
  case received
  /// Called off before anything came.
  case cancelled
  /// Called off when some copies had come.
  case closed

  /// True while copies may come.
  public var takesReceipts: Bool { self != .cancelled && self != .closed }
}

/// One line of a purchase order.
public struct PurchaseOrderLine: Hashable, Sendable {
  /// What is ordered.
  public var itemID: ItemID
  /// The SKU of the item, as it was when it was ordered.
  public var sku: String
  /// How many copies were ordered.
  public var quantity: Int64
  /// How many came; more than `quantity` only where somebody allowed it.
  public var received: Int64 = 0
  /// How many were called off.
  public var cancelled: Int64 = 0

  /// A line of which nothing came yet.
  public init(itemID: ItemID, sku: String, quantity: Int64) {
    self.itemID = itemID
    self.sku = sku
    self.quantity = quantity
  }

  /// Copies that are still to come: what the line adds to `incoming`.
  public var outstanding: Int64 { max(0, quantity - received - cancelled) }
}

/// Copies ordered from a supplier.
public struct PurchaseOrder: Hashable, Sendable {
  /// Names the order.
  public var id: PurchaseOrderID
  /// Where it is in its life.
  public var state: PurchaseOrderState
  /// From whom.
  public var supplier: String
  /// Where the copies are to come.
  public var locationID: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// The client's own number.
  public var reference: String?
  /// When the copies are to come.
  public var expectedAt: Instant?
  /// A remark for people.
  public var note: String?
  /// Each item once.
  public var lines: [PurchaseOrderLine]
  /// Who made it.
  public var actor: String
  /// Counts its changes.
  public var version: Int64
  /// When it was made.
  public var createdAt: Instant
  /// When it was last changed.
  public var updatedAt: Instant

  /// From its parts.
  public init(
    id: PurchaseOrderID, state: PurchaseOrderState, supplier: String, locationID: LocationID,
    locationCode: String, reference: String?, expectedAt: Instant?, note: String?,
    lines: [PurchaseOrderLine], actor: String, version: Int64, createdAt: Instant, updatedAt: Instant
  ) {
    self.id = id
    self.state = state
    self.supplier = supplier
    self.locationID = locationID
    self.locationCode = locationCode
    self.reference = reference
    self.expectedAt = expectedAt
    self.note = note
    self.lines = lines
    self.actor = actor
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// Copies that somebody orders.
public struct PurchaseOrderRequest: Sendable {
  /// From whom, in the client's words; up to 255 characters.
  public var supplier: String
  /// Where the copies are to come.
  public var location: LocationReference
  /// The client's own number; the same number, supplier, place and lines again are the same order.
  public var reference: String?
  /// When the copies are to come.
  public var expectedAt: Instant?
  /// A remark for people.
  public var note: String?
  /// 1 to ``Adjustment/maximumLines``; quantities 1–``Adjustment/maximumQuantity``.
  public var lines: [ItemQuantity]
  /// Who orders.
  public var origin: Origin

  /// From its parts.
  public init(
    supplier: String, location: LocationReference = .code(Location.mainCode), reference: String? = nil,
    expectedAt: Instant? = nil, note: String? = nil, lines: [ItemQuantity], origin: Origin
  ) {
    self.supplier = supplier
    self.location = location
    self.reference = reference
    self.expectedAt = expectedAt
    self.note = note
    self.lines = lines
    self.origin = origin
  }
}

/// The end of an order before everything has come.
public struct PurchaseOrderCancellation: Sendable {
  /// Which order.
  public var id: PurchaseOrderID
  /// Who calls it off.
  public var origin: Origin

  /// From its parts.
  public init(id: PurchaseOrderID, origin: Origin) {
    self.id = id
    self.origin = origin
  }
}
