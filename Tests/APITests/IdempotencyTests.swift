import Inventory
import JSON
import TestSupport
import Testing

@testable import API

/// The table of Idempotency-Key, line by line.
@Suite("Idempotency-Key")
struct IdempotencyTests {
  private static let item = TestClient.hungerGames

  private static let adjustment =
    #"{"reason": "found", "lines": [{"item": "\#(item)", "delta": 2}]}"#
  private static let hold = #"{"reference": "cart-1", "lines": [{"item": "\#(item)", "quantity": 1}]}"#

  private func withEngine(
    _ engine: RepositoryUnderTest, _ body: @Sendable (TestClient, RepositoryFixture) async throws -> Void
  ) async throws {
    try await withRepository(engine) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      try await client.storeBook()
      try await client.adjust(by: 10)
      try await body(client, fixture)
    }
  }

  @Test(
    "The stored status, Location and content come back, marked as replayed",
    arguments: RepositoryUnderTest.available)
  func replay(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, fixture in
      for (path, content) in [("/v1/adjustments", Self.adjustment), ("/v1/reservations", Self.hold)] {
        let first = try await client.post(path, content, headers: [("Idempotency-Key", "k \(path)")])
        #expect(first.status == 201)
        #expect(first["idempotent-replayed"] == nil)
        // Another process over the same database knows it, too.
        let restarted = TestClient(fixture.repository, clock: fixture.clock)
        let again = try await restarted.post(path, content, headers: [("Idempotency-Key", "k \(path)")])
        #expect(again.status == 201)
        #expect(again.bytes == first.bytes)
        #expect(again["location"] == first["location"])
        #expect(again["content-type"] == first["content-type"])
        #expect(again["idempotent-replayed"] == "true")
      }
      let level = try await client.get("/v1/stock/\(Self.item)/main").json
      #expect(level["on_hand"] == 12)
      #expect(level["held"] == 1)
    }
  }

  @Test("Every POST that moves or holds stock keeps its key, also without content")
  func everyStep() async throws {
    try await withEngine(.sqliteMemory) { client, _ in
      let made = try await client.post(
        "/v1/reservations", #"{"lines": [{"item": "\#(Self.item)", "quantity": 4}]}"#)
      let path = "/v1/reservations/\(try made.json["id"]?.text ?? "")"
      let part = #"{"lines": [{"index": 0, "quantity": 1}]}"#
      let steps: [(String, String?)] = [
        ("confirm", nil), ("fulfill", part), ("release", part), ("fulfill", nil), ("release", "{}"),
      ]
      for (number, (step, content)) in steps.enumerated() {
        let key = [("Idempotency-Key", "step-\(number)")]
        let first = try await client.send("POST", "\(path)/\(step)", content, headers: key)
        let again = try await client.send("POST", "\(path)/\(step)", content, headers: key)
        #expect(first.status == 200, "\(first)")
        #expect(again.bytes == first.bytes)
        #expect(again["idempotent-replayed"] == "true")
      }
      let line = try await client.get(path).json[path: "lines/0"]
      #expect(line?["fulfilled"] == 3)
      #expect(line?["released"] == 1)
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["on_hand"] == 7)
    }
  }

  @Test(
    "The same key on another path is another request, also without content",
    arguments: RepositoryUnderTest.available)
  func otherPath(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, _ in
      var paths: [String] = []
      for _ in 0..<2 {
        let made = try await client.post(
          "/v1/reservations", #"{"lines": [{"item": "\#(Self.item)", "quantity": 1}]}"#)
        paths.append("/v1/reservations/\(try made.json["id"]?.text ?? "")")
      }
      let key = [("Idempotency-Key", "k")]
      #expect(try await client.post("\(paths[0])/confirm", nil, headers: key).status == 200)
      for other in ["\(paths[1])/confirm", "\(paths[0])/release"] {
        #expect(try await client.post(other, nil, headers: key).problem == "idempotency-key-reused")
      }
      #expect(try await client.get(paths[0]).json["state"] == "confirmed")
      #expect(try await client.get(paths[1]).json["state"] == "pending")
    }
  }

  @Test("A key in quotation marks is the same as the bare one")
  func quoted() async throws {
    try await withEngine(.sqliteMemory) { client, _ in
      let keys = ["a key", "\"a key\"", "  \"a key\" "]
      for (number, key) in keys.enumerated() {
        let response = try await client.post(
          "/v1/adjustments", Self.adjustment, headers: [("Idempotency-Key", key)])
        #expect(response.status == 201)
        #expect((response["idempotent-replayed"] == "true") == (number > 0))
      }
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["on_hand"] == 12)
    }
  }

  @Test(
    "A malformed key is refused, and nothing happens",
    arguments: [
      ("", "malformed"), ("\"\"", "malformed"), ("\"", "malformed"), ("\"open", "malformed"),
      ("a\"b", "malformed"), ("ключ", "malformed"), ("a\tb", "malformed"),
      (String(repeating: "k", count: 256), "malformed"),
    ])
  func malformed(key: String, code: String) async throws {
    try await withEngine(.sqliteMemory) { client, _ in
      let response = try await client.post(
        "/v1/adjustments", Self.adjustment, headers: [("Idempotency-Key", key)])
      #expect(response.status == 400)
      #expect(response.problem == "invalid-header")
      #expect(response.errors.map { $0.lowercased() } == [":idempotency-key \(code)"])
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["on_hand"] == 10)
    }
  }

  @Test("A key may have 255 characters, and stand there once")
  func longest() async throws {
    try await withEngine(.sqliteMemory) { client, _ in
      let key = String(repeating: "~", count: 255)
      for _ in 0..<2 {
        let response = try await client.post(
          "/v1/adjustments", Self.adjustment, headers: [("Idempotency-Key", key)])
        #expect(response.status == 201)
      }
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["on_hand"] == 12)
      let twice = try await client.post(
        "/v1/adjustments", Self.adjustment, headers: [("Idempotency-Key", "a"), ("Idempotency-Key", "b")])
      #expect(twice.errors.map { $0.lowercased() } == [":idempotency-key repeated"])
    }
  }

  @Test("Where a key is required, a change of stock without one is refused; questions need none")
  func required() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock) { $0.requiresIdempotencyKey = true }
      try await client.storeBook()
      for (path, content) in [("/v1/adjustments", Self.adjustment), ("/v1/reservations", Self.hold)] {
        let response = try await client.post(path, content)
        #expect(response.status == 400)
        #expect(response.errors.map { $0.lowercased() } == [":idempotency-key required"])
      }
      let first = try await client.post(
        "/v1/adjustments", Self.adjustment, headers: [("Idempotency-Key", "k")])
      #expect(first.status == 201)
      let question = try await client.post(
        "/v1/availability", #"{"lines": [{"item": "\#(Self.item)", "quantity": 1}]}"#)
      #expect(question.status == 200)
    }
  }

  @Test(
    "The same key with another request is refused: other content, path, query or method count",
    arguments: RepositoryUnderTest.available)
  func reused(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, _ in
      let key = [("Idempotency-Key", "k")]
      #expect(try await client.post("/v1/adjustments", Self.adjustment, headers: key).status == 201)
      let others = [
        ("/v1/adjustments", Self.adjustment.replacing("2}", with: "3}")),
        // The same to a reader, but not the same bytes.
        ("/v1/adjustments", Self.adjustment + " "),
        ("/v1/reservations", Self.hold),
      ]
      for (path, content) in others {
        let response = try await client.post(path, content, headers: key)
        #expect(response.status == 422, "\(response)")
        #expect(response.problem == "idempotency-key-reused")
      }
      let level = try await client.get("/v1/stock/\(Self.item)/main").json
      #expect(level["on_hand"] == 12)
      #expect(level["held"] == 0)
    }
  }

  @Test(
    "What was refused is not stored: the same request with the same key runs again",
    arguments: RepositoryUnderTest.available)
  func refusedRunsAgain(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, _ in
      let wanted = #"{"lines": [{"item": "\#(Self.item)", "quantity": 11}]}"#
      let taken = #"{"reason": "sold", "lines": [{"item": "\#(Self.item)", "delta": -11}]}"#
      for (path, content) in [("/v1/reservations", wanted), ("/v1/adjustments", taken)] {
        let key = [("Idempotency-Key", "k \(path)")]
        for _ in 0..<2 {
          let refused = try await client.post(path, content, headers: key)
          #expect(refused.status == 409)
          #expect(refused.problem == (path == "/v1/reservations" ? "insufficient-stock" : "held-stock"))
          #expect(refused["idempotent-replayed"] == nil)
        }
        try await client.adjust(by: path == "/v1/reservations" ? 1 : 11)
        let done = try await client.post(path, content, headers: key)
        #expect(done.status == 201, "\(done)")
        #expect(done["idempotent-replayed"] == nil)
      }
    }
  }

  @Test("An internal failure is not stored either", arguments: RepositoryUnderTest.available)
  func failureRunsAgain(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, fixture in
      let key = [("Idempotency-Key", "k")]
      try await fixture.execute("alter table commitment rename column kind to lost")
      let failed = try await client.post("/v1/reservations", Self.hold, headers: key)
      #expect(failed.status == 500)
      try await fixture.execute("alter table commitment rename column lost to kind")
      let done = try await client.post("/v1/reservations", Self.hold, headers: key)
      #expect(done.status == 201, "\(done)")
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["held"] == 1)
    }
  }

  @Test(
    "After a day the key is new, and the reference still protects",
    arguments: RepositoryUnderTest.available)
  func retention(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, fixture in
      let key = [("Idempotency-Key", "k")]
      let first = try await client.post("/v1/reservations", Self.hold, headers: key)
      #expect(first.status == 201)
      try await fixture.advanceClock(seconds: 24 * 3600 + 60)
      let later = try await client.post("/v1/reservations", Self.hold, headers: key)
      #expect(later.status == 200)
      #expect(later["idempotent-replayed"] == nil)
      #expect(try later.json["id"] == first.json["id"])
      let again = try await client.post("/v1/reservations", Self.hold, headers: key)
      #expect(again.status == 200)
      #expect(again["idempotent-replayed"] == "true")
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["held"] == 1)
    }
  }

  @Test(
    "Of many that send one key at once one is done; the others are told to wait, or what it did",
    arguments: RepositoryUnderTest.available)
  func concurrent(engine: RepositoryUnderTest) async throws {
    try await withEngine(engine) { client, _ in
      for round in 0..<5 {
        let key = [("Idempotency-Key", "round-\(round)")]
        let responses = try await withThrowingTaskGroup(of: TestResponse.self) { group in
          for _ in 0..<16 {
            group.addTask { try await client.post("/v1/adjustments", Self.adjustment, headers: key) }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        var done: [TestResponse] = []
        for response in responses {
          switch response.status {
          case 201 where response["idempotent-replayed"] == nil: done.append(response)
          case 201: continue
          case 409:
            #expect(response.problem == "idempotency-key-in-use")
            #expect(response["retry-after"] == "1")
          default: Issue.record("\(response)")
          }
        }
        #expect(done.count == 1)
        #expect(
          responses.filter { $0.status == 201 }.allSatisfy { $0.bytes == done.first?.bytes })
      }
      #expect(try await client.get("/v1/stock/\(Self.item)/main").json["on_hand"] == 20)
    }
  }

  @Test("Where nothing is held or moved, a key is refused rather than ignored")
  func notSupported() async throws {
    try await withClient { client in
      let key = [("Idempotency-Key", "k")]
      let book = try await client.post("/v1/books", #"{"title": "A book"}"#, headers: key)
      #expect(book.problem == "idempotency-not-supported")
      let list = try await client.get("/v1/reservations", headers: key)
      #expect(list.status == 200 || list.problem == "idempotency-not-supported")
    }
  }
}
