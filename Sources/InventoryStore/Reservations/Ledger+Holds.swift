internal import Inventory

/// The part of a reservation that a level keeps. Read and written only while the level is locked.
struct Hold: Hashable {
  var reservation: ReservationID
  var line: Int
  var level: LevelKey
  /// Among the allocations of the line.
  var position: Int
  var quantities: HoldQuantities

  /// True for the same row as another one.
  func hasSamePlace(as other: Hold) -> Bool {
    reservation == other.reservation && line == other.line && level == other.level
  }
}

extension Ledger {
  /// After the shelf of locked levels has changed: cuts the newest holds where fewer copies are left than are
  /// promised, and gives free copies to whoever waits longest.
  func settleHolds(of levels: [LevelKey], as posting: Posting) async throws(InventoryError) {
    for level in levels {
      let quantities = quantities(level)
      if quantities.free < 0 {
        try await cutHolds(of: level, by: -quantities.free, as: posting)
      } else if quantities.backordered > 0, available(level) > 0 {
        try await serveWaiting(at: level, as: posting)
      }
    }
  }

  /// Takes promised copies from the newest holds and marks them short.
  private func cutHolds(
    of level: LevelKey, by shortage: Int64, as posting: Posting
  ) async throws(InventoryError) {
    var left = shortage
    for var hold in try await openHolds(of: level, newestFirst: true) where left > 0 {
      let taken = min(left, hold.quantities.held)
      guard taken > 0 else { continue }
      hold.quantities.held -= taken
      hold.quantities.short += taken
      left -= taken
      update(hold)
    }
    post(
      [LedgerChange(level, .committed(.held), by: left - shortage, line: rows.count)],
      as: posting.with(.shortage))
  }

  /// Copies that came go to who waits, the oldest first.
  private func serveWaiting(at level: LevelKey, as posting: Posting) async throws(InventoryError) {
    let free = available(level)
    var left = free
    let now = try await transaction.now()
    for var hold in try await openHolds(of: level, newestFirst: false, activeAt: now) where left > 0 {
      let given = min(left, hold.quantities.backordered)
      guard given > 0 else { continue }
      hold.quantities.backordered -= given
      hold.quantities.held += given
      left -= given
      update(hold)
    }
    guard left < free else { return }
    post(
      [
        LedgerChange(level, .committed(.backordered), by: left - free, line: rows.count),
        LedgerChange(level, .committed(.held), by: free - left, line: rows.count),
      ], as: posting.with(.allocation))
  }

  /// The open holds of a locked level, by the age of their reservations.
  private func openHolds(
    of level: LevelKey, newestFirst: Bool, activeAt instant: Instant? = nil
  ) async throws(InventoryError) -> [Hold] {
    let sql = newestFirst ? HoldSQL.openNewestFirst : HoldSQL.openOldestFirst
    let rows = try await transaction.run(
      StoreStatement(sql, [.id(level.item), .id(level.location), .instant(instant)]))
    var holds: [Hold] = []
    for var row in rows { holds.append(try Hold(&row)) }
    return holds
  }

  func update(_ hold: Hold) {
    transaction.putOff([
      StoreStatement(
        changingOneRow: HoldSQL.update,
        [
          .id(hold.reservation), .count(hold.line), .id(hold.level.location), .integer(hold.quantities.held),
          .integer(hold.quantities.backordered), .integer(hold.quantities.fulfilled),
          .integer(hold.quantities.released), .integer(hold.quantities.expired),
          .integer(hold.quantities.short),
        ])
    ])
  }

  func insert(_ hold: Hold) {
    transaction.putOff([
      StoreStatement(
        HoldSQL.insert,
        [
          .id(hold.reservation), .count(hold.line), .id(hold.level.location), .id(hold.level.item),
          .count(hold.position), .integer(hold.quantities.held), .integer(hold.quantities.backordered),
        ])
    ])
  }
}

extension Hold {
  /// Reads a row of ``HoldSQL/columns``.
  init(_ row: inout StoreRow) throws(InventoryError) {
    reservation = try row.id()
    line = Int(try row.integer())
    let location = try row.id(LocationIDKind.self)
    level = LevelKey(item: try row.id(), location: location)
    position = Int(try row.integer())
    quantities = HoldQuantities()
    quantities.held = try row.integer()
    quantities.backordered = try row.integer()
    quantities.fulfilled = try row.integer()
    quantities.released = try row.integer()
    quantities.expired = try row.integer()
    quantities.short = try row.integer()
  }
}

enum HoldSQL {
  static let columns = """
    hold.reservation_id,
    hold.line,
    hold.location_id,
    hold.item_id,
    hold.position,
    hold.held,
    hold.backordered,
    hold.fulfilled,
    hold.released,
    hold.expired,
    hold.short
    """

  /// Holds of a level; with `$3` only those of reservations that are active then. What has run out gets no
  /// copies, but can lose them.
  private static let open = """
    select \(columns)
    from hold
    join reservation on reservation.id = hold.reservation_id
    where hold.item_id = $1
      and hold.location_id = $2
      and (hold.held > 0 or hold.backordered > 0)
      and ($3 is null or reservation.expires_at is null or reservation.expires_at > $3)
    """
  static let openNewestFirst = StoreSQL("\(open) order by hold.reservation_id desc, hold.line desc")
  static let openOldestFirst = StoreSQL("\(open) order by hold.reservation_id, hold.line")

  static let ofReservation = StoreSQL(
    """
    select \(columns)
    from hold
    where hold.reservation_id = $1
    order by hold.line, hold.position
    """)

  static let update = StoreSQL(
    """
    update hold
    set held = $4,
      backordered = $5,
      fulfilled = $6,
      released = $7,
      expired = $8,
      short = $9
    where reservation_id = $1
      and line = $2
      and location_id = $3
    returning 1
    """)

  static let insert = StoreSQL(
    """
    insert into hold (
      reservation_id, line, location_id, item_id, position, held, backordered, fulfilled, released, expired, short
    )
    values ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0)
    """)
}
