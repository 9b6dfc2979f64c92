internal import Inventory
internal import StoredJSON

extension Book {
  /// The columns that ``init(_:)`` reads, in its order.
  static let columns = """
    book.id,
    book.version,
    book.created_at,
    book.updated_at,
    book.archived_at,
    book.title,
    book.isbn,
    book.subtitle,
    book.contributors,
    book.publisher,
    book.product_form,
    book.language,
    book.publication_date,
    book.on_sale_date,
    book.subjects,
    book.price_amount,
    book.price_currency,
    book.identifiers,
    book.metadata
    """

  /// Reads the columns of ``columns``.
  init(_ row: inout Row) throws(DatabaseError) {
    let id: BookID = try row.id()
    let version = try row.integer()
    let createdAt = try row.instant()
    let updatedAt = try row.instant()
    let archivedAt = try row.optionalInstant()
    var details = BookDetails(title: try row.text())
    details.isbn = try row.optionalISBN()
    details.subtitle = try row.optionalText()
    details.contributors = try row.stored(StoredJSON.contributors)
    details.publisher = try row.optionalText()
    details.productForm = try row.optionalText().map { ProductForm(stored: $0) }
    details.language = try row.optionalText().map { LanguageTag(stored: $0) }
    details.publicationDate = try row.optionalInteger().map { PartialDate(stored: $0) }
    details.onSaleDate = try row.optionalInteger().map { CalendarDate(stored: $0) }
    details.subjects = try row.stored(StoredJSON.subjects)
    details.price = try row.price()
    details.identifiers = try row.stored(StoredJSON.identifiers)
    details.metadata = try row.stored(StoredJSON.metadata)
    self.init(
      id: id, details: details, version: version, createdAt: createdAt, updatedAt: updatedAt,
      archivedAt: archivedAt)
  }
}

extension BookDetails {
  /// The columns that clients may change, with those derived from them, in the order of ``values``.
  static let columns = [
    "title", "isbn", "subtitle", "contributors", "publisher", "product_form", "language", "publication_date",
    "on_sale_date", "subjects", "price_amount", "price_currency", "identifiers", "metadata", "title_key",
    "publisher_key", "search",
  ]

  /// The values of ``columns``; the last one are the words, of which the statement makes a tsvector.
  var values: [Value] {
    [
      .text(title),
      .text(isbn?.digits),
      .text(subtitle),
      .text(StoredJSON.text(contributors)),
      .text(publisher),
      .text(productForm?.code),
      .text(language?.text),
      .integer(publicationDate?.number),
      .integer(onSaleDate?.number),
      .text(StoredJSON.text(subjects)),
      .integer(price?.amount),
      .text(price?.currency.code),
      .text(StoredJSON.text(identifiers)),
      .text(StoredJSON.text(metadata)),
      .text(SearchText.sortKey(title)),
      .text(publisher.map(SearchText.sortKey)),
      .texts(SearchText.document(of: self).split(separator: " ").map(String.init)),
    ]
  }
}

extension [SearchText.Word] {
  /// The words as a tsquery. They are letters and digits, so nothing in them means anything to it, and are
  /// far shorter than the 2,046 bytes that a lexeme may have
  /// (https://www.postgresql.org/docs/current/textsearch-limitations.html).
  var tsquery: String { map { "'\($0.text)'\($0.isPrefix ? ":*" : "")" }.joined(separator: " & ") }
}

extension Row {
  /// An amount and its currency, both null or neither.
  mutating func price() throws(DatabaseError) -> Money? {
    let amount = try optionalInteger()
    let code = try optionalText()
    guard let amount, let code else { return nil }
    do throws(InvalidValue) {
      return Money(amount: amount, currency: try Currency(code))
    } catch {
      throw .malformed("the database holds the currency \(code): \(error.detail)")
    }
  }

  /// A list that is kept as JSON.
  mutating func stored<Element>(
    _ read: ([UInt8]) throws(InventoryError) -> Element
  ) throws(DatabaseError) -> Element {
    let bytes = try utf8()
    do throws(InventoryError) {
      return try read(bytes)
    } catch {
      throw .answer(error)
    }
  }
}
