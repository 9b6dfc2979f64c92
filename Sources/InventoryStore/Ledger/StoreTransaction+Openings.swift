public import Inventory

/// A first quantity that an import writes.
public struct Opening: Hashable, Sendable {
  /// Which record of the batch.
  public var record: Int
  /// The level.
  public var level: LevelKey
  /// Copies on hand.
  public var quantity: Int64
  /// What makes it happen once.
  public var document: String
  /// The sender's own name of the record.
  public var reference: String

  /// From its parts.
  public init(record: Int, level: LevelKey, quantity: Int64, document: String, reference: String) {
    self.record = record
    self.level = level
    self.quantity = quantity
    self.document = document
    self.reference = reference
  }
}

extension StoreTransaction {
  /// Writes first quantities, all or none: when there are refusals, by record, nothing was written. The books are
  /// locked by the import.
  public func open(_ openings: [Opening]) async throws(InventoryError) -> [Int: [LineRefusal]] {
    let ledger = Ledger(self, NamedRecords())
    try await ledger.lock(openings.map(\.level))
    var refusals: [Int: [LineRefusal]] = [:]
    for opening in openings {
      let line = StockRules.LevelLine(index: 0, bucket: .onHand, change: .delta(opening.quantity))
      if case .failure(let refused) = StockRules.apply([line], to: ledger.quantities(opening.level)) {
        refusals[opening.record] = refused.lines
        continue
      }
      ledger.post(
        [LedgerChange(opening.level, .physical(.onHand), by: opening.quantity, line: 0)],
        as: Posting(
          kind: .opening, reason: .opening, reference: opening.reference, origin: Origin(actor: "import"),
          document: opening.document))
    }
    guard refusals.isEmpty else { return refusals }
    for level in Set(openings.map(\.level)).sorted() {
      let posting = Posting(
        kind: .allocation, reason: .opening, origin: Origin(actor: "import"),
        document: openings.first { $0.level == level }?.document ?? "")
      try await ledger.settleHolds(of: [level], as: posting)
    }
    try await ledger.write()
    return [:]
  }
}
