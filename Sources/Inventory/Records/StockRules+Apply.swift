extension StockRules {
  /// Applies the lines of one level together and judges the outcome: every bucket ≥ 0, unavailable + held
  /// ≤ on hand, no balance above ``Adjustment/maximumQuantity``.
  ///
  /// Lines are judged by what the level is after all of them, so copies can arrive and be set aside as damaged
  /// in one adjustment. Returns the new quantities with an effect per line, or a refusal for each line at
  /// fault. A level is expected to be valid before: of one that is not, lines that improve it pass.
  public static func apply(
    _ lines: [LevelLine], to quantities: Quantities
  ) -> Result<(Quantities, [Effect]), Refusals> {
    var after = quantities
    var effects: [Effect] = []
    var refusals: [(LevelLine, RefusedChange)] = []
    for line in lines {
      let present = after[line.bucket]
      switch target(of: line.change, present: present) {
      case .success(let balance):
        after[line.bucket] = balance
        effects.append(
          Effect(
            index: line.index, bucket: line.bucket, quantity: balance - present, balanceAfter: balance))
      case .failure(let refused):
        refusals.append((line, refused))
      }
    }
    guard refusals.isEmpty else {
      return .failure(Refusals(lines: refusals.map { refusal($1, of: $0, others: after) }))
    }
    let shortages = refusalsOfShortage(effects, after: after)
    return shortages.isEmpty ? .success((after, effects)) : .failure(Refusals(lines: shortages))
  }

  /// The balance that one change makes of a bucket, or why it cannot be.
  private static func target(
    of change: AdjustmentLine.Change, present: Int64
  ) -> Result<Int64, RefusedChange> {
    let target: Int64
    let overflows: Bool
    switch change {
    case .delta(let delta): (target, overflows) = present.addingReportingOverflow(delta)
    case .set(let quantity, let expected):
      guard present == expected else {
        return .failure(RefusedChange(code: .stockChanged, wanted: expected, available: present))
      }
      (target, overflows) = (quantity, false)
    }
    let isDecrease = overflows ? present < 0 : target < present
    let wanted = distance(from: present, change: change)
    if isDecrease, overflows || target < 0 {
      return .failure(RefusedChange(code: .insufficientStock, wanted: wanted, available: max(0, present)))
    }
    if !isDecrease, overflows || target > Adjustment.maximumQuantity {
      return .failure(RefusedChange(code: .quantityTooLarge, wanted: wanted, available: present))
    }
    return .success(target)
  }

  /// Of what is on hand, only what is neither unavailable nor promised can be taken, with the other lines as
  /// they are.
  private static func refusal(
    _ refused: RefusedChange, of line: LevelLine, others: Quantities
  ) -> LineRefusal {
    let isTaken = line.bucket == .onHand && refused.code == .insufficientStock
    let available = isTaken ? max(0, min(refused.available, others.free)) : refused.available
    return LineRefusal(index: line.index, code: refused.code, wanted: refused.wanted, available: available)
  }

  /// How many copies a change moves, in either direction, held within Int64.
  private static func distance(from present: Int64, change: AdjustmentLine.Change) -> Int64 {
    switch change {
    case .delta(let delta): return Int64(clamping: delta.magnitude)
    case .set(let quantity, _):
      let (difference, overflows) = quantity.subtractingReportingOverflow(present)
      return overflows ? .max : Int64(clamping: difference.magnitude)
    }
  }

  /// Refuses the lines that took copies off the shelf or set them aside, if too few are left for those that
  /// are unavailable or promised. Each is told what it could take with the other lines as they are.
  private static func refusalsOfShortage(
    _ effects: [Effect], after: Quantities
  ) -> [LineRefusal] {
    let shortage = after.held - (after.onHand - after.unavailable)
    guard shortage > 0 else { return [] }
    let code: LineRefusal.Code = after.unavailable > after.onHand ? .insufficientStock : .heldStock
    return effects.compactMap { effect in
      let taken = effect.bucket == .onHand ? -effect.quantity : effect.quantity
      guard taken > 0 else { return nil }
      return LineRefusal(
        index: effect.index, code: code, wanted: taken, available: max(0, taken - shortage))
    }
  }
}

/// A refusal whose line is not known yet.
private struct RefusedChange: Error {
  var code: LineRefusal.Code
  var wanted: Int64
  var available: Int64
}

extension Quantities {
  /// The balance of a bucket of the ledger.
  public subscript(bucket: Bucket) -> Int64 {
    get {
      switch bucket {
      case .onHand: onHand
      case .damaged: damaged
      case .inspection: inspection
      case .heldBack: heldBack
      }
    }
    set {
      switch bucket {
      case .onHand: onHand = newValue
      case .damaged: damaged = newValue
      case .inspection: inspection = newValue
      case .heldBack: heldBack = newValue
      }
    }
  }
}
