import Crypto
import HTTP
import JSON
import TestSupport
import Testing

@testable import API

@Suite("Authentication with the key of the configuration")
struct AuthenticationTests {
  static let key = "s3cret-key"

  private func withKeyClient(_ body: @Sendable (TestClient) async throws -> Void) async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let digest = SHA256.digest(Array(Self.key.utf8))
      try await body(
        TestClient(fixture.repository, authentication: .keys(configured: digest), clock: fixture.clock) {
          // Every route is tried with the wrong key.
          $0.failureRateLimit = nil
        })
    }
  }

  @Test(
    "Without the key nothing is shown or changed",
    arguments: [
      (nil, "Bearer realm=\"bookstore\""), ("Bearer wrong", "error=\"invalid_token\""),
      ("Bearer s3cret-kex", "error=\"invalid_token\""), ("Bearer s3cret-key2", "error=\"invalid_token\""),
      ("Bearer", "error=\"invalid_request\""), ("s3cret-key", "error=\"invalid_request\""),
      ("Basic czNjcmV0LWtleQ==", "error=\"invalid_request\""),
    ] as [(String?, String)])
  func refused(credentials: String?, challenge: String) async throws {
    try await withKeyClient { client in
      let headers = credentials.map { [("Authorization", $0)] } ?? []
      for route in Routes.all where route.scope != nil {
        let path = route.pattern.replacing(/\{[a-z]+\}/, with: "x")
        let response = try await client.send(
          route.method.rawValue, path, route.body == nil ? nil : "not even JSON", headers: headers)
        #expect(response.problem == "unauthorized")
        #expect(response["www-authenticate"]?.contains(challenge) == true)
        #expect(!response.text.contains(Self.key))
      }
    }
  }

  @Test(
    "where a client's certificate is asked for, it is needed for what a key is needed for, beside the key")
  func clientCertificate() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let digest = SHA256.digest(Array(Self.key.utf8))
      let client = TestClient(
        fixture.repository, authentication: .keys(configured: digest), clock: fixture.clock
      ) {
        $0.requiresClientCertificate = true
        $0.failureRateLimit = nil
      }
      let key = [("Authorization", "Bearer \(Self.key)")]
      for route in Routes.all {
        let path = route.pattern.replacing(/\{[a-z]+\}/, with: "x")
        let body = route.body == nil ? nil : "{}"
        let without = try await client.send(route.method.rawValue, path, body, headers: key)
        #expect((without.problem == "forbidden") == (route.scope != nil), "\(route.operationID)")
        let keyless = try await client.send(route.method.rawValue, path, body, hasClientCertificate: true)
        #expect((keyless.problem == "unauthorized") == (route.scope != nil), "\(route.operationID)")
        let both = try await client.send(
          route.method.rawValue, path, body, headers: key, hasClientCertificate: true)
        #expect(!["forbidden", "unauthorized"].contains(both.problem), "\(route.operationID)")
      }
    }
  }

  @Test(
    "With the key everything works, and movements tell it",
    arguments: [
      "Bearer s3cret-key", "bearer s3cret-key", "BEARER   s3cret-key",
    ])
  func accepted(credentials: String) async throws {
    try await withKeyClient { client in
      let headers = [("Authorization", credentials)]
      let created = try await client.post("/v1/books", Examples.bookInput.compact, headers: headers)
      #expect(created.status == 201)
      let adjusted = try await client.post(
        "/v1/adjustments", Examples.adjustmentInput.compact, headers: headers)
      #expect(try adjusted.json[path: "movements/0/actor"] == "api-key")
    }
  }

  @Test("Two sets of credentials are refused, even when one is right")
  func twoCredentials() async throws {
    try await withKeyClient { client in
      let headers = [("Authorization", "Bearer s3cret-key"), ("Authorization", "Bearer x")]
      let response = try await client.get("/v1/books", headers: headers)
      #expect(response.problem == "unauthorized")
    }
  }

  @Test("Health, version and description are open")
  func open() async throws {
    try await withKeyClient { client in
      for path in ["/livez", "/readyz", "/version", "/openapi.json", "/", "/problems/unauthorized"] {
        let response = try await client.get(path)
        #expect(response.status == 200)
      }
      #expect(Routes.all.filter { $0.pattern.hasPrefix("/v1") }.allSatisfy { $0.scope != nil })
    }
  }
}
