public import Inventory

extension StoreBackend {
  /// See ``ReservationRepository``.
  public func sweep(limit: Int) async throws(InventoryError) -> Int {
    let retention = idempotencyRetention
    return try await transact { (transaction) async throws(InventoryError) -> Int in
      let now = try await transaction.now()
      let oldest = Instant(microseconds: now.microseconds - retention.microseconds)
      transaction.putOff([StoreStatement(IdempotencySQL.forget, [.instant(oldest), .count(1000)])])
      let rows = try await transaction.run(
        StoreStatement(ReservationRow.lockDue, [.instant(now), .count(limit)]))
      var due: [ReservationRow] = []
      for var row in rows { due.append(try ReservationRow(&row)) }
      guard !due.isEmpty else { return 0 }
      try await transaction.free(due)
      return due.count
    }
  }

  /// Frees what has run out of these items, so that a refusal never rests on a promise that no longer holds.
  /// True when there was any.
  func freeDue(of items: Set<ItemReference>) async throws(InventoryError) -> Bool {
    try await transact { (transaction) async throws(InventoryError) -> Bool in
      let named = try await transaction.named(items: items, locations: []).0
      let due = try await transaction.lockDue(of: Set(named.items.values.map(\.id)))
      guard !due.isEmpty else { return false }
      try await transaction.free(due)
      return true
    }
  }
}

extension StoreTransaction {
  fileprivate func free(_ due: [ReservationRow]) async throws(InventoryError) {
    let items = Set(due.flatMap { $0.lines.map { ItemReference.id($0.item) } })
    let named = try await named(items: items, locations: []).0
    let work = try await ReservationWork(self, named, reservations: due)
    try await work.free(due, as: .expired, by: Origin(actor: "expiry"))
    try await work.write()
  }
}
