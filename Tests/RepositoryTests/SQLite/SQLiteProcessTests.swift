import EventLoop
import Inventory
import Migrations
import TestSupport
import Testing

import struct Foundation.Data
import class Foundation.FileManager
import struct Foundation.URL

@testable import SQLiteRepository

@Suite struct SQLiteProcessTests {
  @Test("what was stored is there after closing and opening again")
  func reopening() async throws {
    try await withSQLiteFile { repository, configuration in
      var details = try details("A book", isbn: "9780439023481")
      details.subjects = [Subject(scheme: .bisac, code: "FIC000000", main: true)]
      let (book, item) = try await repository.createBook(details, allowDuplicate: false)
      let adjusted = try await repository.adjust(
        Adjustment(reason: .found, actor: "test", lines: [line(item.id, 3)]))
      await repository.close()

      let again = try SQLiteRepository.open(
        configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
      #expect(try await again.book(.id(book.id)) == book)
      #expect(try await again.movement(adjusted.movements[0].id) == adjusted.movements[0])
      #expect(try await again.levels(StockQuery(), page: PageRequest(limit: 5)).elements == adjusted.levels)
      var query = BookQuery()
      query.words = try SearchText.query("book")
      #expect(try await again.books(query, page: PageRequest(limit: 5)).elements == [book])
      #expect(try await again.verify().drift.isEmpty)
      await again.close()
    }
  }

  @Test("openers that start together migrate once, and all of them start")
  func openingTogether() async throws {
    try await withTemporaryFolder { folder in
      let configuration = SQLiteConfiguration.patient(.file("\(folder.path)/inventory.db"))
      let migrations = try Project.migrations("sqlite")
      let results = Lock<[Result<[Migration], any Error>]>([])
      // Threads, because migrating blocks.
      let threads = try (0..<10).map { _ in
        try Thread(name: "opener") {
          let result = Result {
            try SQLiteRepository.migrate(configuration, migrations: migrations, clock: TestClock())
          }
          results.withLock { $0.append(result) }
        }
      }
      for thread in threads { thread.join() }
      let applied = try results.withLock { $0 }.flatMap { try $0.get() }
      #expect(applied.sorted { $0.version < $1.version } == migrations)
      let status = try SQLiteRepository.migrationStatus(configuration, migrations: migrations)
      #expect(status.applied.map(\.name) == migrations.map(\.name))
      #expect(status.pending.isEmpty)
    }
  }

  @Test("a database that is newer than the program is refused, and stays as it is")
  func newerDatabase() async throws {
    try await withSQLiteFile { repository, configuration in
      try await repository.execute(
        "insert into schema_migration (version, name, checksum, applied_at) values (999, '0999_later', 'x', 1)"
      )
      let error = #expect(throws: MigrationError.self) {
        try SQLiteRepository.open(configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
      }
      #expect(error?.description.contains("0999_later") == true)
    }
  }

  @Test("a step that fails is named, and nothing of it stays; the steps before it do")
  func failingStep() async throws {
    try await withTemporaryFolder { folder in
      let configuration = SQLiteConfiguration.patient(.file("\(folder.path)/inventory.db"))
      let good = Migration(
        version: 1, name: "0001_good", sql: "create table good (x integer) strict;", checksum: "a")
      for sql in [
        "create table bad (x integer) strict; create table good (x integer) strict;", "commit; begin;",
        "commit;",
      ] {
        let bad = Migration(version: 2, name: "0002_bad", sql: sql, checksum: "b")
        let error = #expect(throws: MigrationError.self) {
          try SQLiteRepository.migrate(configuration, migrations: [good, bad], clock: TestClock())
        }
        #expect(error?.description.contains("0002_bad") == true)
      }
      let better = Migration(
        version: 2, name: "0002_bad", sql: "create table bad (x integer) strict;", checksum: "b")
      let status = try SQLiteRepository.migrationStatus(configuration, migrations: [good, better])
      #expect(status.applied.map(\.name) == ["0001_good"])
      let applied = try SQLiteRepository.migrate(
        configuration, migrations: [good, better], clock: TestClock())
      #expect(applied == [better])
    }
  }

  @Test("asking for the status makes no file")
  func statusOfNothing() async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder.path)/inventory.db"
      let migrations = try Project.migrations("sqlite")
      let status = try SQLiteRepository.migrationStatus(
        SQLiteConfiguration(.file(path)), migrations: migrations)
      #expect(status == MigrationStatus(applied: [], pending: migrations))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("a file that cannot be opened is named, with the reason")
  func unusableFile() async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder.path)/missing/inventory.db"
      let error = #expect(throws: MigrationError.self) {
        try SQLiteRepository.open(
          SQLiteConfiguration(.file(path)), migrations: Project.migrations("sqlite"), clock: TestClock())
      }
      #expect(error?.description.contains(path) == true)
      let text = "\(folder.path)/text.db"
      try Data(repeating: 0x20, count: 10_000).write(to: URL(filePath: text))
      let other = #expect(throws: MigrationError.self) {
        try SQLiteRepository.open(
          SQLiteConfiguration(.file(text)), migrations: Project.migrations("sqlite"), clock: TestClock())
      }
      #expect(other?.description.contains("not a database") == true)
    }
  }

  @Test("while another process writes, reads are answered and writes are unavailable after the busy time-out")
  func otherWriter() async throws {
    try await withSQLiteFile({ $0.busyTimeout = .milliseconds(30) }) { repository, configuration in
      let other = try Connection(path: configuration.path, mode: .write, configuration: configuration)
      try other.execute("begin immediate")
      try other.addLocation("other")
      await #expect(
        throws: InventoryError.unavailable(
          reason: "another process is writing to the database", retryAfter: 1)
      ) { try await repository.createLocation(LocationDetails(code: "a", name: "a")) }
      #expect(try await repository.hasLocation("main"))
      #expect(try await !repository.hasLocation("other"))
      try other.execute("commit")
      _ = try await repository.createLocation(LocationDetails(code: "a", name: "a"))
      #expect(try await repository.hasLocation("other"))
    }
  }

  @Test("writes in two repositories on one file all happen, one process at a time")
  func twoRepositories() async throws {
    try await withSQLiteFile { repository, configuration in
      let second = try SQLiteRepository.open(
        configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
      let (_, item) = try await repository.createBook(BookDetails(title: "A book"), allowDuplicate: false)
      try await withThrowingTaskGroup { group in
        for number in 0..<40 {
          let writer = number % 2 == 0 ? repository : second
          group.addTask {
            _ = try await writer.adjust(
              Adjustment(reason: .found, actor: "test", lines: [line(item.id, 1)]))
          }
        }
        try await group.waitForAll()
      }
      #expect(try await second.level(.id(item.id), at: .code("main")).quantities.onHand == 40)
      #expect(try await repository.verify().drift.isEmpty)
      await second.close()
    }
  }
}
