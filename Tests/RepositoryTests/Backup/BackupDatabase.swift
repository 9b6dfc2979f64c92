import Backups
import EventLoop
import Inventory
import Migrations
import PostgresRepository
import SQLiteRepository
import TestSupport
import Testing

/// A database of one test that backups are taken from and loaded into.
enum BackupDatabase: Sendable {
  case sqlite(path: String)
  case postgres(PostgresSchema)

  /// The engines that can be tested here.
  enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    static let available = allCases.filter { engine in
      let repositories = RepositoryUnderTest.available
      return engine == .sqlite ? repositories.contains(.sqliteFile) : repositories.contains(.postgres)
    }

    var testDescription: String { rawValue }

    /// Runs the body with a database of the first steps of the schema, or of all.
    func withDatabase(steps: Int? = nil, _ body: (BackupDatabase) async throws -> Void) async throws {
      let migrations = try Array(Project.migrations(rawValue).prefix(steps ?? .max))
      switch self {
      case .sqlite:
        try await withTemporaryFolder { folder in
          let path = "\(folder.path)/inventory.db"
          _ = try SQLiteRepository.migrate(
            SQLiteConfiguration.patient(.file(path)), migrations: migrations, clock: TestClock())
          try await body(.sqlite(path: path))
        }
      case .postgres:
        try await withPostgresSchema(isMigrated: false) { schema in
          _ = try await PostgresMigrator(url: schema.url).migrate(migrations)
          try await body(.postgres(schema))
        }
      }
    }
  }

  func source() throws(BackupError) -> any BackupSource {
    switch self {
    case .sqlite(let path): try SQLiteBackupSource(SQLiteConfiguration.patient(.file(path)))
    case .postgres(let schema): try PostgresBackupSource(url: schema.url)
    }
  }

  func target() throws(BackupError) -> any BackupTarget {
    switch self {
    case .sqlite(let path): try SQLiteBackupTarget(SQLiteConfiguration.patient(.file(path)))
    case .postgres(let schema): try PostgresBackupTarget(url: schema.url)
    }
  }

  /// The whole file of a backup.
  func backup() throws -> [UInt8] {
    var file: [UInt8] = []
    let source = try source()
    let writer = BackupWriter { (piece, _) throws(BackupError) in file += piece }
    // The same time for all, so that backups of the same rows are the same but for the engine.
    let header = BackupHeader(
      program: "test", schema: source.schema, engine: source.engine, takenAt: Instant(microseconds: 0))
    try writer.write(source, header: header)
    return file
  }

  /// Loads the file of a backup.
  func restore(_ file: [UInt8]) throws { try reader(file).load(into: target()) }

  /// Every row of every table, with the columns' names, in some order; what is only there on one engine is
  /// left out or, as the words of books, brought into one form. Knows nothing of how backups are made.
  func dump() throws -> [String] {
    switch self {
    case .sqlite(let path): try sqliteDump(path)
    case .postgres(let schema): try postgresDump(schema)
    }
  }

  /// Runs SQL behind the program's back.
  func execute(_ sql: String) async throws {
    switch self {
    case .sqlite: try await withRepository { try await ($0 as? SQLiteRepository)?.execute(sql) }
    case .postgres(let schema): try schema.execute(sql)
    }
  }

  /// Runs the body on a loop, with a repository that is closed afterwards.
  func withRepository(_ body: @escaping @Sendable (any InventoryRepository) async throws -> Void) async throws
  {
    let repository: any InventoryRepository
    switch self {
    case .sqlite(let path):
      repository = try SQLiteRepository.open(
        SQLiteConfiguration.patient(.file(path)), migrations: Project.migrations("sqlite"), clock: TestClock()
      )
    case .postgres(let schema):
      var configuration = PostgresConfiguration.patient(url: schema.url)
      configuration.readConnections = 1
      configuration.writeConnections = 1
      configuration.slowConnections = 1
      repository = try PostgresRepository(
        configuration, schemaVersion: Project.migrations("postgres").count, loops: TestLoops.group,
        clock: TestClock())
    }
    let result = await TestLoops.group.onLoop { () async -> Result<Void, any Error> in
      do { return .success(try await body(repository)) } catch { return .failure(error) }
    }
    await repository.close()
    try result.get()
  }
}

/// Reads the file of a backup.
func reader(_ file: [UInt8]) throws(BackupError) -> BackupReader {
  var rest = file[...]
  return try BackupReader { (_) throws(BackupError) in
    defer { rest = rest.dropFirst(10_000) }
    return Array(rest.prefix(10_000))
  }
}

/// The words of a book in one form for both engines.
func sortedWords(_ words: String) -> String { words.split(separator: " ").sorted().joined(separator: " ") }
