/// Names receipts: `rcp_…`.
public enum ReceiptIDKind: IdentifierKind {
  /// `rcp`.
  public static let prefix = "rcp"
}

/// The identifier of a ``Receipt``.
public typealias ReceiptID = Identifier<ReceiptIDKind>

/// The state of documents that are written once and whole.
public enum BookedState: String, Sendable, CaseIterable {
  /// In the books.
  case booked
}

/// One line of a receipt.
public struct ReceiptLine: Hashable, Sendable {
  /// What came.
  public var itemID: ItemID
  /// The SKU of the item, as it was when it came.
  public var sku: String
  /// How many copies came.
  public var quantity: Int64
  /// The state that they came in: fit for sale, damaged, or still to be looked at.
  public var bucket: Bucket
  /// Until when the supplier takes them back; nil is without end.
  public var returnableUntil: Instant?
  /// How many went back to the supplier.
  public var returned: Int64 = 0
  /// How many turned out never to have come: their movement was taken back.
  public var reversed: Int64 = 0

  /// A line as it came.
  public init(
    itemID: ItemID, sku: String, quantity: Int64, bucket: Bucket = .onHand, returnableUntil: Instant? = nil
  ) {
    self.itemID = itemID
    self.sku = sku
    self.quantity = quantity
    self.bucket = bucket
    self.returnableUntil = returnableUntil
  }

  /// How many copies may still go back.
  public var remainder: Int64 { quantity - returned - reversed }
}

/// Copies that came from a supplier.
public struct Receipt: Hashable, Sendable {
  /// Names the receipt.
  public var id: ReceiptID
  /// The order that it answers, if there is one.
  public var purchaseOrder: PurchaseOrderID?
  /// From whom.
  public var supplier: String?
  /// Where the copies came.
  public var locationID: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// The client's own number, such as of the delivery note.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// Each state of an item once.
  public var lines: [ReceiptLine]
  /// Who took the copies in.
  public var actor: String
  /// Counts its changes, such as by returns.
  public var version: Int64
  /// When it was booked.
  public var createdAt: Instant
  /// When it was last changed.
  public var updatedAt: Instant

  /// From its parts.
  public init(
    id: ReceiptID, purchaseOrder: PurchaseOrderID?, supplier: String?, locationID: LocationID,
    locationCode: String, reference: String?, note: String?, lines: [ReceiptLine], actor: String,
    version: Int64, createdAt: Instant, updatedAt: Instant
  ) {
    self.id = id
    self.purchaseOrder = purchaseOrder
    self.supplier = supplier
    self.locationID = locationID
    self.locationCode = locationCode
    self.reference = reference
    self.note = note
    self.lines = lines
    self.actor = actor
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// Copies that are to be taken in.
public struct ReceiptRequest: Sendable {
  /// A line: each state of an item at most once.
  public struct Line: Hashable, Sendable {
    /// What came.
    public var item: ItemReference
    /// How many copies, 1–``Adjustment/maximumQuantity``.
    public var quantity: Int64
    /// `onHand` for copies fit for sale, `damaged`, `inspection` or `heldBack`.
    public var bucket: Bucket
    /// Until when the supplier takes them back.
    public var returnableUntil: Instant?

    /// From its parts.
    public init(
      item: ItemReference, quantity: Int64, bucket: Bucket = .onHand, returnableUntil: Instant? = nil
    ) {
      self.item = item
      self.quantity = quantity
      self.bucket = bucket
      self.returnableUntil = returnableUntil
    }
  }

  /// The order that is answered.
  public var purchaseOrder: PurchaseOrderID?
  /// Where the copies came; nil is where the order wants them, without an order `main`.
  public var location: LocationReference?
  /// From whom; nil is as the order says.
  public var supplier: String?
  /// The client's own number; the same number, order, place and lines again are the same receipt.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// Take in what is more than what was ordered.
  public var allowOver: Bool
  /// 1 to ``Adjustment/maximumLines``.
  public var lines: [Line]
  /// Who takes the copies in.
  public var origin: Origin

  /// From its parts.
  public init(
    purchaseOrder: PurchaseOrderID? = nil, location: LocationReference? = nil, supplier: String? = nil,
    reference: String? = nil, note: String? = nil, allowOver: Bool = false, lines: [Line], origin: Origin
  ) {
    self.purchaseOrder = purchaseOrder
    self.location = location
    self.supplier = supplier
    self.reference = reference
    self.note = note
    self.allowOver = allowOver
    self.lines = lines
    self.origin = origin
  }
}
