import EventLoop
import Glibc
import TestSupport
import Testing

/// The service while its Postgres comes and goes.
@Suite(
  "The service without its Postgres", .endsHangs,
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
        ["serve"],
        [
          "DATABASE_URL": server.url, "BOOKSTORE_PORT": "0", "BOOKSTORE_LOG_FORMAT": "json",
          "BOOKSTORE_STARTUP_TIMEOUT": "1h",
        ], in: folder.path)
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

  @Test("while the server hangs requests are refused at once, and everything goes on when it goes on")
  func hang() async throws {
    let server = try PostgresServer()
    defer { server.end() }
    try await withTemporaryFolder { folder in
      // Nothing but the breaker can end a wait: the server's own limits and the connections' are far away.
      let service = try await Service(
        [
          "DATABASE_URL": server.url, "BOOKSTORE_LOOPS": "1", "BOOKSTORE_POSTGRES_HANG_TIMEOUT": "100ms",
          "BOOKSTORE_POSTGRES_STATEMENT_TIMEOUT": "300s", "BOOKSTORE_HANDLING_TIMEOUT": "1h",
        ], in: folder.path)
      let book = #"{"title": "T", "isbn": "9780439023481"}"#
      #expect(try await service.send("POST", "/v1/books", book).status == 201)
      let path = "/v1/books/9780439023481"
      #expect(try await service.send("GET", path).status == 200)
      try server.perform(.pause)
      let stuck = try (0..<5).map { _ in try Wire(port: service.port) }
      for wire in stuck {
        try wire.send("GET \(path) HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
      }
      // Nobody has to ask for anything else for that.
      for wire in stuck { #expect(wire.rest().hasPrefix("HTTP/1.1 503")) }
      // A request waits as well when it comes before the breaker knows; each is a task of its own.
      let statuses = Lock<[Int]>([])
      var requests: [Task<Void, any Error>] = []
      try await poll {
        requests.append(
          Task {
            let status = try await service.send("GET", "/readyz").status
            statuses.withLock { $0.append(status) }
          })
        return statuses.withLock { $0.contains(503) }
      }
      #expect(try await service.send("GET", path).status == 503)
      #expect(try await service.send("POST", "/v1/adjustments", Self.adjustment).status == 503)
      #expect(try await service.send("GET", "/v1/books?q=t").status == 503)
      #expect(try await service.send("GET", "/livez").status == 200)
      let page = try MetricsPage(try await service.send("GET", "/metrics").body)
      #expect(page.values["bookstore_postgres_breakers_open"] == 1)
      try server.perform(.resume)
      for request in requests { try await request.value }
      try await poll { try await service.send("GET", "/readyz").status == 200 }
      #expect(try await service.send("POST", "/v1/adjustments", Self.adjustment).status == 201)
      let after = try MetricsPage(try await service.send("GET", "/metrics").body)
      #expect(after.values["bookstore_postgres_breakers_open"] == 0)
      #expect(await service.stop().code == 0)
    }
  }

  private static let adjustment =
    #"{"reason": "received", "lines": [{"item": "9780439023481", "delta": 1}]}"#

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
