import JSON
import TestSupport
import Testing

@testable import API

@Suite("Reversals and the second ledger")
struct ReversalsTests {
  @Test("A movement is reversed by a row that names it, once")
  func reverse() async throws {
    try await withClient { client in
      let id = try await client.receive(5)
      let response = try await client.post(
        "/v1/movements/\(id)/reverse", #"{"reason": "found", "note": "wrong book"}"#)
      #expect(response.status == 201)
      let row = try response.json
      #expect(row["kind"] == "reversal" && row["reason"] == "found" && row["note"] == "wrong book")
      #expect(row["quantity"] == -5 && row["balance_after"] == 0)
      #expect(row["document"] == .string(id))
      let reversal = row["id"]?.text ?? ""
      #expect(response["location"] == "/v1/movements/\(reversal)")
      #expect(try await client.get("/v1/movements/\(reversal)").json == row)

      let again = try await client.post("/v1/movements/\(id)/reverse", nil)
      #expect(again.status == 409 && again.problem == "already-reversed")
      #expect(try again.json[path: "twin/id"] == .string(reversal))
      let back = try await client.post("/v1/movements/\(reversal)/reverse", nil)
      #expect(back.status == 409 && back.problem == "not-reversible")
    }
  }

  @Test("The same key reverses once, and answers as it did")
  func idempotent() async throws {
    try await withClient { client in
      let id = try await client.receive(5)
      let first = try await client.post(
        "/v1/movements/\(id)/reverse", nil, headers: [("Idempotency-Key", "once")])
      let second = try await client.post(
        "/v1/movements/\(id)/reverse", nil, headers: [("Idempotency-Key", "\"once\"")])
      #expect(first.status == 201 && second.status == 201)
      #expect(second["idempotent-replayed"] == "true")
      #expect(second.text == first.text)
    }
  }

  @Test("Copies that are gone are not taken back; the answer has the figures and points nowhere")
  func refused() async throws {
    try await withClient { client in
      let id = try await client.receive(5)
      try await client.adjust(by: -2, reason: "sold")
      let response = try await client.post("/v1/movements/\(id)/reverse", nil)
      #expect(response.status == 409 && response.problem == "insufficient-stock")
      #expect(response.errors == [])
      #expect(try response.json[path: "lines/0/wanted"] == 5)
      #expect(try response.json[path: "lines/0/available"] == 3)
      #expect(try await client.get("/v1/movements").json["data"]?.elements.count == 2)
    }
  }

  @Test("A receipt is not taken back when its copies went back to the supplier")
  func gone() async throws {
    try await withClient { client in
      try await client.storeBook()
      let lines = #""lines": [{"item": "9780439023481", "quantity": 3}]}"#
      let receipt = try await client.post("/v1/receipts", "{" + lines).json["id"]?.text ?? ""
      let id = try await client.get("/v1/movements").json[path: "data/0/id"]?.text ?? ""
      let back = try await client.post(
        "/v1/returns", #"{"kind": "supplier", "receipt": "\#(receipt)", "# + lines)
      #expect(back.status == 201)
      // Others on the shelf are not those of the receipt.
      try await client.adjust(by: 5, reason: "found")
      let response = try await client.post("/v1/movements/\(id)/reverse", nil)
      #expect(response.status == 409 && response.problem == "exceeds-remainder")
      #expect(response.errors == [])
      #expect(try response.json[path: "lines/0/wanted"] == 3)
      #expect(try response.json[path: "lines/0/available"] == 0)
      #expect(try await client.get("/v1/stock/9780439023481/main").json["on_hand"] == 5)
    }
  }

  @Test(
    "Wrong reversals are refused and change nothing",
    arguments: [
      (#"{"reason": "lots"}"#, ["/reason unknown-value"]), (#"{"reason": null}"#, ["/reason wrong-type"]),
      (#"{"note": ""}"#, ["/note blank"]), (#"{"lines": []}"#, ["/lines unknown-member"]),
      ("[]", [" wrong-type"]),
    ])
  func invalid(body: String, errors: [String]) async throws {
    try await withClient { client in
      let id = try await client.receive(5)
      let response = try await client.post("/v1/movements/\(id)/reverse", body)
      #expect(response.status == 422)
      #expect(response.errors == errors)
      #expect(try await client.post("/v1/movements/7/reverse", nil).problem == "not-found")
      #expect(
        try await client.post("/v1/movements/mov_01kav5p7x6y5z4w3v2t1s0r9q8/reverse", nil).problem
          == "not-found")
      #expect(try await client.get("/v1/movements").json["data"]?.elements.count == 1)
    }
  }

  @Test(
    "The second ledger is listed newest first and filtered",
    arguments: [
      ("", ["-2", "1", "2"]), ("item=9780439023481", ["-2", "1", "2"]), ("location=main", ["-2", "1", "2"]),
      ("bucket=held", ["-2", "1", "2"]), ("bucket=incoming", []), ("kind=release", ["-2"]),
      ("reference=R-2", ["1"]), ("recorded_at[gte]=2020-01-01T00:00:00Z", ["-2", "1", "2"]),
      ("recorded_at[lte]=2020-01-01T00:00:00Z", []), ("limit=2", ["-2", "1"]),
    ])
  func commitments(query: String, quantities: [String]) async throws {
    try await withClient { client in
      _ = try await client.receive(5)
      let hold = { (reference: String, quantity: Int) in
        #"{"reference": "\#(reference)", "lines": [{"item": "9780439023481", "quantity": \#(quantity)}]}"#
      }
      let first = try await client.post("/v1/reservations", hold("R-1", 2)).json["id"]?.text ?? ""
      #expect(try await client.post("/v1/reservations", hold("R-2", 1)).status == 201)
      #expect(try await client.post("/v1/reservations/\(first)/release", nil).status == 200)
      let response = try await client.get("/v1/commitments?\(query)")
      #expect(try response.json["data"]?.elements.compactMap { $0["quantity"]?.number } == quantities)
      if query == "limit=2" {
        let next = response["link"].map { String($0.dropFirst().prefix { $0 != ">" }) } ?? ""
        #expect(try await client.get(next).json[path: "data/0/quantity"] == 2)
      }
    }
  }

  @Test(
    "Wrong filters of the second ledger are refused",
    arguments: [
      ("item=X", "?item not-found"), ("bucket=on_hand", "?bucket unknown-value"),
      ("reason=sold", "?reason unknown-parameter"),
      ("recorded_at[gte]=2026-01-01T00:00:00", "?recorded_at[gte] missing-offset"),
    ])
  func wrongFilters(query: String, error: String) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/commitments?\(query)")
      #expect(response.errors == [error])
    }
  }
}

extension TestClient {
  /// Stores the book, receives copies of it, and names the movement.
  fileprivate func receive(_ quantity: Int) async throws -> String {
    try await storeBook()
    let response = try await post(
      "/v1/adjustments",
      #"{"reason": "received", "lines": [{"item": "9780439023481", "delta": \#(quantity)}]}"#)
    return try response.json[path: "movements/0/id"]?.text ?? ""
  }
}
