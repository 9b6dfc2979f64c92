import JSON
import TestSupport
import Testing

@testable import API

@Suite("Reports")
struct ReportsTests {
  private static let csv = [("Accept", "text/csv")]
  private static let ever = "since=2999-01-01T00:00:00Z"

  @Test("The value of the stock is in minor units by currency, in both forms")
  func valuation() async throws {
    try await withClient { client in
      try await client.storeBook(isbn: "9780439023481", #""price": {"amount": 1299, "currency": "EUR"}"#)
      try await client.storeBook(isbn: "9780439023511")
      try await client.adjust(by: 3)
      try await client.adjust("9780439023511", by: 2)
      let json = try await client.get("/v1/reports/valuation?location=main").json
      let rows = json["data"]?.elements ?? []
      #expect(rows.map { $0["currency"] } == [.null, "EUR"])
      #expect(rows.map { $0["copies"] } == [2, 3])
      #expect(rows.map { $0["amount"] } == [.null, 3897])
      #expect(json["has_more"] == false)
      let csv = try await client.get("/v1/reports/valuation", headers: Self.csv)
      #expect(csv["content-disposition"] == "attachment; filename=\"valuation.csv\"")
      let lines = csv.text.split(separator: "\r\n")
      #expect(lines[0] == "location_id,location_code,currency,copies,amount")
      #expect(lines[1].hasSuffix(",main,,2,") && lines[2].hasSuffix(",main,EUR,3,3897"))
    }
  }

  @Test("Sell-through is of a period, dead stock of what nothing happened to since")
  func movements() async throws {
    try await withClient { client in
      try await client.storeBook()
      try await client.adjust(by: 8)
      try await client.adjust(by: -3, reason: "sold")
      let period = "from=2000-01-01T00:00:00Z&to=2999-01-01T00:00:00Z"
      let sold = try await client.get("/v1/reports/sell-through?\(period)&location=main").json
      let row = try #require(sold["data"]?.elements.first)
      #expect(row["sold"] == 3 && row["received"] == 8 && row["on_hand"] == 5 && row["ratio"] == "0.3750")
      let before = try await client.get(
        "/v1/reports/sell-through?from=1999-01-01T00:00:00Z&to=2000-01-01T00:00:00Z")
      #expect(try before.json["data"]?.elements == [])
      let dead = try await client.get("/v1/reports/dead-stock?\(Self.ever)").json
      #expect(dead[path: "data/0/on_hand"] == 5)
      let last = try await client.get("/v1/movements?limit=1").json
      #expect(dead[path: "data/0/last_movement_at"] == last[path: "data/0/recorded_at"])
      let alive = try await client.get("/v1/reports/dead-stock?since=2000-01-01T00:00:00Z").json
      #expect(alive["data"]?.elements == [])
    }
  }

  @Test(
    "No cell of a file is a formula, whatever a title says", arguments: ["=1+1", "+1", "-1", "@cmd", "\\t=1"])
  func formulas(title: String) async throws {
    try await withClient { client in
      let id = try await client.storeBook(isbn: nil, title: title == "\\t=1" ? "x" : title)
      try await client.adjust(id, by: 2)
      let bin = title.hasPrefix("\\") ? "=1" : title
      #expect(try await client.patch("/v1/stock/\(id)/main", #"{"bin": "\#(bin)"}"#).status == 200)
      for target in [
        "/v1/reports/dead-stock?\(Self.ever)", "/v1/reports/sell-through?from=2000-01-01T00:00:00Z",
        "/v1/reports/valuation", "/v1/stock", "/v1/books",
      ] {
        let lines = try await client.get(target, headers: Self.csv).text.split(separator: "\r\n")
        #expect(lines.count == 2, "\(target)")
        let cells = lines[1].split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells.allSatisfy { cell in !"=+-@".contains(cell.first ?? "x") }, "\(lines[1])")
      }
      let stock = try await client.get("/v1/stock", headers: Self.csv).text
      #expect(stock.contains(",'\(bin),"))
    }
  }

