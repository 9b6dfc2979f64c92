import Crypto
import HTTP
import JSON
import TestSupport
import Testing

@testable import API

/// An export lasts as long as its client takes, so there are only so many.
@Suite("Limits of exports")
struct ExportLimitsTests {
  private static let exports = [
    ("/v1/books", "text/csv"), ("/v1/books", "application/x-ndjson"), ("/v1/stock", "text/csv"),
    ("/v1/reports/valuation", "text/csv"),
  ]

  private static func begin(
    _ client: TestClient, _ index: Int, _ peer: String, headers: [(String, String)] = []
  ) async throws -> Response {
    let (path, type) = exports[index % exports.count]
    return try await client.begin(path, headers: headers + [("Accept", type)], peer: peer)
  }

  @Test("an address has a quarter of them, all together have the limit, and what has ended makes room")
  func addresses() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock) { $0.maximumExports = 8 }
      var kept: [Response] = []
      for index in 0..<8 {
        let peer = "192.0.2.\(index / 2)"
        kept.append(try await Self.begin(client, index, peer))
        #expect(kept.last?.status == .ok)
        guard index % 2 == 1 else { continue }
        let more = try await TestResponse(Self.begin(client, index, peer))
        #expect(more.problem == "too-many-requests", "\(more)")
        #expect(more["retry-after"] == "5")
      }
      let other = try await TestResponse(Self.begin(client, 0, "192.0.2.99"))
      #expect(other.problem == "overloaded", "\(other)")
      #expect(other["retry-after"] == "5")
      #expect(try await MetricsPage(client.get("/metrics").text).values["bookstore_exports_running"] == 8)
      // Pages are no exports.
      #expect(try await client.send("GET", "/v1/books", peer: "192.0.2.0").status == 200)
      // One is read to its end, the client of another one is gone before.
      #expect(try await TestResponse(kept[0]).status == 200)
      let room = try await Self.begin(client, 0, "192.0.2.98")
      #expect(room.status == .ok)
      kept.removeLast()
      let again = try await Self.begin(client, 1, "192.0.2.97")
      #expect(again.status == .ok)
      #expect(try await TestResponse(Self.begin(client, 2, "192.0.2.96")).problem == "overloaded")
      withExtendedLifetime((room, again, kept)) {}
    }
  }

  @Test("a key has a quarter of them from wherever it is used, and other keys of the address have theirs")
  func keys() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let root = String(repeating: "k", count: 40)
      let client = TestClient(
        fixture.repository, authentication: .keys(configured: SHA256.digest(Array(root.utf8))),
        clock: fixture.clock
      ) { $0.maximumExports = 8 }
      let mine = [("Authorization", "Bearer \(root)")]
      let made = try await client.post(
        "/v1/api-keys", #"{"name": "till", "scopes": ["catalog:read"]}"#, headers: mine)
      let token = try #require(try made.json["token"]?.text)
      let kept = [
        try await Self.begin(client, 0, "192.0.2.1", headers: mine),
        try await Self.begin(client, 1, "192.0.2.2", headers: mine),
      ]
      #expect(kept.allSatisfy { $0.status == .ok })
      let more = try await TestResponse(Self.begin(client, 2, "192.0.2.3", headers: mine))
      #expect(more.problem == "too-many-requests")
      let other = try await Self.begin(
        client, 0, "192.0.2.1", headers: [("Authorization", "Bearer \(token)")])
      #expect(other.status == .ok)
      withExtendedLifetime((kept, other)) {}
    }
  }

  @Test("an export that is refused or fails takes no place")
  func refused() async throws {
    try await withClient { client in
      for _ in 0..<40 {
        let refused = try await client.get("/v1/books?limit=5", headers: [("Accept", "text/csv")])
        #expect(refused.problem == "invalid-parameter")
      }
      #expect(client.api.services.exports.count == 0)
    }
    let client = TestClient(try await closedRepository())
    for _ in 0..<40 {
      let failed = try await client.get("/v1/stock", headers: [("Accept", "text/csv")])
      #expect(failed.problem == "unavailable")
    }
    #expect(client.api.services.exports.count == 0)
  }

  @Test(
    "HEAD takes no place for longer than its answer, and one of a small limit is still one for each caller")
  func smallest() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock) { $0.maximumExports = 1 }
      for _ in 0..<3 {
        let answer = try await client.send("HEAD", "/v1/books", headers: [("Accept", "text/csv")])
        #expect(answer.status == 200)
      }
      #expect(client.api.services.exports.count == 0)
      #expect(try await client.get("/v1/books", headers: [("Accept", "text/csv")]).status == 200)
    }
  }
}
