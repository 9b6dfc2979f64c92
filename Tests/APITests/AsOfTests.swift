import Inventory
import JSON
import TestSupport
import Testing

@testable import API

@Suite("Stock as it was")
struct AsOfTests {
  private static let path = "/v1/stock/9780439023481/main"

  /// Two movements, five copies and then three; the instants at which they were recorded.
  private static func history(_ client: TestClient) async throws -> (first: String, second: String) {
    try await client.storeBook()
    try await client.adjust(by: 5)
    try await client.adjust(by: -2, reason: "sold")
    let movements = try await client.get("/v1/movements?item=9780439023481").json
    return (
      movements[path: "data/1/recorded_at"]?.text ?? "", movements[path: "data/0/recorded_at"]?.text ?? ""
    )
  }

  @Test("A level, an item's levels and the list tell the same of an instant; only quantities are known of it")
  func levels() async throws {
    try await withClient { client in
      let (first, second) = try await Self.history(client)
      let policy = try await client.patch(
        Self.path, #"{"safety_stock": 2, "reorder_point": 4, "bin": "A-1"}"#)
      #expect(policy.status == 200)
      for (instant, onHand) in [(first, "5"), (second, "3")] {
        let level = try await client.get("\(Self.path)?as_of=\(instant)")
        #expect(level["etag"] == nil)
        let json = try level.json
        #expect(json["on_hand"]?.number == onHand && json["available"]?.number == onHand)
        for name in ["version", "updated_at", "reorder_point", "bin"] { #expect(json[name] == .null) }
        #expect(json["safety_stock"] == 0)
        for target in ["/v1/items/9780439023481/stock?as_of=", "/v1/stock?location=main&as_of="] {
          let list = try await client.get(target + instant).json
          #expect(list["data"]?.elements == [json])
        }
      }
    }
  }

  @Test("An offset of an instant is understood, and a microsecond before the first movement nothing is there")
  func before() async throws {
    try await withClient { client in
      let (first, _) = try await Self.history(client)
      let instant = try Instant(first)
      let before = Instant(microseconds: instant.microseconds - 1).description
      #expect(try await client.get("\(Self.path)?as_of=\(before)").json["on_hand"] == 0)
      #expect(try await client.get("/v1/stock?as_of=\(before)").json["data"]?.elements == [])
      let elsewhere = first.replacing("Z", with: "%2B00:00")
      #expect(try await client.get("\(Self.path)?as_of=\(elsewhere)").json["on_hand"] == 5)
    }
  }

  @Test("The list of an instant goes on page by page, and its cursor is of that instant")
  func pages() async throws {
    try await withClient { client in
      for isbn in BookListsTests.isbns {
        try await client.storeBook(isbn: isbn, title: isbn)
        try await client.adjust(isbn, by: 1)
      }
      let movement = try await client.get("/v1/movements?limit=1").json
      let instant = movement[path: "data/0/recorded_at"]?.text ?? ""
      for isbn in BookListsTests.isbns { try await client.adjust(isbn, by: 1) }
      var target: String? = "/v1/stock?limit=4&as_of=\(instant)"
      var rows: [JSONValue] = []
      while let path = target {
        let response = try await client.get(path)
        rows += try response.json["data"]?.elements ?? []
        target = response["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
      }
      #expect(rows.compactMap { $0["sku"]?.text }.sorted() == BookListsTests.isbns.sorted())
      #expect(rows.allSatisfy { $0["on_hand"] == 1 })
      let page = try await client.get("/v1/stock?limit=4&as_of=\(instant)").json
      let cursor = page["next_cursor"]?.text ?? ""
      #expect(try await client.get("/v1/stock?limit=4&cursor=\(cursor)").problem == "invalid-cursor")
    }
  }

  @Test(
    "What cannot be answered of the past is refused by name",
    arguments: [
      ("/v1/stock?as_of=2026-03-01T00:00:00Z&available[lte]=1", "?available[lte] not-with-as-of"),
      ("/v1/stock?as_of=2026-03-01T00:00:00Z&below_reorder=true", "?below_reorder not-with-as-of"),
      ("/v1/stock?as_of=2999-01-01T00:00:00Z", "?as_of in-future"),
      ("\(path)?as_of=2999-01-01T00:00:00Z", "?as_of in-future"),
      ("/v1/items/9780439023481/stock?as_of=2999-01-01T00:00:00Z", "?as_of in-future"),
      ("/v1/stock?as_of=2026-03-01T00:00:00", "?as_of missing-offset"),
      ("/v1/stock?as_of=2026-02-30T00:00:00Z", "?as_of no-such-day"),
      ("/v1/stock?as_of=yesterday", "?as_of bad-instant"),
      ("/v1/stock?as_of=", "?as_of bad-instant"),
    ])
  func refused(target: String, error: String) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.get(target)
      #expect(response.problem == "invalid-parameter")
      #expect(response.errors == [error], "\(response)")
    }
  }
}
