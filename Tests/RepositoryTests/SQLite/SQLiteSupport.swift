import Dispatch
import EventLoop
import Inventory
import Migrations
import TestSupport

@testable import SQLiteRepository

/// Runs the body with a repository in a file of its own.
func withSQLiteFile(
  _ change: (inout SQLiteConfiguration) -> Void = { _ in },
  _ body: @Sendable (SQLiteRepository, SQLiteConfiguration) async throws -> Void
) async throws {
  try await withTemporaryFolder { folder in
    var configuration = SQLiteConfiguration.patient(.file("\(folder.path)/inventory.db"))
    // What waits together is committed together, however slow the machine is.
    configuration.groupDuration = .seconds(3600)
    change(&configuration)
    let repository = try SQLiteRepository.open(
      configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
    do {
      try await body(repository, configuration)
    } catch {
      await repository.close()
      throw error
    }
    await repository.close()
  }
}

/// Holds the writer's thread, so that what is sent meanwhile forms one group.
final class WriterGate: Sendable {
  private let gate = DispatchSemaphore(value: 0)
  private let holder: Task<Void, any Error>

  /// Returns once the writer stands still.
  init(_ repository: SQLiteRepository) async {
    let gate = gate
    let (reached, reach) = AsyncStream<Void>.makeStream()
    holder = Task {
      try await repository.database.write { _ in
        reach.yield()
        reach.finish()
        gate.wait()
      }
    }
    for await _ in reached {}
  }

  /// Lets the writer go on.
  func open() async throws {
    gate.signal()
    try await holder.value
  }
}

extension SQLiteRepository {
  /// Starts a write and returns once it waits in the queue.
  func enqueue<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) -> Task<Result, any Error> {
    // The call runs on this thread up to where it suspends, which is in the queue.
    Task.immediate { try await self.database.write(body) }
  }

  /// Whether a location with the code is there.
  func hasLocation(_ code: String) async throws -> Bool { try await location(.code(code)) != nil }
}

extension Connection {
  /// Writes a location as a job does.
  func addLocation(_ code: String) throws(InventoryError) {
    try run(
      """
      insert into location (
        id, version, created_at, updated_at, code, name, kind, time_zone, priority, active
      ) values (?, 1, 1, 1, ?, ?, 'store', 'UTC', 100, 1)
      """, [SQLiteValue(LocationID.generate(at: Instant(microseconds: 1))), .text(code), .text(code)])
  }
}
