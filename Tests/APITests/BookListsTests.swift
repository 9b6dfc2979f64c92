import JSON
import TestSupport
import Testing

@testable import API

@Suite("Lists of books")
struct BookListsTests {
  static let isbns = [
    "9780439023481", "9781960957030", "9787309044621", "9798833029008", "9788072037179", "9780804429573",
  ]

  @Test(
    "Pages follow each other without gap or repetition, by cursor and by Link",
    arguments: [
      "", "&sort=title", "&sort=-title", "&sort=isbn", "&sort=-isbn", "&sort=-created", "&sort=updated",
      "&sort=publication_date", "&sort=-publication_date",
    ])
  func pages(sort: String) async throws {
    try await withClient { client in
      var stored: Set<String> = []
      for index in 0..<7 {
        let more = index < 4 ? #""publication_date": "200\#(index / 2)""# : ""
        stored.insert(
          try await client.storeBook(
            isbn: index < 6 ? Self.isbns[index] : nil, title: "Title \(index / 2)", more))
      }
      var seen: [String] = []
      var target: String? = "/v1/books?limit=3\(sort)"
      while let path = target {
        let response = try await client.get(path)
        #expect(response.status == 200)
        let json = try response.json
        seen += json["data"]?.elements.compactMap { $0["id"]?.text } ?? []
        let link = response["link"]
        #expect(json["has_more"] == .bool(link != nil))
        target = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
        if let cursor = json["next_cursor"]?.text {
          #expect(target?.contains("cursor=\(cursor)") == true)
        } else {
          #expect(target == nil)
        }
      }
      #expect(seen.count == 7)
      #expect(Set(seen) == stored)
      let whole = try await client.get("/v1/books?limit=200\(sort)").json["data"]?.elements
      #expect(whole?.compactMap { $0["id"]?.text } == seen)
    }
  }

