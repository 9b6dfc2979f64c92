internal import EventLoop
public import Inventory
public import InventoryStore

/// A transaction of several round trips, as the shared rules use it.
final class PostgresStoreTransaction: StoreTransaction {
  private let transaction: Transaction
  private var begun: Instant?
  private var postponed: [StoreStatement] = []
  /// What ended this attempt, as the engine knows it: it decides whether there is another one.
  private(set) var failure: DatabaseError?

  init(_ transaction: Transaction) { self.transaction = transaction }

  func now() async throws(InventoryError) -> Instant {
    if let begun { return begun }
    _ = try await run([StoreStatement]())
    guard let begun else { throw .unexpected("the database did not tell the time") }
    return begun
  }

  func putOff(_ statements: [StoreStatement]) { postponed += statements }

  func run(_ statements: [StoreStatement]) async throws(InventoryError) -> [[StoreRow]] {
    try await run(statements, committing: false)
  }

  /// Runs what was put off, and commits.
  func commit() async throws(InventoryError) { _ = try await run([], committing: true) }

  private func run(
    _ statements: [StoreStatement], committing: Bool
  ) async throws(InventoryError) -> [[StoreRow]] {
    let skipped = postponed.count
    let all = postponed + statements
    postponed = []
    // The clock is asked for with whatever comes first.
    let clock = begun == nil ? [Statement(Self.clock)] : []
    guard !all.isEmpty || !clock.isEmpty || committing else { return [] }
    do throws(DatabaseError) {
      let results = try await transaction.run(clock + all.map(Statement.init), committing: committing)
      guard results.count == clock.count + all.count else {
        throw .malformed("\(results.count) results of \(clock.count + all.count) statements")
      }
      if !clock.isEmpty { begun = try results[0].only { (row) throws(DatabaseError) in try row.instant() } }
      return try results[(clock.count + skipped)...].map { (result) throws(DatabaseError) in
        try result.storeRows()
      }
    } catch {
      failure = error
      throw error.inventoryError
    }
  }

  /// Half of a digest names the lock: that two names share it is as likely as nothing.
  func nameLock(_ name: String) -> StoreStatement? { StoreStatement(Self.lock, [.text(name)]) }

  func nameQueue(_ name: String) -> StoreStatement? { StoreStatement(Self.queue, [.text(name)]) }

  var movementSequences: StoreSQL { Self.sequences }

  private static let clock = SQL("select now_microseconds()")

  private static let name = "hashtextextended('bookstore ' || current_schema() || ' ' || $1, 0)"
  private static let lock = StoreSQL("select pg_try_advisory_xact_lock(\(name))")
  private static let queue = StoreSQL("select count(*) from pg_advisory_xact_lock(\(name))")

  private static let sequences = StoreSQL(
    "select nextval(pg_get_serial_sequence('movement', 'sequence')) from generate_series(1, $1)")
}

extension PostgresRepository: StoreBackend {
  /// See `StoreBackend`.
  public func transact<Output: Sendable>(
    _ body: @escaping @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) async throws(InventoryError) -> Output {
    try await run { (database) async throws(DatabaseError) -> Output in
      try await database.storeTransaction(body)
    }
  }

  /// See `StoreBackend`.
  public func query(
    _ statements: [StoreStatement], slow: Bool
  ) async throws(InventoryError) -> [[StoreRow]] {
    try await run { (database) async throws(DatabaseError) -> [[StoreRow]] in
      if let statement = statements.first, statements.count == 1 {
        let result =
          slow
          ? try await database.slowRead(Statement(statement))
          : try await database.read(statement.sql.prepared, statement.values.map(Value.init))
        return [try result.storeRows()]
      }
      let timeout = database.configuration.slowStatementTimeout
      return try await database.slowSnapshot(statements.map(Statement.init), timeout: timeout)
        .map { (result) throws(DatabaseError) in try result.storeRows() }
    }
  }
}

extension LoopDatabase {
  /// Runs the body in a transaction and commits it; again, a bounded number of times, after it lost against
  /// another one.
  fileprivate func storeTransaction<Output: Sendable>(
    _ body: @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) async throws(DatabaseError) -> Output {
    try await transaction { (transaction) async throws(DatabaseError) -> Output in
      let store = PostgresStoreTransaction(transaction)
      do throws(InventoryError) {
        let output = try await body(store)
        try await store.commit()
        return output
      } catch {
        throw store.failure?.asConflict ?? .answer(error)
      }
    }
  }
}

extension DatabaseError {
  /// Somebody else made the same row first, or changed one that was to be changed: the next attempt sees it.
  fileprivate var asConflict: DatabaseError {
    guard case .server(var error) = self, error.sqlState == "23505" || error.sqlState == "BK001" else {
      return self
    }
    error.sqlState = "40001"
    return .server(error)
  }
}
