import JSON
import TestSupport
import Testing

@testable import API

/// Bad input: a precise answer, nothing changed, no key stored.
@Suite("Content of reservations")
struct ReservationContentTests {
  private static let item = TestClient.hungerGames

  /// Sends the content with a key that must be as new as before afterwards.
  private func refuses(
    _ path: String, _ content: String, _ status: Int, _ problem: String, _ errors: [String]?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 10)
      let old = try await client.storeBook(isbn: "9780439554930", title: "Old")
      #expect(try await client.send("DELETE", "/v1/books/\(old)").status == 200)
      let closed = #"{"code": "closed", "name": "Closed", "active": false}"#
      #expect(try await client.post("/v1/locations", closed).status == 201)
      let made = try await client.post(
        "/v1/reservations", #"{"lines": [{"item": "\#(Self.item)", "quantity": 4}]}"#)
      let id = try made.json["id"]?.text ?? ""
      let item = try await client.get("/v1/items/\(Self.item)").json["id"]?.text ?? ""
      let key = [("Idempotency-Key", "k")]
      let target = path.replacing("ID", with: id)
      let response = try await client.post(
        target, content.replacing("ITEM", with: item), headers: path == "/v1/availability" ? [] : key)
      #expect(response.status == status, "\(response)", sourceLocation: sourceLocation)
      #expect(response.problem == problem, "\(response)", sourceLocation: sourceLocation)
      if let errors { #expect(response.errors == errors, "\(response)", sourceLocation: sourceLocation) }
      #expect(try await client.get("/v1/reservations/\(id)").json == made.json)
      let level = try await client.get("/v1/stock/\(Self.item)/main").json
      #expect(level["held"] == 4)
      #expect(level["on_hand"] == 10)
      let good = try await client.post(
        "/v1/reservations", #"{"lines": [{"item": "\#(Self.item)", "quantity": 1}]}"#, headers: key)
      #expect(good.status == 201, "the key was stored: \(good)", sourceLocation: sourceLocation)
      #expect(good["idempotent-replayed"] == nil, sourceLocation: sourceLocation)
    }
  }

  private static func lines(_ lines: String) -> String { #"{"lines": [\#(lines)]}"# }

  @Test(
    "Lines that cannot be are refused by pointer, in reservations and availability alike",
    arguments: ["/v1/reservations", "/v1/availability"],
    [
      ("{}", ["/lines required"]),
      (lines(""), ["/lines too-few"]),
      (lines(#"{"item": "X", "quantity": 0}"#), ["/lines/0/quantity out-of-range"]),
      (lines(#"{"item": "X", "quantity": -1}"#), ["/lines/0/quantity out-of-range"]),
      (lines(#"{"item": "X", "quantity": 1.5}"#), ["/lines/0/quantity not-an-integer"]),
      (lines(#"{"item": "X", "quantity": 1e3}"#), ["/lines/0/quantity not-an-integer"]),
      (lines(#"{"item": "X", "quantity": "1"}"#), ["/lines/0/quantity wrong-type"]),
      (lines(#"{"item": "X", "quantity": null}"#), ["/lines/0/quantity wrong-type"]),
      (lines(#"{"item": "X", "quantity": 1000000001}"#), ["/lines/0/quantity out-of-range"]),
      (lines(#"{"item": "X", "quantity": 99999999999999999999}"#), ["/lines/0/quantity out-of-range"]),
      (
        lines(#"{"item": "X"}, {"quantity": 1}, {"item": "X", "quantity": 1, "color": 1}"#),
        ["/lines/0/quantity required", "/lines/1/item required", "/lines/2/color unknown-member"]
      ),
      (
        lines(#"{"item": "X", "quantity": 1}, {"item": "Y", "quantity": 1}, {"item": "X", "quantity": 2}"#),
        ["/lines/2 duplicate-line"]
      ),
      (
        lines(#"{"item": "9780439023481", "quantity": 1}, {"item": "ITEM", "quantity": 2}"#),
        ["/lines/1/item duplicate-line"]
      ),
      (
        lines(
          #"{"item": "9780439023481", "location": "main", "quantity": 1}, "#
            + #"{"item": "ITEM", "location": "main", "quantity": 2}"#),
        ["/lines/1/item duplicate-line"]
      ),
      (
        lines(
          #"{"item": "X", "quantity": 1}, {"item": "9780439023481", "location": "nowhere", "quantity": 1}, "#
            + #"{"item": "9780439023481", "location": "closed", "quantity": 1}"#),
        ["/lines/0/item not-found", "/lines/1/location not-found", "/lines/2/location inactive"]
      ),
    ] as [(String, [String])])
  func badLines(path: String, refusal: (content: String, errors: [String])) async throws {
    try await refuses(path, refusal.content, 422, "invalid-content", refusal.errors)
  }

  @Test("501 lines are too many, 500 are not")
  func manyLines() async throws {
    try await refuses("/v1/reservations", Self.many(501), 422, "invalid-content", ["/lines too-many"])
    // These are read, and none of them names anything.
    try await withClient { client in
      let response = try await client.post("/v1/reservations", Self.many(500))
      #expect(response.errors.first == "/lines/0/item not-found")
    }
  }

  private static func many(_ count: Int) -> String {
    lines((0..<count).map { #"{"item": "SKU-\#($0)", "quantity": 1}"# }.joined(separator: ","))
  }

  @Test("The items of an archived book are held no more")
  func archived() async throws {
    try await withClient { client in
      let book = try await client.storeBook()
      let item = try await client.get("/v1/items/\(Self.item)").json["id"]?.text ?? ""
      #expect(try await client.send("DELETE", "/v1/books/\(book)").status == 200)
      for path in ["/v1/reservations", "/v1/availability"] {
        let response = try await client.post(path, Self.lines(#"{"item": "\#(item)", "quantity": 1}"#))
        #expect(response.errors == ["/lines/0/item archived"])
      }
    }
  }

  @Test(
    "Ends that cannot be are refused, in a reservation, a confirmation and an edit alike",
    arguments: [
      (#""expires_in": 0"#, ["/expires_in out-of-range"]),
      (#""expires_in": -5"#, ["/expires_in out-of-range"]),
      (#""expires_in": 31536001"#, ["/expires_in out-of-range"]),
      (#""expires_in": 0.5"#, ["/expires_in not-an-integer"]),
      (#""expires_in": "60""#, ["/expires_in wrong-type"]),
      (#""expires_at": "2026-03-02T09:00:00""#, ["/expires_at missing-offset"]),
      (#""expires_at": "2026-02-28T23:59:59Z""#, ["/expires_at not-in-future"]),
      (#""expires_at": "2027-03-03T12:00:00Z""#, ["/expires_at too-far"]),
      (#""expires_at": "9999-12-31T23:59:59Z""#, ["/expires_at too-far"]),
      (#""expires_at": 1772366400"#, ["/expires_at wrong-type"]),
      (#""expires_in": 60, "expires_at": "2026-03-02T09:00:00Z""#, ["/expires_at several-ends"]),
    ] as [(String, [String])])
  func badEnds(members: String, errors: [String]) async throws {
    let line = #""lines": [{"item": "\#(Self.item)", "quantity": 1}]"#
    try await refuses("/v1/reservations", "{\(line), \(members)}", 422, "invalid-content", errors)
    try await refuses("/v1/reservations/ID/confirm", "{\(members)}", 422, "invalid-content", errors)
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 1)
      let made = try await client.post("/v1/reservations", "{\(line)}")
      let path = "/v1/reservations/\(try made.json["id"]?.text ?? "")"
      let response = try await client.patch(path, "{\(members)}")
      #expect(response.errors == errors)
      #expect(try await client.get(path).json == made.json)
    }
  }

  @Test(
    "Other members that cannot be are refused by pointer",
    arguments: [
      (#""reference": """#, ["/reference blank"]),
      (#""reference": "\#(String(repeating: "r", count: 256))""#, ["/reference too-long"]),
      (#""note": "\#(String(repeating: "n", count: 1001))""#, ["/note too-long"]),
      (#""partial": "yes""#, ["/partial wrong-type"]),
      (#""replace": true"#, ["/reference required"]),
      (#""expire_in": 60"#, ["/expire_in unknown-member"]),
    ] as [(String, [String])])
  func badMembers(member: String, errors: [String]) async throws {
    let line = #""lines": [{"item": "\#(Self.item)", "quantity": 1}]"#
    try await refuses("/v1/reservations", "{\(line), \(member)}", 422, "invalid-content", errors)
  }

  @Test(
    "Parts that cannot be are refused by pointer",
    arguments: ["fulfill", "release"],
    [
      (lines(""), 422, "invalid-content", ["/lines too-few"]),
      (lines(#"{"quantity": 1}"#), 422, "invalid-content", ["/lines/0/index required"]),
      (lines(#"{"index": 0}"#), 422, "invalid-content", ["/lines/0/quantity required"]),
      (lines(#"{"index": -1, "quantity": 1}"#), 422, "invalid-content", ["/lines/0/index out-of-range"]),
      (lines(#"{"index": 500, "quantity": 1}"#), 422, "invalid-content", ["/lines/0/index out-of-range"]),
      (lines(#"{"index": 0, "quantity": 0}"#), 422, "invalid-content", ["/lines/0/quantity out-of-range"]),
      (
        lines(#"{"index": 0, "quantity": 1, "location": "nowhere"}"#), 422, "invalid-content",
        ["/lines/0/location not-found"]
      ),
      (lines(#"{"index": 3, "quantity": 1}"#), 409, "exceeds-remainder", ["/lines/0 exceeds-remainder"]),
      (lines(#"{"index": 0, "quantity": 5}"#), 409, "exceeds-remainder", ["/lines/0 exceeds-remainder"]),
    ] as [(String, Int, String, [String])])
  func badParts(
    action: String, refusal: (content: String, status: Int, problem: String, errors: [String])
  ) async throws {
    try await refuses(
      "/v1/reservations/ID/\(action)", refusal.content, refusal.status, refusal.problem, refusal.errors)
  }

  @Test(
    "A content that is cut anywhere is no JSON, and changes nothing",
    arguments: ["/v1/reservations", "/v1/reservations/ID/fulfill", "/v1/adjustments"])
  func cut(path: String) async throws {
    let whole =
      path == "/v1/adjustments"
      ? #"{"reason":"sold","lines":[{"item":"9780439023481","delta":-1}]}"#
      : path == "/v1/reservations"
        ? Self.lines(#"{"item":"9780439023481","quantity":1}"#) : Self.lines(#"{"index":0,"quantity":1}"#)
    for length in [1, whole.count / 3, whole.count / 2, whole.count - 2, whole.count - 1] {
      try await refuses(path, String(whole.prefix(length)), 400, "invalid-json", nil)
    }
  }

  @Test("What is no reservation is not found")
  func missing() async throws {
    try await withClient { client in
      for id in ["res_01kav5p7x6y5z4w3v2t1s0r9q8", "7", "bk_01kav5p7x6y5z4w3v2t1s0r9q8"] {
        let read = try await client.get("/v1/reservations/\(id)")
        #expect(read.problem == "not-found")
        let released = try await client.send("POST", "/v1/reservations/\(id)/release")
        #expect(released.problem == "not-found")
      }
      let filters = [("item=X", "?item not-found"), ("state=gone", "?state unknown-value")]
      for (query, error) in filters {
        let list = try await client.get("/v1/reservations?\(query)")
        #expect(list.errors == [error])
      }
    }
  }
}
