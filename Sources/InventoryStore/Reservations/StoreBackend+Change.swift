public import Inventory
internal import TimeZones

extension StoreBackend {
  /// See ``ReservationRepository``.
  public func change(
    _ change: ReservationChange, once: Once<Reservation>?
  ) async throws(InventoryError) -> Outcome<Reservation> {
    try await write(once) { (transaction) async throws(InventoryError) -> Reservation in
      guard
        var row = try await transaction.run(
          StoreStatement(ReservationRow.lockByID, [.id(change.id)])
        ).first
      else { throw .notFound(.reservation, change.id.description) }
      let reservation = try ReservationRow(&row)
      switch change.action {
      case .confirm(let expiry): return try await transaction.confirm(reservation, expiry, change.origin)
      case .fulfill(let parts): return try await transaction.fulfill(reservation, parts, change.origin)
      case .release(let parts): return try await transaction.release(reservation, parts, change.origin)
      case .edit(let expiry, let note): return try await transaction.edit(reservation, expiry, note)
      }
    }
  }
}

extension StoreTransaction {
  /// Makes a reservation firm. What has run out is acquired again, or refused.
  fileprivate func confirm(
    _ stored: ReservationRow, _ expiry: Expiry, _ origin: Origin
  ) async throws(InventoryError) -> Reservation {
    let now = try await now()
    var reservation = stored
    let expiresAt = try expiry.instant(at: now)
    if reservation.state == .expired || reservation.isDue(at: now) {
      return try await reacquire(reservation, until: expiresAt, origin)
    }
    guard reservation.state.isActive else { throw reservation.invalidState }
    if reservation.state == .confirmed, expiresAt == nil { return try await self.stored(reservation.id) }
    reservation.state = .confirmed
    reservation.expiresAt = expiresAt
    return try await save(reservation)
  }

  private func save(_ changed: ReservationRow) async throws(InventoryError) -> Reservation {
    var reservation = changed
    reservation.version += 1
    reservation.updatedAt = try await now()
    putOff([reservation.update])
    return try await stored(reservation.id)
  }

  private func reacquire(
    _ stored: ReservationRow, until expiresAt: Instant?, _ origin: Origin
  ) async throws(InventoryError) -> Reservation {
    var reservation = stored
    let items = Set(reservation.lines.map { ItemReference.id($0.item) })
    let twin = reservation.reference.map { [ReservationRow.find(reference: $0)] } ?? []
    let (named, rows) = try await named(
      items: items, locations: Set(reservation.lines.compactMap { $0.location.map { .id($0) } }),
      alsoRunning: ReservationRow.findDue(of: items) + twin)
    let now = try await now()
    var freed = Freed()
    for found in try await lockReservations(rows[...]) where found.id != stored.id {
      if found.isDue(at: now) {
        freed.due.append(found)
      } else if found.stands(for: reservation.reference) {
        throw found.referenceInUse
      }
    }
    let work = try await work(on: reservation, isStored: true, named, freeing: freed, by: origin)
    if reservation.state != .expired {
      try await work.free([reservation], as: .expired, by: origin.everywhere)
      // That was a posting of its own.
      reservation.version += 1
    }
    var demands: [Demand] = []
    for (index, line) in reservation.lines.enumerated() {
      var wanted: Int64 = 0
      for var hold in work.holds(of: reservation.id) where hold.line == index && hold.quantities.expired > 0 {
        wanted += hold.quantities.expired
        hold.quantities.expired = 0
        work.set(hold)
      }
      guard wanted > 0, let item = named.item(line.item) else { continue }
      demands.append(Demand(line: index, item: item, location: line.location, quantity: wanted))
    }
    reservation.version += 1
    reservation.state = .confirmed
    reservation.expiresAt = expiresAt
    reservation.updatedAt = work.now
    let posting = work.posting(of: reservation, .hold, by: origin)
    let refusals = work.allocate(demands, for: reservation, as: posting)
    let isOpen = work.holds(of: reservation.id).contains { $0.quantities.open > 0 }
    guard refusals.isEmpty || (reservation.partial && isOpen) else {
      throw .reservationExpired(reservation.id.description, refusals)
    }
    putOff([reservation.update])
    try await work.write()
    return work.reservation(reservation, named: named)
  }

