internal import EventLoop
public import Inventory
internal import InventoryStore

/// The inventory in a SQLite file, or in memory for tests.
///
/// Reads by key run on the calling event loop, searches on threads of their own, writes on one thread that
/// commits them in groups (``InventoryRepository`` says what each method does). Several processes may have the
/// file open; one of them writes at a time, the others wait for `busyTimeout` and then answer `unavailable`.
public final class SQLiteRepository: InventoryRepository {
  let database: Database
  /// Tells the time, also of what is stored.
  public let clock: any Clock
  /// See ``SQLiteConfiguration/idempotencyRetention``.
  public var idempotencyRetention: Duration { database.configuration.idempotencyRetention }
  /// The step that this program knows as the last one.
  private let schemaVersion: Int
  private let isClosed = Lock(false)

  /// Takes a database that is migrated; ``open(_:migrations:clock:)`` is the way in.
  init(database: Database, schemaVersion: Int, clock: any Clock) {
    self.database = database
    self.schemaVersion = schemaVersion
    self.clock = clock
  }

  /// Throws unless the schema is the one this program knows and the writer can begin a transaction.
  public func checkReadiness() async throws(InventoryError) {
    let version = try await database.read { (connection) throws(InventoryError) in
      try connection.first("select max(version) from schema_migration") { $0.integer() }
    }
    // A newer schema is an older one with more in it: while instances are replaced one by one, the old go on.
    guard let version, version >= Int64(schemaVersion) else {
      throw .unavailable(
        reason: "the database is at an older schema step, this program needs step \(schemaVersion)",
        retryAfter: 30)
    }
    try await database.write { _ in }
  }

  /// Finishes the writes that wait, stops searches and closes every connection; later calls throw
  /// `unavailable`. Blocks the thread until the last commit is done.
  public func close() async {
    let first = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    if first { database.close() }
  }
}

extension SQLiteRepository {
  /// Runs a script of SQL as a write; tests break things with it to see that it is noticed.
  package func execute(_ script: String) async throws(InventoryError) {
    try await database.write { (connection) throws(InventoryError) in try connection.execute(script) }
  }
}
