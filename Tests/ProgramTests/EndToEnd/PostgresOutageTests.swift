import Glibc
import TestSupport
import Testing

/// The service while its Postgres comes and goes.
@Suite(
  "The service without its Postgres", .timeLimit(.minutes(5)),
  .enabled(if: Engine.available.contains(.postgres), Comment(rawValue: PostgresServer.skipReason)))
struct PostgresOutageTests {
  @Test("it waits at its start, answers 503 while the server is away, and heals by itself")
  func outage() async throws {
    // Not --fast: what is acknowledged must survive the crash.
    let server = try PostgresServer()
    defer { server.end() }
    try server.perform(.stop)
    try await withTemporaryFolder { folder in
      let child = try Child(
        ["serve"], ["DATABASE_URL": server.url, "BOOKSTORE_PORT": "0", "BOOKSTORE_LOG_FORMAT": "json"],
        in: folder.path)
      #expect(await child.line("waiting for the database") != nil)
      try server.perform(.start)
      let service = try await Service(child)
      #expect(try await service.send("GET", "/readyz").status == 200)
      #expect(
        try await service.send("POST", "/v1/books", #"{"title": "T", "isbn": "9780439023481"}"#).status == 201
      )

      try server.perform(.stop)
      try await poll { try await service.send("GET", "/readyz").status == 503 }
      #expect(try await service.send("GET", "/livez").status == 200)
      #expect(try await service.send("GET", "/v1/books/9780439023481").status == 503)

      try server.perform(.start)
      try await poll { try await service.send("GET", "/readyz").status == 200 }
      // Each loop finds out by itself that the server is back.
      try await poll { try await service.send("GET", "/v1/books/9780439023481").status == 200 }
      #expect(await service.stop().code == 0)
    }
  }

  @Test("a signal while it waits for the database ends it at once")
  func signalWhileWaiting() async throws {
    try await withTemporaryFolder { folder in
      let child = try Child(
        ["serve"], ["DATABASE_URL": "postgres://127.0.0.1:1/d", "BOOKSTORE_STARTUP_TIMEOUT": "1h"],
        in: folder.path)
      #expect(await child.line("waiting for the database") != nil)
      child.signal(SIGTERM)
      #expect(await child.ending().code == 128 + SIGTERM)
    }
  }

  private func poll(
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
  ) async throws {
    for _ in 0..<600 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("it does not come within half a minute", sourceLocation: sourceLocation)
  }
}
