public import Inventory

extension StoreBackend {
  /// See ``StockRepository``.
  public func adjust(
    _ adjustment: Adjustment, once: Once<AdjustmentResult>?
  ) async throws(InventoryError) -> Outcome<AdjustmentResult> {
    let clock = self.clock
    let items = Set(adjustment.lines.map(\.item))
    // What has run out is not to lose copies as if it were promised.
    if adjustment.force { _ = try await freeDue(of: items) }
    return try await writeTaking(once) { (_) throws(InventoryError) in
      items
    } _: { (transaction) async throws(InventoryError) -> AdjustmentResult in
      let id = AdjustmentID.generate(at: clock.now())
      let (movements, levels) = try await transaction.apply(
        adjustment, as: .adjustment, document: id.description)
      return AdjustmentResult(id: id, movements: movements, levels: levels)
    }
  }
}

extension StoreTransaction {
  /// Judges and applies an adjustment; movements and levels in the order of the lines.
  public func apply(
    _ adjustment: Adjustment, as kind: MovementKind, document: String
  ) async throws(InventoryError) -> (movements: [Movement], levels: [StockLevel]) {
    let lines = adjustment.lines
    let named = try await named(
      items: Set(lines.map(\.item)), locations: Set(lines.map(\.location))
    ).0
    let plan = try AdjustmentPlan(
      lines,
      items: named.items.mapValues { AdjustmentPlan.ResolvedItem(id: $0.id, isArchived: $0.isArchived) },
      locations: named.locations.mapValues {
        AdjustmentPlan.ResolvedLocation(id: $0.id, isActive: $0.isActive)
      })
    let ledger = Ledger(self, named)
    try await ledger.lock(plan.levels, drawing: lines.count)
    let posting = Posting(
      kind: kind, reason: adjustment.reason, reference: adjustment.reference, note: adjustment.note,
      origin: adjustment.origin, document: document,
      occurredAt: adjustment.occurredAt)
    var present: [LevelKey: Quantities] = [:]
    for level in plan.levels { present[level] = ledger.quantities(level) }
    if adjustment.force {
      // What is promised does not count; the holds that are hit are cut below.
      present = present.mapValues { quantities in
        var quantities = quantities
        quantities.held = 0
        return quantities
      }
    }
    let outcome = try plan.judge(present)
    ledger.post(
      outcome.effects.map { effect in
        LedgerChange(
          plan.lineLevels[effect.index], .physical(effect.bucket), by: effect.quantity, line: effect.index)
      }, as: posting)
    try await ledger.settleHolds(of: plan.levels, as: posting)
    let movements = try await ledger.write()
    var levels: [StockLevel] = []
    for key in plan.lineLevels { levels.append(try ledger.level(key)) }
    return (movements, levels)
  }
}
