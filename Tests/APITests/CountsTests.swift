import JSON
import TestSupport
import Testing

@testable import API

@Suite("Counts over HTTP")
struct CountsTests {
  @Test("A count is begun, noted and completed, and a key completes it once")
  func wholeWay() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 10)
      let made = try await client.post("/v1/counts", #"{"reference": "C-1"}"#)
      #expect(made.status == 201, "\(made)")
      let path = try #require(made["location"])
      #expect(try made.json[path: "lines/0/expected"] == 10)
      let noted = try await client.send(
        "PUT", path + "/lines", #"{"lines": [{"item": "978-0-439-02348-1", "counted": 8}]}"#)
      #expect(noted.status == 200, "\(noted)")
      #expect(try noted.json[path: "lines/0/variance"]?.number == "-2")
      #expect(try noted.json["lines_counted"] == 1)
      let minimal = try await client.send(
        "PUT", path + "/lines", #"{"lines": [{"item": "9780439023481", "counted": 9}]}"#,
        headers: [("Prefer", "return=minimal")])
      #expect(minimal.status == 204)
      let key = [("Idempotency-Key", "end")]
      let done = try await client.post(path + "/complete", "{}", headers: key)
      #expect(done.status == 200, "\(done)")
      #expect(try done.json["state"] == "completed")
      #expect(try done.json[path: "movements/0/quantity"]?.number == "-1")
      #expect(try done.json[path: "movements/0/kind"] == "count")
      let again = try await client.post(path + "/complete", "{}", headers: key)
      #expect(again["idempotent-replayed"] == "true")
      #expect(again.text == done.text)
      let stock = try await client.get("/v1/stock/9780439023481/main")
      #expect(try stock.json["on_hand"] == 9)
      let list = try await client.get("/v1/counts?state=completed&location=main&reference=C-1")
      #expect(try list.json[path: "data/0/lines_total"] == 1)
      #expect(try list.json[path: "data/0/lines"] == nil)
      #expect(try await client.send("POST", path + "/cancel").problem == "invalid-state")
      let read = try await client.get(path)
      #expect(try await client.get(path, headers: [("If-None-Match", read.etag)]).status == 304)
    }
  }

  @Test("A blind count tells nobody what to find, and its end tells everything")
  func blind() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 10)
      let made = try await client.post("/v1/counts", #"{"blind": true, "items": ["9780439023481"]}"#)
      let path = try #require(made["location"])
      let noted = try await client.send(
        "PUT", path + "/lines", #"{"lines": [{"item": "9780439023481", "counted": 8}]}"#)
      for response in [made, noted, try await client.get(path)] {
        #expect(try response.json[path: "lines/0/expected"] == .null)
        #expect(try response.json[path: "lines/0/variance"] == .null)
      }
      let done = try await client.send("POST", path + "/complete")
      #expect(try done.json[path: "lines/0/expected"] == 10)
    }
  }

  @Test(
    "Wrong counts are refused by pointer",
    arguments: [
      (#"{"location": "nowhere", "items": ["X"]}"#, ["/location not-found", "/items/0 not-found"]),
      (#"{"items": []}"#, ["/items too-few"]),
      (#"{"items": ["9780439023481", "978-0439023481"]}"#, ["/items/1 duplicate-line"]),
      (#"{"items": ["a b"], "blind": "yes"}"#, ["/items/0 invalid-characters", "/blind wrong-type"]),
    ])
  func wrong(body: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.post("/v1/counts", body)
      #expect(response.status == 422, "\(response)")
      #expect(response.errors == errors)
    }
  }

  @Test(
    "Wrong findings are refused by pointer and note nothing",
    arguments: [
      (#"{"lines": [{"item": "9780439023481"}]}"#, ["/lines/0/counted required"]),
      (#"{"lines": [{"item": "9780439023481", "counted": -1}]}"#, ["/lines/0/counted out-of-range"]),
      (#"{"lines": [{"item": "X", "counted": 1}]}"#, ["/lines/0/item not-found"]),
      (
        #"{"lines": [{"item": "9780439023481", "counted": 1, "counted_at": "2026-03-01T12:00:00"}]}"#,
        ["/lines/0/counted_at missing-offset"]
      ),
      (
        #"{"lines": [{"item": "9780439023481", "counted": 1, "counted_at": "2036-03-01T12:00:00Z"}]}"#,
        ["/lines/0/counted_at in-the-future"]
      ),
    ])
  func wrongLines(body: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let made = try await client.post("/v1/counts", #"{"items": ["9780439023481"]}"#)
      let path = try #require(made["location"])
      let response = try await client.send("PUT", path + "/lines", body)
      #expect(response.status == 422, "\(response)")
      #expect(response.errors == errors)
      #expect(try await client.get(path).text == made.text)
    }
  }
}
