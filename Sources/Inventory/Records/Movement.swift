/// One row of the append-only ledger: one change of one bucket.
public struct Movement: Hashable, Sendable {
  /// Names the row.
  public let id: MovementID
  /// Grows with each row; lists are ordered by it.
  public var sequence: Int64
  /// What moved.
  public var itemID: ItemID
  /// The SKU of the item, as it is now.
  public var sku: String
  /// Where it moved.
  public var locationID: LocationID
  /// The code of the location, as it is now.
  public var locationCode: String
  /// Which balance changed.
  public var bucket: Bucket
  /// The change in copies, not 0 except where a set found the right value already.
  public var quantity: Int64
  /// The bucket's balance after this row.
  public var balanceAfter: Int64
  /// What kind of document wrote it.
  public var kind: MovementKind
  /// Why, in the code of the client.
  public var reason: AdjustmentReason
  /// The client's own number, such as of an order; up to 255 characters.
  public var reference: String?
  /// A remark for people; up to 1,000 characters.
  public var note: String?
  /// Who did it: the API key's name, or `anonymous` where none is asked for.
  public var actor: String
  /// The request that wrote it, as in the log.
  public var requestID: String?
  /// The text of the document's identifier, such as `adj_…` or `import:sender:reference`.
  public var document: String
  /// The line of the document, from 0.
  public var line: Int
  /// By the database's clock.
  public var recordedAt: Instant
  /// By the client's word; the same as `recordedAt` when it said nothing.
  public var occurredAt: Instant

  /// From its parts.
  public init(
    id: MovementID, sequence: Int64, itemID: ItemID, sku: String, locationID: LocationID,
    locationCode: String, bucket: Bucket, quantity: Int64, balanceAfter: Int64, kind: MovementKind,
    reason: AdjustmentReason, reference: String?, note: String?, actor: String, requestID: String?,
    document: String, line: Int, recordedAt: Instant, occurredAt: Instant
  ) {
    self.id = id
    self.sequence = sequence
    self.itemID = itemID
    self.sku = sku
    self.locationID = locationID
    self.locationCode = locationCode
    self.bucket = bucket
    self.quantity = quantity
    self.balanceAfter = balanceAfter
    self.kind = kind
    self.reason = reason
    self.reference = reference
    self.note = note
    self.actor = actor
    self.requestID = requestID
    self.document = document
    self.line = line
    self.recordedAt = recordedAt
    self.occurredAt = occurredAt
  }
}

/// A change of quantities that happens wholly or not at all.
public struct Adjustment: Sendable {
  /// How many lines one adjustment may have.
  public static let maximumLines = 500
  /// The largest quantity of a line, in copies.
  public static let maximumQuantity: Int64 = 1_000_000_000

  /// Why, in the code of the client.
  public var reason: AdjustmentReason
  /// The client's own number, such as of an order; up to 255 characters.
  public var reference: String?
  /// A remark for people; up to 1,000 characters.
  public var note: String?
  /// When the client says it happened; nil is "now".
  public var occurredAt: Instant?
  /// Who does it.
  public var origin: Origin
  /// True: promised copies may be taken, too; the holds that are hit are marked short.
  public var force: Bool
  /// 1 to ``maximumLines`` changes.
  public var lines: [AdjustmentLine]

  /// From its parts.
  public init(
    reason: AdjustmentReason, reference: String? = nil, note: String? = nil, occurredAt: Instant? = nil,
    actor: String, requestID: String? = nil, force: Bool = false, lines: [AdjustmentLine]
  ) {
    self.force = force
    self.reason = reason
    self.reference = reference
    self.note = note
    self.occurredAt = occurredAt
    origin = Origin(actor: actor, requestID: requestID)
    self.lines = lines
  }
}

/// One change of one bucket. The same (item, location, bucket) may stand in an adjustment only once.
public struct AdjustmentLine: Hashable, Sendable {
  /// How the quantity changes.
  public enum Change: Hashable, Sendable {
    /// Add (or, when negative, take) this many copies; not 0.
    case delta(Int64)
    /// Make it `to`, provided that it is `expected` now.
    case set(to: Int64, expected: Int64)
  }

  /// What changes.
  public var item: ItemReference
  /// Where it changes.
  public var location: LocationReference
  /// Which balance changed.
  public var bucket: Bucket
  /// How it changes.
  public var change: Change

  /// From its parts.
  public init(item: ItemReference, location: LocationReference, bucket: Bucket, change: Change) {
    self.item = item
    self.location = location
    self.bucket = bucket
    self.change = change
  }
}

/// What an adjustment did; movements and levels in the order of the lines.
public struct AdjustmentResult: Sendable {
  /// Names the row.
  public var id: AdjustmentID
  /// A ledger row per line.
  public var movements: [Movement]
  /// The level of each line, as it is after the adjustment.
  public var levels: [StockLevel]

  /// From its parts.
  public init(id: AdjustmentID, movements: [Movement], levels: [StockLevel]) {
    self.id = id
    self.movements = movements
    self.levels = levels
  }
}
