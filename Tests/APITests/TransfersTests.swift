import JSON
import TestSupport
import Testing

@testable import API

@Suite("Transfers over HTTP")
struct TransfersTests {
  @Test("A transfer goes its way, and a key makes each step happen once")
  func wholeWay() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 10)
      _ = try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#)
      let key = [("Idempotency-Key", "van-1")]
      let body =
        #"{"from": "main", "to": "graz", "reference": "V-1", "lines": [{"item": "978-0-439-02348-1", "quantity": 4}]}"#
      let made = try await client.post("/v1/transfers", body, headers: key)
      #expect(made.status == 201)
      let path = try #require(made["location"])
      let again = try await client.post("/v1/transfers", body, headers: key)
      #expect(again["idempotent-replayed"] == "true")
      #expect(again.text == made.text)
      let same = try await client.post("/v1/transfers", body)
      #expect(same.status == 200)
      #expect(same["idempotent-replayed"] == nil)

      let shipped = try await client.send("POST", path + "/ship")
      #expect(shipped.status == 200, "\(shipped)")
      #expect(try shipped.json["state"] == "in_transit")
      #expect(try shipped.json[path: "lines/0/in_transit"] == 4)
      let stock = try await client.get("/v1/stock/\(TestClient.hungerGames)/graz")
      #expect(try stock.json["in_transit"] == 4)

      let received = try await client.post(
        path + "/receive", #"{"lines": [{"item": "9780439023481", "quantity": 3}]}"#)
      #expect(try received.json["state"] == "received")
      #expect(try received.json[path: "lines/0/variance"]?.number == "-1")
      let read = try await client.get(path)
      #expect(read.text == received.text)
      let unchanged = try await client.get(path, headers: [("If-None-Match", read.etag)])
      #expect(unchanged.status == 304)
      let refused = try await client.send("POST", path + "/cancel")
      #expect(refused.problem == "invalid-state")
      #expect(try refused.json["state"] == "received")
      let id = try read.json["id"]
      for query in ["", "?state=received", "?reference=V-1", "?location=graz"] {
        let list = try await client.get("/v1/transfers" + query)
        #expect(try list.json[path: "data/0/id"] == id)
      }
      #expect(try await client.get("/v1/transfers?state=draft").json["data"]?.elements.isEmpty == true)
    }
  }

  @Test("What cannot be shipped is refused with figures, and nothing changes")
  func refusal() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 5)
      _ = try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#)
      let item = TestClient.hungerGames
      _ = try await client.post("/v1/reservations", #"{"lines": [{"item": "\#(item)", "quantity": 3}]}"#)
      let made = try await client.post(
        "/v1/transfers", #"{"from": "main", "to": "graz", "lines": [{"item": "\#(item)", "quantity": 3}]}"#)
      let path = try #require(made["location"])
      let refused = try await client.send("POST", path + "/ship")
      #expect(refused.problem == "held-stock")
      #expect(try refused.json[path: "lines/0/available"] == 2)
      #expect(refused.errors == ["/lines/0 held-stock"])
      #expect(try await client.get(path).json["state"] == "draft")
    }
  }

  @Test(
    "Wrong transfers are refused by pointer",
    arguments: [
      ("{}", ["/from required", "/to required", "/lines required"]),
      (
        #"{"from": "main", "to": "main", "lines": [{"item": "X", "quantity": 1}]}"#,
        [
          "/to same-location", "/lines/0/item not-found",
        ]
      ),
      (
        #"{"from": "main", "to": "graz", "lines": [{"item": "9780439023481", "quantity": 0}]}"#,
        [
          "/lines/0/quantity out-of-range"
        ]
      ),
      (
        #"{"from": "main", "to": "graz", "lines": [{"item": "9780439023481", "quantity": 1.5}]}"#,
        [
          "/lines/0/quantity not-an-integer"
        ]
      ),
      (
        #"{"from": "main", "to": "graz", "lines": [{"item": "9780439023481", "quantity": 1000000001}]}"#,
        [
          "/lines/0/quantity out-of-range"
        ]
      ),
      (
        #"{"from": "nowhere", "to": "graz", "lines": [{"item": "9780439023481", "quantity": 1}]}"#,
        [
          "/from not-found"
        ]
      ),
      (
        #"{"from": "main", "to": "graz", "lines": [{"item": "9780439023481", "quantity": 1}, {"item": "978-0439023481", "quantity": 1}]}"#,
        ["/lines/1 duplicate-line"]
      ),
      (#"{"from": "main", "to": "graz", "lines": []}"#, ["/lines too-few"]),
      (
        #"{"from": "main", "to": "graz", "reference": "", "colour": 1, "lines": [{"item": "9780439023481", "quantity": 1}]}"#,
        [
          "/colour unknown-member", "/reference blank",
        ]
      ),
    ])
  func wrong(body: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      _ = try await client.post("/v1/locations", #"{"code": "graz", "name": "Graz"}"#)
      let response = try await client.post("/v1/transfers", body, headers: [("Idempotency-Key", "k")])
      #expect(response.status == 422, "\(response)")
      #expect(response.errors == errors)
      #expect(try await client.get("/v1/transfers").json["data"]?.elements.isEmpty == true)
    }
  }

  @Test("501 lines are too many")
  func tooMany() async throws {
    try await withClient { client in
      let lines = (0...500).map { #"{"item": "S\#($0)", "quantity": 1}"# }.joined(separator: ", ")
      let response = try await client.post(
        "/v1/transfers", #"{"from": "main", "to": "graz", "lines": [\#(lines)]}"#)
      #expect(response.errors == ["/lines too-many"])
    }
  }

  @Test("What is no transfer is not found", arguments: ["trf_1", "res_01kav5p7x6y5z4w3v2t1s0r9qb", "x"])
  func notFound(id: String) async throws {
    try await withClient { client in
      let read = try await client.get("/v1/transfers/\(id)")
      #expect(read.status == 404)
      let shipped = try await client.send("POST", "/v1/transfers/\(id)/ship")
      #expect(shipped.status == 404)
    }
  }
}
