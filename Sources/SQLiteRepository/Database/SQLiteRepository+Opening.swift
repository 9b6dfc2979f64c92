internal import EventLoop
internal import Glibc
public import Inventory
public import Migrations

extension SQLiteRepository {
  /// Opens the database, makes the file when it is missing and applies the steps that it needs.
  ///
  /// Blocks, at most for `migrationTimeout`: call it before anything is served. Throws when the file cannot be
  /// opened or is newer than the migrations.
  public static func open(
    _ configuration: SQLiteConfiguration, migrations: [Migration], clock: any Clock
  ) throws(MigrationError) -> SQLiteRepository {
    let connection = try openForMigration(configuration)
    _ = try migrate(connection, migrations, clock: clock)
    do throws(InventoryError) {
      try connection.setBusyTimeout(configuration.busyTimeout)
      let database = try Database(connection, configuration: configuration)
      return SQLiteRepository(database: database, schemaVersion: migrations.count, clock: clock)
    } catch {
      throw MigrationError("cannot open \(configuration.path): \(error.text)")
    }
  }

  /// Applies the steps that the database needs, and returns them. Safe in several processes at once: one
  /// applies a step, the others wait and find it applied.
  public static func migrate(
    _ configuration: SQLiteConfiguration, migrations: [Migration], clock: any Clock
  ) throws(MigrationError) -> [Migration] {
    try migrate(try openForMigration(configuration), migrations, clock: clock)
  }

  /// What is applied and what is pending; changes nothing, and does not make a missing file.
  public static func migrationStatus(
    _ configuration: SQLiteConfiguration, migrations: [Migration]
  ) throws(MigrationError) -> MigrationStatus {
    guard unsafe configuration.place == .memory || access(configuration.path, F_OK) == 0 else {
      return MigrationStatus(applied: [], pending: migrations)
    }
    let applied: [AppliedMigration]
    do throws(InventoryError) {
      let connection = try Connection(path: configuration.path, mode: .read, configuration: configuration)
      applied = try connection.appliedMigrations()
    } catch {
      throw MigrationError("cannot read \(configuration.path): \(error.text)")
    }
    return MigrationStatus(
      applied: applied, pending: try MigrationPlan.pending(available: migrations, applied: applied))
  }

  private static func openForMigration(
    _ configuration: SQLiteConfiguration
  ) throws(MigrationError) -> Connection {
    var patient = configuration
    patient.busyTimeout = configuration.migrationTimeout
    do throws(InventoryError) {
      let connection = try Connection(path: configuration.path, mode: .write, configuration: patient)
      try connection.enterWriteAheadLog(within: configuration.migrationTimeout)
      return connection
    } catch {
      throw MigrationError("cannot open \(configuration.path): \(error.text)")
    }
  }

  private static func migrate(
    _ connection: Connection, _ migrations: [Migration], clock: any Clock
  ) throws(MigrationError) -> [Migration] {
    var steps: [Migration] = []
    while let step = try applyNext(of: migrations, connection, clock: clock) { steps.append(step) }
    return steps
  }

  /// Looks under the write lock what comes next and applies it, one transaction for each step.
  private static func applyNext(
    of migrations: [Migration], _ connection: Connection, clock: any Clock
  ) throws(MigrationError) -> Migration? {
    defer { connection.endTransaction() }
    let applied: [AppliedMigration]
    do throws(InventoryError) {
      try connection.execute("begin immediate")
      try connection.execute(
        """
        create table if not exists schema_migration (
          version integer primary key,
          name text not null,
          checksum text not null,
          applied_at integer not null
        ) strict
        """)
      applied = try connection.appliedMigrations()
    } catch {
      throw MigrationError("cannot migrate the database: \(error.text)")
    }
    guard let step = try MigrationPlan.pending(available: migrations, applied: applied).first else {
      return nil
    }
    do throws(InventoryError) {
      // A step that ends the transaction takes the savepoint with it, and the release fails.
      try connection.execute("savepoint migration")
      try connection.execute(step.sql)
      try connection.execute("release migration")
      try connection.run(
        "insert into schema_migration (version, name, checksum, applied_at) values (?, ?, ?, ?)",
        [SQLiteValue(step.version), .text(step.name), .text(step.checksum), SQLiteValue(clock.now())])
      try connection.execute("commit")
    } catch {
      throw MigrationError("step \(step.name) failed, and nothing of it was applied: \(error.text)")
    }
    return step
  }
}

extension Connection {
  /// The rows of `schema_migration`; none where the table does not exist.
  fileprivate func appliedMigrations() throws(InventoryError) -> [AppliedMigration] {
    let tables = try first("select count(*) from sqlite_schema where name = 'schema_migration'") {
      $0.integer()
    }
    guard tables == 1 else { return [] }
    return try all("select version, name, checksum, applied_at from schema_migration order by version") {
      row in
      AppliedMigration(
        version: Int(row.integer()), name: row.text(), checksum: row.text(), appliedAt: row.integer())
    }
  }

  /// Switches the file to the write-ahead log, which stays with it: readers and the writer do not wait for
  /// each other. While others do the same SQLite answers "busy" without waiting, so the waiting is here.
  fileprivate func enterWriteAheadLog(within timeout: Duration) throws(InventoryError) {
    let end = MonotonicTime.now().advanced(by: timeout)
    while true {
      do throws(InventoryError) {
        let mode = try first("pragma journal_mode = wal") { $0.text() }
        guard mode == "wal" || mode == "memory" else {
          throw .unexpected(
            "the file system does not allow SQLite's write-ahead log (journal mode \(mode ?? "?"))")
        }
        return
      } catch {
        guard case .unavailable = error, .now() < end else { throw error }
        usleep(20_000)
      }
    }
  }
}

extension InventoryError {
  /// The reason as text, for messages at start.
  fileprivate var text: String {
    switch self {
    case .unavailable(let reason, _): reason
    case .unexpected(let text): text
    default: "\(self)"
    }
  }
}
