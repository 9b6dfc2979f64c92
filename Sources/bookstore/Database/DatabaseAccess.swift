internal import EventLoop
internal import Inventory
internal import Migrations
internal import PostgresRepository
internal import SQLiteRepository

/// The database that DATABASE_URL names: its schema and its repository.
struct DatabaseAccess: Sendable {
  private static let firstPause = Duration.milliseconds(500)
  private static let longestPause = Duration.seconds(5)

  let configuration: Configuration
  /// In order.
  let migrations: [Migration]

  /// Reads the folder of migrations. Throws ``Failure``.
  init(configuration: Configuration) throws(Failure) {
    self.configuration = configuration
    do throws(MigrationError) {
      migrations = try MigrationsFolder(setting: configuration.migrations).read(configuration.database.engine)
    } catch {
      throw Failure(error.description)
    }
  }

  /// The database's name, for people.
  var name: String { RedactedURL.text(of: configuration.database.text) }

  /// Applies the steps that the database does not have, up to a number or all, and returns them. Waits for a
  /// database that cannot be reached; `waiting` is told each time.
  func migrate(
    to version: Int? = nil, waiting: @Sendable (String) -> Void
  ) async throws(Failure) -> [Migration] {
    let migrations = version.map { Array(self.migrations.prefix($0)) } ?? self.migrations
    return try await patiently(waiting) { () async throws(MigrationError) in
      switch configuration.database {
      case .postgres(let url): try await PostgresMigrator(url: url).migrate(migrations)
      case .memory: []
      case .sqlite(let path):
        try SQLiteRepository.migrate(
          SQLiteConfiguration(.file(path)), migrations: migrations, clock: SystemClock())
      }
    }
  }

  /// What the database has and what it lacks; changes nothing and makes no file.
  func status(waiting: @Sendable (String) -> Void) async throws(Failure) -> MigrationStatus {
    try await patiently(waiting) { () async throws(MigrationError) in
      switch configuration.database {
      case .postgres(let url): try await PostgresMigrator(url: url).status(migrations)
      case .memory: MigrationStatus(applied: [], pending: migrations)
      case .sqlite(let path):
        try SQLiteRepository.migrationStatus(SQLiteConfiguration(.file(path)), migrations: migrations)
      }
    }
  }

  /// The repository of a database whose schema is up to date.
  func open(loops: EventLoopGroup) throws(Failure) -> any InventoryRepository {
    switch configuration.database {
    case .postgres(let url):
      do throws(InvalidURL) {
        return try PostgresRepository(
          postgres(url), schemaVersion: migrations.count, loops: loops, clock: SystemClock())
      } catch {
        throw Failure("DATABASE_URL: \(error)")
      }
    case .memory: return try openSQLite(.memory)
    case .sqlite(let path): return try openSQLite(.file(path))
    }
  }

  /// Opens the repository on a loop of its own, runs the body there, and closes everything.
  func use<Value: Sendable>(
    _ body: @Sendable (any InventoryRepository) async -> Value
  ) async throws(Failure) -> Value {
    let loops: EventLoopGroup
    do throws(SystemError) { loops = try EventLoopGroup(count: 1) } catch { throw Failure("\(error)") }
    defer { loops.shutdown() }
    let repository = try open(loops: loops)
    let value = await loops.onLoop { () async in await body(repository) }
    await repository.close()
    return value
  }

  private func postgres(_ url: String) -> PostgresConfiguration {
    var postgres = PostgresConfiguration(url: url)
    postgres.readConnections = configuration.postgresReaders
    postgres.writeConnections = configuration.postgresWriters
    postgres.slowConnections = configuration.postgresSlow
    postgres.connectTimeout = configuration.postgresConnectTimeout
    postgres.statementTimeout = configuration.postgresStatementTimeout
    postgres.lockTimeout = configuration.postgresLockTimeout
    postgres.hangTimeout = configuration.postgresHangTimeout
    postgres.idempotencyRetention = configuration.idempotencyRetention
    return postgres
  }

  private func openSQLite(_ place: SQLiteConfiguration.Place) throws(Failure) -> any InventoryRepository {
    var sqlite = SQLiteConfiguration(place)
    sqlite.idempotencyRetention = configuration.idempotencyRetention
    do throws(MigrationError) {
      return try SQLiteRepository.open(sqlite, migrations: migrations, clock: SystemClock())
    } catch {
      throw Failure(error.description)
    }
  }

  /// Tries until the database can be reached, at most BOOKSTORE_STARTUP_TIMEOUT long.
  private func patiently<Result>(
    _ waiting: (String) -> Void, _ body: () async throws(MigrationError) -> Result
  ) async throws(Failure) -> Result {
    let deadline = MonotonicTime.now().advanced(by: configuration.startupTimeout)
    var pause = Self.firstPause
    while true {
      do throws(MigrationError) {
        return try await body()
      } catch {
        guard error.isTemporary, MonotonicTime.now() < deadline else { throw Failure(error.description) }
        waiting(error.description)
      }
      try? await Task.sleep(for: min(pause, deadline.since(.now())))
      pause = min(pause * 2, Self.longestPause)
    }
  }
}
