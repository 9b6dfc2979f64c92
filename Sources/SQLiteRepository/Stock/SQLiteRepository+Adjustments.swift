public import Inventory

extension SQLiteRepository {
  /// See ``StockRepository``.
  public func adjust(_ adjustment: Adjustment) async throws(InventoryError) -> AdjustmentResult {
    try await database.write { [clock] (connection) throws(InventoryError) in
      let now = clock.now()
      let id = AdjustmentID.generate(at: now)
      let (movements, levels) = try connection.apply(
        adjustment, as: .adjustment, document: id.description, at: now)
      return AdjustmentResult(id: id, movements: movements, levels: levels)
    }
  }
}

extension Connection {
  /// The one code path that writes balances: levels and the movements that explain them, together.
  ///
  /// The caller is in a transaction and takes it back when this throws.
  func apply(
    _ adjustment: Adjustment, as kind: MovementKind, document: String, at now: Instant
  ) throws(InventoryError) -> (movements: [Movement], levels: [StockLevel]) {
    var items: [ItemReference: StockedItem] = [:]
    var locations: [LocationReference: Location] = [:]
    for line in adjustment.lines {
      if items[line.item] == nil { items[line.item] = try stockedItem(line.item) }
      if locations[line.location] == nil { locations[line.location] = try location(line.location) }
    }
    let plan = try AdjustmentPlan(
      adjustment.lines,
      items: items.mapValues { AdjustmentPlan.ResolvedItem(id: $0.id, isArchived: $0.isArchived) },
      locations: locations.mapValues {
        AdjustmentPlan.ResolvedLocation(id: $0.id, isActive: $0.details.active)
      })

    var levels: [AdjustmentPlan.LevelKey: StockLevel] = [:]
    for (line, key) in zip(adjustment.lines, plan.lineLevels) where levels[key] == nil {
      guard let item = items[line.item], let place = locations[line.location] else { continue }
      levels[key] = try level(of: item, at: place)
    }
    let outcome = try plan.judge(levels.mapValues(\.quantities))
    for key in plan.levels {
      guard var level = levels[key], let quantities = outcome.quantities[key] else { continue }
      level.quantities = quantities
      levels[key] = try write(level, at: now)
    }

    var movements: [Movement] = []
    var lineLevels: [StockLevel] = []
    for effect in outcome.effects {
      guard let level = levels[plan.lineLevels[effect.index]] else { continue }
      var movement = Movement(
        id: .generate(at: now), sequence: 0, itemID: level.itemID, sku: level.sku,
        locationID: level.locationID, locationCode: level.locationCode, bucket: effect.bucket,
        quantity: effect.quantity, balanceAfter: effect.balanceAfter, kind: kind, reason: adjustment.reason,
        reference: adjustment.reference, note: adjustment.note, actor: adjustment.actor,
        requestID: adjustment.requestID, document: document, line: effect.index, recordedAt: now,
        occurredAt: adjustment.occurredAt ?? now)
      movement.sequence = try insert(movement)
      movements.append(movement)
      lineLevels.append(level)
    }
    return (movements, lineLevels)
  }
}