  /// Hands copies out where they are held.
  fileprivate func fulfill(
    _ stored: ReservationRow, _ parts: [PartLine]?, _ origin: Origin
  ) async throws(InventoryError) -> Reservation {
    var reservation = stored
    let now = try await now()
    if reservation.state == .expired || reservation.isDue(at: now) {
      throw .reservationExpired(reservation.id.description, [])
    }
    if reservation.state == .fulfilled, parts == nil { return try await self.stored(reservation.id) }
    guard reservation.state.isActive else { throw reservation.invalidState }
    let (named, places) = try await names(of: reservation, parts)
    let work = try await ReservationWork(self, named, reservations: [reservation])
    reservation.version += 1
    reservation.updatedAt = now
    let posting = work.posting(of: reservation, .sale, by: origin).with(.sale, .sold)
    let taken: [ReservationWork.Picked]
    if let parts {
      taken = try work.pick(parts, of: reservation, places) { $0.held }
    } else {
      taken = try work.everythingHeld(of: reservation)
    }
    try embargo(taken, named: work.ledger.named, now: now)
    for (line, (hold, quantity, _)) in taken.enumerated() {
      var hold = work.current(hold)
      hold.quantities.held -= quantity
      hold.quantities.fulfilled += quantity
      work.set(hold)
      work.ledger.post(
        [
          LedgerChange(hold.level, .physical(.onHand), by: -quantity, line: line),
          LedgerChange(hold.level, .committed(.held), by: -quantity, line: line),
        ], as: posting)
    }
    if work.isDone(reservation) { reservation.state = .fulfilled }
    putOff([reservation.update])
    try await work.write()
    return work.reservation(reservation, named: named)
  }

  /// Frees copies; all that is left, always.
  fileprivate func release(
    _ stored: ReservationRow, _ parts: [PartLine]?, _ origin: Origin
  ) async throws(InventoryError) -> Reservation {
    var reservation = stored
    let now = try await now()
    let isDue = reservation.isDue(at: now)
    guard reservation.state.isActive, !(isDue && parts != nil) else {
      if parts == nil { return try await self.stored(reservation.id) }
      if isDue || reservation.state == .expired {
        throw .reservationExpired(reservation.id.description, [])
      }
      throw reservation.invalidState
    }
    let (named, places) = try await names(of: reservation, parts)
    let work = try await ReservationWork(self, named, reservations: [reservation])
    guard let parts else {
      try await work.free(
        [reservation], as: isDue ? .expired : .released, by: isDue ? origin.everywhere : origin)
      try await work.write()
      return try await self.stored(reservation.id)
    }
    reservation.version += 1
    reservation.updatedAt = now
    let posting = work.posting(of: reservation, .release, by: origin)
    let taken = try work.pick(parts, of: reservation, places) { $0.open }
    for (line, (hold, quantity, _)) in taken.enumerated() {
      work.take(quantity, from: work.current(hold), line: line, as: posting)
    }
    if work.isDone(reservation) {
      let fulfilled = work.holds(of: reservation.id).contains { $0.quantities.fulfilled > 0 }
      reservation.state = fulfilled ? .fulfilled : .released
    }
    putOff([reservation.update])
    try await work.ledger.settleHolds(of: Array(Set(taken.map(\.hold.level))).sorted(), as: posting)
    try await work.write()
    return try await self.stored(reservation.id)
  }

  /// Another end or another remark, while the copies are still there.
  fileprivate func edit(
    _ stored: ReservationRow, _ expiry: Expiry?, _ note: String??
  ) async throws(InventoryError) -> Reservation {
    let now = try await now()
    var reservation = stored
    if reservation.state == .expired || reservation.isDue(at: now) {
      throw .reservationExpired(reservation.id.description, [])
    }
    guard reservation.state.isActive else { throw reservation.invalidState }
    if let expiry { reservation.expiresAt = try expiry.instant(at: now) }
    if let note { reservation.note = note }
    return try await save(reservation)
  }

