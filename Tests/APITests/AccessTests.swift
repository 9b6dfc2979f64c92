import Crypto
import EventLoop
import HTTP
import Inventory
import JSON
import TestSupport
import Testing

@testable import API

@Suite("API keys")
struct AccessTests {
  private static let rootKey = "0123456789abcdef0123456789abcdef"
  private static let root = [("Authorization", "Bearer \(rootKey)")]

  private func withKeys(
    _ configure: @escaping @Sendable (inout APIConfiguration) -> Void = { _ in },
    _ body: @Sendable (TestClient, RepositoryFixture) async throws -> Void
  ) async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let digest = SHA256.digest(Array(Self.rootKey.utf8))
      let client = TestClient(
        fixture.repository, authentication: .keys(configured: digest), clock: fixture.clock,
        configure: configure)
      try await body(client, fixture)
    }
  }

  /// Makes a key and returns its id and the field that shows it.
  private func makeKey(
    _ client: TestClient, scopes: [Scope], _ more: String = ""
  ) async throws -> (id: String, headers: [(String, String)]) {
    let list = scopes.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
    let response = try await client.post(
      "/v1/api-keys", "{\"name\": \"till\", \"scopes\": [\(list)]\(more.isEmpty ? "" : ", " + more)}",
      headers: Self.root)
    #expect(response.status == 201, "\(response)")
    #expect(response["cache-control"] == "no-store")
    let json = try response.json
    let token = try #require(json["token"]?.text)
    let prefix = try #require(json["prefix"]?.text)
    #expect(token.hasPrefix(prefix))
    return (try #require(json["id"]?.text), [("Authorization", "Bearer \(token)")])
  }

  @Test("a key opens what its scopes name and nothing else", arguments: Scope.allCases)
  func scopes(scope: Scope) async throws {
    try await withKeys { client, _ in
      let key = try await makeKey(client, scopes: [scope])
      for route in Routes.all {
        let needed = route.scope ?? scope
        let path = route.pattern.replacing(/\{[a-z]+\}/, with: "x")
        let response = try await client.send(
          route.method.rawValue, path, route.body == nil ? nil : "not even JSON", headers: key.headers)
        if scope == .admin || needed == scope {
          #expect(response.status != 401 && response.status != 403, "\(route.operationID): \(response)")
        } else {
          #expect(response.problem == "forbidden", "\(route.operationID)")
          #expect(
            response["www-authenticate"]?.contains(
              "error=\"insufficient_scope\", scope=\"\(needed.rawValue)\"") == true)
        }
      }
    }
  }

  @Test("movements say which key it was")
  func actor() async throws {
    try await withKeys { client, _ in
      let key = try await makeKey(client, scopes: [.catalogWrite, .stockAdjust])
      _ = try await client.post("/v1/books", Examples.bookInput.compact, headers: key.headers)
      let adjusted = try await client.post(
        "/v1/adjustments", Examples.adjustmentInput.compact, headers: key.headers)
      #expect(try adjusted.json[path: "movements/0/actor"] == .string(key.id))
    }
  }

  @Test("no secret is shown again or kept")
  func secrets() async throws {
    try await withKeys { client, fixture in
      let key = try await makeKey(client, scopes: [.admin])
      let secret = String(key.headers[0].1.suffix(43))
      for path in ["/v1/api-keys", "/v1/api-keys/\(key.id)"] {
        let shown = try await client.get(path, headers: Self.root)
        #expect(shown.status == 200)
        #expect(!shown.text.contains(secret) && !shown.text.contains("token"))
      }
      let id = try #require(APIKeyID(key.id))
      let stored = try #require(try await fixture.repository.apiKey(id))
      #expect(stored.secret.digest == SHA256.hex(Array(key.headers[0].1.dropFirst(7).utf8)))
      #expect(!"\(stored)".contains(secret))
    }
  }

  @Test("a revoked key is refused at once, and says so only to who has it")
  func revoked() async throws {
    try await withKeys { client, _ in
      let key = try await makeKey(client, scopes: [.stockRead])
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 200)
      for _ in 1...2 {
        let revoked = try await client.send("DELETE", "/v1/api-keys/\(key.id)", headers: Self.root)
        #expect(revoked.status == 200)
        #expect(try revoked.json["revoked_at"]?.text != nil)
      }
      let response = try await client.get("/v1/stock", headers: key.headers)
      #expect(response.problem == "unauthorized")
      #expect(response.text.contains("revoked"))
      #expect(response.actor == key.id, "for the access log")
      let guess = String(key.headers[0].1.dropLast()) + "!"
      let guessed = try await client.get("/v1/stock", headers: [("Authorization", guess)])
      #expect(guessed.actor == nil)
      #expect(guessed.problem == "unauthorized")
      #expect(!guessed.text.contains("revoked"))
      let rotated = try await client.post("/v1/api-keys/\(key.id)/rotate", nil, headers: Self.root)
      #expect(rotated.problem == "invalid-state")
    }
  }

  @Test("the audit log is told who made, replaced or took back which key, and of nothing that was refused")
  func audit() async throws {
    try await withKeys { client, _ in
      let admin = try await makeKey(client, scopes: [.admin])
      let key = try await makeKey(client, scopes: [.stockRead, .catalogRead])
      for (method, path) in [("POST", "/rotate"), ("DELETE", ""), ("DELETE", "")] {
        let target = "/v1/api-keys/\(key.id)\(path)"
        let refused = try await client.send(method, target, headers: key.headers)
        #expect(refused.status == 403 || refused.status == 401)
        let done = try await client.send(method, target, headers: admin.headers, peer: "192.0.2.7")
        #expect(done.status == 200)
      }
      let invalid = try await client.post("/v1/api-keys", "{}", headers: admin.headers)
      #expect(invalid.status == 422)
      let told = client.audit.value
      #expect(told.map(\.event) == [.keyCreated, .keyCreated, .keyRotated, .keyRevoked])
      #expect(told.map(\.actor) == ["api-key", "api-key", admin.id, admin.id])
      #expect(told.map(\.key.id.description) == [admin.id, key.id, key.id, key.id])
      #expect(told.map(\.address) == ["127.0.0.1", "127.0.0.1", "192.0.2.7", "192.0.2.7"])
      #expect(told.allSatisfy { !$0.requestID.isEmpty })
    }
  }

  @Test("a key ends when it was said to end")
  func expired() async throws {
    try await withKeys { client, fixture in
      let end = Instant(microseconds: fixture.now.microseconds + 60_000_000)
      let key = try await makeKey(client, scopes: [.stockRead], "\"expires_at\": \"\(end)\"")
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 200)
      try await fixture.setClock(to: end)
      fixture.clock.advance(by: max(0, end.microseconds - fixture.clock.now().microseconds))
      let response = try await client.get("/v1/stock", headers: key.headers)
      #expect(response.problem == "unauthorized")
      #expect(response.text.contains("expired"))
    }
  }

  @Test("after a rotation both secrets are taken for a while, under the same name")
  func rotated() async throws {
    try await withKeys { client, fixture in
      let key = try await makeKey(client, scopes: [.stockRead])
      let response = try await client.post(
        "/v1/api-keys/\(key.id)/rotate", "{\"overlap\": 60}", headers: Self.root)
      #expect(response.status == 200)
      #expect(try response.json["id"]?.text == key.id)
      let token = try #require(try response.json["token"]?.text)
      let new = [("Authorization", "Bearer \(token)")]
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 200)
      #expect(try await client.get("/v1/stock", headers: new).status == 200)
      fixture.clock.advance(by: 61_000_000)
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 401)
      #expect(try await client.get("/v1/stock", headers: new).status == 200)
    }
  }

  @Test("a key of a shop changes nothing elsewhere, and makes no locations")
  func locations() async throws {
    try await withKeys { client, _ in
      _ = try await client.post("/v1/books", Examples.bookInput.compact, headers: Self.root)
      _ = try await client.post("/v1/locations", Examples.locationInput.compact, headers: Self.root)
      let key = try await makeKey(
        client, scopes: [.catalogWrite, .stockAdjust, .stockRead], "\"locations\": [\"graz\"]")
      let line = { (place: String) in
        "{\"reason\": \"found\", \"lines\": [{\"item\": \"\(Examples.isbn)\", \"location\": \"\(place)\", \"delta\": 1}]}"
      }
      let refused = try await client.post("/v1/adjustments", line("main"), headers: key.headers)
      #expect(refused.problem == "forbidden")
      #expect(refused.text.contains("main"))
      #expect(try await client.post("/v1/adjustments", line("graz"), headers: key.headers).status == 201)
      let patch = "{\"name\": \"Here\"}"
      #expect(
        try await client.patch("/v1/locations/main", patch, headers: key.headers).problem == "forbidden")
      #expect(try await client.patch("/v1/locations/graz", patch, headers: key.headers).status == 200)
      let another = "{\"code\": \"wien\", \"name\": \"Wien\"}"
      #expect(try await client.post("/v1/locations", another, headers: key.headers).problem == "forbidden")
      let policy = try await client.patch(
        "/v1/items/\(Examples.isbn)/stock/main", "{\"safety_stock\": 1}", headers: key.headers)
      #expect(policy.problem == "forbidden" || policy.problem == "no-such-route", "\(policy)")
    }
  }

  @Test(
    "what is wrong with a new key is said by its place",
    arguments: [
      ("{\"scopes\": [\"admin\"]}", "/name", "required"),
      ("{\"name\": \"x\"}", "/scopes", "required"), ("{\"name\": \"x\", \"scopes\": []}", "/scopes", ""),
      ("{\"name\": \"x\", \"scopes\": [\"stock:raed\"]}", "/scopes/0", "unknown-value"),
      ("{\"name\": \"x\", \"scopes\": [\"admin\"], \"locations\": [\"moon\"]}", "/locations/0", "not-found"),
      (
        "{\"name\": \"x\", \"scopes\": [\"admin\"], \"expires_at\": \"2020-01-01T00:00:00Z\"}", "/expires_at",
        "not-in-future"
      ),
      ("{\"name\": \"x\", \"scopes\": [\"admin\"], \"token\": \"abc\"}", "/token", "unknown-member"),
    ] as [(String, String, String)])
  func invalid(body: String, pointer: String, code: String) async throws {
    try await withKeys { client, fixture in
      let response = try await client.post("/v1/api-keys", body, headers: Self.root)
      #expect(response.status == 422, "\(response)")
      let error = try response.json[path: "errors/0"]
      #expect(error?["pointer"]?.text == pointer)
      #expect(code.isEmpty || error?["code"]?.text == code)
      #expect(try await fixture.repository.apiKeys(page: PageRequest(limit: 1)).elements.isEmpty)
    }
  }

  @Test("uses are written down when told to")
  func uses() async throws {
    try await withKeys { client, fixture in
      let key = try await makeKey(client, scopes: [.stockRead])
      let id = try #require(APIKeyID(key.id))
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 200)
      #expect(try await fixture.repository.apiKey(id)?.lastUsedAt == nil)
      try await client.api.recordKeyUses()
      #expect(try await fixture.repository.apiKey(id)?.lastUsedAt != nil)
    }
  }

  // MARK: Limits

  @Test("a key has its allowance, and is told where it stands")
  func keyLimit() async throws {
    try await withKeys({ $0.keyRateLimit = RateLimit(requests: 3, seconds: 3600) }) { client, _ in
      let key = try await makeKey(client, scopes: [.stockRead])
      let other = try await makeKey(client, scopes: [.stockRead])
      for remaining in [2, 1, 0] {
        let response = try await client.get("/v1/stock", headers: key.headers)
        #expect(response["ratelimit-policy"] == "\"key\";q=3;w=3600")
        #expect(response["ratelimit"]?.hasPrefix("\"key\";r=\(remaining);t=") == true)
      }
      let refused = try await client.get("/v1/stock", headers: key.headers)
      #expect(refused.problem == "too-many-requests")
      let wait = refused["retry-after"].flatMap { Int($0) } ?? 0
      #expect((1...1200).contains(wait))
      #expect(try await client.get("/v1/stock", headers: other.headers).status == 200)
      // A refusal of another kind says where the key stands, too.
      let missing = try await client.get("/v1/stock/x", headers: other.headers)
      #expect(missing.status != 404 || missing["ratelimit"] != nil || missing.problem == "no-such-route")
    }
  }

  @Test("an address has its allowance; health is told in any case")
  func addressLimit() async throws {
    try await withKeys({ $0.addressRateLimit = RateLimit(requests: 2, seconds: 3600) }) { client, _ in
      // One IPv6 customer has at least a /64.
      let requests = [
        ("/version", "10.0.0.1", 200), ("/version", "10.0.0.1", 200), ("/version", "10.0.0.1", 429),
        ("/nowhere", "10.0.0.1", 429), ("/livez", "10.0.0.1", 200), ("/version", "10.0.0.2", 200),
        ("/version", "2001:db8::1", 200), ("/version", "2001:db8::2", 200), ("/version", "2001:db8::3", 429),
        ("/version", "2001:db8:0:1::3", 200),
      ]
      for (target, peer, status) in requests {
        let response = try await client.send("GET", target, peer: peer)
        #expect(response.status == status, "\(target) from \(peer)")
        #expect((response["retry-after"] != nil) == (status == 429))
      }
    }
  }

  @Test("an IPv4 address is one caller however it is written, and so is the /64 of an IPv6 address")
  func networks() {
    #expect(TrustedProxies.network(of: "44.44.44.44") == "44.44.44.44")
    #expect(TrustedProxies.network(of: "::ffff:44.44.44.44") == "44.44.44.44")
    #expect(TrustedProxies.network(of: "::ffff:2c2c:2c2c") == "44.44.44.44")
    #expect(TrustedProxies.network(of: "2001:db8::1") == TrustedProxies.network(of: "2001:db8:0:0:ffff::"))
    #expect(TrustedProxies.network(of: "2001:db8::1") != TrustedProxies.network(of: "2001:db8:0:1::1"))
  }

  @Test(
    "who guesses keys is stopped; who has a good one from the same address is not, whether or not it is remembered",
    arguments: [Duration.seconds(3600), .zero])
  func guessing(lifetime: Duration) async throws {
    let configure: @Sendable (inout APIConfiguration) -> Void = {
      $0.failureRateLimit = RateLimit(requests: 3, seconds: 3600)
      $0.keyCacheLifetime = lifetime
    }
    try await withKeys(configure) { client, _ in
      let key = try await makeKey(client, scopes: [.stockRead])
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 200)
      let guess = { (number: Int) in
        [("Authorization", "Bearer bks_000000000\(number)_" + String(repeating: "a", count: 43))]
      }
      for number in 1...3 {
        #expect(try await client.get("/v1/stock", headers: guess(number)).problem == "unauthorized")
      }
      let stopped = try await client.get("/v1/stock", headers: guess(4))
      #expect(stopped.problem == "too-many-requests")
      #expect(stopped["retry-after"] != nil)
      #expect(try await client.get("/v1/stock", headers: key.headers).status == 200)
      #expect(try await client.get("/v1/stock", headers: Self.root).status == 200)
      // Who knows a prefix still has to guess the secret.
      let half = [
        ("Authorization", String(key.headers[0].1.dropLast(43)) + String(repeating: "a", count: 43))
      ]
      #expect(try await client.get("/v1/stock", headers: half).problem == "too-many-requests")
    }
  }
}
