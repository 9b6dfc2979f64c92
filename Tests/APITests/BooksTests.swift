import JSON
import TestSupport
import Testing

@testable import API

@Suite("Books")
struct BooksTests {
  static let full = Examples.bookInput.compact

  @Test("A stored book comes back with everything that was said of it")
  func create() async throws {
    try await withClient { client in
      let response = try await client.post("/v1/books", Self.full)
      #expect(response.status == 201)
      let json = try response.json
      let id = json["id"]?.text ?? ""
      #expect(response["location"] == "/v1/books/\(id)")
      #expect(response.etag == "\"1\"")
      #expect(json["isbn"] == "9780439023481")
      #expect(json["isbn10"] == "0439023483")
      #expect(json["title"] == "The Hunger Games")
      #expect(json["subtitle"] == .null)
      #expect(json[path: "contributors/0/name"] == "Suzanne Collins")
      #expect(json["price"] == ["amount": 1299, "currency": "EUR"])
      #expect(json["metadata"] == ["shelf": "young adult"])
      #expect(json["version"] == 1)
      #expect(json["archived_at"] == .null)
      let read = try await client.get("/v1/books/\(id)")
      #expect(read.bytes == response.bytes)
      #expect(read.etag == response.etag)
    }
  }

  @Test(
    "A book is found by its id and by its ISBN in any spelling",
    arguments: [
      "9780439023481", "978-0-439-02348-1", "978%200%20439%2002348%201", "0439023483", "0-439-02348-3",
      "urn:isbn:9780439023481", "ISBN%20978-0439023481", "978%E2%80%930439023481",
    ])
  func spellings(spelling: String) async throws {
    try await withClient { client in
      let id = try await client.storeBook()
      #expect(try await client.get("/v1/books/\(spelling)").json["id"]?.text == id)
      #expect(try await client.get("/v1/books/\(id.uppercased())").status == 200)
    }
  }

  @Test(
    "What names no book is 404 and says why",
    arguments: [
      ("9780439023482", "?book bad-check-digit"), ("9790060115615", "?book not-an-isbn"),
      ("bk_123", "?book bad-id"), ("12", "?book wrong-length"), ("9781960957030", nil),
      ("bk_01kav5m0c8f3v9x2r7w4q6t1ze", nil),
    ] as [(String, String?)])
  func notFound(name: String, error: String?) async throws {
    try await withClient { client in
      for method in ["GET", "DELETE"] {
        let response = try await client.send(method, "/v1/books/\(name)")
        #expect(response.problem == "not-found")
        #expect(response.errors == (error.map { [$0] } ?? []))
      }
      #expect(try await client.patch("/v1/books/\(name)", "{}").problem == "not-found")
    }
  }

