import Importing
import Inventory
import Testing

@Suite("Importer")
struct ImporterTests {
  let repository = FakeRepository()
  let rejects = BytesSink()

  func run(
    _ text: String, sender: String = "test", observer: ImportObserver = ImportObserver(),
    _ change: (inout Importer.Options) -> Void = { _ in }
  ) async throws -> ImportSummary {
    var options = Importer.Options(sender: sender)
    change(&options)
    let importer = Importer(into: repository, options: options, pause: { _ in })
    return try await importer.run(BytesSource(Array(text.utf8)), rejects: rejects, observer: observer)
  }

  @Test("makes books of rows, with every field")
  func everyField() async throws {
    let summary = try await run(
      """
      id,isbn,title,subtitle,authors,publisher,binding,language,year,on_sale,price,currency,qty,location,goodreads_id,metadata.shelf
      7,439023483,"The Hunger  Games, 1",A novel,"Suzanne Collins; Tim O'Brien",Scholastic,hardcover,eng,2008.0,2008-09-14,10.99,USD,3,back,2767052,A 12
      """)
    #expect(summary.rows == 1 && summary.created == 1 && summary.rejected == 0)
    var expected = BookDetails(title: "The Hunger Games, 1")
    expected.isbn = try ISBN("9780439023481")
    expected.subtitle = "A novel"
    expected.contributors = [
      Contributor(role: .author, name: "Suzanne Collins"), Contributor(role: .author, name: "Tim O'Brien"),
    ]
    expected.publisher = "Scholastic"
    expected.productForm = try ProductForm("BB")
    expected.language = try LanguageTag("en")
    expected.publicationDate = try PartialDate("2008")
    expected.onSaleDate = try CalendarDate("2008-09-14")
    expected.price = Money(amount: 1099, currency: try Currency("USD"))
    expected.identifiers = [BookIdentifier(type: "goodreads", value: "2767052")]
    expected.metadata = ["shelf": "A 12"]
    #expect(repository.current.books == [expected])
    #expect(repository.current.quantities == ["test:7@back": 3])
    #expect(rejects.bytes.isEmpty)
  }

  @Test("changes nothing when the same file comes again")
  func repetition() async throws {
    let text = "id,isbn,title,qty\n1,439023483,A,3\n2,,B,\n"
    #expect(try await run(text).created == 2)
    let books = repository.current.books
    let second = try await run(text)
    #expect(second.unchanged == 2 && second.created == 0 && second.updated == 0)
    #expect(try await run(text, sender: "other") { $0.quantity = 4 }.unchanged == 1)
    #expect(repository.current.books.prefix(2) == books.prefix(2))
  }

  @Test("changes only what a file says; an empty cell says nothing")
  func partialUpdate() async throws {
    _ = try await run("id,title,publisher,price,goodreads_id,metadata.a,metadata.b\n1,A,P,5.00,77,x,y\n") {
      $0.currency = try? Currency("EUR")
    }
    let summary = try await run("id,title,publisher,price,metadata.b,asin\n1,,,6.50,z,B0\n") {
      $0.currency = try? Currency("EUR")
    }
    #expect(summary.updated == 1)
    let book = try #require(repository.current.books.first)
    #expect(book.title == "A" && book.publisher == "P" && book.price?.amount == 650)
    #expect(book.metadata == ["a": "x", "b": "z"])
    #expect(book.identifiers.map(\.type) == ["goodreads", "asin"])
  }

  static let rejections: [(String, String, String)] = [
    ("1,0812971060,A,,,", "bad-check-digit", "Column isbn: "),
    ("1,,,,,", "missing-title", "title"),
    (",,A,,,", "no-reference", "reference"),
    ("1,,A,xx,,", "unknown-language", "Column lang: "),
    ("1,,A,,next year,", "bad-date", "Column year: "),
    ("1,,A,,2008-13,", "no-such-day", "Column year: "),
    ("1,,A,,,-1", "bad-quantity", "Column qty: "),
    ("1,,A,,,1.5", "bad-quantity", "Column qty: "),
    ("1,,A,,,1000000001", "bad-quantity", "Column qty: "),
    ("1,9790060115615,A,,,", "not-an-isbn", "ISMN"),
    ("1,,\(String(repeating: "x", count: 1001)),,,", "too-long", "1001"),
    ("\(String(repeating: "x", count: 201)),,A,,,", "too-long", "Column id: "),
    ("1,,A\u{1},,,", "control-character", "Column title: "),
    ("1,,A,,", "wrong-column-count", "5 columns"),
    ("1,,\"A,,,", "unterminated-quote", "line 2"),
  ]

