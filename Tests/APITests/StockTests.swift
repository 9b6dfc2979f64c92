import JSON
import TestSupport
import Testing

@testable import API

@Suite("Stock levels")
struct StockTests {
  @Test("A level that was never written has zeros and version 0")
  func empty() async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.get("/v1/stock/978-0-439-02348-1/main")
      #expect(try response.json["on_hand"] == 0)
      #expect(try response.json["version"] == 0)
      #expect(try response.json["updated_at"] == .null)
      #expect(try await client.get("/v1/stock/9781960957030/main").problem == "not-found")
      #expect(try await client.get("/v1/stock/9780439023481/graz").problem == "not-found")
      #expect(try await client.get("/v1/stock/9780439023481/Graz").problem == "not-found")
    }
  }

  @Test("The policy is changed by merge patch; available follows the safety stock")
  func policy() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 10)
      let path = "/v1/stock/9780439023481/main"
      let first = try await client.patch(path, #"{"reorder_point": 3, "safety_stock": 4, "bin": "A-1"}"#)
      #expect(try first.json["available"] == 6)
      #expect(try first.json["on_hand"] == 10)
      let second = try await client.patch(
        path, #"{"reorder_point": null}"#, headers: [("If-Match", first.etag)])
      #expect(try second.json["reorder_point"] == .null)
      #expect(try second.json["bin"] == "A-1")
      let stale = try await client.patch(path, #"{"bin": "B"}"#, headers: [("If-Match", first.etag)])
      #expect(stale.problem == "precondition-failed")
      let same = try await client.get(path, headers: [("If-None-Match", second.etag)])
      #expect(same.status == 304)
    }
  }

  @Test("A policy can be set where nothing was ever stocked")
  func policyFirst() async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.patch("/v1/stock/9780439023481/main", #"{"safety_stock": 2}"#)
      #expect(response.status == 200)
      #expect(try response.json["version"] == 1)
    }
  }

  @Test(
    "Quantities are never patched",
    arguments: [
      (#"{"on_hand": 5}"#, ["/on_hand quantity"]), (#"{"available": null}"#, ["/available quantity"]),
      (#"{"held": 0, "bin": "A"}"#, ["/held quantity"]), (#"{"version": 1}"#, ["/version read-only"]),
      (#"{"safety_stock": -1}"#, ["/safety_stock out-of-range"]),
      (#"{"reorder_point": "3"}"#, ["/reorder_point wrong-type"]), (#"{"bin": ""}"#, ["/bin blank"]),
      (#"{"shelf": "A"}"#, ["/shelf unknown-member"]),
    ])
  func invalid(patch: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.patch("/v1/stock/9780439023481/main", patch)
      #expect(response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
    }
  }

  @Test(
    "Lists are filtered",
    arguments: [
      ("", 3), ("item=9780439023481", 2), ("isbn=0-439-02348-3", 2), ("book=9780439023481", 2),
      ("location=main", 2), ("location=graz&item=9780439023481", 1), ("available[lte]=2", 1),
      ("below_reorder=true", 1), ("below_reorder=false", 2),
    ])
  func list(query: String, count: Int) async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.storeBook(isbn: nil, title: "Other", #""identifiers": []"#)
      let other = try await client.get("/v1/books?q=other").json[path: "data/0/id"]?.text ?? ""
      #expect(try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#).status == 201)
      try await client.adjust(by: 5)
      try await client.adjust(by: 2, location: "graz")
      try await client.adjust(other, by: 9)
      #expect(try await client.patch("/v1/stock/9780439023481/main", #"{"reorder_point": 5}"#).status == 200)
      let json = try await client.get("/v1/stock?\(query)").json
      #expect(json["data"]?.elements.count == count)
    }
  }

  @Test("Pages of levels follow each other")
  func pages() async throws {
    try await withClient { client in
      for isbn in BookListsTests.isbns {
        try await client.storeBook(isbn: isbn, title: isbn)
        try await client.adjust(isbn, by: 1)
      }
      var target: String? = "/v1/stock?limit=4"
      var skus: [String] = []
      while let path = target {
        let response = try await client.get(path)
        skus += try response.json["data"]?.elements.compactMap { $0["sku"]?.text } ?? []
        target = response["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
      }
      #expect(skus.sorted() == BookListsTests.isbns.sorted())
    }
  }

  @Test(
    "Wrong filters are refused by name",
    arguments: [
      ("item=nothing", "?item not-found"), ("location=graz", "?location not-found"),
      ("isbn=9781960957030", "?isbn not-found"), ("isbn=12", "?isbn wrong-length"),
      ("book=9781960957030", "?book not-found"), ("isbn=9780439023481&book=9780439023481", "?isbn exclusive"),
      ("available[lte]=-1", "?available[lte] out-of-range"),
      ("below_reorder=1", "?below_reorder not-a-boolean"),
      ("sku=9780439023481", "?sku unknown-parameter"),
    ])
  func wrongFilters(query: String, error: String) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.get("/v1/stock?\(query)")
      #expect(response.problem == "invalid-parameter")
      #expect(response.errors == [error])
    }
  }
}
