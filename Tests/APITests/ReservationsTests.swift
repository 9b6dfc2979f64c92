import Inventory
import JSON
import TestSupport
import Testing

@testable import API

@Suite("Reservations")
struct ReservationsTests {
  private static let item = TestClient.hungerGames

  private func withShop(
    _ body: @Sendable (TestClient, RepositoryFixture) async throws -> Void
  ) async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      try await client.storeBook()
      try await client.adjust(by: 10)
      try await body(client, fixture)
      #expect(client.failures.all.map(\.message) == [])
    }
  }

  @Test("A reservation is made, read, confirmed, handed out and listed")
  func life() async throws {
    try await withShop { client, _ in
      let made = try await client.post(
        "/v1/reservations",
        """
        {"reference": "cart-1", "note": "call first", "expires_in": 900,
         "lines": [{"item": "978-0-439-02348-1", "quantity": 3}]}
        """)
      #expect(made.status == 201)
      let json = try made.json
      let id = json["id"]?.text ?? ""
      #expect(made["location"] == "/v1/reservations/\(id)")
      #expect(json["state"] == "pending")
      #expect(json[path: "lines/0/sku"]?.text == Self.item)
      #expect(json[path: "lines/0/location"] == .null)
      #expect(json[path: "lines/0/allocations/0/location"] == "main")
      #expect(json[path: "lines/0/allocations/0/held"] == 3)
      let read = try await client.get("/v1/reservations/\(id)")
      #expect(try read.json == json)
      let again = try await client.post(
        "/v1/reservations", #"{"reference": "cart-1", "lines": [{"item": "\#(Self.item)", "quantity": 3}]}"#)
      #expect(again.status == 200)
      #expect(try again.json == json)
      let other = try await client.post(
        "/v1/reservations", #"{"reference": "cart-1", "lines": [{"item": "\#(Self.item)", "quantity": 4}]}"#)
      #expect(other.status == 409)
      #expect(other.problem == "reference-in-use")
      #expect(try other.json[path: "twin/id"]?.text == id)

      let confirmed = try await client.send("POST", "/v1/reservations/\(id)/confirm")
      #expect(try confirmed.json["state"] == "confirmed")
      #expect(try confirmed.json["expires_at"] == .null)
      let part = try await client.post(
        "/v1/reservations/\(id)/fulfill", #"{"lines": [{"index": 0, "quantity": 1, "location": "main"}]}"#)
      #expect(try part.json[path: "lines/0/fulfilled"] == 1)
      let tooMuch = try await client.post(
        "/v1/reservations/\(id)/fulfill", #"{"lines": [{"index": 0, "quantity": 3}]}"#)
      #expect(tooMuch.status == 409)
      #expect(tooMuch.problem == "exceeds-remainder")
      #expect(try tooMuch.json[path: "lines/0/available"] == 2)
      let edited = try await client.patch("/v1/reservations/\(id)", #"{"note": null}"#)
      #expect(try edited.json["note"] == .null)
      #expect(try edited.json["expires_at"] == .null)
      let done = try await client.send("POST", "/v1/reservations/\(id)/fulfill")
      #expect(try done.json["state"] == "fulfilled")
      let late = try await client.send("POST", "/v1/reservations/\(id)/confirm")
      #expect(late.status == 409)
      #expect(late.problem == "invalid-state")
      #expect(try late.json["state"] == "fulfilled")
      let list = try await client.get("/v1/reservations?reference=cart-1&state=fulfilled&item=\(Self.item)")
      #expect(try list.json["data"]?.elements == [done.json])
    }
  }

  @Test("A refusal has the figures of each line, and holds nothing")
  func insufficient() async throws {
    try await withShop { client, _ in
      try await client.storeBook(isbn: "9780439554930", title: "Other")
      let refused = try await client.post(
        "/v1/reservations",
        """
        {"lines": [{"item": "\(Self.item)", "quantity": 11}, {"item": "9780439554930", "quantity": 2}]}
        """)
      #expect(refused.status == 409)
      #expect(refused.problem == "insufficient-stock")
      #expect(refused.errors == ["/lines/0 insufficient-stock", "/lines/1 insufficient-stock"])
      #expect(try refused.json[path: "lines/0/wanted"] == 11)
      #expect(try refused.json[path: "lines/0/available"] == 10)
      #expect(try refused.json[path: "lines/1/available"] == 0)
      let partial = try await client.post(
        "/v1/reservations", #"{"partial": true, "lines": [{"item": "\#(Self.item)", "quantity": 12}]}"#)
      #expect(partial.status == 201)
      #expect(try partial.json[path: "lines/0/held"] == 10)
      #expect(try partial.json[path: "lines/0/missing"] == 2)
      let availability = try await client.post(
        "/v1/availability", #"{"lines": [{"item": "\#(Self.item)", "quantity": 1}]}"#)
      #expect(try availability.json["fits"] == false)
    }
  }

  @Test("What has run out is 409 reservation-expired, and confirmed again while the copies are there")
  func expired() async throws {
    try await withShop { client, fixture in
      let made = try await client.post(
        "/v1/reservations", #"{"expires_in": 60, "lines": [{"item": "\#(Self.item)", "quantity": 8}]}"#)
      let path = "/v1/reservations/\(try made.json["id"]?.text ?? "")"
      try await fixture.advanceClock(seconds: 61)
      let read = try await client.get(path).json
      #expect(read["state"] == "expired")
      #expect(read[path: "lines/0/expired"] == 8)
      let late = try await client.send("POST", "\(path)/fulfill")
      #expect(late.problem == "reservation-expired")
      #expect(try await client.patch(path, #"{"expires_in": 60}"#).problem == "reservation-expired")
      try await client.adjust(by: -5)
      let refused = try await client.send("POST", "\(path)/confirm")
      #expect(refused.problem == "reservation-expired")
      #expect(try refused.json[path: "lines/0/wanted"] == 8)
      #expect(try refused.json[path: "lines/0/available"] == 5)
      try await client.adjust(by: 3)
      let confirmed = try await client.post("\(path)/confirm", #"{"expires_in": 60}"#)
      #expect(confirmed.status == 200)
      #expect(try confirmed.json["state"] == "confirmed")
      #expect(try confirmed.json[path: "lines/0/held"] == 8)
    }
  }

  @Test("An end of null is no end, wherever it is said")
  func noEnd() async throws {
    try await withShop { client, _ in
      for end in [#""expires_in": null,"#, #""expires_at": null,"#, ""] {
        let made = try await client.post(
          "/v1/reservations", "{\(end) \"lines\": [{\"item\": \"\(Self.item)\", \"quantity\": 1}]}")
        #expect(made.status == 201)
        #expect(try made.json["expires_at"] == .null)
      }
      let made = try await client.post(
        "/v1/reservations",
        #"{"expires_at": "2026-03-02T09:00:00+01:00", "lines": [{"item": "\#(Self.item)", "quantity": 1}]}"#)
      #expect(try made.json["expires_at"] == "2026-03-02T08:00:00.000000Z")
      let path = "/v1/reservations/\(try made.json["id"]?.text ?? "")"
      let kept = try await client.patch(path, #"{"note": "x"}"#)
      #expect(try kept.json["expires_at"] == "2026-03-02T08:00:00.000000Z")
      let ended = try await client.patch(path, #"{"expires_at": null}"#)
      #expect(try ended.json["expires_at"] == .null)
    }
  }

  @Test("A forced decrease takes promised copies, and the reservation says so")
  func forced() async throws {
    try await withShop { client, _ in
      let made = try await client.post(
        "/v1/reservations", #"{"lines": [{"item": "\#(Self.item)", "quantity": 8}]}"#)
      let lines = #""lines": [{"item": "\#(Self.item)", "delta": -5}]"#
      let refused = try await client.post("/v1/adjustments", #"{"reason": "lost", \#(lines)}"#)
      #expect(refused.problem == "held-stock")
      #expect(try refused.json[path: "lines/0/available"] == 2)
      let forced = try await client.post("/v1/adjustments", #"{"reason": "lost", "force": true, \#(lines)}"#)
      #expect(forced.status == 201)
      #expect(try forced.json[path: "levels/0/held"] == 5)
      let path = "/v1/reservations/\(try made.json["id"]?.text ?? "")"
      #expect(try await client.get(path).json[path: "lines/0/short"] == 3)
    }
  }
}
