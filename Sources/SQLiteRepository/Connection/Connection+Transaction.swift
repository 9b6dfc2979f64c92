internal import Inventory

extension Connection {
  /// Runs the body in one snapshot of the database.
  func snapshot<Result>(
    _ body: (Connection) throws(InventoryError) -> Result
  ) throws(InventoryError) -> Result {
    // Already inside one, as on a loop and in memory.
    if isInTransaction { return try body(self) }
    try begin()
    defer { endTransaction() }
    return try body(self)
  }

  /// Begins a transaction that reads.
  func begin() throws(InventoryError) { try run(Self.begin) }

  /// Begins a transaction that writes. IMMEDIATE, because a transaction that becomes a writer later can fail at
  /// any statement (https://www.sqlite.org/lang_transaction.html).
  func beginImmediate() throws(InventoryError) { try run(Self.beginImmediate) }

  /// Puts the transaction on disk.
  func commit() throws(InventoryError) { try run(Self.commit) }

  /// Gives up the transaction if there is one.
  func endTransaction() {
    // A rollback can only fail where there is nothing left to roll back.
    if isInTransaction { _ = try? run(Self.rollback) }
  }

  private static let begin = SQL.constant("begin")
  private static let beginImmediate = SQL.constant("begin immediate")
  private static let commit = SQL.constant("commit")
  private static let rollback = SQL.constant("rollback")

  /// Runs the body in a savepoint, inside a transaction; what it did is undone when it throws, or when it says
  /// so by returning `keep: false`. Savepoints nest, though all have one name: the innermost is meant
  /// (https://www.sqlite.org/lang_savepoint.html).
  ///
  /// Where not even that can be done, as on a full disk, the whole transaction is given up; whoever began it
  /// looks at ``isInTransaction``.
  func savepoint<Result>(
    _ body: (Connection) throws(InventoryError) -> (Result, keep: Bool)
  ) throws(InventoryError) -> Result {
    try run(Self.savepoint)
    do throws(InventoryError) {
      let (result, keep) = try body(self)
      if !keep { try run(Self.rollbackToSavepoint) }
      try run(Self.releaseSavepoint)
      return result
    } catch {
      undoSavepoint()
      throw error
    }
  }

  private func undoSavepoint() {
    guard isInTransaction else { return }
    do throws(InventoryError) {
      try run(Self.rollbackToSavepoint)
      try run(Self.releaseSavepoint)
    } catch {
      // What should be undone must not be committed with the rest.
      endTransaction()
    }
  }

  private static let savepoint = SQL.constant("savepoint inner")
  private static let rollbackToSavepoint = SQL.constant("rollback to inner")
  private static let releaseSavepoint = SQL.constant("release inner")
}
