public import Inventory
public import InventoryStore

/// A transaction of the writer thread, as the shared rules use it. Nothing in it ever waits.
final class SQLiteStoreTransaction: StoreTransaction {
  private let connection: Connection
  private let instant: Instant
  private var postponed: [StoreStatement] = []

  init(_ connection: Connection, at instant: Instant) {
    self.connection = connection
    self.instant = instant
  }

  func now() async throws(InventoryError) -> Instant { instant }

  func putOff(_ statements: [StoreStatement]) { postponed += statements }

  func run(_ statements: [StoreStatement]) async throws(InventoryError) -> [[StoreRow]] {
    try flush()
    var results: [[StoreRow]] = []
    results.reserveCapacity(statements.count)
    for statement in statements { results.append(try connection.rows(statement, at: instant)) }
    return results
  }

  /// Runs what was put off.
  func flush() throws(InventoryError) {
    let statements = postponed
    postponed = []
    for statement in statements { _ = try connection.rows(statement, at: instant) }
  }

  func nameLock(_ name: String) -> StoreStatement? { nil }

  func nameQueue(_ name: String) -> StoreStatement? { nil }

  var movementSequences: StoreSQL { Self.sequences }

  /// Nobody else writes until this transaction ends.
  private static let sequences = StoreSQL(
    """
    with recursive next (number) as (
      select coalesce(max(sequence), 0) + 1
      from movement
      union all
      select number + 1
      from next
      limit $1
    )
    select number
    from next
    """)
}

extension SQLiteRepository: StoreBackend {
  /// See `StoreBackend`.
  public func transact<Output: Sendable>(
    _ body: @escaping @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) async throws(InventoryError) -> Output {
    try await database.write { [clock] (connection) throws(InventoryError) in
      try connection.store(at: clock.now(), body)
    }
  }

  /// See `StoreBackend`.
  public func query(
    _ statements: [StoreStatement], slow: Bool
  ) async throws(InventoryError) -> [[StoreRow]] {
    let body = { @Sendable [clock] (connection: Connection) throws(InventoryError) -> [[StoreRow]] in
      let now = clock.now()
      return try connection.snapshot { (connection) throws(InventoryError) in
        try statements.map { (statement) throws(InventoryError) in try connection.rows(statement, at: now) }
      }
    }
    return slow ? try await database.slowRead(body) : try await database.read(body)
  }
}

extension Connection {
  /// Runs a body of the shared rules in the present transaction.
  func store<Output: Sendable>(
    at now: Instant,
    _ body: @escaping @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) throws(InventoryError) -> Output {
    try runToEnd { () async throws(InventoryError) -> Output in
      let transaction = SQLiteStoreTransaction(self, at: now)
      let output = try await body(transaction)
      try transaction.flush()
      return output
    }
  }

  fileprivate func rows(_ statement: StoreStatement, at now: Instant) throws(InventoryError) -> [StoreRow] {
    let (sql, usesClock) = statement.sql.forSQLite
    var values = statement.values.map(SQLiteValue.init)
    if usesClock { values.append(SQLiteValue(now)) }
    let rows = try all(sql, values) { (row) throws(InventoryError) in StoreRow(row.storeValues()) }
    if statement.changesOneRow, rows.count != 1 {
      throw .unexpected("\(rows.count) rows were changed instead of one by: \(sql.text)")
    }
    return rows
  }
}

extension SQLiteValue {
  fileprivate init(_ value: StoreValue) {
    switch value {
    case .text(let text): self.init(text)
    case .integer(let integer): self.init(integer)
    case .bool(let flag): self.init(flag)
    }
  }
}
