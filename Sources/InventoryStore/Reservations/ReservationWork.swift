internal import Inventory

/// Reservations that a transaction has locked, with their holds and the levels of these: what creating, changing
/// and freeing have in common. Reservations are locked before levels, everywhere.
final class ReservationWork {
  let transaction: any StoreTransaction
  let ledger: Ledger
  let now: Instant
  /// Where copies of an item are waited for that was never anywhere.
  let fallback: LocationID?
  private(set) var holds: [ReservationID: [Hold]] = [:]

  /// Locks the levels of the holds of these locked reservations, `levels`, and every level of `everywhere`; then
  /// reads the holds, which nobody changes while the levels are locked. `fallback` is for ``allocate``.
  init(
    _ transaction: any StoreTransaction, _ named: NamedRecords, reservations: [ReservationRow],
    levels: [LevelKey] = [], everywhere: Set<ItemID> = [], fallback: LocationID? = nil
  ) async throws(InventoryError) {
    self.transaction = transaction
    self.fallback = fallback
    ledger = Ledger(transaction, named)
    now = try await transaction.now()
    let statements = reservations.map { StoreStatement(HoldSQL.ofReservation, [.id($0.id)]) }
    // Which levels a reservation has never changes.
    let known = statements.isEmpty ? [] : try Self.holds(try await transaction.run(statements))
    let rows = try await ledger.lock(
      levels + known.map(\.level), everywhere: everywhere, reading: statements)
    for hold in try Self.holds(rows) { holds[hold.reservation, default: []].append(hold) }
  }

  private static func holds(_ results: [[StoreRow]]) throws(InventoryError) -> [Hold] {
    var holds: [Hold] = []
    for rows in results {
      for var row in rows { holds.append(try Hold(&row)) }
    }
    return holds
  }

  /// The holds of a locked reservation, by line and position.
  func holds(of id: ReservationID) -> [Hold] { holds[id] ?? [] }

  /// Notes a hold as it is to be from now on, and has it written.
  func set(_ hold: Hold) {
    if let index = holds[hold.reservation]?.firstIndex(where: { $0.isSame(as: hold) }) {
      holds[hold.reservation]?[index] = hold
      // One that is not written yet is written as it is then.
      if let new = newHolds.firstIndex(where: { $0.isSame(as: hold) }) {
        newHolds[new] = hold
      } else {
        ledger.update(hold)
      }
    } else {
      holds[hold.reservation, default: []].append(hold)
      newHolds.append(hold)
    }
  }

  /// Rows that are made after their levels.
  private var newHolds: [Hold] = []

  /// Writes levels and rows, then the new holds.
  func write() async throws(InventoryError) {
    try await ledger.write()
    for hold in newHolds { ledger.insert(hold) }
    newHolds = []
  }

  /// How a posting of this reservation is signed.
  func posting(
    of reservation: ReservationRow, _ kind: MovementKind, by origin: Origin
  ) -> Posting {
    Posting(
      kind: kind, reason: .reserved, reference: reservation.reference, note: nil, origin: origin,
      document: reservation.document)
  }

  /// Frees whatever is left of reservations, as `expired` when their time ran out, as `released` when somebody said
  /// so, and gives it to who waits.
  func free(
    _ reservations: [ReservationRow], as state: ReservationState, by origin: Origin
  ) async throws(InventoryError) {
    for reservation in reservations {
      let (levels, posting) = takeAll(of: reservation, as: state, by: origin)
      try await ledger.settleHolds(of: levels, as: posting)
    }
  }

  /// Frees whatever is left of a reservation, and gives it to nobody yet: where it was, and how that is signed.
  func takeAll(
    of stored: ReservationRow, as state: ReservationState, by origin: Origin
  ) -> (levels: [LevelKey], posting: Posting) {
    var reservation = stored
    reservation.version += 1
    reservation.updatedAt = now
    let posting = posting(of: reservation, state == .expired ? .expiry : .release, by: origin)
    var touched: [LevelKey] = []
    for (line, hold) in holds(of: reservation.id).enumerated() where hold.quantities.open > 0 {
      take(hold.quantities.open, from: hold, line: line, as: posting, expired: state == .expired)
      touched.append(hold.level)
    }
    let fulfilled = holds(of: reservation.id).contains { $0.quantities.fulfilled > 0 }
    reservation.state = state == .released && fulfilled ? .fulfilled : state
    transaction.putOff([reservation.update])
    return (touched, posting)
  }

  /// Frees copies of a hold; those that are only waited for go first, being of the least use to the buyer.
  func take(_ quantity: Int64, from hold: Hold, line: Int, as posting: Posting, expired: Bool = false) {
    var hold = hold
    let backordered = min(quantity, hold.quantities.backordered)
    let held = quantity - backordered
    hold.quantities.backordered -= backordered
    hold.quantities.held -= held
    if expired { hold.quantities.expired += quantity } else { hold.quantities.released += quantity }
    set(hold)
    var changes: [LedgerChange] = []
    if held > 0 { changes.append(LedgerChange(hold.level, .committed(.held), by: -held, line: line)) }
    if backordered > 0 {
      changes.append(LedgerChange(hold.level, .committed(.backordered), by: -backordered, line: line))
    }
    ledger.post(changes, as: posting)
  }
}
