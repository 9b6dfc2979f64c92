internal import HTTP
internal import Inventory
internal import JSON

extension Books {
  /// The whole list as a file.
  static func export(_ query: BookQuery, _ parts: [BookExpansion.Part], _ call: Call) async throws -> Response
  {
    let isCSV = call.mediaType == MediaType.csv
    if isCSV, parts.contains(where: { $0 != .stock }) {
      throw Problem(
        expand, "not-with-csv", "text/csv can be expanded by stock only; take \(MediaType.ndjson).")
    }
    return try await call.export(
      isCSV ? "books.csv" : "books.ndjson", isCSV ? MediaType.csvFile : MediaType.ndjson,
      excluding: [(facets.name, call.query.has(facets))], header: isCSV ? CSV.line(csvHeader(parts)) : []
    ) { key in
      let page = try await BookExportPage(query, parts, after: key, from: call.repository)
      return ExportPiece(bytes: isCSV ? csv(page) : ndjson(page), next: page.next)
    }
  }

  private static func ndjson(_ page: BookExportPage) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(768 * page.books.count)
    for book in page.books {
      var json = JSONWriter(capacity: 1024)
      write(book, page.expansion, to: &json)
      bytes += json.bytes
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func csvHeader(_ parts: [BookExpansion.Part]) -> [String] {
    let names = [
      "id", "isbn", "title", "subtitle", "contributors", "publisher", "product_form", "language",
      "publication_date", "on_sale_date", "subjects", "price_amount", "price_currency", "identifiers",
      "version", "created_at", "updated_at",
    ]
    return parts.isEmpty ? names : names + ["on_hand", "unavailable", "held", "available"]
  }

  private static func csv(_ page: BookExportPage) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(384 * page.books.count)
    for book in page.books {
      var values = csvValues(book)
      if let stock = page.expansion.stock {
        let totals = stock[book.id] ?? StockTotals()
        values += [
          totals.quantities.onHand, totals.quantities.unavailable, totals.quantities.held, totals.available,
        ].map(String.init)
      }
      bytes += CSV.line(values)
    }
    return bytes
  }
}

extension Books {
  /// In the order of the header; lists are put into one value for reading, NDJSON keeps them apart.
  private static func csvValues(_ book: Book) -> [String] {
    let details = book.details
    let contributors = details.contributors.map { "\($0.name) (\($0.role.rawValue))" }
    let subjects = details.subjects.map { "\($0.scheme.rawValue):\($0.code)" }
    let identifiers = details.identifiers.map { "\($0.type):\($0.value)" }
    var values: [String?] = [book.id.description, details.isbn?.digits]
    values += [details.title, details.subtitle].map { $0.map(CSV.inert) }
    values += [contributors.joined(separator: "; "), details.publisher].map { $0.map(CSV.inert) }
    values += [details.productForm?.code]
    values += [details.language?.text, details.publicationDate?.description, details.onSaleDate?.description]
    values += [subjects.joined(separator: "; "), details.price.map { String($0.amount) }]
    values += [details.price?.currency.code, CSV.inert(identifiers.joined(separator: "; "))]
    values += [String(book.version), book.createdAt.description, book.updatedAt.description]
    return values.map { $0 ?? "" }
  }
}

/// A page of an export.
private struct BookExportPage: Sendable {
  let books: [Book]
  let expansion: BookExpansion
  let next: PageKey?

  init(
    _ query: BookQuery, _ parts: [BookExpansion.Part], after key: PageKey?,
    from repository: any InventoryRepository
  ) async throws {
    let page = try await repository.books(query, page: PageRequest(limit: Lists.maximumLimit, after: key))
    books = page.elements
    next = page.next
    expansion = try await BookExpansion(parts, of: page.elements, from: repository)
  }
}
