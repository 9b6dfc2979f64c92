import HTTP
import Inventory
import JSON
import TestSupport
import Testing

@testable import API

@Suite("Errors of the inside")
struct InternalErrorsTests {
  @Test("An unexpected error is logged once with the request's id and shows nothing outside")
  func unexpected() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      try await client.storeBook()
      try await fixture.execute("alter table book rename to lost")
      let response = try await client.get("/v1/books/9780439023481", headers: [("X-Request-Id", "req-9")])
      #expect(response.problem == "internal-error")
      #expect(response.status == 500)
      #expect(!response.text.contains("lost") && !response.text.contains("sql"))
      #expect(client.failures.all.count == 1)
      #expect(client.failures.all.first?.requestID == "req-9")
      #expect(client.failures.all.first?.method == "GET")
      #expect(client.failures.all.first?.target == "/v1/books/9780439023481")
      #expect(client.failures.all.first?.message.isEmpty == false)
      #expect(client.failures.all.first?.isPassing == false)
      try await fixture.execute("alter table lost rename to book")
    }
  }

  @Test("An export that breaks in the middle ends without its end and is logged once")
  func brokenExport() async throws {
    try await withRepository(.sqliteMemory) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      for index in 0..<201 { try await client.storeBook(isbn: nil, title: "Title \(index)") }
      let response = await client.api.respond(to: try Self.export())
      guard case .stream(let write) = response.content else {
        Issue.record("not a stream")
        return
      }
      try await fixture.execute("alter table book rename to lost")
      await #expect(throws: (any Error).self) { try await write(CountingWriter()) }
      #expect(client.failures.all.count == 1)
      try await fixture.execute("alter table lost rename to book")
    }
  }

  @Test("A client that goes away during an export is nobody's failure")
  func clientGone() async throws {
    try await withClient { client in
      try await client.storeBook()
      let response = await client.api.respond(to: try Self.export())
      guard case .stream(let write) = response.content else {
        Issue.record("not a stream")
        return
      }
      await #expect(throws: ConnectionClosed.self) { try await write(ClosedWriter()) }
      #expect(client.failures.all.isEmpty)
    }
  }

  private static func export() throws -> Request {
    var scanned = 0
    let text = "GET /v1/books HTTP/1.1\r\nHost: a\r\nAccept: application/x-ndjson\r\n\r\n"
    guard case .complete(let head, _, _) = HeadParser.parse(Array(text.utf8), scanned: &scanned) else {
      throw HeadParser.Refusal("not a head")
    }
    return Request(head: head, body: TestBody([]), peer: "")
  }

  @Test("Every error of the domain has its problem, and only `unexpected` has none")
  func table() throws {
    let book = Examples.bookID
    let cases: [(InventoryError, ProblemCode?)] = [
      (.notFound(.book, "x"), .notFound),
      (.duplicateISBN(ISBN(stored: "9780439023481"), twin: book), .duplicateISBN),
      (.duplicateSKU("x", twin: Examples.itemID), .duplicateSKU),
      (.duplicateLocationCode("x", twin: Examples.locationID), .duplicateLocationCode),
      (.versionMismatch(current: 7), .preconditionFailed), (.bookArchived(book), .bookArchived),
      (.bookHasStock(book, onHand: 1, held: 0), .bookHasStock),
      (.unknownLines([LineProblem(index: 0, field: .item, code: .notFound, value: "x")]), .invalidContent),
      (.refused([LineRefusal(index: 0, code: .heldStock, wanted: 2, available: 1)]), .heldStock),
      (.unavailable(reason: "host db-7 is down", retryAfter: 3), .unavailable), (.unexpected("boom"), nil),
    ]
    for (error, code) in cases {
      let problem = Problem(error)
      #expect(problem?.code == code)
      guard let problem else { continue }
      let response = problem.response(instance: "/v1", requestID: "r")
      guard case .bytes(let bytes) = response.content else { continue }
      #expect(OpenAPI.problemSchema.violations(try JSONValue(parsing: bytes)) == [])
      #expect(!String(decoding: bytes, as: UTF8.self).contains("db-7"))
    }
    #expect(Problem(.versionMismatch(current: 7))?.fields["etag"] == "\"7\"")
    #expect(Problem(.unavailable(reason: "", retryAfter: 3))?.fields["retry-after"] == "3")
  }
}

private struct CountingWriter: ResponseWriter {
  func write(_ bytes: [UInt8]) async throws {}
}

private struct ClosedWriter: ResponseWriter {
  func write(_ bytes: [UInt8]) async throws { throw ConnectionClosed() }
}
