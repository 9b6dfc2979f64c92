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
  init(_ row: inout Row) throws(InventoryError) {
    let id: BookID = try row.identifier()
    let version = row.integer()
    let createdAt = row.instant()
    let updatedAt = row.instant()
    let archivedAt = row.optionalInteger().map(Instant.init(microseconds:))
    var details = BookDetails(title: row.text())
    details.isbn = row.optionalText().map(ISBN.init(stored:))
    details.subtitle = row.optionalText()
    details.contributors = try row.json(empty: [], StoredJSON.contributors)
    details.publisher = row.optionalText()
    details.productForm = row.optionalText().map(ProductForm.init(stored:))
    details.language = row.optionalText().map(LanguageTag.init(stored:))
    details.publicationDate = row.optionalInteger().map(PartialDate.init(stored:))
    details.onSaleDate = row.optionalInteger().map(CalendarDate.init(stored:))
    details.subjects = try row.json(empty: [], StoredJSON.subjects)
    details.price = try row.price()
    details.identifiers = try row.json(empty: [], StoredJSON.identifiers)
    details.metadata = try row.json(empty: [:], StoredJSON.metadata)
    self.init(
      id: id, details: details, version: version, createdAt: createdAt, updatedAt: updatedAt,
      archivedAt: archivedAt)
  }
}

extension BookDetails {
  /// The columns that clients may change, with those derived from them, in the order of
  /// ``arguments(document:)``.
  static let columns = [
    "title", "isbn", "subtitle", "contributors", "publisher", "product_form", "language", "publication_date",
    "on_sale_date", "subjects", "price_amount", "price_currency", "identifiers", "metadata", "title_key",
    "publisher_key", "search_document",
  ]

  /// The values of ``columns``.
  func arguments(document: String) -> [SQLiteValue] {
    [
      .text(title),
      SQLiteValue(isbn?.digits),
      SQLiteValue(subtitle),
      .text(StoredJSON.text(contributors)),
      SQLiteValue(publisher),
      SQLiteValue(productForm?.code),
      SQLiteValue(language?.text),
      SQLiteValue(publicationDate?.number),
      SQLiteValue(onSaleDate?.number),
      .text(StoredJSON.text(subjects)),
      SQLiteValue(price?.amount),
      SQLiteValue(price?.currency.code),
      .text(StoredJSON.text(identifiers)),
      .text(StoredJSON.text(metadata)),
      .text(SearchText.sortKey(title)),
      SQLiteValue(publisher.map(SearchText.sortKey)),
      .text(document),
    ]
  }
}

extension Row {
  /// An amount and its currency, both null or neither.
  mutating func price() throws(InventoryError) -> Money? {
    let amount = optionalInteger()
    let code = optionalText()
    guard let amount, let code else { return nil }
    do throws(InvalidValue) {
      return Money(amount: amount, currency: try Currency(code))
    } catch {
      throw .unexpected("the database holds the currency \(code): \(error.detail)")
    }
  }
}
