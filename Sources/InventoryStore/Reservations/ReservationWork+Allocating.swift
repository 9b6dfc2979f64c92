internal import Inventory

/// What a line wants of the levels that are locked.
struct Demand {
  /// Of the reservation, from 0.
  var line: Int
  var item: NamedItem
  /// Nil where the service chooses.
  var location: LocationID?
  var quantity: Int64
}

extension ReservationWork {
  /// Promises copies line after line, from the locations that serve first; a refusal for each line that is not
  /// served wholly. What is not there is waited for at the first location, as far as the item allows it.
  func allocate(
    _ demands: [Demand], for reservation: ReservationRow, as posting: Posting
  ) -> [LineRefusal] {
    var refusals: [LineRefusal] = []
    for demand in demands {
      let places = places(of: demand, for: posting.origin)
      var left = demand.quantity
      for place in places where left > 0 {
        let taken = min(left, ledger.available(place))
        guard taken > 0 else { continue }
        hold(taken, at: place, waiting: false, line: demand.line, reservation, as: posting)
        left -= taken
      }
      if left > 0, reservation.allowBackorder, let first = places.first {
        let waiting = min(left, ledger.backorderRoom(of: demand.item))
        if waiting > 0 {
          hold(waiting, at: first, waiting: true, line: demand.line, reservation, as: posting)
          left -= waiting
        }
      }
      if left > 0 {
        refusals.append(
          LineRefusal(
            index: demand.line, code: .insufficientStock, wanted: demand.quantity,
            available: demand.quantity - left))
      }
    }
    return refusals
  }

  /// The levels that may serve a line, in order. What is asked for again may have been closed or archived
  /// meanwhile: nothing is promised there. Where the service chooses, it chooses where the caller may.
  private func places(of demand: Demand, for origin: Origin) -> [LevelKey] {
    guard !demand.item.isArchived else { return [] }
    let fallback = fallback.map { [LevelKey(item: demand.item.id, location: $0)] } ?? []
    guard let location = demand.location else {
      let stored = ledger.places(of: demand.item.id)
        .filter { origin.locations?.contains($0.location) ?? true }
      return stored.isEmpty ? fallback : stored
    }
    return ledger.named.location(location)?.isActive == true
      ? [LevelKey(item: demand.item.id, location: location)] : []
  }

  private func hold(
    _ quantity: Int64, at level: LevelKey, waiting: Bool, line: Int, _ reservation: ReservationRow,
    as posting: Posting
  ) {
    let ofLine = holds(of: reservation.id).filter { $0.line == line }
    var hold =
      ofLine.first { $0.level == level }
      ?? Hold(
        reservation: reservation.id, line: line, level: level, position: ofLine.count,
        quantities: HoldQuantities())
    if waiting { hold.quantities.backordered += quantity } else { hold.quantities.held += quantity }
    set(hold)
    let balance = Balance.committed(waiting ? .backordered : .held)
    ledger.post(
      [LedgerChange(level, balance, by: quantity, line: ledger.rows.count)], as: posting)
  }
}

extension Ledger {
  /// How many more copies of an item may be promised beyond what is there; all its levels are locked.
  func backorderRoom(of item: NamedItem) -> Int64 {
    let waiting = entries.reduce(0) { $0 + ($1.key.item == item.id ? $1.value.after.backordered : 0) }
    return max(0, item.backorderLimit - waiting)
  }
}
