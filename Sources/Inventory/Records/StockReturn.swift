/// Names returns: `ret_…`.
public enum StockReturnIDKind: IdentifierKind {
  /// `ret`.
  public static let prefix = "ret"
}

/// The identifier of a ``StockReturn``.
public typealias StockReturnID = Identifier<StockReturnIDKind>

/// Who gives copies back to whom.
public enum ReturnKind: String, Sendable, CaseIterable {
  /// A customer to the shop.
  case customer
  /// The shop to a supplier.
  case supplier
}

/// One line of a return.
public struct ReturnLine: Hashable, Sendable {
  /// Copies of one line of a receipt that went back.
  public struct Part: Hashable, Sendable {
    /// The line of the receipt, from 0.
    public var receiptLine: Int
    /// The state that they were in; `onHand` is fit for sale.
    public var bucket: Bucket
    /// How many.
    public var quantity: Int64

    /// From its parts.
    public init(receiptLine: Int, bucket: Bucket, quantity: Int64) {
      self.receiptLine = receiptLine
      self.bucket = bucket
      self.quantity = quantity
    }
  }

  /// What went back: for a customer's copies the item of the condition that they came in.
  public var itemID: ItemID
  /// The SKU of the item, as it was then.
  public var sku: String
  /// How many copies.
  public var quantity: Int64
  /// Where a customer's copies were put, where a supplier's were taken from; `onHand` is fit for sale. Nil:
  /// taken from where the receipt had put them.
  public var bucket: Bucket?
  /// Of a return to a supplier, by line of the receipt.
  public var parts: [Part]

  /// From its parts.
  public init(itemID: ItemID, sku: String, quantity: Int64, bucket: Bucket?, parts: [Part] = []) {
    self.itemID = itemID
    self.sku = sku
    self.quantity = quantity
    self.bucket = bucket
    self.parts = parts
  }
}

/// Copies that were given back.
public struct StockReturn: Hashable, Sendable {
  /// Names the return.
  public var id: StockReturnID
  /// Who gave back to whom.
  public var kind: ReturnKind
  /// Where the copies came, or left.
  public var locationID: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// Of a return to a supplier: the receipt whose copies went back.
  public var receipt: ReceiptID?
  /// Of a return to a supplier: to whom.
  public var supplier: String?
  /// The client's own number.
  public var reference: String?
  /// Why.
  public var reason: AdjustmentReason
  /// A remark for people.
  public var note: String?
  /// In the order of the request.
  public var lines: [ReturnLine]
  /// Who booked it.
  public var actor: String
  /// When it was booked.
  public var createdAt: Instant

  /// From its parts.
  public init(
    id: StockReturnID, kind: ReturnKind, locationID: LocationID, locationCode: String, receipt: ReceiptID?,
    supplier: String?, reference: String?, reason: AdjustmentReason, note: String?, lines: [ReturnLine],
    actor: String, createdAt: Instant
  ) {
    self.id = id
    self.kind = kind
    self.locationID = locationID
    self.locationCode = locationCode
    self.receipt = receipt
    self.supplier = supplier
    self.reference = reference
    self.reason = reason
    self.note = note
    self.lines = lines
    self.actor = actor
    self.createdAt = createdAt
  }
}
