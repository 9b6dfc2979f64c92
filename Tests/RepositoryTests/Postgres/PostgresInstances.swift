import EventLoop
import Inventory
import PostgresRepository
import TestSupport
import Testing

import struct Foundation.Date

/// Runs the body with several instances of the service over one schema; the fixture is the first of them.
/// Afterwards everything must be explained. Where transactions may not meet in a circle, `showsDeadlocks` keeps
/// the server from resolving it, so that it shows as a request that is never answered.
func withInstances(
  _ count: Int, showsDeadlocks: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @Sendable (RepositoryFixture, [any InventoryRepository]) async throws -> Void
) async throws {
  try await withInstancesAndSchema(count, showsDeadlocks: showsDeadlocks, sourceLocation: sourceLocation) {
    fixture, instances, _ in try await body(fixture, instances)
  }
}

/// As ``withInstances(_:showsDeadlocks:sourceLocation:_:)``, where a test needs connections of its own.
func withInstancesAndSchema(
  _ count: Int, showsDeadlocks: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @Sendable (RepositoryFixture, [any InventoryRepository], PostgresSchema) async throws -> Void
) async throws {
  try await withPostgresSchema { schema in
    let version = try Project.migrations("postgres").count
    let options = showsDeadlocks ? "%20-cdeadlock_timeout%3D600s" : ""
    var configuration = PostgresConfiguration.patient(url: schema.url + options)
    configuration.readConnections = 1
    configuration.writeConnections = 4
    configuration.slowConnections = 1
    var instances: [any InventoryRepository] = []
    for _ in 0..<count {
      instances.append(
        try PostgresRepository(
          configuration, schemaVersion: version, loops: TestLoops.group, clock: TestClock()))
    }
    let fixture = RepositoryFixture(
      repository: instances[0], clock: TestClock(), execute: { try schema.execute($0) },
      time: { Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) },
      move: { microseconds in
        try schema.execute(
          """
          create or replace function now_microseconds() returns bigint
          language sql volatile parallel safe
          as $$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint + (\(microseconds)) $$
          """)
      })
    do {
      try await TestLoops.group.onLoop { [instances] in
        try await body(fixture, instances, schema)
        #expect(try await fixture.unexplained() == [], sourceLocation: sourceLocation)
        let drift = try await fixture.repository.verify().drift
        #expect(drift.isEmpty, sourceLocation: sourceLocation)
      }
    } catch {
      for instance in instances { await instance.close() }
      throw error
    }
    for instance in instances { await instance.close() }
  }
}

/// What became of something that was tried while others tried as well.
enum Attempt: Hashable {
  case done
  case refused
  /// What no client may see.
  case broken(String)

  /// Runs the body; a refusal is what the rules answer to who comes too late.
  init(_ body: () async throws -> Void) async {
    do {
      try await body()
      self = .done
    } catch let error as InventoryError {
      switch error {
      case .refused, .reservationExpired, .invalidState, .referenceInUse, .idempotencyKeyInUse:
        self = .refused
      default: self = .broken("\(error)")
      }
    } catch {
      self = .broken("\(error)")
    }
  }

  var isBroken: Bool { if case .broken = self { true } else { false } }
}

/// Runs so many at once; what became of each, in no order.
func atOnce(
  _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void
) async -> [Attempt] {
  await withTaskGroup(of: Attempt.self) { group in
    for number in 0..<count {
      group.addTask { await Attempt { try await body(number) } }
    }
    return await group.reduce(into: []) { $0.append($1) }
  }
}