  @Test(
    "Filters find what they say and nothing else",
    arguments: [
      ("q=hunger", ["A"]), ("q=HUNG%C3%89R%20games", ["A"]), ("q=hung*", ["A"]), ("q=hunger%20fire", []),
      ("q=collins", ["A", "B"]), ("publisher=scholastic%20press", ["A"]), ("language=en", ["A", "B"]),
      ("language=en-US", ["B"]), ("subject=thema:YF", ["A"]), ("subject=thema:FB", []),
      ("price[lte]=1299&currency=EUR", ["A"]), ("price%5Blte%5D=1298&currency=EUR", []),
      ("price[lte]=9999&currency=usd", ["B"]), ("in_stock=true", ["A"]), ("in_stock=false", ["B", "C"]),
      ("updated[gte]=2020-01-01T00:00:00Z", ["A", "B", "C"]),
      ("updated[gte]=2030-01-01T00:00:00%2B01:00", []),
      ("q=hunger&in_stock=false", []), ("", ["A", "B", "C"]),
    ])
  func filters(query: String, titles: [String]) async throws {
    try await withClient { client in
      try await client.storeBook(
        title: "A",
        #""subtitle": "The Hunger Games", "contributors": [{"role": "author", "name": "Suzanne Collins"}], "#
          + #""publisher": "Scholastic Press", "language": "eng", "price": {"amount": 1299, "currency": "EUR"}, "#
          + #""subjects": [{"scheme": "thema", "code": "YFG"}]"#)
      try await client.storeBook(
        isbn: nil, title: "B",
        #""subtitle": "Catching Fire, by Collins", "language": "en-US", "price": {"amount": 9999, "currency": "USD"}"#
      )
      try await client.storeBook(isbn: nil, title: "C")
      try await client.adjust(by: 1)
      let response = try await client.get("/v1/books?sort=title&\(query)")
      #expect(try response.json["data"]?.elements.compactMap { $0["title"]?.text } == titles, "\(response)")
    }
  }

  @Test(
    "Wrong parameters are refused by name",
    arguments: [
      ("in_stok=true", ["?in_stok unknown-parameter"]),
      ("in_stock=true&in_stock=false", ["?in_stock repeated-parameter"]),
      ("in_stock=yes", ["?in_stock not-a-boolean"]), ("in_stock", ["?in_stock not-a-boolean"]),
      ("limit=0", ["?limit out-of-range"]), ("limit=201", ["?limit out-of-range"]),
      ("limit=ten", ["?limit not-an-integer"]), ("limit=", ["?limit not-an-integer"]),
      ("limit=99999999999999999999", ["?limit out-of-range"]), ("limit=%2B5", ["?limit not-an-integer"]),
      ("sort=name", ["?sort unknown-value"]), ("sort=--title", ["?sort unknown-value"]),
      ("expand=stok", ["?expand unknown-value"]), ("expand=", ["?expand unknown-value"]),
      ("expand=stock,stock", ["?expand duplicate"]), ("facets=title", ["?facets unknown-value"]),
      ("language=english", ["?language unknown-language"]), ("subject=YF", ["?subject bad-subject"]),
      ("subject=dui:YF", ["?subject unknown-value"]), ("subject=thema:", ["?subject bad-subject"]),
      ("price[lte]=5", ["?currency required"]), ("currency=EUR", ["?price[lte] required"]),
      ("price[lte]=5&currency=XXQ", ["?currency unknown-currency"]),
      ("price[gte]=5", ["?price[gte] unknown-parameter"]),
      ("updated[gte]=yesterday", ["?updated[gte] bad-instant"]),
      ("updated[gte]=2026-01-01T00:00:00", ["?updated[gte] missing-offset"]),
      ("q=%20", ["?q no-words"]), ("q=", ["?q blank"]),
      ("limit=0&foo=1&sort=x", ["?limit out-of-range", "?foo unknown-parameter", "?sort unknown-value"]),
    ])
  func wrongParameters(query: String, errors: [String]) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/books?\(query)")
      #expect(response.problem == "invalid-parameter", "\(response)")
      #expect(response.errors == errors, "\(response)")
    }
  }

  @Test(
    "A query that is not percent-encoded UTF-8 is refused",
    arguments: ["q=%ff", "%C3=1", "q=%C0%AF", "q=%ED%A0%80"])
  func badEncoding(query: String) async throws {
    try await withClient { client in
      let response = try await client.get("/v1/books?\(query)")
      #expect(response.problem == "invalid-parameter")
    }
  }

  @Test("A cursor is good only for the list that gave it")
  func cursors() async throws {
    try await withClient { client in
      for isbn in Self.isbns { try await client.storeBook(isbn: isbn, title: isbn) }
      let first = try await client.get("/v1/books?limit=2&sort=title&language=en")
      #expect(try first.json["next_cursor"] == .null)
      let json = try await client.get("/v1/books?limit=2&sort=title").json
      let cursor = try #require(json["next_cursor"]?.text)
      #expect(try await client.get("/v1/books?limit=1&sort=title&cursor=\(cursor)").status == 200)
      #expect(try await client.get("/v1/books?expand=stock&cursor=\(cursor)&sort=title").status == 200)
      for wrong in [
        "sort=-title&cursor=\(cursor)", "cursor=\(cursor)", "sort=title&q=x&cursor=\(cursor)",
        "sort=title&cursor=\(cursor.dropLast())", "sort=title&cursor=A\(cursor)", "sort=title&cursor=x",
        "sort=title&cursor=%3D%3D", "sort=title&cursor=AAAA",
      ] {
        let response = try await client.get("/v1/books?\(wrong)")
        #expect(response.problem == "invalid-cursor", "\(wrong)")
      }
      #expect(try await client.get("/v1/items?cursor=\(cursor)").problem == "invalid-cursor")
    }
  }

  @Test("expand adds totals, items, and the items' levels, to one book and to lists")
  func expand() async throws {
    try await withClient { client in
      let id = try await client.storeBook()
      try await client.adjust(by: 5)
      try await client.adjust(by: 2, bucket: "damaged", reason: "damaged")
      try await client.storeBook(isbn: nil, title: "No stock")
      let paths = ["/v1/books/\(id)?expand=", "/v1/books?sort=title&expand="]
      for path in paths {
        func book(_ parts: String) async throws -> JSONValue {
          let json = try await client.get(path + parts).json
          return json[path: "data/1"] ?? json
        }
        let stock = try await book("stock")
        #expect(stock[path: "stock/on_hand"] == 5)
        #expect(stock[path: "stock/unavailable/damaged"] == 2)
        #expect(stock[path: "stock/available"] == 3)
        #expect(stock["items"] == nil)
        let items = try await book("items")
        #expect(items[path: "items/0/sku"] == "9780439023481")
        #expect(items[path: "items/0/stock"] == nil)
        let both = try await book("stock,items.stock")
        #expect(both[path: "items/0/stock/0/location_code"] == "main")
        #expect(both[path: "items/0/stock/0/available"] == 3)
        #expect(both[path: "stock/held"] == 0)
      }
      let empty = try await client.get("/v1/books?sort=title&expand=stock,items.stock").json
      #expect(empty[path: "data/0/stock/on_hand"] == 0)
      #expect(empty[path: "data/0/items/0/stock"] == [])
    }
  }

  @Test("Facets count the values of all books of the list")
  func facets() async throws {
    try await withClient { client in
      for (index, language) in ["en", "en", "de"].enumerated() {
        try await client.storeBook(
          isbn: nil, title: "T\(index)", #""language": "\#(language)", "publisher": "P""#)
      }
      let json = try await client.get("/v1/books?limit=1&facets=language,publisher").json
      #expect(json[path: "facets/language"] == [["value": "en", "count": 2], ["value": "de", "count": 1]])
      #expect(json[path: "facets/publisher"] == [["value": "P", "count": 3]])
      #expect(json[path: "facets/product_form"] == nil)
      #expect(try await client.get("/v1/books").json["facets"] == nil)
    }
  }
}
