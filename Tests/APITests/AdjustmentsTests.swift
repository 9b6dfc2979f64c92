import JSON
import TestSupport
import Testing

@testable import API

@Suite("Adjustments and the ledger")
struct AdjustmentsTests {
  @Test("Movements and levels come back in the order of the lines, and stay in the ledger")
  func adjust() async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.post(
        "/v1/adjustments",
        """
        {"reason": "received", "reference": "PO-1", "note": "two boxes", "occurred_at": "2026-02-28T09:00:00+01:00",
         "lines": [{"item": "978-0-439-02348-1", "bucket": "damaged", "delta": 2},
                   {"item": "9780439023481", "set": 12, "expected": 0}]}
        """, headers: [("X-Request-Id", "req-1")])
      #expect(response.status == 201)
      let json = try response.json
      #expect(json[path: "movements/0/bucket"] == "damaged")
      #expect(json[path: "movements/0/quantity"] == 2)
      #expect(json[path: "movements/1/quantity"] == 12)
      #expect(json[path: "movements/1/balance_after"] == 12)
      #expect(json[path: "movements/1/occurred_at"] == "2026-02-28T08:00:00.000000Z")
      #expect(json[path: "movements/1/actor"] == "anonymous")
      #expect(json[path: "movements/1/request_id"] == "req-1")
      #expect(json[path: "movements/1/line"] == 1)
      #expect(json[path: "movements/1/document"] == json["id"])
      #expect(json[path: "levels/0/available"] == 10)
      #expect(json[path: "levels/1"] == json[path: "levels/0"])
      let id = json[path: "movements/1/id"]?.text ?? ""
      let movement = try await client.get("/v1/movements/\(id)")
      #expect(try movement.json == json[path: "movements/1"])
      let same = try await client.get("/v1/movements/\(id)", headers: [("If-None-Match", movement.etag)])
      #expect(same.status == 304)
    }
  }

  @Test(
    "Wrong adjustments are refused by pointer and change nothing",
    arguments: [
      ("{}", ["/reason required", "/lines required"]),
      (#"{"reason": "found", "lines": []}"#, ["/lines too-few"]),
      (#"{"reason": "fund", "lines": [{"item": "X", "delta": 1}]}"#, ["/reason unknown-value"]),
      (#"{"reason": "found", "lines": [{"delta": 1}]}"#, ["/lines/0/item required"]),
      (#"{"reason": "found", "lines": [{"item": "a b", "delta": 1}]}"#, ["/lines/0/item invalid-characters"]),
      (#"{"reason": "found", "lines": [{"item": "X"}]}"#, ["/lines/0 no-change"]),
      (#"{"reason": "found", "lines": [{"item": "X", "delta": 0}]}"#, ["/lines/0/delta zero"]),
      (
        #"{"reason": "found", "lines": [{"item": "X", "delta": 1000000001}]}"#,
        ["/lines/0/delta out-of-range"]
      ),
      (#"{"reason": "found", "lines": [{"item": "X", "delta": 1.0}]}"#, ["/lines/0/delta not-an-integer"]),
      (#"{"reason": "found", "lines": [{"item": "X", "set": 1}]}"#, ["/lines/0/expected required"]),
      (#"{"reason": "found", "lines": [{"item": "X", "expected": 1}]}"#, ["/lines/0/set required"]),
      (
        #"{"reason": "found", "lines": [{"item": "X", "set": -1, "expected": 1}]}"#,
        ["/lines/0/set out-of-range"]
      ),
      (
        #"{"reason": "found", "lines": [{"item": "X", "delta": 1, "set": 1, "expected": 0}]}"#,
        ["/lines/0 several-changes"]
      ),
      (
        #"{"reason": "found", "lines": [{"item": "X", "delta": 1, "bucket": "broken", "location": "A B"}]}"#,
        ["/lines/0/location invalid-characters", "/lines/0/bucket unknown-value"]
      ),
      (
        #"{"reason": "found", "lines": [{"item": "X", "delta": 1}, {"item": "Y", "delta": 1}, {"item": "X", "delta": 2}]}"#,
        ["/lines/2 duplicate-line"]
      ),
      (
        #"{"reason": "found", "lines": [{"item": "9780439023481", "delta": 1}, {"item": "978-0439023481", "delta": 2}]}"#,
        ["/lines/1 duplicate-line"]
      ),
      (
        #"{"reason": "found", "lines": [{"item": "X", "delta": 1}, {"item": "9780439023481", "location": "g", "delta": 1}]}"#,
        ["/lines/0/item not-found", "/lines/1/location not-found"]
      ),
      (
        #"{"reason": "found", "occurred_at": "2030-01-01T00:00:00Z", "lines": [{"item": "X", "delta": 1}]}"#,
        ["/occurred_at in-the-future"]
      ),
      (
        #"{"reason": "found", "occurred_at": "2020-01-01", "lines": [{"item": "X", "delta": 1}]}"#,
        ["/occurred_at bad-instant"]
      ),
      (
        #"{"reason": "found", "reference": "", "lines": [{"item": "X", "delta": 1, "qty": 1}]}"#,
        ["/reference blank", "/lines/0/qty unknown-member"]
      ),
    ])
  func invalid(body: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.post("/v1/adjustments", body)
      #expect(response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
      #expect(try await client.get("/v1/movements").json["data"] == [])
    }
  }

  @Test("A repeated line is named with the line that it repeats")
  func repeatedLine() async throws {
    try await withClient { client in
      let line = #"{"item": "X", "delta": 1}"#
      let response = try await client.post(
        "/v1/adjustments", #"{"reason": "found", "lines": [\#(line), \#(line)]}"#)
      #expect(response.text.contains("/lines/0 and /lines/1"))
    }
  }

  @Test("Lines up to 500 are taken, and not one more")
  func lineLimit() async throws {
    try await withClient { client in
      let line = { (index: Int) in #"{"item": "S\#(index)", "delta": 1}"# }
      let most = (0..<500).map(line).joined(separator: ",")
      let taken = try await client.post("/v1/adjustments", #"{"reason": "found", "lines": [\#(most)]}"#)
      #expect(taken.errors.count == 500)
      #expect(taken.errors.first == "/lines/0/item not-found")
      let more = try await client.post(
        "/v1/adjustments", #"{"reason": "found", "lines": [\#(most), \#(line(500))]}"#)
      #expect(more.errors == ["/lines too-many"])
    }
  }

  @Test(
    "What the present quantities do not allow is refused with the figures, all or nothing",
    arguments: [
      (#"{"item": "9780439023481", "delta": -6}"#, "insufficient-stock", 6, 4),
      (#"{"item": "9780439023481", "delta": -5}"#, "insufficient-stock", 5, 4),
      (#"{"item": "9780439023481", "bucket": "damaged", "delta": -2}"#, "insufficient-stock", 2, 1),
      (#"{"item": "9780439023481", "bucket": "damaged", "delta": 5}"#, "insufficient-stock", 5, 4),
      (#"{"item": "9780439023481", "set": 7, "expected": 4}"#, "stock-changed", 4, 5),
      (#"{"item": "9780439023481", "delta": 1000000000}"#, "quantity-too-large", 1_000_000_000, 5),
    ])
  func refused(line: String, code: String, wanted: Int64, available: Int64) async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.storeBook(isbn: nil, title: "Other", #""metadata": {}"#)
      let other = try await client.get("/v1/books?q=other").json[path: "data/0/id"]?.text ?? ""
      try await client.adjust(by: 5)
      try await client.adjust(by: 1, bucket: "damaged", reason: "damaged")
      let response = try await client.post(
        "/v1/adjustments",
        #"{"reason": "correction", "lines": [{"item": "\#(other)", "delta": 1}, \#(line)]}"#)
      #expect(response.status == 409)
      #expect(response.problem == code, "\(response)")
      #expect(response.errors == ["/lines/1 \(code)"])
      let expected: JSONValue = [
        [
          "index": 1, "code": .string(code), "wanted": .number(String(wanted)),
          "available": .number(String(available)),
        ]
      ]
      #expect(try response.json["lines"] == expected)
      #expect(try await client.get("/v1/movements").json["data"]?.elements.count == 2)
    }
  }

  @Test("An inactive location takes nothing new but can be emptied")
  func inactive() async throws {
    try await withClient { client in
      try await client.storeBook()
      #expect(try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#).status == 201)
      try await client.adjust(by: 2, location: "graz")
      #expect(try await client.patch("/v1/locations/graz", #"{"active": false}"#).status == 200)
      let line = { (delta: Int) in
        #"{"reason": "correction", "lines": [{"item": "9780439023481", "location": "graz", "delta": \#(delta)}]}"#
      }
      let refused = try await client.post("/v1/adjustments", line(1))
      #expect(refused.errors == ["/lines/0/location inactive"])
      let emptied = try await client.post("/v1/adjustments", line(-2))
      #expect(emptied.status == 201)
    }
  }

  @Test(
    "The ledger is listed newest first and filtered",
    arguments: [
      ("", ["3", "-1", "5"]), ("item=9780439023481", ["3", "-1", "5"]), ("location=graz", ["3"]),
      ("reason=sold", ["-1"]), ("reference=R-1", ["-1"]), ("reference=r-1", []),
      ("kind=adjustment", ["3", "-1", "5"]),
      ("kind=opening", []), ("recorded_at[gte]=2020-01-01T00:00:00Z", ["3", "-1", "5"]),
      ("recorded_at[lte]=2020-01-01T00:00:00Z", []), ("occurred_at[lte]=2026-01-01T12:00:00Z", ["-1"]),
      ("occurred_at[gte]=2026-01-01T12:00:01Z", ["3", "5"]), ("limit=2", ["3", "-1"]),
    ])
  func movements(query: String, quantities: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      #expect(try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#).status == 201)
      try await client.adjust(by: 5)
      let sold = try await client.post(
        "/v1/adjustments",
        #"{"reason": "sold", "reference": "R-1", "occurred_at": "2026-01-01T12:00:00Z", "#
          + #""lines": [{"item": "9780439023481", "delta": -1}]}"#)
      #expect(sold.status == 201)
      try await client.adjust(by: 3, location: "graz")
      let response = try await client.get("/v1/movements?\(query)")
      #expect(try response.json["data"]?.elements.compactMap { $0["quantity"]?.number } == quantities)
      if query == "limit=2" {
        let next = response["link"].map { String($0.dropFirst().prefix { $0 != ">" }) } ?? ""
        #expect(try await client.get(next).json[path: "data/0/quantity"] == 5)
      }
    }
  }

  @Test(
    "Wrong filters of the ledger are refused; what is no movement is 404",
    arguments: [
      ("item=X", "?item not-found"), ("location=X%20Y", "?location invalid-characters"),
      ("kind=gift", "?kind unknown-value"), ("reason=sale", "?reason unknown-value"),
      ("recorded_at=2026-01-01T00:00:00Z", "?recorded_at unknown-parameter"),
      ("occurred_at[gte]=2026-01-01T00:00:00", "?occurred_at[gte] missing-offset"),
    ])
  func wrongFilters(query: String, error: String) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/movements?\(query)")
      #expect(response.errors == [error])
      #expect(try await client.get("/v1/movements/mov_01kav5p7x6y5z4w3v2t1s0r9q8").problem == "not-found")
      #expect(try await client.get("/v1/movements/7").problem == "not-found")
    }
  }
}
