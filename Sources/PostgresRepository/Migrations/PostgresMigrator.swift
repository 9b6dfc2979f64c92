internal import EventLoop
public import Migrations

/// Brings a database to the schema of the migrations folder.
///
/// A session-level advisory lock lets instances that start together do it once: the others wait and find it
/// done. Each step is one transaction together with its row in `schema_migration`.
public struct PostgresMigrator: Sendable {
  private let url: String

  /// For the database of a libpq connection string.
  public init(url: String) { self.url = url }

  /// Applies the steps that the database does not have yet and returns them.
  /// Throws ``MigrationError`` when the database cannot be reached or has been where the folder has not.
  public func migrate(_ migrations: [Migration]) async throws(MigrationError) -> [Migration] {
    try await onThread { (connection) throws(MigrationError) in
      try Self.locked(connection) { () throws(MigrationError) in
        try Self.run(connection, Self.createTable)
        let pending = try MigrationPlan.pending(
          available: migrations, applied: try Self.applied(connection))
        for migration in pending { try Self.apply(migration, connection) }
        return pending
      }
    }
  }

  /// What the database has and what it still needs; changes nothing.
  public func status(_ migrations: [Migration]) async throws(MigrationError) -> MigrationStatus {
    try await onThread { (connection) throws(MigrationError) in
      let exists =
        try Self.run(
          connection, "select to_regclass('schema_migration') is not null"
        ).first?.first == "t"
      let applied = exists ? try Self.applied(connection) : []
      return MigrationStatus(
        applied: applied, pending: try MigrationPlan.pending(available: migrations, applied: applied))
    }
  }

  // MARK: Steps

  private static let createTable = """
    create table if not exists schema_migration (
      version bigint not null,
      name text not null,
      checksum text not null,
      applied_at bigint not null,
      constraint schema_migration_key primary key (version)
    )
    """

  private static func applied(
    _ connection: BlockingConnection
  ) throws(MigrationError) -> [AppliedMigration] {
    let rows = try run(
      connection, "select version, name, checksum, applied_at from schema_migration order by version")
    return try rows.map { (row) throws(MigrationError) in
      guard row.count == 4, let version = row[0].flatMap({ Int($0) }), let name = row[1],
        let checksum = row[2], let appliedAt = row[3].flatMap({ Int64($0) })
      else { throw MigrationError("the table schema_migration has a row that makes no sense: \(row)") }
      return AppliedMigration(version: version, name: name, checksum: checksum, appliedAt: appliedAt)
    }
  }

  private static func apply(
    _ migration: Migration, _ connection: BlockingConnection
  ) throws(MigrationError) {
    do {
      // Nobody should queue for long behind a step that itself waits for a table.
      try connection.execute("begin; set local lock_timeout = '30s'")
      try connection.execute(migration.sql)
      try connection.execute(
        """
        insert into schema_migration (version, name, checksum, applied_at)
        values ($1::bigint, $2, $3, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
        """, [String(migration.version), migration.name, migration.checksum])
      try connection.execute("commit")
    } catch {
      _ = try? connection.execute("rollback")
      throw MigrationError("\(migration.name).sql failed and was rolled back: \(error)")
    }
  }

  // MARK: Connection

  /// Several schemas of one database may be migrated at a time, so the schema is part of the lock.
  private static let lockKey = "hashtextextended('bookstore migration of ' || current_schema(), 0)"

  private static func locked<Output>(
    _ connection: BlockingConnection, _ body: () throws(MigrationError) -> Output
  ) throws(MigrationError) -> Output {
    do throws(MigrationError) {
      try run(connection, "set lock_timeout = '60s'")
      try run(connection, "select pg_advisory_lock(\(lockKey))")
    } catch {
      throw MigrationError("waited a minute for another instance that migrates this database: \(error)")
    }
    // Should this fail the lock goes with the connection.
    defer { _ = try? run(connection, "select pg_advisory_unlock(\(lockKey))") }
    return try body()
  }

  @discardableResult
  private static func run(
    _ connection: BlockingConnection, _ sql: String
  ) throws(MigrationError) -> [[String?]] {
    do {
      return try connection.execute(sql)
    } catch {
      throw MigrationError("the database refused a statement of the migration: \(error)")
    }
  }

  /// Connects and runs the body on a thread that may block.
  private func onThread<Output: Sendable>(
    _ body: @escaping @Sendable (BlockingConnection) throws(MigrationError) -> Output
  ) async throws(MigrationError) -> Output {
    let url = url
    let result: Result<Output, MigrationError> = await withCheckedContinuation { continuation in
      do {
        let thread = try Thread(name: "pg-migrate") {
          continuation.resume(returning: Self.connected(url, body))
        }
        thread.detach()
      } catch {
        continuation.resume(returning: .failure(MigrationError("cannot start a thread: \(error)")))
      }
    }
    return try result.get()
  }

  private static func connected<Output>(
    _ url: String, _ body: (BlockingConnection) throws(MigrationError) -> Output
  ) -> Result<Output, MigrationError> {
    let connection: BlockingConnection
    do {
      connection = try BlockingConnection(url: url)
    } catch {
      return .failure(
        MigrationError("cannot connect to \(RedactedURL.text(of: url)): \(error)", isTemporary: true))
    }
    do {
      return .success(try body(connection))
    } catch {
      return .failure(error)
    }
  }
}