  @Test(
    "Every wrong member is named, with its pointer and a code",
    arguments: [
      ("{}", ["/title required"]),
      ("[]", [" wrong-type"]),
      (#"{"title": null}"#, ["/title wrong-type"]),
      (#"{"title": ""}"#, ["/title blank"]),
      (#"{"title": " \t"}"#, ["/title control-character"]),
      (#"{"title": "  "}"#, ["/title blank"]),
      (#"{"title": "a\u0007b"}"#, ["/title control-character"]),
      (#"{"title": 7, "isbn": 9780439023481}"#, ["/isbn wrong-type", "/title wrong-type"]),
      (#"{"title": "a", "isbn": "9780439023482"}"#, ["/isbn bad-check-digit"]),
      (#"{"title": "a", "isbn": "9770317847001"}"#, ["/isbn not-an-isbn"]),
      (#"{"title": "a", "titel": "b"}"#, ["/titel unknown-member"]),
      (#"{"title": "a", "a/b~c": 1}"#, ["/a~1b~0c unknown-member"]),
      (#"{"title": "a", "id": "bk_1"}"#, ["/id read-only"]),
      (#"{"title": "a", "stock": {}}"#, ["/stock read-only"]),
      (#"{"title": "a", "contributors": {}}"#, ["/contributors wrong-type"]),
      (
        #"{"title": "a", "contributors": [{}]}"#,
        ["/contributors/0/role required", "/contributors/0/name required"]
      ),
      (
        #"{"title": "a", "contributors": [{"role": "autor", "name": "x", "age": 3}]}"#,
        ["/contributors/0/age unknown-member", "/contributors/0/role unknown-value"]
      ),
      (#"{"title": "a", "product_form": "paperback"}"#, ["/product_form bad-product-form"]),
      (#"{"title": "a", "publication_date": "2008-13"}"#, ["/publication_date no-such-day"]),
      (#"{"title": "a", "publication_date": 2008}"#, ["/publication_date wrong-type"]),
      (#"{"title": "a", "on_sale_date": "2008-02-30"}"#, ["/on_sale_date no-such-day"]),
      (#"{"title": "a", "price": 12}"#, ["/price wrong-type"]),
      (#"{"title": "a", "price": {"amount": 12.99, "currency": "EUR"}}"#, ["/price/amount not-an-integer"]),
      (#"{"title": "a", "price": {"amount": 1e3, "currency": "EUR"}}"#, ["/price/amount not-an-integer"]),
      (#"{"title": "a", "price": {"amount": -1, "currency": "EUR"}}"#, ["/price/amount out-of-range"]),
      (
        #"{"title": "a", "price": {"amount": 99999999999999999999, "currency": "EUR"}}"#,
        ["/price/amount out-of-range"]
      ),
      (#"{"title": "a", "price": {"amount": 1}}"#, ["/price/currency required"]),
      (
        #"{"title": "a", "subjects": [{"scheme": "thema", "code": "A"}, {"scheme": "thema", "code": "A"}]}"#,
        ["/subjects/1 duplicate"]
      ),
      (
        #"{"title": "a", "subjects": [{"scheme": "thema", "code": "A", "main": true}, "#
          + #"{"scheme": "bic", "code": "A", "main": true}]}"#, ["/subjects several-main"]
      ),
      (
        #"{"title": "a", "identifiers": [{"type": "GTIN", "value": "1"}]}"#,
        ["/identifiers/0/type invalid-characters"]
      ),
      (
        #"{"title": "a", "metadata": {"a": 1, "": "x"}}"#,
        ["/metadata/a wrong-type", "/metadata/ invalid-name"]
      ),
      (#"{"title": "a", "allow_duplicate": "yes"}"#, ["/allow_duplicate wrong-type"]),
    ])
  func invalid(body: String, errors: [String]) async throws {
    try await withClient { client in
      let response = try await client.post("/v1/books", body)
      #expect(response.status == 422)
      #expect(response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
      #expect(try await client.get("/v1/books").json["data"] == [])
    }
  }

  @Test("Texts and lists are taken up to their limits, counted in code points")
  func limits() async throws {
    try await withClient { client in
      let longest = String(repeating: "é", count: 1000)
      #expect(try await client.post("/v1/books", #"{"title": "\#(longest)"}"#).status == 201)
      let tooLong = try await client.post(
        "/v1/books", #"{"title": "\#(longest)x", "subtitle": "\#(longest)x"}"#)
      #expect(tooLong.errors == ["/title too-long", "/subtitle too-long"])
      #expect(tooLong.text.contains("1000"))
      let people = Array(repeating: #"{"role": "author", "name": "x"}"#, count: 201).joined(separator: ",")
      let many = try await client.post("/v1/books", #"{"title": "a", "contributors": [\#(people)]}"#)
      #expect(many.errors == ["/contributors too-many"])
    }
  }

  @Test(
    "What is not JSON is 400 with the place",
    arguments: [
      ("", "empty"), ("{", "syntax"), (#"{"title": "a"} x"#, "trailing-bytes"),
      (#"{"title": "a", "title": "b"}"#, "duplicate-name"), (#"{"title": "\u0000"}"#, "nul-character"),
      (#"{"title": "\ud800"}"#, "lone-surrogate"),
    ])
  func notJSON(body: String, code: String) async throws {
    try await withClient { client in
      for response in [
        try await client.post("/v1/books", body), try await client.patch("/v1/books/9780439023481", body),
      ] {
        #expect(response.problem == "invalid-json")
        #expect(response.errors.first?.hasSuffix(code) == true, "\(response)")
      }
    }
  }

  @Test("An ISBN is taken once, unless twice is meant; the answer names the twin")
  func duplicates() async throws {
    try await withClient { client in
      let id = try await client.storeBook()
      let response = try await client.post("/v1/books", #"{"isbn": "0439023483", "title": "Again"}"#)
      #expect(response.problem == "duplicate-isbn")
      #expect(response.errors == ["/isbn duplicate-isbn"])
      #expect(try response.json["twin"] == ["id": .string(id), "href": .string("/v1/books/\(id)")])
      let second = try await client.storeBook(title: "Again", #""allow_duplicate": true"#)
      #expect(second != id)
      let other = try await client.storeBook(isbn: nil, title: "Other")
      let patched = try await client.patch("/v1/books/\(other)", #"{"isbn": "9780439023481"}"#)
      #expect(patched.problem == "duplicate-isbn")
      let forced = try await client.patch(
        "/v1/books/\(other)", #"{"isbn": "9780439023481", "allow_duplicate": true}"#)
      #expect(forced.status == 200)
    }
  }

  @Test("An ISBN that is another book's SKU is blamed on the ISBN")
  func isbnIsSKU() async throws {
    try await withClient { client in
      let id = try await client.storeBook(isbn: nil, title: "Old")
      let item = #"{"book_id": "\#(id)", "sku": "9780439023481", "condition": "good"}"#
      #expect(try await client.post("/v1/items", item).status == 201)
      let response = try await client.post("/v1/books", #"{"isbn": "9780439023481", "title": "New"}"#)
      #expect(response.problem == "duplicate-sku")
      #expect(response.errors == ["/isbn duplicate-sku"])
    }
  }

  @Test(
    "Prefer: return=minimal leaves the content out",
    arguments: ["return=minimal", "x, Return = \"minimal\"; a=b"])
  func minimal(preference: String) async throws {
    try await withClient { client in
      let headers = [("Prefer", preference)]
      let created = try await client.post("/v1/books", Self.full, headers: headers)
      #expect(created.status == 201)
      #expect(created.bytes.isEmpty)
      #expect(created["preference-applied"] == "return=minimal")
      let location = created["location"] ?? ""
      let changed = try await client.patch(location, #"{"subtitle": "x"}"#, headers: headers)
      #expect(changed.status == 204)
      #expect(changed.etag == "\"2\"")
      let archived = try await client.send("DELETE", location, headers: headers)
      #expect(archived.status == 204)
    }
  }

  @Test("If-None-Match saves the content while nothing changed")
  func notModified() async throws {
    try await withClient { client in
      let id = try await client.storeBook()
      let path = "/v1/books/\(id)"
      for value in ["\"1\"", "W/\"1\"", "*", "\"7\", \"1\""] {
        let response = try await client.get(path, headers: [("If-None-Match", value)])
        #expect(response.status == 304)
        #expect(response.etag == "\"1\"")
        #expect(response.bytes.isEmpty)
      }
      #expect(try await client.get(path, headers: [("If-None-Match", "\"2\"")]).status == 200)
      for bad in ["1", "\"1", "\"1\" \"2\"", ","] {
        let response = try await client.get(path, headers: [("If-None-Match", bad)])
        #expect(response.errors == [":if-none-match bad-entity-tag"])
      }
    }
  }

  @Test("HEAD answers as GET does")
  func head() async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.send("HEAD", "/v1/books/9780439023481")
      #expect(response.status == 200)
      #expect(response.etag == "\"1\"")
    }
  }
}
