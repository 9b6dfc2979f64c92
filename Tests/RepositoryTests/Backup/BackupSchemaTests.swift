import Backups
import Migrations
import TestSupport
import Testing

@Suite("What a backup takes")
struct BackupSchemaTests {
  @Test("it takes every table that the migrations make", arguments: BackupDatabase.Engine.available)
  func tables(engine: BackupDatabase.Engine) async throws {
    let made = try Project.migrations(engine.rawValue).flatMap { migration in
      migration.sql.matches(of: /(?m)^create table (?:if not exists )?(\w+)/).map { String($0.1) }
    }
    try #require(made.count >= 7)
    try await engine.withDatabase { database in
      let taken = try database.source().tables.map(\.name)
      #expect(taken.sorted() == made.sorted())
      #expect(try database.target().tables.map(\.name).sorted() == made.sorted())
    }
  }

  @Test("both engines take the same tables, with the same columns, in the same order")
  func engines() async throws {
    try #require(BackupDatabase.Engine.available.count == 2 || !PostgresServer.isAvailable)
    var tables: [[BackupTable]] = []
    for engine in BackupDatabase.Engine.available {
      try await engine.withDatabase { tables.append(try $0.source().tables) }
    }
    for other in tables.dropFirst() { #expect(other == tables.first) }
  }

  @Test("it takes every column but those that are generated or made anew")
  func columns() async throws {
    guard BackupDatabase.Engine.available.contains(.postgres) else { return }
    try await BackupDatabase.Engine.postgres.withDatabase { database in
      guard case .postgres(let schema) = database else { return }
      let columns = try schema.execute(
        """
        select table_name || '.' || column_name
        from information_schema.columns
        where table_schema = current_schema()
          and table_name <> 'schema_migration'
          and is_generated = 'NEVER'
          and data_type <> 'tsvector'
        """
      ).compactMap(\.[0])
      let taken = try database.source().tables.flatMap { table in table.columns.map { "\(table.name).\($0)" }
      }
      #expect(taken.sorted() == columns.sorted())
    }
  }

  @Test("steps of the schema have the same names on both engines, so that a number means the same")
  func steps() throws {
    #expect(try Project.migrations("sqlite").map(\.name) == Project.migrations("postgres").map(\.name))
  }

  @Test(
    "a column of a type that cannot be written down for both engines is refused, not left out",
    arguments: BackupDatabase.Engine.available)
  func type(engine: BackupDatabase.Engine) async throws {
    try await engine.withDatabase { database in
      let type = engine == .sqlite ? "blob" : "jsonb"
      try await database.execute("alter table item add column extra \(type)")
      let error = #expect(throws: BackupError.self) { _ = try database.source() }
      #expect(
        error?.description.lowercased().contains("the column extra of item has the type \(type)") == true)
    }
  }
}
