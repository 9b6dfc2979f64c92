public import EventLoop
public import Inventory
internal import InventoryStore

/// The inventory in Postgres, by libpq in pipeline mode on the event loops.
///
/// Each loop has connections of its own (``PostgresConfiguration``), opened when they are needed and again when
/// they are lost. While the server cannot be reached every method throws `unavailable` at once; nothing has to
/// be done for it to work again. A write whose connection is lost before its commit was answered throws
/// `outcomeUnknown`: it may or may not have happened.
///
/// What a cancelled task has not begun is left out, and its searches are stopped; a transaction is brought to its end.
public final class PostgresRepository: InventoryRepository {
  private let loops: EventLoopGroup
  private let databases: [LoopDatabase]
  let metrics: PostgresMetrics
  /// The step that this program knows as the last one.
  private let schemaVersion: Int
  /// Tells the time that new identifiers carry; what is stored has the time of the database's clock.
  public let clock: any Clock
  /// See ``PostgresConfiguration/idempotencyRetention``.
  public let idempotencyRetention: Duration

  /// Connects to nothing yet. The database is expected at the step `schemaVersion`
  /// (``PostgresMigrator/migrate(_:)``). Throws ``InvalidURL``.
  public init(
    _ configuration: PostgresConfiguration, schemaVersion: Int, loops: EventLoopGroup, clock: any Clock
  ) throws(InvalidURL) {
    self.loops = loops
    self.schemaVersion = schemaVersion
    self.clock = clock
    idempotencyRetention = configuration.idempotencyRetention
    let metrics = PostgresMetrics()
    self.metrics = metrics
    databases = try loops.loops.map { (loop) throws(InvalidURL) in
      try LoopDatabase(loop: loop, configuration: configuration, metrics: metrics)
    }
  }

  /// Throws unless the database answers and its schema is the one this program knows.
  public func checkReadiness() async throws(InventoryError) {
    let version: Int64
    do throws(InventoryError) {
      version = try await run { (database) throws(DatabaseError) in
        try await database.read(Self.schemaVersionSQL).only { (row) throws(DatabaseError) in try row.integer()
        }
      }
    } catch .unexpected(let reason) {
      throw .unavailable(reason: "the schema cannot be read: \(reason)", retryAfter: 30)
    }
    // A newer schema is an older one with more in it: while instances are replaced one by one, the old go on.
    guard version >= Int64(schemaVersion) else {
      throw .unavailable(
        reason: "the database is at schema step \(version), this program needs step \(schemaVersion)",
        retryAfter: 30)
    }
  }

  private static let schemaVersionSQL = SQL("select coalesce(max(version), 0) from schema_migration")

  /// Closes every connection; what waits, and later calls, throw `unavailable`. The loops must be running.
  public func close() async {
    for database in databases {
      await withCheckedContinuation { continuation in
        database.loop.execute {
          database.close()
          continuation.resume()
        }
      }
    }
  }

  /// Runs the body with the database of the present loop; from elsewhere, on one of the loops.
  func run<Output: Sendable>(
    _ body: @Sendable (LoopDatabase) async throws(DatabaseError) -> Output
  ) async throws(InventoryError) -> Output {
    do throws(DatabaseError) {
      if let current = EventLoop.current, databases.indices.contains(current.index),
        databases[current.index].loop === current
      {
        return try await body(databases[current.index])
      }
      let index = Int.random(in: databases.indices)
      return try await loops.onLoop(index) { [databases] () async throws(DatabaseError) in
        try await body(databases[index])
      }
    } catch {
      throw error.inventoryError
    }
  }
}
