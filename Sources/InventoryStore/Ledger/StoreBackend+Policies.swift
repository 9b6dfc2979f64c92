public import Inventory

extension StoreBackend {
  /// See ``StockRepository``.
  public func replacePolicy(_ change: PolicyChange) async throws(InventoryError) -> StockLevel {
    try await transact { (transaction) async throws(InventoryError) -> StockLevel in
      try await transaction.replacePolicy(change)
    }
  }
}

extension StoreTransaction {
  fileprivate func replacePolicy(_ change: PolicyChange) async throws(InventoryError) -> StockLevel {
    let named = try await named(items: [.id(change.item)], locations: [.id(change.location)]).0
    guard let item = named.item(change.item) else { throw .notFound(.item, change.item.description) }
    guard named.location(change.location) != nil else {
      throw .notFound(.location, change.location.description)
    }
    guard change.origin.locations?.contains(change.location) ?? true else {
      throw .locationNotAllowed(named.location(change.location)?.code ?? change.location.description)
    }
    guard !item.isArchived else { throw .bookArchived(item.bookID) }
    let key = LevelKey(item: change.item, location: change.location)
    let ledger = Ledger(self, named)
    try await ledger.lock([key])
    let present = try ledger.level(key)
    guard present.version == change.version else { throw .versionMismatch(current: present.version) }
    ledger.set(change.policy, of: key)
    try await ledger.settleHolds(
      of: [key],
      as: Posting(
        kind: .allocation, reason: .reserved, origin: change.origin,
        document: "policy/\(key.item)/\(key.location)/\(change.version + 1)"))
    try await ledger.write()
    return try ledger.level(key)
  }
}