  private func names(
    of reservation: ReservationRow, _ parts: [PartLine]?
  ) async throws(InventoryError) -> (NamedRecords, [LocationReference: LocationID]) {
    let wanted = Set((parts ?? []).compactMap(\.location))
    let named = try await named(
      items: Set(reservation.lines.map { .id($0.item) }), locations: wanted
    ).0
    var problems: [LineProblem] = []
    for (index, part) in (parts ?? []).enumerated() {
      if let location = part.location, named.locations[location] == nil {
        problems.append(
          LineProblem(index: index, field: .location, code: .notFound, value: location.description))
      }
    }
    guard problems.isEmpty else { throw .unknownLines(problems) }
    return (named, named.locations.mapValues(\.id))
  }

  /// Refuses what may not be handed out yet, by the calendar of the place where it would be.
  private func embargo(
    _ taken: [ReservationWork.Picked], named: NamedRecords, now: Instant
  ) throws(InventoryError) {
    var embargoes: [Embargo] = []
    for (hold, _, index) in taken {
      guard let date = named.item(hold.level.item)?.onSaleDate,
        let place = named.location(hold.level.location)
      else { continue }
      if date.number > TimeZones.system.clock(of: place.timeZone).day(of: now).number {
        embargoes.append(Embargo(index: index, location: place.code, onSaleDate: date))
      }
    }
    guard embargoes.isEmpty else { throw .embargoed(embargoes) }
  }
}

extension ReservationRow {
  var referenceInUse: InventoryError {
    .referenceInUse(.reservation, reference: reference ?? "", twin: id.description)
  }

  var invalidState: InventoryError {
    .invalidState(.reservation, id: id.description, state: state.rawValue)
  }
}

extension ReservationWork {
  /// A hold, how much of it, and the line of the request or else of the reservation.
  typealias Picked = (hold: Hold, quantity: Int64, index: Int)

  /// A hold as it is now.
  func current(_ hold: Hold) -> Hold {
    holds(of: hold.reservation).first { $0.line == hold.line && $0.level == hold.level } ?? hold
  }

  /// True when nothing is left to hand out or free.
  func isDone(_ reservation: ReservationRow) -> Bool {
    holds(of: reservation.id).allSatisfy { $0.quantities.open == 0 }
  }

  /// Every copy that is there. When there is none although the buyer still misses some, that is a refusal: what
  /// is waited for, or was lost, is not handed out.
  func everythingHeld(of reservation: ReservationRow) throws(InventoryError) -> [Picked] {
    let holds = holds(of: reservation.id)
    let held = holds.filter { $0.quantities.held > 0 }
    guard held.isEmpty else { return held.map { ($0, $0.quantities.held, $0.line) } }
    var missing: [Int: Int64] = [:]
    for hold in holds {
      missing[hold.line, default: 0] += hold.quantities.backordered + hold.quantities.short
    }
    let refusals = missing.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { line, quantity in
      LineRefusal(index: line, code: .insufficientStock, wanted: quantity, available: 0)
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
    return []
  }

  /// Finds the copies of parts in the order of the allocations; refuses more than `remainder`.
  func pick(
    _ parts: [PartLine], of reservation: ReservationRow, _ places: [LocationReference: LocationID],
    remainder: (HoldQuantities) -> Int64
  ) throws(InventoryError) -> [Picked] {
    var left: [Hold: Int64] = [:]
    for hold in holds(of: reservation.id) { left[hold] = remainder(hold.quantities) }
    var picked: [Picked] = []
    var refusals: [LineRefusal] = []
    for (index, part) in parts.enumerated() {
      let location = part.location.flatMap { places[$0] }
      var wanted = part.quantity
      for hold in holds(of: reservation.id)
      where hold.line == part.index && (location == nil || hold.level.location == location) && wanted > 0 {
        let taken = min(wanted, left[hold] ?? 0)
        guard taken > 0 else { continue }
        left[hold, default: 0] -= taken
        wanted -= taken
        picked.append((hold, taken, index))
      }
      if wanted > 0 {
        refusals.append(
          LineRefusal(
            index: index, code: .exceedsRemainder, wanted: part.quantity,
            available: part.quantity - wanted))
      }
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
    return picked
  }
}
