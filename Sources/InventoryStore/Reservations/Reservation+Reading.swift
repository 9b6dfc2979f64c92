public import Inventory

extension ReservationWork {
  /// A reservation as this transaction leaves it.
  func reservation(_ row: ReservationRow, named: NamedRecords) -> Reservation {
    let holds = holds(of: row.id).map { hold in
      StoredHold(
        line: hold.line, locationID: hold.level.location,
        locationCode: ledger.named.location(hold.level.location)?.code ?? "", quantities: hold.quantities)
    }
    return Reservation(row, holds: holds, now: now)
  }
}

/// A hold with the code of its location.
struct StoredHold {
  var line: Int
  var locationID: LocationID
  var locationCode: String
  var quantities: HoldQuantities
}

extension Reservation {
  /// What has run out is shown as expired, whether or not anybody has freed it.
  init(_ row: ReservationRow, holds: [StoredHold], now: Instant) {
    let isDue = row.isDue(at: now)
    let lines = row.lines.enumerated().map { index, line in
      ReservationLine(
        itemID: line.item, sku: line.sku, location: line.location, locationCode: line.locationCode,
        quantity: line.quantity,
        allocations: holds.filter { $0.line == index }.map { hold in
          HoldAllocation(
            locationID: hold.locationID, locationCode: hold.locationCode,
            quantities: isDue ? hold.quantities.asExpired : hold.quantities)
        })
    }
    self.init(
      id: row.id, reference: row.reference, note: row.note, state: isDue ? .expired : row.state,
      expiresAt: row.expiresAt, partial: row.partial, allowBackorder: row.allowBackorder, lines: lines,
      actor: row.actor, createdAt: row.createdAt, updatedAt: row.updatedAt)
  }
}

extension StoreTransaction {
  /// A reservation as it is stored.
  func stored(_ id: ReservationID) async throws(InventoryError) -> Reservation {
    let rows = try await run(StoreStatement(ReservationReading.byID, [.id(id)]))
    guard let reservation = try ReservationReading.reservations(rows).first else {
      throw .notFound(.reservation, id.description)
    }
    return reservation
  }
}

extension StoreBackend {
  /// See ``ReservationRepository``.
  public func reservation(_ id: ReservationID) async throws(InventoryError) -> Reservation? {
    let results = try await query([StoreStatement(ReservationReading.byID, [.id(id)])], slow: false)
    return try ReservationReading.reservations(results.first ?? []).first
  }

  /// See ``ReservationRepository``.
  public func reservations(
    _ query: ReservationQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Reservation> {
    var after: String?
    if case .text(let id)? = page.after?.value { after = id }
    let statement = StoreStatement(
      ReservationReading.list,
      [
        .text(query.reference), .text(query.state?.rawValue), .id(query.item), .id(query.location),
        .text(after), .count(page.limit + 1),
      ])
    let rows = try await self.query([statement], slow: true).first ?? []
    var reservations = try ReservationReading.reservations(rows)
    guard reservations.count > page.limit else { return Page(elements: reservations, next: nil) }
    reservations.removeLast()
    let last = reservations.last?.id.description ?? ""
    return Page(elements: reservations, next: PageKey(value: .text(last), id: last))
  }
}

/// Reservations with their holds in one statement, so that both are of one moment; the lines come with the
/// first hold only.
enum ReservationReading {
  private static func select(_ reservations: String) -> String {
    """
    select
      now_microseconds(),
      reservation.id,
      reservation.reference,
      reservation.note,
      reservation.state,
      reservation.expires_at,
      reservation.partial,
      reservation.allow_backorder,
      reservation.actor,
      reservation.version,
      reservation.created_at,
      reservation.updated_at,
      case
        when row_number() over (partition by reservation.id order by hold.line, hold.position) = 1
        then reservation.lines
      end,
      hold.line,
      hold.location_id,
      location.code,
      hold.held,
      hold.backordered,
      hold.fulfilled,
      hold.released,
      hold.expired,
      hold.short
    from (\(reservations)) as reservation
    left join hold on hold.reservation_id = reservation.id
    left join location on location.id = hold.location_id
    order by reservation.id desc, hold.line, hold.position
    """
  }

  static let byID = StoreSQL(select("select * from reservation where id = $1"))

  static let list = StoreSQL(
    select(
      """
      select *
      from reservation
      where ($1 is null or reference = $1)
        and (
          $2 is null
          or case
            when state in ('pending', 'confirmed') and expires_at <= now_microseconds() then 'expired'
            else state
          end = $2
        )
        and ($3 is null or id in (select reservation_id from hold where item_id = $3))
        and ($4 is null or id in (select reservation_id from hold where location_id = $4))
        and ($5 is null or id < $5)
      order by id desc
      limit $6
      """))

  static func reservations(_ rows: [StoreRow]) throws(InventoryError) -> [Reservation] {
    var reservations: [Reservation] = []
    var current: (row: ReservationRow, now: Instant)?
    var holds: [StoredHold] = []
    func finish() {
      if let current { reservations.append(Reservation(current.row, holds: holds, now: current.now)) }
      holds = []
    }
    for var row in rows {
      let now = try row.instant()
      let header = try ReservationRow(&row)
      if header.id != current?.row.id {
        finish()
        current = (header, now)
      }
      guard let line = try row.optionalInteger() else { continue }
      let location = try row.id(LocationIDKind.self)
      let code = try row.text()
      var quantities = HoldQuantities()
      quantities.held = try row.integer()
      quantities.backordered = try row.integer()
      quantities.fulfilled = try row.integer()
      quantities.released = try row.integer()
      quantities.expired = try row.integer()
      quantities.short = try row.integer()
      holds.append(
        StoredHold(line: Int(line), locationID: location, locationCode: code, quantities: quantities))
    }
    finish()
    return reservations
  }
}
