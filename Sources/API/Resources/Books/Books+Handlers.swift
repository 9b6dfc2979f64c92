internal import HTTP
internal import Inventory
internal import JSON

extension Books {
  static func create(_ call: Call) async throws -> Response {
    let input = try await call.content(input)
    let book: Book
    do throws(InventoryError) {
      (book, _) = try await call.repository.createBook(input.details, allowDuplicate: input.allowDuplicate)
    } catch {
      throw blameISBN(error)
    }
    let (bytes, tag) = try await represent(book, call)
    return call.created(bytes, at: "/v1/books/\(book.id)", etag: tag)
  }

  static func read(_ call: Call) async throws -> Response {
    let book = try await find(call)
    let (bytes, tag) = try await represent(book, call)
    return try call.notModified(tag) ?? .json(bytes, etag: tag)
  }

  static func change(_ call: Call) async throws -> Response {
    let patch = try await call.json()
    let book = try await call.edit {
      try await find(call)
    } _: { book in
      guard book.archivedAt == nil else { throw InventoryError.bookArchived(book.id) }
      let input = try patched(book, by: patch)
      guard input.details != book.details else { return book }
      do throws(InventoryError) {
        return try await call.repository.replaceBook(
          book.id, with: input.details, version: book.version, allowDuplicate: input.allowDuplicate)
      } catch {
        throw blameISBN(error)
      }
    }
    let (bytes, tag) = try await represent(book, call)
    return call.changed(bytes, etag: tag)
  }

  static func archive(_ call: Call) async throws -> Response {
    let book = try await call.edit {
      try await find(call)
    } _: { book in
      try await call.repository.archiveBook(book.id, version: book.version)
    }
    let (bytes, tag) = try await represent(book, call)
    return call.changed(bytes, etag: tag)
  }

  static func list(_ call: Call) async throws -> Response {
    let query = try query(call)
    let parts = try call.query(expand) ?? []
    guard call.mediaType == MediaType.json else { return try await export(query, parts, call) }
    let page = try await call.repository.books(query, page: call.page(sortedBy: query.sort.kind))
    let expansion = try await BookExpansion(parts, of: page.elements, from: call.repository)
    let wanted = try call.query(facets) ?? []
    let counts = wanted.isEmpty ? [:] : try await call.repository.facets(wanted, of: query)
    return call.list(page) { json in
      guard !wanted.isEmpty else { return }
      json.name("facets")
      json.beginObject()
      for facet in wanted { write(counts[facet] ?? [], of: facet, to: &json) }
      json.endObject()
    } write: { book, json in
      write(book, expansion, to: &json)
    }
  }

  // MARK: Parts

  /// The book that the path names.
  static func find(_ call: Call) async throws -> Book {
    guard let book = try await call.repository.book(call.bookReference()) else {
      throw InventoryError.notFound(.book, call.path[0])
    }
    return book
  }

  /// The bytes of a book with what was asked for, and their tag.
  private static func represent(_ book: Book, _ call: Call) async throws -> ([UInt8], EntityTag) {
    var json = JSONWriter(capacity: 1024)
    guard let parts = try call.query(expand) else {
      write(book, to: &json)
      return (json.bytes, EntityTag(version: book.version))
    }
    write(book, try await BookExpansion(parts, of: [book], from: call.repository), to: &json)
    return (json.bytes, EntityTag(version: book.version, digestOf: json.bytes))
  }

  private static func patched(_ book: Book, by patch: JSONValue) throws -> BookInput {
    let issues = Issues()
    MergePatch.reportUnknownRemovals(patch, schema: input.schema, notes: notes, issues: issues)
    let merged = MergePatch.apply(patch, to: editable(book.details))
    return try Call.read(merged, input, issues: issues)
  }

  private static func write(_ counts: [FacetCount], of facet: BookFacet, to json: inout JSONWriter) {
    json.name(facet.rawValue)
    json.beginArray()
    for count in counts {
      json.beginObject()
      json.member("value", count.value)
      json.member("count", count.count)
      json.endObject()
    }
    json.endArray()
  }

  /// The SKU of the `new` item is the ISBN: what clashes stands in `isbn`.
  private static func blameISBN(_ error: InventoryError) -> any Error {
    guard case .duplicateSKU(let sku, let twin) = error, var problem = Problem(error) else { return error }
    problem.detail =
      "The item \(twin) of another book has this ISBN as its SKU. Give that item another SKU first, or send "
      + "allow_duplicate: true; the SKU of the new book's item is then the book's id."
    problem.errors = [FieldError(.pointer("/isbn"), "duplicate-sku", "\(quoted(sku)) is the SKU of \(twin).")]
    return problem
  }
}
