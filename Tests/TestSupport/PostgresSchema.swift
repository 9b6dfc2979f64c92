import Foundation
import Migrations
import PostgresRepository

/// A schema of one test in the shared server.
public struct PostgresSchema: Sendable {
  /// Its name.
  public let name: String
  /// The server's URL, with the schema as the whole search path.
  public let url: String
  private let serverURL: String

  /// Makes an empty schema.
  public init(in server: PostgresServer) throws {
    name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    serverURL = server.url
    url = serverURL + (serverURL.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(name)"
    try BlockingConnection(url: serverURL).execute("create schema \(name)")
  }

  /// Drops it with everything in it.
  public func drop() throws {
    try BlockingConnection(url: serverURL).execute(
      "set client_min_messages = warning; drop schema \(name) cascade")
  }

  /// Runs SQL behind the program's back; the rows of the last statement as texts.
  @discardableResult
  public func execute(_ sql: String) throws -> [[String?]] { try BlockingConnection(url: url).execute(sql) }
}

/// Runs the body with a schema of its own, migrated unless told otherwise, which is dropped afterwards.
///
/// A bounded number at a time: the tests of a process run all at once, and a server has only so many
/// connections.
public func withPostgresSchema<Result>(
  isMigrated: Bool = true, _ body: (PostgresSchema) async throws -> Result
) async throws -> Result {
  let server = try PostgresServer.shared.get()
  return try await postgresPlaces.withPlace {
    let schema = try PostgresSchema(in: server)
    do {
      if isMigrated {
        _ = try await PostgresMigrator(url: schema.url).migrate(Project.migrations("postgres"))
      }
      let result = try await body(schema)
      try schema.drop()
      return result
    } catch {
      try? schema.drop()
      throw error
    }
  }
}

private let postgresPlaces = Places(count: 6)

/// Lets so many in at a time.
actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) { free = count }

  nonisolated func withPlace<Result>(_ body: () async throws -> Result) async throws -> Result {
    await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
