import JSON
import TestSupport
import Testing

@testable import API

@Suite("Purchase orders, receipts and returns")
struct PurchasingTests {
  @Test("Copies are ordered, come, and the rest is called off")
  func ordersAndReceives() async throws {
    try await withClient { client in
      try await client.storeBook()
      let ordered = try await client.post(
        "/v1/purchase-orders",
        """
        {"supplier": "Libri", "reference": "PO-1", "expected_at": "2026-12-01T09:00:00+01:00",
         "lines": [{"item": "978-0-439-02348-1", "quantity": 10}]}
        """)
      #expect(ordered.status == 201)
      let order = try ordered.json
      let id = order["id"]?.text ?? ""
      #expect(ordered["location"] == "/v1/purchase-orders/\(id)")
      #expect(order["state"] == "open" && order["expected_at"] == "2026-12-01T08:00:00.000000Z")
      #expect(order[path: "lines/0/outstanding"] == 10 && order["location_code"] == "main")
      #expect(try await client.level()["incoming"] == 10)

      let over = try await client.receive(#""purchase_order": "\#(id)""#, quantity: 11)
      #expect(
        over.status == 409 && over.problem == "over-receipt" && over.errors == ["/lines/0 over-receipt"])
      #expect(try over.json[path: "lines/0/available"] == 10)
      let received = try await client.receive(
        #""purchase_order": "\#(id)", "reference": "DN-1""#, quantity: 4)
      #expect(received.status == 201)
      #expect(try received.json["supplier"] == "Libri")
      let again = try await client.receive(#""purchase_order": "\#(id)", "reference": "DN-1""#, quantity: 4)
      #expect(again.status == 200)
      #expect(try again.json == received.json)
      #expect(try await client.get("/v1/purchase-orders/\(id)").json["state"] == "partially_received")

      let closed = try await client.post("/v1/purchase-orders/\(id)/cancel", nil)
      #expect(closed.status == 200)
      #expect(try closed.json["state"] == "closed" && closed.json[path: "lines/0/cancelled"] == 6)
      let level = try await client.level()
      #expect(level["incoming"] == 0 && level["on_hand"] == 4)
      let late = try await client.receive(#""purchase_order": "\#(id)""#, quantity: 1)
      #expect(late.status == 409 && late.problem == "invalid-state")
      #expect(try await client.get("/v1/receipts?purchase_order=\(id)").json["data"]?.elements.count == 1)
      #expect(
        try await client.get("/v1/purchase-orders?state=closed&supplier=Libri").json["data"]?.elements.count
          == 1)
    }
  }

  @Test("Copies come back from customers and go back to suppliers")
  func returns() async throws {
    try await withClient { client in
      try await client.storeBook()
      let receipt =
        try await client.receive(
          #""supplier": "Libri""#, quantity: 5, #", "returnable_until": "2020-01-01T00:00:00Z""#
        ).json["id"]?.text ?? ""
      let customer = try await client.post(
        "/v1/returns",
        """
        {"kind": "customer", "reason": "damaged", "lines": [
          {"item": "9780439023481", "quantity": 1, "into": "stock", "condition": "very_good"},
          {"item": "9780439023481", "quantity": 2, "into": "damaged"}]}
        """)
      #expect(customer.status == 201)
      let booked = try customer.json
      #expect(booked[path: "lines/0/sku"] == "9780439023481-very_good")
      #expect(booked[path: "lines/0/into"] == "stock" && booked[path: "lines/1/into"] == "damaged")
      #expect(booked["reason"] == "damaged" && booked["receipt"] == .null)
      let id = booked["id"]?.text ?? ""
      #expect(try await client.get("/v1/returns/\(id)").json == booked)
      #expect(try await client.get("/v1/items/9780439023481-very_good").json["condition"] == "very_good")

      let line = { (quantity: Int, more: String) in
        #"{"kind": "supplier", "receipt": "\#(receipt)"\#(more), "lines": [{"item": "9780439023481", "quantity": \#(quantity)}]}"#
      }
      let closed = try await client.post("/v1/returns", line(1, ""))
      #expect(closed.status == 409 && closed.problem == "return-window-closed")
      #expect(closed.errors == ["/lines/0 return-window-closed"])
      let many = try await client.post("/v1/returns", line(6, #", "force": true"#))
      #expect(many.status == 409 && many.problem == "exceeds-remainder")
      let forced = try await client.post("/v1/returns", line(2, #", "force": true"#))
      #expect(forced.status == 201)
      #expect(try forced.json["supplier"] == "Libri" && forced.json[path: "lines/0/from"] == .null)
      #expect(try await client.get("/v1/receipts/\(receipt)").json[path: "lines/0/returned"] == 2)
      let level = try await client.level()
      #expect(level["on_hand"] == 5 && level[path: "unavailable/damaged"] == 2)
      #expect(
        try await client.get("/v1/returns?kind=supplier&receipt=\(receipt)").json["data"]?.elements.count == 1
      )
    }
  }

  @Test(
    "Wrong documents are refused by pointer and change nothing",
    arguments: [
      ("purchase-orders", "{}", ["/supplier required", "/lines required"]),
      ("purchase-orders", #"{"supplier": "L", "lines": []}"#, ["/lines too-few"]),
      (
        "purchase-orders", #"{"supplier": " ", "lines": [{"item": "X", "quantity": 0}]}"#,
        ["/supplier blank", "/lines/0/quantity out-of-range"]
      ),
      (
        "purchase-orders", #"{"supplier": "L", "lines": [{"item": "X", "quantity": 1.5}]}"#,
        ["/lines/0/quantity not-an-integer"]
      ),
      (
        "purchase-orders", #"{"supplier": "L", "lines": [{"item": "X", "quantity": 1000000001}]}"#,
        ["/lines/0/quantity out-of-range"]
      ),
      (
        "purchase-orders", #"{"supplier": "L", "lines": [{"item": "X", "quantity": -1}]}"#,
        ["/lines/0/quantity out-of-range"]
      ),
      (
        "purchase-orders",
        #"{"supplier": "L", "lines": [{"item": "X", "quantity": 1}, {"item": "X", "quantity": 1}]}"#,
        ["/lines/1 duplicate-line"]
      ),
      (
        "purchase-orders", #"{"supplier": "L", "location": "g", "lines": [{"item": "X", "quantity": 1}]}"#,
        ["/location not-found", "/lines/0/item not-found"]
      ),
      (
        "purchase-orders",
        #"{"supplier": "L", "expected_at": "2026-01-01T00:00:00", "lines": [{"item": "X", "quantity": 1}]}"#,
        ["/expected_at missing-offset"]
      ),
      ("receipts", #"{"lines": [{"item": "X"}]}"#, ["/lines/0/quantity required"]),
      (
        "receipts", #"{"lines": [{"item": "X", "quantity": 1, "bucket": "held_back"}]}"#,
        ["/lines/0/bucket unknown-value"]
      ),
      (
        "receipts", #"{"purchase_order": "7", "lines": [{"item": "X", "quantity": 1}]}"#,
        ["/purchase_order bad-id"]
      ),
      (
        "receipts",
        #"{"purchase_order": "po_01kav5p7x6y5z4w3v2t1s0r9qd", "lines": [{"item": "9780439023481", "quantity": 1}]}"#,
        ["/purchase_order not-found"]
      ),
      (
        "receipts",
        #"{"purchase_order": "po_01kav5p7x6y5z4w3v2t1s0r9qd", "supplier": "L", "lines": [{"item": "X", "quantity": 1}]}"#,
        ["/supplier said-by-order"]
      ),
      (
        "receipts",
        #"{"lines": [{"item": "X", "quantity": 1}, {"item": "X", "quantity": 1, "bucket": "damaged"}, {"item": "X", "quantity": 1, "bucket": "on_hand"}]}"#,
        ["/lines/2 duplicate-line"]
      ),
      (
        "receipts",
        #"{"lines": [{"item": "978-0439023481", "quantity": 1}, {"item": "9780439023482", "quantity": 1}]}"#,
        ["/lines/1/item not-found"]
      ),
      ("returns", #"{"lines": [{"item": "X", "quantity": 1}]}"#, ["/kind required"]),
      ("returns", #"{"kind": "buyer", "lines": [{"item": "X", "quantity": 1}]}"#, ["/kind unknown-value"]),
      (
        "returns", #"{"kind": "customer", "lines": [{"item": "X", "quantity": 1}]}"#,
        ["/lines/0/into required"]
      ),
      (
        "returns",
        #"{"kind": "customer", "force": true, "receipt": "rcp_01kav5p7x6y5z4w3v2t1s0r9qe", "lines": [{"item": "X", "quantity": 1, "into": "stock", "from": "on_hand"}]}"#,
        ["/receipt other-kind", "/force other-kind", "/lines/0/from other-kind"]
      ),
      (
        "returns",
        #"{"kind": "customer", "lines": [{"item": "X", "quantity": 1, "into": "shelf", "condition": "mint"}]}"#,
        ["/lines/0/into unknown-value", "/lines/0/condition unknown-value"]
      ),
      ("returns", #"{"kind": "supplier", "lines": [{"item": "X", "quantity": 1}]}"#, ["/receipt required"]),
      (
        "returns", #"{"kind": "supplier", "receipt": null, "lines": [{"item": "X", "quantity": 1}]}"#,
        ["/receipt required"]
      ),
      (
        "returns",
        #"{"kind": "supplier", "receipt": "rcp_01kav5p7x6y5z4w3v2t1s0r9qe", "location": "main", "lines": [{"item": "X", "quantity": 1, "into": "stock"}]}"#,
        ["/location other-kind", "/lines/0/into other-kind"]
      ),
      (
        "returns",
        #"{"kind": "supplier", "receipt": "rcp_01kav5p7x6y5z4w3v2t1s0r9qe", "lines": [{"item": "9780439023481", "quantity": 1}]}"#,
        ["/receipt not-found"]
      ),
    ])
  func invalid(path: String, body: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.post("/v1/\(path)", body)
      #expect(response.status == 422 && response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
      #expect(try await client.get("/v1/movements").json["data"] == [])
      #expect(try await client.get("/v1/commitments").json["data"] == [])
      #expect(try await client.get("/v1/\(path)").json["data"] == [])
    }
  }

  @Test("An idempotency key books a receipt once")
  func idempotent() async throws {
    try await withClient { client in
      try await client.storeBook()
      let first = try await client.receive("\"note\": \"x\"", quantity: 2, key: "k")
      let second = try await client.receive("\"note\": \"x\"", quantity: 2, key: "k")
      #expect(first.status == 201 && second.status == 201 && second["idempotent-replayed"] == "true")
      #expect(second.text == first.text && second["location"] == first["location"])
      #expect(
        try await client.receive("\"note\": \"x\"", quantity: 3, key: "k").problem == "idempotency-key-reused"
      )
      #expect(try await client.level()["on_hand"] == 2)
    }
  }

  @Test("What is no document is 404", arguments: ["purchase-orders", "receipts", "returns"])
  func missing(path: String) async throws {
    try await withClient { client in
      #expect(try await client.get("/v1/\(path)/7").problem == "not-found")
      let id = ["purchase-orders": "po", "receipts": "rcp", "returns": "ret"][path] ?? ""
      let response = try await client.get("/v1/\(path)/\(id)_01kav5p7x6y5z4w3v2t1s0r9qe")
      #expect(response.problem == "not-found")
      let filtered = try await client.get("/v1/\(path)?location=nowhere")
      #expect(filtered.errors == ["?location not-found"])
    }
  }
}

extension TestClient {
  /// Takes copies in.
  fileprivate func receive(
    _ members: String, quantity: Int, _ more: String = "", key: String? = nil
  ) async throws -> TestResponse {
    try await post(
      "/v1/receipts",
      #"{\#(members), "lines": [{"item": "9780439023481", "quantity": \#(quantity)\#(more)}]}"#,
      headers: key.map { [("Idempotency-Key", $0)] } ?? [])
  }

  /// The level of the book's new item at main.
  fileprivate func level() async throws -> JSONValue {
    try await get("/v1/stock/9780439023481/main").json
  }
}
