/// Names transfers: `trf_…`.
public enum TransferIDKind: IdentifierKind {
  /// `trf`.
  public static let prefix = "trf"
}

/// The identifier of a ``Transfer``.
public typealias TransferID = Identifier<TransferIDKind>

/// Where a transfer is in its life.
public enum TransferState: String, Sendable, CaseIterable {
  /// Nothing has moved, and nothing is kept for it.
  case draft
  case inTransit = "in_transit"
  /// Nothing is under way any more, and something arrived.
  case received
  /// Nothing is under way, and nothing arrived.
  case cancelled
}

/// One line of a transfer. `shipped + variance = received + returned + inTransit`, always.
public struct TransferLine: Hashable, Sendable {
  /// What moves.
  public var itemID: ItemID
  /// The SKU of the item, as it was when the transfer was made.
  public var sku: String
  /// How many copies are to move.
  public var quantity: Int64
  /// Copies that left: none in a draft, then `quantity`.
  public var shipped: Int64 = 0
  /// Copies that arrived.
  public var received: Int64 = 0
  /// What arrived beyond what was shipped; negative for what was written off on the way.
  public var variance: Int64 = 0
  /// Copies that went back to where they came from.
  public var returned: Int64 = 0

  /// A line of a draft.
  public init(itemID: ItemID, sku: String, quantity: Int64) {
    self.itemID = itemID
    self.sku = sku
    self.quantity = quantity
  }

  /// Copies under way.
  public var inTransit: Int64 { shipped + variance - received - returned }
}

/// Copies on their way from one location to another.
public struct Transfer: Hashable, Sendable {
  /// Names the transfer.
  public var id: TransferID
  /// Where it is in its life.
  public var state: TransferState
  /// Where copies come from.
  public var from: LocationID
  /// The code of `from`, as it is now.
  public var fromCode: String
  /// Where copies go to.
  public var to: LocationID
  /// The code of `to`, as it is now.
  public var toCode: String
  /// The client's own number.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// Each item once.
  public var lines: [TransferLine]
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
    id: TransferID, state: TransferState, from: LocationID, fromCode: String, to: LocationID,
    toCode: String, reference: String?, note: String?, lines: [TransferLine], actor: String,
    version: Int64, createdAt: Instant, updatedAt: Instant
  ) {
    self.id = id
    self.state = state
    self.from = from
    self.fromCode = fromCode
    self.to = to
    self.toCode = toCode
    self.reference = reference
    self.note = note
    self.lines = lines
    self.actor = actor
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// An item of a document and how many copies of it; each item at most once.
public struct ItemQuantity: Hashable, Sendable {
  /// Which item.
  public var item: ItemReference
  /// How many copies.
  public var quantity: Int64

  /// From its parts.
  public init(item: ItemReference, quantity: Int64) {
    self.item = item
    self.quantity = quantity
  }
}

/// Copies that somebody wants to have moved.
public struct TransferRequest: Sendable {
  /// Where they are.
  public var from: LocationReference
  /// Where they are to be.
  public var to: LocationReference
  /// The client's own number; the same number, places and lines again are the same transfer.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// 1 to ``Adjustment/maximumLines``; quantities 1–``Adjustment/maximumQuantity``.
  public var lines: [ItemQuantity]
  /// Who asks.
  public var origin: Origin

  /// From its parts.
  public init(
    from: LocationReference, to: LocationReference, reference: String? = nil, note: String? = nil,
    lines: [ItemQuantity], origin: Origin
  ) {
    self.from = from
    self.to = to
    self.reference = reference
    self.note = note
    self.lines = lines
    self.origin = origin
  }
}

/// What is to happen to a transfer.
public struct TransferChange: Sendable {
  /// The kinds of changes.
  public enum Action: Hashable, Sendable {
    /// Copies leave `from`; only free ones, but safety stock is staff's to give away.
    case ship
    /// Copies arrive: these (0 or more of an item), or all that are under way. With `close` what is then still
    /// under way is written off; without it stays under way. What is more than was under way is a variance.
    case receive([ItemQuantity]?, close: Bool)
    /// What is under way goes back.
    case cancel
  }

  /// Which transfer.
  public var id: TransferID
  /// What is to happen.
  public var action: Action
  /// Who does it.
  public var origin: Origin

  /// From its parts.
  public init(id: TransferID, action: Action, origin: Origin) {
    self.id = id
    self.action = action
    self.origin = origin
  }
}
