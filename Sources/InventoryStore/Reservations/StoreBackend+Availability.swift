public import Inventory

extension StoreBackend {
  /// See ``ReservationRepository``.
  public func availability(of lines: [HoldLine]) async throws(InventoryError) -> Availability {
    try await transact { (transaction) async throws(InventoryError) -> Availability in
      try await transaction.availability(of: lines)
    }
  }
}

extension StoreTransaction {
  /// Frees what has run out, as `reserve` does, and goes the same way; but what it allocates is never written.
  fileprivate func availability(of lines: [HoldLine]) async throws(InventoryError) -> Availability {
    let items = Set(lines.map(\.item))
    let (named, rows) = try await named(
      items: items, locations: Set(lines.compactMap(\.location)),
      alsoRunning: ReservationRow.findDue(of: items))
    let now = try await now()
    let asked = try named.asked(lines)
    let reservation = ReservationRow(
      id: .generate(at: now), reference: nil, note: nil, state: .pending, expiresAt: nil, partial: true,
      allowBackorder: false, lines: asked, actor: "", version: 1, createdAt: now, updatedAt: now)
    let origin = Origin(actor: "expiry")
    let freed = Freed(due: try await lockReservations(rows[...]).filter { $0.isDue(at: now) })
    let work = try await work(on: reservation, named, freeing: freed, by: origin)
    try await work.write()
    let posting = work.posting(of: reservation, .hold, by: origin)
    let refusals = work.allocate(
      try named.demands(asked), for: reservation, as: posting)
    let shown = work.reservation(reservation, named: named)
    return Availability(
      lines: shown.lines.enumerated().map { index, line in
        let refusal = refusals.first { $0.index == index }
        return Availability.Line(
          itemID: line.itemID, sku: line.sku, wanted: line.quantity,
          available: refusal?.available ?? line.quantity, allocations: line.allocations)
      })
  }
}
