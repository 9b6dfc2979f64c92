/// Copies that are given back.
public enum ReturnRequest: Sendable {
  case customer(CustomerReturnRequest)
  case supplier(SupplierReturnRequest)
}

/// Copies that a customer gives back.
public struct CustomerReturnRequest: Sendable {
  /// A line: each state of an item at most once.
  public struct Line: Hashable, Sendable {
    /// What was sold.
    public var item: ItemReference
    /// How many copies, 1–``Adjustment/maximumQuantity``.
    public var quantity: Int64
    /// Where they are put: `onHand` is fit for sale again.
    public var into: Bucket
    /// The condition they are in now: they become copies of the book's item of that condition, which is made
    /// when there is none. Nil: still what was sold.
    public var condition: Condition?

    /// From its parts.
    public init(
      item: ItemReference, quantity: Int64, into: Bucket = .onHand, condition: Condition? = nil
    ) {
      self.item = item
      self.quantity = quantity
      self.into = into
      self.condition = condition
    }
  }

  /// Where the copies came.
  public var location: LocationReference
  /// The client's own number; the same number, place and lines again are the same return.
  public var reference: String?
  /// Why.
  public var reason: AdjustmentReason
  /// A remark for people.
  public var note: String?
  /// 1 to ``Adjustment/maximumLines``.
  public var lines: [Line]
  /// Who books it.
  public var origin: Origin

  /// From its parts.
  public init(
    location: LocationReference = .code(Location.mainCode), reference: String? = nil,
    reason: AdjustmentReason = .returned, note: String? = nil, lines: [Line], origin: Origin
  ) {
    self.location = location
    self.reference = reference
    self.reason = reason
    self.note = note
    self.lines = lines
    self.origin = origin
  }
}

/// Copies of a receipt that go back to the supplier.
public struct SupplierReturnRequest: Sendable {
  /// A line: each state of an item at most once.
  public struct Line: Hashable, Sendable {
    /// What goes back.
    public var item: ItemReference
    /// How many copies, 1–``Adjustment/maximumQuantity``.
    public var quantity: Int64
    /// The state that they are in now; nil: as the receipt booked them.
    public var from: Bucket?

    /// From its parts.
    public init(item: ItemReference, quantity: Int64, from: Bucket? = nil) {
      self.item = item
      self.quantity = quantity
      self.from = from
    }
  }

  /// Whose copies go back.
  public var receipt: ReceiptID
  /// The client's own number; the same number, receipt and lines again are the same return.
  public var reference: String?
  /// Why.
  public var reason: AdjustmentReason
  /// A remark for people.
  public var note: String?
  /// Also after the time in which the supplier takes them back.
  public var force: Bool
  /// 1 to ``Adjustment/maximumLines``.
  public var lines: [Line]
  /// Who books it.
  public var origin: Origin

  /// From its parts.
  public init(
    receipt: ReceiptID, reference: String? = nil, reason: AdjustmentReason = .returned,
    note: String? = nil, force: Bool = false, lines: [Line], origin: Origin
  ) {
    self.receipt = receipt
    self.reference = reference
    self.reason = reason
    self.note = note
    self.force = force
    self.lines = lines
    self.origin = origin
  }
}
