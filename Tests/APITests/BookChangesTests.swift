import Inventory
import JSON
import TestSupport
import Testing

@testable import API

@Suite("Changing books")
struct BookChangesTests {
  @Test("A merge patch changes what it names, removes what it nulls, merges objects, replaces lists")
  func mergePatch() async throws {
    try await withClient { client in
      #expect(try await client.post("/v1/books", Examples.bookInput.compact).status == 201)
      let response = try await client.patch(
        "/v1/books/9780439023481",
        """
        {"subtitle": "Part one", "publisher": null, "price": {"amount": 999}, "contributors": [],
         "metadata": {"shelf": null, "note": "x"}}
        """)
      #expect(response.status == 200)
      #expect(response.etag == "\"2\"")
      let json = try response.json
      #expect(json["title"] == "The Hunger Games")
      #expect(json["subtitle"] == "Part one")
      #expect(json["publisher"] == .null)
      #expect(json["price"] == ["amount": 999, "currency": "EUR"])
      #expect(json["contributors"] == [])
      #expect(json["metadata"] == ["note": "x"])
      #expect(try await client.get("/v1/books/9780439023481").bytes == response.bytes)
    }
  }

  @Test(
    "A patch that changes nothing leaves the version as it is",
    arguments: ["{}", #"{"title": "The Hunger Games"}"#])
  func noChange(patch: String) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.patch("/v1/books/9780439023481", patch)
      #expect(response.status == 200)
      #expect(response.etag == "\"1\"")
    }
  }

