public import Inventory

extension StoreBackend {
  /// See ``ReservationRepository``.
  public func reserve(
    _ request: ReservationRequest, once: Once<ReservationResult>?
  ) async throws(InventoryError) -> Outcome<ReservationResult> {
    try await write(once) { (transaction) async throws(InventoryError) -> ReservationResult in
      try await transaction.reserve(request)
    }
  }
}

extension StoreTransaction {
  fileprivate func reserve(
    _ request: ReservationRequest
  ) async throws(InventoryError) -> ReservationResult {
    let items = Set(request.lines.map(\.item))
    // One at a time: who waits for a twin that is replaced meanwhile would not see what replaced it.
    let twin =
      request.reference.map { reference in
        (nameQueue("reference \(reference)").map { [$0] } ?? []) + [ReservationRow.find(reference: reference)]
      } ?? []
    let (named, rows) = try await named(
      items: items, locations: Set(request.lines.compactMap(\.location)),
      alsoRunning: ReservationRow.findDue(of: items) + twin)
    let now = try await now()
    let expiresAt = try request.expiry.instant(at: now)
    let asked = try named.asked(request.lines)
    var freed = Freed()
    for found in try await lockReservations(rows.prefix(items.count) + rows.suffix(twin.isEmpty ? 0 : 1)) {
      if found.isDue(at: now) {
        freed.due.append(found)
      } else if found.stands(for: request.reference) {
        if found.asks(for: asked) {
          return ReservationResult(reservation: try await stored(found.id), isNew: false)
        }
        guard request.replace, try await !hasHandedOut(found) else { throw found.referenceInUse }
        freed.replaced = found
      }
    }
    let id = ReservationID.generate(at: now)
    let reservation = ReservationRow(
      id: id, reference: request.reference, note: request.note, state: .pending, expiresAt: expiresAt,
      partial: request.partial, allowBackorder: request.allowBackorder, lines: asked,
      actor: request.origin.actor, version: 1, createdAt: now, updatedAt: now)
    let work = try await self.work(on: reservation, named, freeing: freed, by: request.origin)
    let posting = work.posting(of: reservation, .hold, by: request.origin)
    // The buyer's own copies are his before anybody else who waits has what he leaves.
    let replaced = freed.replaced.map { work.takeAll(of: $0, as: .released, by: request.origin) }
    putOff([reservation.insertion(requestID: request.origin.requestID)])
    let refusals = work.allocate(try named.demands(asked), for: reservation, as: posting)
    let isEmpty = work.holds(of: id).isEmpty
    guard refusals.isEmpty || (request.partial && !isEmpty) else { throw .refused(refusals) }
    if let replaced { try await work.ledger.settleHolds(of: replaced.levels, as: replaced.posting) }
    try await work.write()
    return ReservationResult(reservation: work.reservation(reservation, named: named), isNew: true)
  }

  /// True when copies of it went to its buyer: it stands for them from then on, and is not replaced.
  private func hasHandedOut(_ reservation: ReservationRow) async throws(InventoryError) -> Bool {
    for var row in try await run(StoreStatement(HoldSQL.ofReservation, [.id(reservation.id)])) {
      if try Hold(&row).quantities.fulfilled > 0 { return true }
    }
    return false
  }

  /// Locks what a reservation may take from, with the holds of what it replaces and, where it `isStored`, its own;
  /// frees what has run out.
  func work(
    on reservation: ReservationRow, isStored: Bool = false, _ named: NamedRecords, freeing freed: Freed,
    by origin: Origin
  ) async throws(InventoryError) -> ReservationWork {
    let everywhere = Set(
      reservation.lines.filter { $0.location == nil || reservation.allowBackorder }.map(\.item))
    var levels = reservation.lines.compactMap { line in
      line.location.map { LevelKey(item: line.item, location: $0) }
    }
    var named = named
    var fallback: LocationID?
    let items = Set(reservation.lines.map(\.item))
    if reservation.allowBackorder, let location = try await lockWaiting(for: items) {
      named.insert(location)
      fallback = location.id
      levels += items.map { LevelKey(item: $0, location: location.id) }
    }
    let replaced = freed.replaced.map { [$0] } ?? []
    let work = try await ReservationWork(
      self, named, reservations: freed.due + replaced + (isStored ? [reservation] : []), levels: levels,
      everywhere: everywhere, fallback: fallback)
    try await work.free(freed.due, as: .expired, by: origin.everywhere)
    return work
  }

