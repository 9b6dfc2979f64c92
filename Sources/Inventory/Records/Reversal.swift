/// A wish to take one movement back. History stays as it is: a row of its own says the opposite.
public struct Reversal: Hashable, Sendable {
  /// What is taken back.
  public var movement: MovementID
  /// Why.
  public var reason: AdjustmentReason
  /// A remark for people.
  public var note: String?
  /// Who does it.
  public var origin: Origin

  /// From its parts.
  public init(
    _ movement: MovementID, reason: AdjustmentReason = .correction, note: String? = nil, origin: Origin
  ) {
    self.movement = movement
    self.reason = reason
    self.note = note
    self.origin = origin
  }
}

extension MovementKind {
  /// False where a row alone cannot be taken back: its document has other rows that would no longer be true,
  /// such as what is under way, or what a buyer was given. What belongs to a kind that this release does not know
  /// is not known either.
  public var isReversible: Bool { Self.reversible.contains(self) }

  private static let reversible: Set<Self> = [
    .adjustment, .opening, .count, .receipt, .customerReturn, .supplierReturn,
  ]
}
