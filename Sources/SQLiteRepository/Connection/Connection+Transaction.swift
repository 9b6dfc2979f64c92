internal import Inventory

extension Connection {
  /// Runs the body in one snapshot of the database.
  func snapshot<Result>(
    _ body: (Connection) throws(InventoryError) -> Result
  ) throws(InventoryError) -> Result {
    // Already inside one, as the connection of a memory database is.
    if isInTransaction { return try body(self) }
    try run("begin")
    defer { endTransaction() }
    return try body(self)
  }

  /// Runs the body in a savepoint (https://www.sqlite.org/lang_savepoint.html); what it did is undone when it
  /// throws, or when it says so by returning `keep: false`. Savepoints nest; each name may be used at every depth.
  func savepoint<Result>(
    _ name: StaticString, _ body: (Connection) throws(InventoryError) -> (Result, keep: Bool)
  ) throws(InventoryError) -> Result {
    try run("savepoint \(name)")
    do throws(InventoryError) {
      let (result, keep) = try body(self)
      if !keep { try run("rollback to \(name)") }
      try run("release \(name)")
      return result
    } catch {
      // After a full disk there is no transaction left to go back in; the caller looks at isInTransaction.
      if isInTransaction {
        try run("rollback to \(name)")
        try run("release \(name)")
      }
      throw error
    }
  }

  /// Gives up the transaction if there is one.
  func endTransaction() {
    // A rollback can only fail where there is nothing left to roll back.
    if isInTransaction { try? execute("rollback") }
  }
}
