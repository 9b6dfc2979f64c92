public import Inventory

extension StoreBackend {
  /// See ``StockRepository``.
  public func reverse(
    _ reversal: Reversal, once: Once<Movement>?
  ) async throws(InventoryError) -> Outcome<Movement> {
    try await writeTaking(once) { (_) async throws(InventoryError) -> Set<ItemReference> in
      let movement = StoreStatement(ReversalSQL.movement, [.id(reversal.movement)])
      guard var row = try await self.query([movement], slow: false).first?.first else { return [] }
      return [.id(try ReversedMovement(&row).level.item)]
    } _: { (transaction) async throws(InventoryError) -> Movement in
      try await transaction.reverse(reversal)
    }
  }
}

extension StoreTransaction {
  /// The reversing row's document is the row it takes back, so that the key of the ledger (document, line, kind)
  /// stands behind the rule that each is taken back once.
  fileprivate func reverse(_ reversal: Reversal) async throws(InventoryError) -> Movement {
    let id = reversal.movement
    guard var row = try await run(StoreStatement(ReversalSQL.movement, [.id(id)])).first else {
      throw .notFound(.movement, id.description)
    }
    let reversed = try ReversedMovement(&row)
    guard reversed.kind.isReversible else { throw .notReversible(id, reversed.kind) }

    let level = reversed.level
    let named = try await named(items: [.id(level.item)], locations: [.id(level.location)]).0
    guard let item = named.item(level.item), let place = named.location(level.location) else {
      throw .unexpected("the level of \(id) has no item or location")
    }
    var documents = try await ReversedSupply(of: reversed, in: self)
    let ledger = Ledger(self, named)
    try await ledger.lock([level] + documents.levels, drawing: 1)
    // Looked for under the lock: who was first has changed the quantities that would be judged.
    if var twin = try await run(StoreStatement(ReversalSQL.reversal, [.id(id)])).first {
      throw .alreadyReversed(id, by: try twin.id())
    }
    if item.isArchived { throw .bookArchived(item.bookID) }
    let change = AdjustmentLine(
      item: .id(item.id), location: .id(place.id), bucket: reversed.bucket,
      change: .delta(-reversed.quantity))
    if change.bringsCopies, !place.isActive {
      throw .invalidState(.location, id: place.code, state: "inactive")
    }

    let posting = Posting(
      kind: .reversal, reason: reversal.reason, reference: reversed.reference, note: reversal.note,
      origin: reversal.origin, document: id.description)
    try await documents.apply(in: self, ledger, as: posting)
    try ledger.judge([
      (level, StockRules.LevelLine(index: 0, bucket: change.bucket, change: change.change))
    ])
    ledger.post(
      [LedgerChange(level, .physical(reversed.bucket), by: -reversed.quantity, line: 0)], as: posting)
    try await ledger.settleHolds(of: [level], as: posting)
    guard let movement = try await ledger.write().first else {
      throw .unexpected("a reversal wrote no movement")
    }
    return movement
  }
}

/// What matters of a movement that is to be taken back.
struct ReversedMovement {
  var level: LevelKey
  var bucket: Bucket
  var quantity: Int64
  var kind: MovementKind
  var reference: String?
  /// The document with the number of the posting.
  var document: String
  var line: Int

  /// The document without that number.
  var documentID: String { String(document.prefix { $0 != "/" }) }

  init(_ row: inout StoreRow) throws(InventoryError) {
    level = LevelKey(item: try row.id(), location: try row.id())
    bucket = try row.word()
    quantity = try row.integer()
    kind = try row.word()
    reference = try row.optionalText()
    document = try row.text()
    line = Int(try row.integer())
  }
}

private enum ReversalSQL {
  static let movement = StoreSQL(
    """
    select
      item_id,
      location_id,
      bucket,
      quantity,
      kind,
      reference,
      document,
      line
    from movement
    where id = $1
    """)

  static let reversal = StoreSQL(
    """
    select id
    from movement
    where document = $1
      and line = 0
      and kind = 'reversal'
    """)
}
