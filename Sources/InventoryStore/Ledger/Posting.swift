public import Inventory

/// What the rows of one posting have in common: who changed balances, why, and by which document.
public struct Posting: Sendable {
  /// What kind of posting.
  public var kind: MovementKind
  /// Why the shelf changed.
  public var reason: AdjustmentReason
  /// The client's own number.
  public var reference: String?
  /// A remark for people.
  public var note: String?
  /// Who does it.
  public var origin: Origin
  /// The document and, behind a slash, which of its postings. Rows are unique by document, line and kind.
  public var document: String
  /// When the client says it happened; nil is "now".
  public var occurredAt: Instant?

  /// From its parts.
  public init(
    kind: MovementKind, reason: AdjustmentReason, reference: String? = nil, note: String? = nil,
    origin: Origin, document: String, occurredAt: Instant? = nil
  ) {
    self.kind = kind
    self.reason = reason
    self.reference = reference
    self.note = note
    self.origin = origin
    self.document = document
    self.occurredAt = occurredAt
  }

  /// The same posting with another kind and reason.
  func with(_ kind: MovementKind, _ reason: AdjustmentReason? = nil) -> Posting {
    var copy = self
    copy.kind = kind
    copy.reason = reason ?? self.reason
    return copy
  }
}

/// A change of one balance of one level.
public struct LedgerChange: Sendable {
  /// Which level; it is locked.
  public var level: LevelKey
  /// Which balance.
  public var balance: Balance
  /// The change in copies.
  public var quantity: Int64
  /// The line of the posting, from 0.
  public var line: Int

  /// From its parts.
  public init(_ level: LevelKey, _ balance: Balance, by quantity: Int64, line: Int) {
    self.level = level
    self.balance = balance
    self.quantity = quantity
    self.line = line
  }
}

/// Names a level.
public typealias LevelKey = AdjustmentPlan.LevelKey
