import HTTP
import JSON
import TestSupport
import Testing

@testable import API

@Suite("What is checked of every request")
struct RequestChecksTests {
  private static func path(_ route: Route) -> String {
    route.pattern.replacing("{code}", with: "not-found").replacing(/\{[a-z]+\}/, with: "x")
  }

  @Test("Every route refuses a query parameter that it does not declare", arguments: Routes.all)
  func unknownParameter(route: Route) async throws {
    try await withClient { client in
      let response = try await client.send(
        route.method.rawValue, Self.path(route) + "?nonsense=1", route.body == nil ? nil : "{}")
      #expect(response.problem == "invalid-parameter")
      #expect(response.errors == ["?nonsense unknown-parameter"])
    }
  }

  @Test("Every parameter of a query is refused when it is given twice", arguments: Routes.all)
  func repeatedParameter(route: Route) async throws {
    try await withClient { client in
      for parameter in route.parameters where parameter.place == .query {
        let value = parameter.example?.text.map(PercentEncoding.encode) ?? "x"
        let response = try await client.get(
          "\(Self.path(route))?\(parameter.name)=\(value)&\(parameter.name)=\(value)")
        #expect(response.errors.contains("?\(parameter.name) repeated-parameter"), "\(parameter.name)")
      }
    }
  }

  @Test("Every route is 406 when nothing that it has is acceptable", arguments: Routes.all)
  func notAcceptable(route: Route) async throws {
    try await withClient { client in
      let response = try await client.send(
        route.method.rawValue, Self.path(route), route.body == nil ? nil : "{}",
        headers: [("Accept", "image/png")])
      #expect(response.problem == "not-acceptable")
    }
  }

  @Test(
    "Every content must have a media type that is taken; the answer tells which",
    arguments: [
      nil, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1",
      "application/json; version=2", "application/jsonx", "",
    ] as [String?])
  func mediaTypes(type: String?) async throws {
    try await withClient { client in
      for route in Routes.all {
        guard let body = route.body, type != nil || !body.isOptional else { continue }
        let headers = type.map { [("Content-Type", $0)] } ?? [("content-type-not", "x")]
        let response =
          if type == nil {
            try await client.send(route.method.rawValue, Self.path(route))
          } else {
            try await client.send(route.method.rawValue, Self.path(route), "{}", headers: headers)
          }
        #expect(response.problem == "unsupported-media-type")
        let field = ["PATCH": "accept-patch", "POST": "accept-post"][route.method.rawValue] ?? "accept"
        #expect(response[field]?.contains("json") == true)
      }
    }
  }

  @Test(
    "JSON in UTF-8 may say so",
    arguments: [
      "application/json", "APPLICATION/JSON", "application/json; charset=utf-8",
      "application/json;charset=\"UTF-8\"",
    ])
  func utf8(type: String) async throws {
    try await withClient { client in
      let response = try await client.post("/v1/books", #"{"title": "a"}"#, headers: [("Content-Type", type)])
      #expect(response.status == 201)
    }
  }

  @Test("A compressed content is refused with Accept-Encoding")
  func contentCoding() async throws {
    try await withClient { client in
      let response = try await client.post("/v1/books", "{}", headers: [("Content-Encoding", "gzip")])
      #expect(response.problem == "unsupported-media-type")
      #expect(response["accept-encoding"] == "identity")
      let plain = try await client.post(
        "/v1/books", #"{"title": "a"}"#, headers: [("Content-Encoding", "identity")])
      #expect(plain.status == 201)
    }
  }

  @Test("An Idempotency-Key that would not be kept is refused")
  func idempotencyKey() async throws {
    try await withClient { client in
      for route in Routes.all
      where route.method == .post && !route.conditions.contains(.idempotencyKey) {
        let response = try await client.post(Self.path(route), "{}", headers: [("Idempotency-Key", "\"k\"")])
        #expect(response.problem == "idempotency-not-supported")
        #expect(response.errors == [":idempotency-key not-supported"])
      }
    }
  }

  @Test("If-Match where nothing is compared is refused, not ignored", arguments: Routes.all)
  func ifMatch(route: Route) async throws {
    guard !route.conditions.contains(.ifMatch), route.method != .get else { return }
    try await withClient { client in
      let response = try await client.send(
        route.method.rawValue, Self.path(route), "{}", headers: [("If-Match", "\"1\"")])
      #expect(response.errors == [":if-match not-supported"])
    }
  }

  @Test("A content where none is taken is refused", arguments: Routes.all)
  func unexpectedContent(route: Route) async throws {
    guard route.body == nil else { return }
    try await withClient { client in
      let response = try await client.send(route.method.rawValue, Self.path(route), "{}")
      #expect(response.problem == "unexpected-content")
    }
  }

  @Test("A content is taken up to the limit, in pieces or not", arguments: [true, false])
  func contentLimit(isChunked: Bool) async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository) { $0.maximumContent = 5000 }
      let body = #"{"title": "a"}"#
      for (padding, status) in [(5000 - body.utf8.count, 201), (5001 - body.utf8.count, 413)] {
        var scanned = 0
        let text =
          "POST /v1/books HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
        guard case .complete(let head, _, _) = HeadParser.parse(Array(text.utf8), scanned: &scanned) else {
          Issue.record("not a head")
          return
        }
        let bytes = Array((body + String(repeating: " ", count: padding)).utf8)
        let content = TestBody(bytes, isChunked: isChunked)
        let response = await client.api.respond(to: Request(head: head, body: content, peer: ""))
        #expect(response.status.code == status)
      }
    }
  }

  @Test(
    "A content that does not come, or is broken, is answered as what it is",
    arguments: [
      (BodyError.incomplete, "request-timeout"), (.malformed("A chunk has no size."), "malformed-request"),
    ])
  func brokenContent(error: BodyError, code: String) async throws {
    try await withClient { client in
      var scanned = 0
      let text =
        "POST /v1/books HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
      guard case .complete(let head, _, _) = HeadParser.parse(Array(text.utf8), scanned: &scanned) else {
        Issue.record("not a head")
        return
      }
      let request = Request(head: head, body: BrokenBody(error: error), peer: "")
      let response = try await TestResponse(client.api.respond(to: request))
      #expect(response.problem == code)
    }
  }
}

private struct BrokenBody: RequestBody {
  let error: BodyError
  var declaredLength: Int? { nil }
  func next() async throws(BodyError) -> [UInt8]? { throw error }
}

extension Route: CustomTestStringConvertible {
  /// The operation's id.
  public var testDescription: String { operationID }
}
