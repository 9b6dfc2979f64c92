internal import Inventory

extension Ledger {
  /// Writes the changed levels, in the order of their keys, and the rows that explain them; all of it is put off
  /// to the commit. The movements among the rows, in the order in which they were posted; their sequence is 0
  /// unless numbers were drawn. Throws `locationNotAllowed`.
  @discardableResult
  func write() async throws(InventoryError) -> [Movement] {
    try checkLocations()
    let now = try await transaction.now()
    let changed = entries.filter(\.value.isChanged).sorted { $0.key < $1.key }
    for (key, entry) in changed {
      if !entry.isStored {
        transaction.putOff([
          StoreStatement(changingOneRow: Self.makeLevel, [.id(key.item), .id(key.location)])
        ])
      }
      // Before the guard, which looks at the safety stock.
      if entry.hasNewPolicy { transaction.putOff([newPolicy(key, entry)]) }
      transaction.putOff([update(key, entry, at: moment(key, now))])
    }
    var numbers = sequences.makeIterator()
    var movements: [Movement] = []
    for row in rows {
      let at = moment(row.change.level, now)
      switch row.change.balance {
      case .physical(let bucket):
        let movement = movement(row, bucket, number: numbers.next(), at: at, now: now)
        movements.append(movement)
        transaction.putOff([insertion(of: movement)])
      case .committed: transaction.putOff([commitment(row, at: at, now: now)])
      }
    }
    for (key, entry) in changed { settle(key, entry, at: moment(key, now)) }
    rows = []
    sequences = []
    return movements
  }

  /// Whoever is let in for some locations changes nothing elsewhere. Copies that are under way are told to where
  /// they go by whoever sends them.
  private func checkLocations() throws(InventoryError) {
    for row in rows where row.change.balance != .committed(.inTransit) {
      let location = row.change.level.location
      guard row.posting.origin.locations?.contains(location) ?? true else {
        throw .locationNotAllowed(named.location(location)?.code ?? location.description)
      }
    }
  }

  /// What was written is the state from which further changes start.
  private func settle(_ key: LevelKey, _ entry: Entry, at moment: Instant) {
    entries[key] = Entry(
      isStored: true, version: version(afterWriting: entry), updatedAt: moment, before: entry.after,
      after: entry.after, policy: entry.policy)
  }

  /// The first quantities of a level are its version 1.
  private func version(afterWriting entry: Entry) -> Int64 { entry.isStored ? entry.version + 1 : 1 }

  private func update(_ key: LevelKey, _ entry: Entry, at moment: Instant) -> StoreStatement {
    let changes = Balance.all.map { StoreValue.integer(entry.after[$0] - entry.before[$0]) }
    return StoreStatement(
      changingOneRow: Self.updateLevel,
      [.id(key.item), .id(key.location)] + changes + [
        .instant(moment), .integer(entry.isStored ? entry.version : 0),
        .integer(version(afterWriting: entry)),
      ])
  }

  private func newPolicy(_ key: LevelKey, _ entry: Entry) -> StoreStatement {
    StoreStatement(
      changingOneRow: Self.updatePolicy,
      [
        .id(key.item), .id(key.location), .integer(entry.policy.reorderPoint),
        .integer(entry.policy.safetyStock), .text(entry.policy.bin),
      ])
  }

  private static let updatePolicy = StoreSQL(
    """
    update stock_level
    set reorder_point = $3,
      safety_stock = $4,
      bin = $5
    where item_id = $1
      and location_id = $2
    returning 1
    """)

  /// A level that somebody else made after it was looked for is a conflict.
  private static let makeLevel = StoreSQL(
    """
    insert into stock_level (item_id, location_id, version, updated_at)
    values ($1, $2, 1, 0)
    on conflict do nothing
    returning 1
    """)

  /// The guard: nothing is promised that is not there. It compares with what the row has when it is changed, so
  /// it holds whatever was read before. `version` tells whether the row is still the one that was judged.
  private static let updateLevel = StoreSQL(
    """
    update stock_level
    set \(Balance.all.enumerated().map { "\($1.name) = \($1.name) + $\($0 + 3)" }.joined(separator: ",\n")),
      updated_at = $11,
      version = $13
    where item_id = $1
      and location_id = $2
      and (version = $12 or ($12 = 0 and updated_at = 0))
      and (
        $7 <= 0
        or (on_hand + $3) - (damaged + $4) - (inspection + $5) - (held_back + $6) - held - safety_stock >= $7
      )
    returning 1
    """)

  private func insertion(of movement: Movement) -> StoreStatement {
    let values: [StoreValue] = [
      .id(movement.id), .id(movement.itemID), .id(movement.locationID), .text(movement.bucket.rawValue),
      .integer(movement.quantity), .integer(movement.balanceAfter), .text(movement.kind.rawValue),
      .text(movement.reason.rawValue), .text(movement.reference), .text(movement.note),
      .text(movement.actor), .text(movement.requestID), .text(movement.document), .count(movement.line),
      .instant(movement.recordedAt), .instant(movement.occurredAt),
    ]
    guard movement.sequence > 0 else { return StoreStatement(Self.insertMovement, values) }
    return StoreStatement(Self.insertNumberedMovement, values + [.integer(movement.sequence)])
  }

  private func movement(
    _ row: LedgerRow, _ bucket: Bucket, number: Int64?, at moment: Instant, now: Instant
  ) -> Movement {
    let (level, posting) = (row.change.level, row.posting)
    return Movement(
      id: .generate(at: now), sequence: number ?? 0, itemID: level.item,
      sku: named.item(level.item)?.sku ?? "", locationID: level.location,
      locationCode: named.location(level.location)?.code ?? "", bucket: bucket,
      quantity: row.change.quantity, balanceAfter: row.balanceAfter, kind: posting.kind,
      reason: posting.reason, reference: posting.reference, note: posting.note,
      actor: posting.origin.actor, requestID: posting.origin.requestID, document: posting.document,
      line: row.change.line, recordedAt: moment, occurredAt: posting.occurredAt ?? moment)
  }

  private static let insertMovement = StoreSQL(
    """
    insert into movement (\(movementColumns))
    values (\(placeholders(16)))
    """)

  private static let insertNumberedMovement = StoreSQL(
    """
    insert into movement (\(movementColumns), sequence)
    \(StoreSQL.overridingIdentity)
    values (\(placeholders(17)))
    """)

  static let movementColumns = """
    id, item_id, location_id, bucket, quantity, balance_after, kind, reason, reference, note, actor, request_id,
    document, line, recorded_at, occurred_at
    """

  static func placeholders(_ count: Int) -> String {
    (1...count).map { "$\($0)" }.joined(separator: ", ")
  }

  private func commitment(_ row: LedgerRow, at moment: Instant, now: Instant) -> StoreStatement {
    StoreStatement(
      Self.insertCommitment,
      [
        .id(CommitmentID.generate(at: now)), .id(row.change.level.item), .id(row.change.level.location),
        .text(row.change.balance.name), .integer(row.change.quantity), .integer(row.balanceAfter),
        .text(row.posting.kind.rawValue), .text(row.posting.reference), .text(row.posting.origin.actor),
        .text(row.posting.origin.requestID), .text(row.posting.document), .count(row.change.line),
        .instant(moment),
      ])
  }

  private static let insertCommitment = StoreSQL(
    """
    insert into commitment (
      id, item_id, location_id, bucket, quantity, balance_after, kind, reference, actor, request_id, document,
      line, recorded_at
    )
    values (\(placeholders(13)))
    """)
}
