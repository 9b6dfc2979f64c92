import Foundation
import TestSupport
import Testing

/// `/metrics` of a running service.
@Suite("The metrics of the service", .endsHangs)
struct MetricsTests {
  private static let checker = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test("every part of the service tells of itself, in the right form", arguments: Engine.available)
  func families(engine: Engine) async throws {
    try await engine.withDatabase { folder, url in
      let service = try await Service(["DATABASE_URL": url], in: folder.path)
      let book = #"{"title": "The Hunger Games", "isbn": "978-0-439-02348-1"}"#
      #expect(try await service.send("POST", "/v1/books", book).status == 201)
      #expect(try await service.send("GET", "/v1/books/9780439023481").status == 200)
      #expect(try await service.send("GET", "/v1/books?q=hunger").status == 200)
      let page = try MetricsPage(try await service.send("GET", "/metrics").body)
      let requests = "bookstore_http_requests_total"
      #expect(page.sum(requests, "method=\"POST\"", "route=\"/v1/books\"", "status=\"2xx\"") == 1)
      #expect(page.sum(requests, "route=\"/v1/books/{book}\"") == 1)
      #expect(page.sum("bookstore_http_connections", "state=\"handling\"") == 1)
      #expect(page.sum("bookstore_http_connections_accepted_total") == 4)
      #expect(page.sum("bookstore_event_loop_turn_seconds_count") > 0)
      #expect(page.sum("process_resident_memory_bytes") > 1_000_000)
      #expect(page.sum("process_open_fds") > 3)
      #expect(page.sum("process_cpu_seconds_total") > 0)
      #expect(page.sum("process_start_time_seconds") > 1_700_000_000)
      switch engine {
      case .sqlite:
        #expect(page.sum("bookstore_sqlite_group_size_count") >= 1)
        #expect(page.values["bookstore_sqlite_waiting{queue=\"write\"}"] == 0)
      case .postgres:
        for pool in ["read", "write", "slow"] {
          #expect(page.sum("bookstore_postgres_pool_wait_seconds_count", "pool=\"\(pool)\"") >= 1)
          #expect(page.sum("bookstore_postgres_pool_connections", "pool=\"\(pool)\"") >= 1)
        }
        #expect(page.sum("bookstore_postgres_pool_waiting") == 0)
      }
      #expect(await service.stop().code == 0)
    }
  }

  @Test("with keys on, the metrics want one")
  func key() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service(
        ["BOOKSTORE_AUTH": "key", "BOOKSTORE_API_KEY": String(repeating: "k", count: 32)], in: folder.path)
      #expect(try await service.send("GET", "/metrics").status == 401)
      #expect(await service.stop().code == 0)
    }
  }

  @Test(
    "promtool finds nothing to object to",
    .enabled(if: checker != nil, "SKIPPED: promtool (Debian: prometheus) is not installed"))
  func promtool() async throws {
    try await withTemporaryFolder { folder in
      let service = try await Service([:], in: folder.path)
      _ = try await service.send("GET", "/v1/books")
      let text = try await service.send("GET", "/metrics").body
      let said = try ChildProcess.run([try #require(Self.checker), "check", "metrics"], input: text)
      #expect(said.code == 0, "\(said.output)")
      #expect(await service.stop().code == 0)
    }
  }
}