  @Test("The list of levels is a file, too, with all filters, as it is and as it was")
  func stock() async throws {
    try await withClient { client in
      for isbn in BookListsTests.isbns {
        try await client.storeBook(isbn: isbn, title: isbn)
        try await client.adjust(isbn, by: 4)
      }
      let last = try await client.get("/v1/movements?limit=1").json
      let instant = last[path: "data/0/recorded_at"]?.text ?? ""
      for isbn in BookListsTests.isbns { try await client.adjust(isbn, by: -1, reason: "sold") }
      let now = try await client.get("/v1/stock", headers: Self.csv)
      let header = now.text.split(separator: "\r\n").first.map { $0.split(separator: ",") } ?? []
      let onHand = try #require(header.firstIndex(of: "on_hand"))
      func figures(_ response: TestResponse) -> [String] {
        response.text.split(separator: "\r\n").dropFirst().map { line in
          String(line.split(separator: ",", omittingEmptySubsequences: false)[onHand])
        }
      }
      #expect(figures(now) == BookListsTests.isbns.map { _ in "3" })
      let then = try await client.get("/v1/stock?as_of=\(instant)", headers: Self.csv)
      #expect(figures(then) == BookListsTests.isbns.map { _ in "4" })
      let one = try await client.get("/v1/stock?isbn=\(BookListsTests.isbns[0])", headers: Self.csv)
      #expect(figures(one) == ["3"])
      let none = try await client.get("/v1/stock?below_reorder=true", headers: Self.csv)
      #expect(figures(none) == [])
    }
  }

  @Test("A file of more rows than are read at a time has each of them once")
  func manyRows() async throws {
    try await withClient { client in
      for index in 0..<1003 {
        let id = try await client.storeBook(isbn: nil, title: "Title \(index)")
        try await client.adjust(id, by: 1)
      }
      for target in ["/v1/stock", "/v1/reports/dead-stock?\(Self.ever)"] {
        let lines = try await client.get(target, headers: Self.csv).text.split(separator: "\r\n")
        #expect(lines.count == 1004 && Set(lines).count == 1004)
      }
    }
  }

  @Test("Pages of a report follow each other")
  func pages() async throws {
    try await withClient { client in
      for isbn in BookListsTests.isbns {
        try await client.storeBook(isbn: isbn, title: isbn)
        try await client.adjust(isbn, by: 1)
      }
      for report in ["dead-stock?\(Self.ever)", "sell-through?from=2000-01-01T00:00:00Z"] {
        var target: String? = "/v1/reports/\(report)&limit=3"
        var skus: [String] = []
        while let path = target {
          let response = try await client.get(path)
          skus += try response.json["data"]?.elements.compactMap { $0["sku"]?.text } ?? []
          target = response["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
        }
        #expect(skus.sorted() == BookListsTests.isbns.sorted())
      }
    }
  }

  @Test(
    "What a report cannot be of is refused by name",
    arguments: [
      ("dead-stock", "?since required"), ("dead-stock?since=", "?since bad-instant"),
      ("dead-stock?since=2026-01-01T00:00:00", "?since missing-offset"),
      ("dead-stock?since=2026-01-01T00:00:00Z&location=graz", "?location not-found"),
      ("sell-through", "?from required"), ("sell-through?to=2026-01-01T00:00:00Z", "?from required"),
      ("sell-through?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "?to not-after-from"),
      ("sell-through?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "?to not-after-from"),
      ("valuation?location=graz", "?location not-found"), ("valuation?since=x", "?since unknown-parameter"),
    ])
  func refused(report: String, error: String) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/reports/\(report)")
      #expect(response.problem == "invalid-parameter")
      #expect(response.errors == [error], "\(response)")
    }
  }

  @Test("A file takes no paging", arguments: ["stock", "reports/valuation"])
  func export(path: String) async throws {
    try await withClient { client in
      let limit = try await client.get("/v1/\(path)?limit=5", headers: Self.csv)
      #expect(limit.errors == ["?limit not-with-export"])
      let cursor = try await client.get("/v1/\(path)?cursor=x", headers: Self.csv)
      #expect(cursor.errors == ["?cursor not-with-export"])
    }
  }
}
