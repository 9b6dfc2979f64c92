import EventLoop
import Inventory
import TestSupport
import Testing

@testable import PostgresRepository

/// Runs the body on a loop, with that loop's connections to a schema of their own.
func withDatabase<Result: Sendable>(
  _ configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
  _ body: @Sendable (LoopDatabase) async throws -> Result
) async throws -> Result {
  try await withPostgresSchema { schema in
    var configuration = PostgresConfiguration.patient(url: schema.url)
    configure(&configuration)
    return try await onLoop(configuration, body)
  }
}

/// Runs the body on a loop, with connections of the configuration, which are closed afterwards.
func onLoop<Result: Sendable>(
  _ configuration: PostgresConfiguration, _ body: @Sendable (LoopDatabase) async throws -> Result
) async throws -> Result {
  try await TestLoops.group.onLoop { () async throws -> Result in
    let database = try LoopDatabase(loop: TestLoops.group.loops[0], configuration: configuration)
    defer { database.close() }
    return try await body(database)
  }
}

extension LoopDatabase {
  /// The number that a statement returns.
  func number(_ sql: SQL, _ values: [Value] = []) async throws(DatabaseError) -> Int64 {
    try await read(sql, values).only { (row) throws(DatabaseError) in try row.integer() }
  }

  /// Calls the body until it is not refused as unavailable; everything is to heal by itself.
  func untilAvailable<Output>(_ body: () async throws(DatabaseError) -> Output) async throws -> Output {
    for _ in 0..<2000 {
      do throws(DatabaseError) {
        return try await body()
      } catch {
        guard error.isUnavailable else { throw error }
        await pause(.milliseconds(10))
      }
    }
    throw NotHealed()
  }
}

struct NotHealed: Error {}

extension DatabaseError {
  /// The server's code, when it is the server's error.
  var sqlState: String? {
    if case .server(let error) = self { error.sqlState } else { nil }
  }

  /// True when the request may be sent again, whether or not it is known that nothing happened.
  var isUnavailable: Bool {
    switch inventoryError {
    case .unavailable, .outcomeUnknown: true
    default: false
    }
  }
}

/// Lets tasks of one loop wait for each other: each goes on when so many have come.
final class Meeting: @unchecked Sendable {
  private let size: Int
  private var come = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(size: Int) { self.size = size }

  /// Waits for the others; those who come after the meeting do not wait.
  func join() async {
    come += 1
    guard come < size else {
      for continuation in waiting { continuation.resume() }
      waiting = []
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }
}
