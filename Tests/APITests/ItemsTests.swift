import JSON
import TestSupport
import Testing

@testable import API

@Suite("Items")
struct ItemsTests {
  @Test("A book has a new item from the start, found by its ISBN in any spelling")
  func newItem() async throws {
    try await withClient { client in
      let book = try await client.storeBook()
      for name in ["9780439023481", "978-0-439-02348-1", "0-439-02348-3", "978%200439023481"] {
        let json = try await client.get("/v1/items/\(name)").json
        #expect(json["book_id"]?.text == book)
        #expect(json["sku"] == "9780439023481")
        #expect(json["condition"] == "new")
      }
      let own = try await client.storeBook(isbn: nil, title: "Own label")
      #expect(try await client.get("/v1/items/\(own)").json["book_id"]?.text == own)
    }
  }

  @Test("A used condition gets an item of its own, of a book named by id or ISBN")
  func create() async throws {
    try await withClient { client in
      let book = try await client.storeBook()
      let response = try await client.post(
        "/v1/items",
        """
        {"book_id": "978-0-439-02348-1", "sku": "HG-1", "condition": "good", "flags": ["remainder", "signed"],
         "price": {"amount": 500, "currency": "EUR"}, "backorder_limit": 2}
        """)
      #expect(response.status == 201)
      let json = try response.json
      #expect(response["location"] == "/v1/items/\(json["id"]?.text ?? "")")
      #expect(json["book_id"]?.text == book)
      #expect(json["flags"] == ["signed", "remainder"])
      let bytes = try await client.get("/v1/items/HG-1").bytes
      #expect(bytes == response.bytes)
      let hyphenated = try await client.post(
        "/v1/items", #"{"book_id": "\#(book)", "sku": "978-1-960957-03-0"}"#)
      #expect(try hyphenated.json["sku"] == "9781960957030")
    }
  }

  @Test(
    "Wrong items are refused by pointer",
    arguments: [
      ("{}", ["/book_id required", "/sku required"]),
      (#"{"book_id": "9781960957030", "sku": "a"}"#, ["/book_id not-found"]),
      (#"{"book_id": "bk_01kav5m0c8f3v9x2r7w4q6t1ze", "sku": "a"}"#, ["/book_id not-found"]),
      (#"{"book_id": "nonsense", "sku": "a"}"#, ["/book_id bad-character"]),
      (#"{"book_id": "9780439023481", "sku": "a b"}"#, ["/sku invalid-characters"]),
      (#"{"book_id": "9780439023481", "sku": ""}"#, ["/sku blank"]),
      (#"{"book_id": "9780439023481", "sku": "itm_01kav5m0c8f3v9x2r7w4q6t1zf"}"#, ["/sku reserved"]),
      (#"{"book_id": "9780439023481", "sku": "a", "condition": "mint"}"#, ["/condition unknown-value"]),
      (#"{"book_id": "9780439023481", "sku": "a", "condition": null}"#, ["/condition wrong-type"]),
      (#"{"book_id": "9780439023481", "sku": "a", "flags": ["signed", "signed"]}"#, ["/flags/1 duplicate"]),
      (#"{"book_id": "9780439023481", "sku": "a", "flags": ["worn"]}"#, ["/flags/0 unknown-value"]),
      (
        #"{"book_id": "9780439023481", "sku": "a", "backorder_limit": -1}"#, ["/backorder_limit out-of-range"]
      ),
      (#"{"book_id": "9780439023481", "sku": "a", "qty": 1}"#, ["/qty unknown-member"]),
    ])
  func invalid(body: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.post("/v1/items", body)
      #expect(response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
    }
  }

  @Test("A SKU is taken once; the answer names the twin")
  func duplicate() async throws {
    try await withClient { client in
      try await client.storeBook()
      let twin = try await client.get("/v1/items/9780439023481").json["id"]?.text ?? ""
      let response = try await client.post(
        "/v1/items", #"{"book_id": "9780439023481", "sku": "9780439023481", "condition": "good"}"#)
      #expect(response.problem == "duplicate-sku")
      #expect(response.errors == ["/sku duplicate-sku"])
      #expect(try response.json[path: "twin/href"] == .string("/v1/items/\(twin)"))
    }
  }

  @Test(
    "An item is changed by merge patch; its book stays",
    arguments: [
      (#"{"condition": "fine", "sku": "X"}"#, 200, []),
      (#"{"price": null, "flags": ["signed"]}"#, 200, []),
      (#"{"condition": null}"#, 200, []),
      (#"{"sku": null}"#, 422, ["/sku required"]),
      (#"{"book_id": "9780439023481"}"#, 422, ["/book_id read-only"]),
      (#"{"stock": 5}"#, 422, ["/stock read-only"]),
      (#"{"colour": null}"#, 422, ["/colour unknown-member"]),
    ] as [(String, Int, [String])])
  func change(patch: String, status: Int, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.patch("/v1/items/9780439023481", patch)
      #expect(response.status == status)
      #expect(response.errors == errors)
      let stale = try await client.patch("/v1/items/9780439023481", "{}", headers: [("If-Match", "\"7\"")])
      #expect([404, 412].contains(stale.status))
    }
  }

  @Test("Lists are filtered by book and condition")
  func list() async throws {
    try await withClient { client in
      let book = try await client.storeBook()
      try await client.storeBook(isbn: nil, title: "Other")
      #expect(
        try await client.post("/v1/items", #"{"book_id": "\#(book)", "sku": "U", "condition": "poor"}"#)
          .status == 201)
      for (query, skus) in [
        ("book=\(book)", ["9780439023481", "U"]), ("book=0439023483&condition=poor", ["U"]),
        ("condition=fair", []),
      ] {
        let json = try await client.get("/v1/items?\(query)").json
        #expect(json["data"]?.elements.compactMap { $0["sku"]?.text } == skus)
      }
      let response = try await client.get("/v1/items?condition=mint")
      #expect(response.errors == ["?condition unknown-value"])
      let unknown = try await client.get("/v1/items?book=9781960957030")
      #expect(unknown.errors == ["?book not-found"])
    }
  }

  @Test("An item's levels are those of every location that ever had it")
  func levels() async throws {
    try await withClient { client in
      try await client.storeBook()
      #expect(try await client.get("/v1/items/9780439023481/stock").json["data"] == [])
      #expect(try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#).status == 201)
      try await client.adjust(by: 2)
      try await client.adjust(by: 3, location: "graz")
      let levels = try await client.get("/v1/items/9780439023481/stock").json["data"]?.elements ?? []
      #expect(Set(levels.compactMap { $0["location_code"]?.text }) == ["main", "graz"])
      #expect(try await client.get("/v1/items/nothing/stock").problem == "not-found")
    }
  }
}
