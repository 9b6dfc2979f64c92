import Migrations
import PostgresRepository
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct PostgresMigratorTests {
  private func step(_ version: Int, _ sql: String) -> Migration {
    Migration(version: version, name: "000\(version)_step", sql: sql, checksum: "sum of \(sql)")
  }

  @Test("ten instances that start together apply each step once")
  func race() async throws {
    try await withPostgresSchema(isMigrated: false) { schema in
      let migrations = try Project.migrations("postgres")
      let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
        for _ in 0..<10 {
          group.addTask { try await PostgresMigrator(url: schema.url).migrate(migrations) }
        }
        return try await group.reduce(into: [Migration]()) { $0 += $1 }
      }
      #expect(applied == migrations)
      let status = try await PostgresMigrator(url: schema.url).status(migrations)
      #expect(status.pending.isEmpty)
      #expect(status.applied.map(\.name) == migrations.map(\.name))
      #expect(status.applied.map(\.checksum) == migrations.map(\.checksum))
    }
  }

  @Test("the status of a new database lists every step as pending and makes no table")
  func status() async throws {
    try await withPostgresSchema(isMigrated: false) { schema in
      let migrator = PostgresMigrator(url: schema.url)
      let steps = [step(1, "create table a (x bigint)"), step(2, "create table b (x bigint)")]
      #expect(try await migrator.status(steps) == MigrationStatus(applied: [], pending: steps))
      #expect(try schema.execute("select to_regclass('schema_migration')") == [[nil]])
      #expect(try await migrator.migrate([steps[0]]) == [steps[0]])
      let status = try await migrator.status(steps)
      #expect(status.applied.map(\.version) == [1])
      #expect(status.pending == [steps[1]])
      #expect(try await migrator.migrate(steps) == [steps[1]])
      #expect(try await migrator.migrate(steps) == [])
    }
  }

  @Test("a step that fails is rolled back whole, the steps before it stay, and the message names it")
  func failing() async throws {
    try await withPostgresSchema(isMigrated: false) { schema in
      let steps = [
        step(1, "create table a (x bigint)"), step(2, "create table b (x bigint); select nonsense"),
        step(3, "create table c (x bigint)"),
      ]
      let error = await #expect(throws: MigrationError.self) {
        try await PostgresMigrator(url: schema.url).migrate(steps)
      }
      #expect(error?.description.contains("0002_step") == true)
      #expect(error?.description.contains("nonsense") == true)
      let missing = try schema.execute(
        "select to_regclass('a') is null, to_regclass('b') is null, to_regclass('c') is null")
      #expect(missing == [["f", "t", "t"]])
      #expect(try await PostgresMigrator(url: schema.url).status(steps).applied.map(\.version) == [1])
    }
  }

  @Test("a database that a newer program has migrated is refused and left alone")
  func newer() async throws {
    try await withPostgresSchema(isMigrated: false) { schema in
      let steps = [step(1, "create table a (x bigint)"), step(2, "create table b (x bigint)")]
      let migrator = PostgresMigrator(url: schema.url)
      _ = try await migrator.migrate(steps)
      await #expect(throws: MigrationError.self) { try await migrator.migrate([steps[0]]) }
      await #expect(throws: MigrationError.self) { try await migrator.status([steps[0]]) }
      await #expect(throws: MigrationError.self) {
        try await migrator.migrate([step(1, "create table other (x bigint)"), steps[1]])
      }
    }
  }

  @Test("a server that cannot be reached is named without its password")
  func unreachable() async throws {
    // Port 1 is tcpmux, which nobody runs.
    let migrator = PostgresMigrator(url: "postgres://ann:geheim@127.0.0.1:1/books?connect_timeout=2")
    let error = await #expect(throws: MigrationError.self) { try await migrator.status([]) }
    #expect(error?.description.contains("postgres://ann:***@127.0.0.1:1/books") == true)
    #expect(error?.description.contains("geheim") == false)
  }
}
