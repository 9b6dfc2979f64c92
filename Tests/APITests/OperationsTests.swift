import HTTP
import JSON
import TestSupport
import Testing

@testable import API

@Suite("The service itself")
struct OperationsTests {
  @Test(
    "Health, version, index and description answer what they declare",
    arguments: [
      "/livez", "/readyz", "/version", "/", "/openapi.json", "/problems", "/problems/duplicate-isbn",
    ])
  func answers(path: String) async throws {
    try await withClient { client in
      let response = try await client.get(path)
      #expect(response.status == 200)
      let expected =
        path.hasSuffix("z") ? "no-store" : path == "/version" ? "no-cache" : "public, max-age=300"
      #expect(response["cache-control"] == expected)
    }
  }

  @Test("A process that is being stopped is alive but not ready")
  func draining() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository) { $0.isDraining = { true } }
      #expect(try await client.get("/livez").status == 200)
      let response = try await client.get("/readyz")
      #expect(response.problem == "not-ready")
      #expect(response["retry-after"] == "5")
    }
  }

  @Test("A closed repository makes the service unready and answers 503 with Retry-After")
  func closed() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let other = try await closedRepository()
      let client = TestClient(other)
      #expect(try await client.get("/readyz").problem == "not-ready")
      let response = try await client.get("/v1/books/9780439023481")
      #expect(response.problem == "unavailable")
      #expect(response["retry-after"].flatMap { Int($0) } ?? 0 > 0)
      // The client is not told why; the log is.
      #expect(client.failures.all.map(\.isPassing) == [true, true])
      #expect(client.failures.all.first?.message.isEmpty == false)
    }
  }

  @Test("The version says what the program was built from")
  func version() async throws {
    try await withClient { client in
      let json = try await client.get("/version").json
      #expect(json["version"] == "1.2.3")
      #expect(json["revision"] == "abc1234")
    }
  }

  @Test("The links of the index lead somewhere")
  func links() async throws {
    try await withClient { client in
      guard case .object(let links)? = try await client.get("/").json["links"] else {
        Issue.record("no links")
        return
      }
      for link in links where link.name != "adjustments" {
        #expect(try await client.get(link.value.text ?? "").status == 200, "\(link.name)")
      }
    }
  }

  @Test("A request id of the client comes back; one that is no plain text is replaced")
  func requestIDs() async throws {
    try await withClient { client in
      let sent = try await client.get("/livez", headers: [("X-Request-Id", "abc-1.2_3:4")])
      #expect(sent["x-request-id"] == "abc-1.2_3:4")
      for bad in ["a b", "é", "a\"b", String(repeating: "a", count: 129)] {
        let id = try await client.get("/livez", headers: [("X-Request-Id", bad)])["x-request-id"]
        #expect(id?.utf8.count == 15)
      }
      let first = try await client.get("/livez")["x-request-id"]
      let second = try await client.get("/livez")["x-request-id"]
      #expect(first != second)
    }
  }

  @Test(
    "Paths that do not exist are 404, methods that do not are 405 with Allow",
    arguments: [
      ("GET", "/v1/boks", 404, "no-such-route", nil),
      ("GET", "/v1/books/", 404, "no-such-route", nil),
      ("PUT", "/v1/books", 405, "method-not-allowed", "GET, HEAD, POST, OPTIONS"),
      ("POST", "/v1/books/9780439023481", 405, "method-not-allowed", "GET, HEAD, PATCH, DELETE, OPTIONS"),
      ("DELETE", "/livez", 405, "method-not-allowed", "GET, HEAD, OPTIONS"),
    ] as [(String, String, Int, String, String?)])
  func unknown(method: String, path: String, status: Int, code: String, allow: String?) async throws {
    try await withClient { client in
      let response = try await client.send(method, path)
      #expect(response.status == status)
      #expect(response.problem == code)
      #expect(response["allow"] == allow)
    }
  }

  @Test("OPTIONS tells the methods and the contents that are taken")
  func options() async throws {
    try await withClient { client in
      let list = try await client.send("OPTIONS", "/v1/books")
      #expect(list.status == 204)
      #expect(list["allow"] == "GET, HEAD, POST, OPTIONS")
      #expect(list["accept-post"] == "application/json")
      let one = try await client.send("OPTIONS", "/v1/books/x")
      #expect(one["accept-patch"] == "application/merge-patch+json, application/json")
    }
  }

  @Test(
    "A message that is not HTTP gets a problem too",
    arguments: [
      (400, "malformed-request"), (408, "request-timeout"), (413, "content-too-large"), (414, "uri-too-long"),
      (417, "expectation-failed"), (431, "head-too-large"), (501, "not-implemented"),
      (505, "http-version-not-supported"),
    ])
  func malformed(status: Int, code: String) async throws {
    try await withClient { client in
      let response = try await TestResponse(
        client.api.response(toMalformedRequest: Status(status), reason: "Because."))
      #expect(response.status == status)
      #expect(response.problem == code)
      #expect(try response.json["detail"] == "Because.")
      #expect(try response.json["request_id"]?.text == response["x-request-id"])
    }
  }
}