  @Test(
    "A wrong patch is refused by pointer and changes nothing",
    arguments: [
      (#"{"title": null}"#, ["/title required"]),
      (#"{"titel": null}"#, ["/titel unknown-member"]),
      (#"{"titel": "x"}"#, ["/titel unknown-member"]),
      (#"{"version": 7}"#, ["/version read-only"]),
      (#"{"id": null}"#, ["/id read-only"]),
      (#"{"price": {"amount": 1}}"#, ["/price/currency required"]),
      (#"{"price": {"vat": null, "amount": 1, "currency": "EUR"}}"#, ["/price/vat unknown-member"]),
      (#"{"isbn": "12"}"#, ["/isbn wrong-length"]),
      ("[]", [" wrong-type"]), ("7", [" wrong-type"]),
    ])
  func wrongPatch(patch: String, errors: [String]) async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = try await client.patch("/v1/books/9780439023481", patch)
      #expect(response.problem == "invalid-content")
      #expect(response.errors == errors, "\(response)")
      #expect(try await client.get("/v1/books/9780439023481").etag == "\"1\"")
    }
  }

  @Test(
    "If-Match decides whether a change is done; 412 carries the present tag",
    arguments: [
      ("\"1\"", 200), ("*", 200), ("\"9\", \"1\"", 200), ("\"1-0123456789abcdef\"", 200),
      ("\"2\"", 412), ("W/\"1\"", 412), ("\"x\"", 412), ("\"\"", 412), ("1", 400), ("", 400),
    ])
  func ifMatch(value: String, status: Int) async throws {
    try await withClient { client in
      try await client.storeBook()
      for (method, body) in [("PATCH", #"{"subtitle": "x"}"#), ("DELETE", nil)] as [(String, String?)] {
        let path = try await "/v1/books/\(client.get("/v1/books/9780439023481").json["id"]?.text ?? "")"
        let value =
          method == "DELETE" && status == 200 ? value.replacing("1", with: "2", maxReplacements: 1) : value
        let response = try await client.send(method, path, body, headers: [("If-Match", value)])
        #expect(response.status == status || value == "\"2\"", "\(method) \(response)")
        if response.status == 412 {
          #expect(response.problem == "precondition-failed")
          #expect(response.etag == "\"1\"")
        }
      }
    }
  }

  @Test("An expanded answer has a tag of its own that If-Match understands")
  func expandedTag() async throws {
    try await withClient { client in
      try await client.storeBook()
      let before = try await client.get("/v1/books/9780439023481?expand=stock")
      #expect(before.etag.hasPrefix("\"1-"))
      try await client.adjust(by: 3)
      let after = try await client.get("/v1/books/9780439023481?expand=stock")
      #expect(after.etag != before.etag)
      let patched = try await client.patch(
        "/v1/books/9780439023481", #"{"subtitle": "x"}"#, headers: [("If-Match", before.etag)])
      #expect(patched.status == 200)
      let again = try await client.patch(
        "/v1/books/9780439023481", #"{"subtitle": "y"}"#, headers: [("If-Match", after.etag)])
      #expect(again.status == 412)
    }
  }

  @Test("Patches without If-Match that meet are both done")
  func concurrentPatches() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await withThrowingTaskGroup(of: Int.self) { group in
        for name in ["subtitle", "publisher", "language"] {
          group.addTask {
            try await client.patch("/v1/books/9780439023481", "{\"\(name)\": \"en\"}").status
          }
        }
        for try await status in group { #expect(status == 200) }
      }
      let json = try await client.get("/v1/books/9780439023481").json
      #expect([json["subtitle"], json["publisher"], json["language"]] == ["en", "en", "en"])
      #expect(json["version"] == 4)
    }
  }

  @Test("A change without If-Match is tried again a bounded number of times, one with it never")
  func bounded() async throws {
    try await withClient { client in
      let book = Book(
        id: Examples.bookID, details: BookDetails(title: "x"), version: 7,
        createdAt: Instant(microseconds: 0), updatedAt: Instant(microseconds: 0), archivedAt: nil)
      for (field, tries, code) in [
        ("Accept: */*", 5, ProblemCode.editConflict), ("If-Match: *", 5, .editConflict),
        ("If-Match: \"7\"", 1, .preconditionFailed), ("If-Match: \"6\"", 0, .preconditionFailed),
      ] {
        let call = try client.call("PATCH /v1/books/x HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        let count = Atomic(0)
        do {
          _ = try await call.edit {
            book
          } _: { (book: Book) async throws -> Book in
            count.mutate { $0 += 1 }
            throw InventoryError.versionMismatch(current: book.version + 1)
          }
          Issue.record("\(field) was done")
        } catch {
          let problem = (error as? Problem) ?? (error as? InventoryError).flatMap(Problem.init)
          #expect(problem?.code == code, "\(field)")
        }
        #expect(count.value == tries, "\(field)")
      }
    }
  }

  @Test("An archived book is readable by id, gone from ISBN and lists, and cannot be changed")
  func archive() async throws {
    try await withClient { client in
      let id = try await client.storeBook()
      let archived = try await client.send("DELETE", "/v1/books/9780439023481")
      #expect(archived.status == 200)
      #expect(try archived.json["archived_at"] != .null)
      #expect(try await client.get("/v1/books/9780439023481").status == 404)
      #expect(try await client.get("/v1/books/\(id)").status == 200)
      #expect(try await client.get("/v1/books").json["data"] == [])
      #expect(try await client.patch("/v1/books/\(id)", #"{"title": "x"}"#).problem == "book-archived")
      #expect(try await client.patch("/v1/books/\(id)", "{}").problem == "book-archived")
      let again = try await client.send("DELETE", "/v1/books/\(id)")
      #expect(again.status == 200)
      #expect(again.etag == archived.etag)
      let item = try await client.post("/v1/items", #"{"book_id": "\#(id)", "sku": "x"}"#)
      #expect(item.problem == "book-archived")
      let stocked = try await client.post(
        "/v1/adjustments", #"{"reason": "found", "lines": [{"item": "9780439023481", "delta": 1}]}"#)
      #expect(stocked.errors == ["/lines/0/item not-found"])
      // Its ISBN, and with it the SKU, is free again.
      #expect(try await client.storeBook() != id)
    }
  }

  @Test("A book with copies is not archived; the answer says how many there are")
  func archiveWithStock() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 3)
      let response = try await client.send("DELETE", "/v1/books/9780439023481")
      #expect(response.problem == "book-has-stock")
      #expect(try response.json["on_hand"] == 3)
      #expect(try response.json["held"] == 0)
    }
  }
}