  @Test("rejects a row with line, reason and its fields", arguments: rejections)
  func rejection(row: String, code: String, detail: String) async throws {
    let summary = try await run("id,isbn,title,lang,year,qty\n\(row)\n")
    #expect(summary.rejected == 1 && summary.created == 0)
    #expect(summary.reasons == [code: 1])
    let rejected = try #require(rejects.rows.first)
    #expect(rejected[0] == "2" && rejected[1] == code)
    #expect(rejected[2].contains(detail), "\(rejected[2])")
    #expect(repository.current.books.isEmpty)
  }

  @Test("writes rejected rows in the order of the file, under the columns of the file")
  func rejectsFile() async throws {
    let text = "id,title,isbn\n1,A,\n2,,\n3,C,0812971060\nx\n1,D,\n4,\"E, e\",\n"
    let summary = try await run(text)
    #expect(summary.rows == 6 && summary.created == 2 && summary.rejected == 4)
    let lines = String(decoding: rejects.bytes, as: UTF8.self).split(separator: "\r\n")
    #expect(lines.first == "line,reason,detail,id,title,isbn")
    #expect(
      lines.dropFirst().map { $0.split(separator: ",").prefix(2).joined(separator: " ") }
        == ["3 missing-title", "4 bad-check-digit", "5 wrong-column-count", "6 duplicate-reference"])
    #expect(lines[4].contains("stands already on line 2"))
  }

  @Test("takes the first usable of several columns")
  func severalColumns() async throws {
    let summary = try await run(
      """
      isbn13,isbn,title
      9.78043902348e+12,439023483,A
      ,0812971060,B
      9780804429573,0812971060,C
      9.78043902348e+12,,D
      """)
    #expect(summary.created == 2)
    #expect(repository.current.books.map(\.title) == ["A", "C"])
    #expect(summary.reasons == ["bad-check-digit": 1, "no-reference": 1])
  }

  @Test("sends batches of the size asked for, and the rest at the end")
  func batches() async throws {
    let rows = (1...450).map { "\($0),T\($0)" }.joined(separator: "\n")
    var progress: [Int64] = []
    let summary = try await run(
      "id,title\n" + rows, observer: ImportObserver(progressed: { progress.append($0.created) }))
    #expect(summary.created == 450)
    #expect(repository.current.batches == [200, 200, 50])
    #expect(progress == [200, 400, 450])
    #expect(summary.bytes == Int64("id,title\n".utf8.count + rows.utf8.count))
  }

  @Test("says once which columns it reads and which it does not")
  func mapping() async throws {
    var mappings: [ColumnMapping] = []
    _ = try await run(
      "id,title,rating\n1,A,5\n2,B,4\n", observer: ImportObserver(mapped: { mappings.append($0) }))
    #expect(mappings.count == 1)
    #expect(mappings.first?.unused == ["rating"])
  }

  @Test("changes nothing in a dry run, and says what would happen")
  func dryRun() async throws {
    let summary = try await run("id,title\n1,A\n2,\n") { $0.dryRun = true }
    #expect(summary.created == 1 && summary.rejected == 1)
    #expect(repository.current.books.isEmpty)
  }

  @Test("uses the options for what rows do not say")
  func defaults() async throws {
    _ = try await run("id;title;qty;price\n1;A;;12\n2;B;5;\n") {
      $0.csv.delimiter = UInt8(ascii: ";")
      $0.quantity = 2
      $0.location = .code("back")
      $0.currency = try? Currency("JPY")
      $0.columns = "reference=id,title=title,quantity=qty,price=price"
    }
    #expect(repository.current.quantities == ["test:1@back": 2, "test:2@back": 5])
    #expect(repository.current.books.first?.price?.amount == 12)
  }

  @Test("sends a batch again while the database cannot be reached")
  func retry() async throws {
    repository.fail(with: Array(repeating: .unavailable(reason: "down", retryAfter: 1), count: 5))
    #expect(try await run("id,title\n1,A\n").created == 1)
  }

  @Test("gives up after so many attempts, or at once on another error, and says what is done")
  func failure() async throws {
    for (errors, attempts) in [
      (Array(repeating: InventoryError.unavailable(reason: "down", retryAfter: 1), count: 6), 6),
      ([InventoryError.unexpected("bug")], 1),
    ] {
      let repository = FakeRepository()
      var options = Importer.Options(sender: "test")
      options.batchSize = 1
      var pauses: [Duration] = []
      let importer = Importer(into: repository, options: options, pause: { pauses.append($0) })
      let observer = ImportObserver(progressed: { summary in
        if summary.created == 1 { repository.fail(with: errors) }
      })
      let error = await #expect(throws: ImportFailure.self) {
        try await importer.run(
          BytesSource(Array("id,title\n1,A\n2,B\n3,C\n".utf8)), rejects: rejects, observer: observer)
      }
      #expect(error?.summary.created == 1)
      #expect(pauses.count == attempts - 1)
      #expect(pauses == pauses.sorted() && pauses.allSatisfy { $0 <= .seconds(5) })
      guard case .database(let reason) = error?.reason else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(reason == errors[0])
    }
  }

  @Test("ends between two batches when it is cancelled, and says what is done")
  func cancellation() async throws {
    let repository = repository
    let task = Task {
      var options = Importer.Options(sender: "test")
      options.batchSize = 1
      let importer = Importer(into: repository, options: options)
      let observer = ImportObserver(progressed: { summary in
        if summary.created == 2 { withUnsafeCurrentTask { $0?.cancel() } }
      })
      return try await importer.run(
        BytesSource(Array("id,title\n1,A\n2,B\n3,C\n".utf8)), rejects: BytesSink(), observer: observer)
    }
    let error = await #expect(throws: ImportFailure.self) { try await task.value }
    #expect(error?.summary.created == 2)
    guard case .cancelled = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(repository.current.books.count == 2)
  }

  @Test("passes on that the file cannot be read")
  func brokenSource() async throws {
    let importer = Importer(into: repository, options: Importer.Options(sender: "test"))
    let error = await #expect(throws: ImportFailure.self) {
      try await importer.run(BytesSource(Array("id,title\n".utf8), failAtEnd: true), rejects: rejects)
    }
    guard case .inputOutput(let reason) = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason is BytesSource.Broken)
  }

  static let files: [(String, String)] = [
    ("", "The file is empty"), ("\n\n", "The file is empty"),
    ("title,author\nA,B\n", "No column gives a reference or an ISBN"),
    ("id;title\n1;A\n", "separated by semicolons"), ("id\ttitle\n", "separated by tabs"),
    ("PK\u{3}\u{4}\u{0},a\n", "looks like a spreadsheet"), ("a\u{0},b\u{0}\n", "as CSV in UTF-8"),
    ("\"id\"x,title\n", "Line 1 has text behind the closing quotation mark"),
  ]

  @Test("refuses a file whose first line does not name columns", arguments: files)
  func badFile(text: String, part: String) async throws {
    let error = await #expect(throws: ImportFailure.self) { try await run(text) }
    guard case .file(let reason) = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.description.contains(part), "\(reason.description)")
  }

  @Test(
    "refuses a sender that is no name",
    arguments: ["", "Good Books", "a:b", String(repeating: "x", count: 65)])
  func badSender(sender: String) async throws {
    await #expect(throws: ImportFailure.self) { try await run("id,title\n", sender: sender) }
  }

  @Test(
    "takes the sender from the file's name",
    arguments: [
      ("/data/My Books.csv", "my-books"), ("books.csv", "books"), ("goodbooks-10k", "goodbooks-10k"),
      (".csv", ".csv"), ("Bücher 2024.tar.gz", "b-cher-2024.tar"), ("???.csv", "file"), ("", "file"),
      (String(repeating: "x", count: 100), String(repeating: "x", count: 64)),
    ])
  func sender(path: String, sender: String) {
    #expect(Importer.sender(ofFile: path) == sender)
  }
}