  /// Lets one transaction at a time promise copies of these items that are not there: the limit is over all
  /// locations, also those where no level is there yet to be locked. The location that serves first.
  private func lockWaiting(for items: Set<ItemID>) async throws(InventoryError) -> NamedLocation? {
    let locks = items.sorted().map { StoreStatement(ReservationSQL.lockItem, [.id($0)]) }
    guard var row = try await run(locks + [StoreStatement(ReservationSQL.firstLocation)]).last?.first else {
      return nil
    }
    return try NamedLocation(&row)
  }
}

/// Locked reservations whose copies another one may have.
struct Freed {
  /// What has run out.
  var due: [ReservationRow] = []
  /// What the new one takes the place of.
  var replaced: ReservationRow?
}

extension Expiry {
  /// Throws `expiryNotInFuture`.
  func instant(at now: Instant) throws(InventoryError) -> Instant? {
    switch self {
    case .never: return nil
    case .after(let microseconds):
      let (sum, overflow) = now.microseconds.addingReportingOverflow(microseconds)
      return Instant(microseconds: overflow ? .max : sum)
    case .at(let instant):
      guard instant > now else { throw .expiryNotInFuture(now: now) }
      return instant
    }
  }
}

extension NamedRecords {
  /// The lines with what they name; throws `unknownLines`.
  func asked(_ lines: [HoldLine]) throws(InventoryError) -> [AskedLine] {
    struct Place: Hashable {
      var item: ItemID
      var location: LocationID?
    }
    var asked: [AskedLine] = []
    var problems: [LineProblem] = []
    var places: Set<Place> = []
    for (index, line) in lines.enumerated() {
      let item = items[line.item]
      if item?.isArchived ?? true {
        problems.append(
          LineProblem(
            index: index, field: .item, code: item == nil ? .notFound : .archived,
            value: line.item.description))
      }
      let location = line.location.flatMap { locations[$0] }
      if let name = line.location, location?.isActive != true {
        problems.append(
          LineProblem(
            index: index, field: .location, code: location == nil ? .notFound : .inactive,
            value: name.description))
      }
      guard let item else { continue }
      // What is nowhere is not the same as what may be anywhere.
      let isSomewhere = line.location == nil || location != nil
      if isSomewhere, !places.insert(Place(item: item.id, location: location?.id)).inserted {
        problems.append(
          LineProblem(index: index, field: .item, code: .duplicate, value: line.item.description))
      }
      asked.append(
        AskedLine(
          item: item.id, sku: item.sku, location: location?.id, locationCode: location?.code,
          quantity: line.quantity))
    }
    guard problems.isEmpty else { throw .unknownLines(problems) }
    return asked
  }

  /// What lines want, in their order.
  func demands(_ asked: [AskedLine]) throws(InventoryError) -> [Demand] {
    var demands: [Demand] = []
    for (index, line) in asked.enumerated() {
      guard let item = item(line.item) else { throw .unexpected("the item of a line was not looked up") }
      demands.append(
        Demand(line: index, item: item, location: line.location, quantity: line.quantity))
    }
    return demands
  }
}

enum ReservationSQL {
  static let firstLocation = StoreSQL(
    """
    select \(NamedLocation.columns)
    from location
    where active
    order by priority, code
    limit 1
    """)

  static let lockItem = StoreSQL("select id from item where id = $1", lock: .update("item"))
}
