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
    let now = try await now()
    let id = ReservationID.generate(at: now)
    let expiresAt = try request.expiry.instant(at: now)
    let twinStatements = request.reference.map { reference in
      [StoreStatement(ReservationRow.lockByReference, [.text(reference)])]
    }
    let (named, others) = try await named(
      items: Set(request.lines.map(\.item)), locations: Set(request.lines.compactMap(\.location)),
      alsoRunning: twinStatements ?? [])
    let asked = try named.asked(request.lines)
    var toFree: [ReservationRow] = []
    if var row = others.first?.first {
      let twin = try ReservationRow(&row)
      if !twin.isDue(at: now) {
        let isSame =
          twin.lines.count == asked.count && zip(twin.lines, asked).allSatisfy { $0.isSame(as: $1) }
        if isSame { return ReservationResult(reservation: try await stored(twin.id), isNew: false) }
        // What was partly handed out keeps its reference, as what was wholly handed out does.
        guard request.replace, twin.state != .fulfilled, try await !isPartlyFulfilled(twin) else {
          throw .referenceInUse(
            .reservation, reference: request.reference ?? "", twin: twin.id.description)
        }
      }
      toFree.append(twin)
    }
    let reservation = ReservationRow(
      id: id, reference: request.reference, note: request.note, state: .pending, expiresAt: expiresAt,
      partial: request.partial, allowBackorder: request.allowBackorder, lines: asked,
      actor: request.origin.actor, version: 1, createdAt: now, updatedAt: now)
    let work = try await self.work(on: reservation, named, freeing: toFree, by: request.origin)
    let posting = work.posting(of: reservation, .hold, by: request.origin)
    putOff([reservation.insertion(requestID: request.origin.requestID)])
    let refusals = work.allocate(
      try named.demands(asked), for: reservation, as: posting,
      fallback: try await fallbackLocation(for: reservation))
    let isEmpty = work.holds(of: id).isEmpty
    guard refusals.isEmpty || (request.partial && !isEmpty) else { throw .refused(refusals) }
    try await work.write()
    return ReservationResult(reservation: work.reservation(reservation, named: named), isNew: true)
  }

  private func isPartlyFulfilled(_ reservation: ReservationRow) async throws(InventoryError) -> Bool {
    try await ReservationWork.holds(of: [reservation], self).contains { $0.quantities.fulfilled > 0 }
  }

  /// Locks what a reservation may take from, and frees what has run out of its items, and `twins`. A reservation
  /// that `isStored` has holds, which are locked with the rest.
  func work(
    on reservation: ReservationRow, isStored: Bool = false, _ named: NamedRecords,
    freeing twins: [ReservationRow], by origin: Origin
  ) async throws(InventoryError) -> ReservationWork {
    let now = try await now()
    let items = Set(reservation.lines.map(\.item))
    var due: [ReservationID: ReservationRow] = [:]
    for rows in try await run(
      items.sorted().map { StoreStatement(ReservationRow.lockDueOfItem, [.id($0), .instant(now)]) })
    {
      for var row in rows {
        let reservation = try ReservationRow(&row)
        due[reservation.id] = reservation
      }
    }
    due[reservation.id] = nil
    for twin in twins { due[twin.id] = nil }
    let freed = twins + due.values.sorted { $0.id < $1.id }
    let everywhere = Set(
      reservation.lines.filter { $0.location == nil || reservation.allowBackorder }.map(\.item))
    let levels = reservation.lines.compactMap { line in
      line.location.map { LevelKey(item: line.item, location: $0) }
    }
    let work = try await ReservationWork(
      self, named, reservations: freed + (isStored ? [reservation] : []), levels: levels,
      everywhere: everywhere)
    for reservation in freed {
      let state: ReservationState = reservation.isDue(at: now) ? .expired : .released
      try await work.free([reservation], as: state, by: origin)
    }
    return work
  }

  /// Where copies are waited for when no level of an item is there yet: the location that serves first.
  func fallbackLocation(for reservation: ReservationRow) async throws(InventoryError) -> NamedLocation? {
    guard reservation.allowBackorder else { return nil }
    guard var row = try await run(StoreStatement(ReservationSQL.firstLocation)).first else { return nil }
    return try NamedLocation(&row)
  }
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
    var asked: [AskedLine] = []
    var problems: [LineProblem] = []
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
      let isRepeated = asked.contains { $0.item == item.id && $0.location == location?.id }
      if isRepeated, line.location == nil || location != nil {
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
}
