import JSON
import TestSupport
import Testing

@testable import API

@Suite("Exports of books")
struct BookExportTests {
  @Test("NDJSON has every book of the list, one a line, as reading it one by one would")
  func ndjson() async throws {
    try await withClient { client in
      for index in 0..<205 { try await client.storeBook(isbn: nil, title: "Title \(index)") }
      let response = try await client.get(
        "/v1/books?sort=title&expand=stock", headers: [("Accept", "application/x-ndjson")])
      #expect(response.status == 200)
      #expect(response["vary"] == "Accept")
      let lines = response.text.split(separator: "\n")
      #expect(lines.count == 205)
      let first = try JSONValue(parsing: Array(lines[0].utf8))
      #expect(Books.schema.violations(first) == [])
      let one = try await client.get("/v1/books/\(first["id"]?.text ?? "")?expand=stock")
      #expect(one.text == lines[0])
    }
  }

  @Test("CSV has a header, a line for each book, and quotes what needs it")
  func csv() async throws {
    try await withClient { client in
      try await client.storeBook(
        title: #"Say \"Hi\", she said"#,
        #""contributors": [{"role": "author", "name": "Ann"}, {"role": "editor", "name": "Bob"}], "#
          + #""price": {"amount": 1299, "currency": "EUR"}"#)
      try await client.adjust(by: 4)
      let response = try await client.get("/v1/books?expand=stock", headers: [("Accept", "text/csv")])
      #expect(response["content-type"] == "text/csv; charset=utf-8; header=present")
      let lines = response.text.split(separator: "\r\n", omittingEmptySubsequences: false)
      #expect(lines.count == 3)
      #expect(lines[0].hasPrefix("id,isbn,title,"))
      #expect(lines[0].hasSuffix(",on_hand,unavailable,held,available"))
      #expect(lines[1].contains(#",9780439023481,"Say ""Hi"", she said",,Ann (author); Bob (editor),"#))
      #expect(lines[1].contains(",1299,EUR,"))
      #expect(lines[1].hasSuffix(",4,0,0,4"))
      #expect(lines[2].isEmpty)
    }
  }

  @Test("An empty list is an empty export")
  func empty() async throws {
    try await withClient { client in
      #expect(try await client.get("/v1/books", headers: [("Accept", "application/x-ndjson")]).bytes.isEmpty)
      let csv = try await client.get("/v1/books", headers: [("Accept", "text/csv")]).text
      #expect(csv.split(separator: "\r\n").count == 1)
    }
  }

  @Test(
    "An export takes no paging, and CSV no nesting",
    arguments: [
      ("limit=5", "text/csv", "?limit not-with-export"),
      ("facets=language", "text/csv", "?facets not-with-export"),
      ("cursor=x", "application/x-ndjson", "?cursor not-with-export"),
      ("expand=items", "text/csv", "?expand not-with-csv"),
    ])
  func refused(query: String, type: String, error: String) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/books?\(query)", headers: [("Accept", type)])
      #expect(response.problem == "invalid-parameter")
      #expect(response.errors == [error])
    }
  }

  @Test(
    "Accept chooses the form by quality; what cannot be had is 406",
    arguments: [
      ("text/csv, application/json;q=0.5", "text/csv"), ("application/json, text/csv", "application/json"),
      ("text/*", "text/csv"), ("*/*;q=0.1, application/x-ndjson", "application/x-ndjson"),
      ("application/xml", nil), ("application/json;q=0", nil),
      ("*/*, application/json;q=0", "application/x-ndjson"),
      ("text/html, */*;q=0.8", "application/json"),
    ] as [(String, String?)])
  func negotiation(accept: String, type: String?) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/books", headers: [("Accept", accept)])
      #expect(response["vary"] == "Accept")
      if let type {
        #expect(response.mediaType == type)
      } else {
        #expect(response.problem == "not-acceptable")
      }
    }
  }
}
