import HTTP
import TestSupport
import Testing

@testable import API

@Suite("Conditions with coded contents, caches, other origins")
struct NegotiationTests {
  @Test("the tag of a coded content is as good as the plain one, for who takes gzip")
  func codedTags() async throws {
    try await withClient { client in
      try await client.storeBook()
      let path = "/v1/books/9780439023481"
      for (tag, accept, status) in [
        ("\"1\"", "identity", 304), ("\"1\"", "gzip", 304), ("\"1-gzip\"", "gzip", 304),
        ("W/\"1-gzip\"", "gzip", 304), ("\"0\", \"1-gzip\"", "br, gzip;q=0.5", 304),
        ("\"1-gzip\"", "identity", 200),
        ("\"1-gzip\"", "gzip;q=0", 200), ("\"2-gzip\"", "gzip", 200), ("\"1-br\"", "gzip", 200),
        ("*", "gzip", 304),
      ] {
        let response = try await client.get(
          path, headers: [("If-None-Match", tag), ("Accept-Encoding", accept)])
        #expect(response.status == status, "\(tag) \(accept)")
        // The one that the client has, so that a cache knows which of its answers is meant.
        let expected = status == 304 && tag.contains("1-gzip") ? "\"1-gzip\"" : "\"1\""
        #expect(response.etag == expected, "\(tag) \(accept)")
        if status == 304 { #expect(response["vary"] == "Accept-Encoding") }
      }
      let changed = try await client.patch(path, #"{"subtitle": "a"}"#, headers: [("If-Match", "\"1-gzip\"")])
      #expect(changed.status == 200)
      let late = try await client.patch(path, #"{"subtitle": "b"}"#, headers: [("If-Match", "\"1-gzip\"")])
      #expect(late.problem == "precondition-failed")
    }
  }

  @Test("If-Match holds for reading too, before If-None-Match (RFC 9110 §13.2.2)")
  func ifMatch() async throws {
    try await withClient { client in
      try await client.storeBook()
      for (tag, status) in [
        ("\"1\"", 200), ("\"1-gzip\"", 200), ("*", 200), ("\"0\", \"1\"", 200), ("\"2\"", 412),
        ("W/\"1\"", 412),
      ] {
        let response = try await client.get("/v1/books/9780439023481", headers: [("If-Match", tag)])
        #expect(response.status == status, "\(tag)")
        #expect(response.etag == "\"1\"")
      }
      let both = try await client.get(
        "/v1/books/9780439023481", headers: [("If-Match", "\"2\""), ("If-None-Match", "\"1\"")])
      #expect(both.status == 412)
      let wrong = try await client.get("/v1/books/9780439023481", headers: [("If-Match", "1")])
      #expect(wrong.errors == [":if-match bad-entity-tag"])
    }
  }

  @Test("rows and lists are kept by one client and checked, descriptions by everybody, the rest by nobody")
  func caches() async throws {
    try await withClient { client in
      try await client.storeBook()
      for (path, headers, expected) in [
        ("/v1/books/9780439023481", [], "private, no-cache"), ("/v1/books", [], "private, no-cache"),
        ("/v1/stock", [], "private, no-cache"), ("/v1/books", [("Accept", "text/csv")], "no-store"),
        ("/v1/books/9780439023481", [("If-None-Match", "\"1\"")], "private, no-cache"),
        ("/nowhere", [], "no-store"),
        ("/openapi.json", [], "public, max-age=300"),
        ("/openapi.json", [("If-None-Match", "*")], "public, max-age=300"),
        ("/problems/not-found", [], "public, max-age=300"), ("/livez", [], "no-store"),
      ] as [(String, [(String, String)], String)] {
        let response = try await client.get(path, headers: headers)
        #expect(response["cache-control"] == expected, "\(path)")
      }
    }
  }

  @Test("a content where none is taken is refused too when its length is not said")
  func chunkedContent() async throws {
    try await withClient { client in
      var scanned = 0
      let text = "GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      guard case .complete(let head, _, _) = HeadParser.parse(Array(text.utf8), scanned: &scanned) else {
        Issue.record("not a head")
        return
      }
      for (content, status) in [("", 200), ("x", 400)] {
        let body = TestBody(Array(content.utf8), isChunked: true)
        let response = await client.api.respond(to: Request(head: head, body: body, peer: ""))
        #expect(response.status.code == status)
      }
    }
  }

  // MARK: Other origins

  private func withOrigins(
    _ origins: [String], _ body: @Sendable (TestClient) async throws -> Void
  ) async throws {
    try await withRepository(.sqliteMemory) { fixture in
      try await body(TestClient(fixture.repository) { $0.origins = origins })
    }
  }

  private static func marks(_ response: TestResponse) -> [String] {
    response.fields.lines.map(\.name).filter { $0.hasPrefix("access-control-") }
  }

  @Test("without origins nothing is said of them")
  func noOrigins() async throws {
    try await withClient { client in
      for method in ["GET", "OPTIONS"] {
        let response = try await client.send(
          method, "/v1/books",
          headers: [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST")])
        #expect(Self.marks(response) == [])
        #expect(response["vary"]?.contains("Origin") != true)
      }
    }
  }

  @Test("a page of a configured origin may ask, read the fields, and see problems")
  func origins() async throws {
    try await withOrigins(["https://shop.example", "http://localhost:3000"]) { client in
      for path in ["/livez", "/v1/books", "/v1/books/9780439023481", "/nowhere"] {
        let response = try await client.get(path, headers: [("Origin", "http://localhost:3000")])
        #expect(response["access-control-allow-origin"] == "http://localhost:3000")
        #expect(response["access-control-expose-headers"]?.contains("ETag") == true)
        #expect(response["access-control-allow-credentials"] == nil)
        #expect(response["vary"]?.hasSuffix("Origin") == true)
      }
      for origin in [
        "https://evil.example", "https://shop.example.evil", "http://shop.example", "null", "*", "",
      ] {
        let response = try await client.get("/livez", headers: [("Origin", origin)])
        #expect(Self.marks(response) == [], "\(origin)")
        #expect(response["vary"] == "Origin")
      }
      // A cache must not give the answer to one without an origin to one with it.
      #expect(try await client.get("/livez")["vary"] == "Origin")
      let two = [("Origin", "https://shop.example"), ("Origin", "https://shop.example")]
      #expect(Self.marks(try await client.get("/livez", headers: two)) == [])
    }
  }

  @Test("a preflight is told methods and fields")
  func preflight() async throws {
    try await withOrigins(["https://shop.example"]) { client in
      let headers = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "PATCH")]
      let response = try await client.send("OPTIONS", "/v1/books/9780439023481", headers: headers)
      #expect(response.status == 204)
      #expect(response["access-control-allow-origin"] == "https://shop.example")
      #expect(response["access-control-allow-methods"] == "GET, HEAD, PATCH, DELETE, OPTIONS")
      #expect(response["access-control-max-age"] == "600")
      for name in ["Authorization", "Content-Type", "Idempotency-Key", "If-Match"] {
        #expect(response["access-control-allow-headers"]?.contains(name) == true, "\(name)")
      }
      let plain = try await client.send("OPTIONS", "/v1/books", headers: [("Origin", "https://shop.example")])
      #expect(plain["access-control-allow-methods"] == nil)
    }
  }

  @Test("all origins are one, of which no cache has to know")
  func anyOrigin() async throws {
    try await withOrigins(["*"]) { client in
      let response = try await client.get("/livez", headers: [("Origin", "null")])
      #expect(response["access-control-allow-origin"] == "*")
      #expect(response["vary"] == nil)
      #expect(Self.marks(try await client.get("/livez")) == [])
    }
  }

  @Test("no field of an answer is made of more lines than one, whatever was asked")
  func noInjection() async throws {
    try await withOrigins(["*"]) { client in
      let evil = "%0D%0ASet-Cookie:%20a=b%0D%0A%0D%0A"
      try await client.storeBook()
      try await client.storeBook(isbn: "9780141439518", title: "The Hunger")
      for path in [
        "/v1/books?q=\(evil)", "/v1/books/\(evil)", "/\(evil)", "/v1/books?\(evil)=1",
        "/v1/books?limit=\(evil)",
        "/v1/books?q=the%0D%0Ahunger&limit=1", "/v1/items/\(evil)", "/v1/locations/\(evil)",
        "/problems/\(evil)",
      ] {
        let response = try await client.get(
          path, headers: [("X-Request-Id", "a\tb"), ("Origin", "http://a\tb")])
        for (name, value) in response.fields.lines {
          #expect((name + value).utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }, "\(path) \(name)")
        }
      }
    }
  }
}
