import EventLoop
import Inventory
import PostgresRepository
import SQLiteRepository
import Testing

import struct Foundation.Date
import class Foundation.ProcessInfo

/// The engines that the contract suite runs on.
public enum RepositoryUnderTest: String, CaseIterable, Sendable, CustomTestStringConvertible {
  /// SQLite in memory, called from any thread.
  case sqliteMemory
  /// SQLite in a file, called on an event loop.
  case sqliteFile
  /// PostgreSQL, called on an event loop.
  case postgres

  /// The engines that can be tested here; fewer when the environment's TEST_ENGINES lists them with commas.
  public static let available: [RepositoryUnderTest] = {
    let all: [RepositoryUnderTest] =
      [.sqliteMemory, .sqliteFile] + (PostgresServer.isAvailable ? [.postgres] : [])
    guard let wanted = ProcessInfo.processInfo.environment["TEST_ENGINES"] else { return all }
    let names = wanted.split(separator: ",").map(String.init)
    return all.filter { names.contains($0.rawValue) }
  }()

  /// The engine's name in test reports.
  public var testDescription: String { rawValue }
}

/// A repository of one test, with the means to look behind it.
public struct RepositoryFixture: Sendable {
  /// What is tested.
  public var repository: any InventoryRepository
  /// What the repository reads the time from; PostgreSQL's `recorded_at` is its server's.
  public var clock: TestClock
  /// Runs SQL behind the repository's back; throws what the database says.
  public var execute: @Sendable (String) async throws -> Void
  /// Moves the clock that rules go by, the database's, by so many microseconds.
  private let move: @Sendable (Int64) async throws -> Void
  /// Reads the clock that rules go by.
  private let time: @Sendable () -> Instant

  /// A fixture of an engine.
  public init(
    repository: any InventoryRepository, clock: TestClock,
    execute: @escaping @Sendable (String) async throws -> Void,
    time: @escaping @Sendable () -> Instant, move: @escaping @Sendable (Int64) async throws -> Void
  ) {
    self.repository = repository
    self.clock = clock
    self.execute = execute
    self.time = time
    self.move = move
  }

  /// The database's time, which goes on.
  public var now: Instant { time() }

  /// Lets time pass for the database, as for expiry.
  public func advanceClock(seconds: Int64) async throws { try await move(seconds * 1_000_000) }

  /// Sets the database's clock, which goes on from there.
  public func setClock(to instant: Instant) async throws {
    try await move(instant.microseconds - time().microseconds)
  }
}

/// Runs a test on a new, empty repository; afterwards every balance must be the sum of its movements.
///
/// A test that plants drift says so with `expectsDrift`.
public func withRepository(
  _ engine: RepositoryUnderTest, expectsDrift: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @Sendable (RepositoryFixture) async throws -> Void
) async throws {
  switch engine {
  case .sqliteMemory:
    try await run(sqlite(.memory), expectsDrift, sourceLocation, body)
  case .sqliteFile:
    try await withTemporaryFolder { folder in
      let fixture = try sqlite(.file("\(folder.path)/inventory.db"))
      try await TestLoops.group.onLoop { try await run(fixture, expectsDrift, sourceLocation, body) }
    }
  case .postgres:
    try await withPostgresSchema { schema in
      let fixture = try postgres(schema)
      try await TestLoops.group.onLoop { try await run(fixture, expectsDrift, sourceLocation, body) }
    }
  }
}

private func run(
  _ fixture: RepositoryFixture, _ expectsDrift: Bool, _ sourceLocation: SourceLocation,
  _ body: @Sendable (RepositoryFixture) async throws -> Void
) async throws {
  do {
    try await body(fixture)
    let report = try await fixture.repository.verify()
    #expect(report.drift.isEmpty != expectsDrift, "drift: \(report.drift)", sourceLocation: sourceLocation)
  } catch {
    await fixture.repository.close()
    throw error
  }
  await fixture.repository.close()
}

private func sqlite(_ place: SQLiteConfiguration.Place) throws -> RepositoryFixture {
  let clock = TestClock()
  let repository = try SQLiteRepository.open(
    SQLiteConfiguration.patient(place), migrations: Project.migrations("sqlite"), clock: clock)
  return RepositoryFixture(
    repository: repository, clock: clock, execute: { try await repository.execute($0) },
    time: { clock.now() }, move: { clock.advance(by: $0) })
}

private func postgres(_ schema: PostgresSchema) throws -> RepositoryFixture {
  let clock = TestClock()
  var configuration = PostgresConfiguration.patient(url: schema.url)
  configuration.readConnections = 1
  configuration.writeConnections = 2
  configuration.slowConnections = 1
  let repository = try PostgresRepository(
    configuration, schemaVersion: Project.migrations("postgres").count, loops: TestLoops.group, clock: clock)
  let offset = Lock<Int64>(0)
  return RepositoryFixture(
    repository: repository, clock: clock, execute: { sql in try schema.execute(sql) },
    time: {
      Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) + offset.withLock { $0 })
    },
    move: { microseconds in
      clock.advance(by: microseconds)
      let present = offset.withLock { offset in
        offset += microseconds
        return offset
      }
      // The function is the only clock that statements read (migration 0001_catalogue).
      try schema.execute(
        """
        create or replace function now_microseconds() returns bigint
        language sql volatile parallel safe
        as $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint + (\(present)) $$
        """)
    })
}
