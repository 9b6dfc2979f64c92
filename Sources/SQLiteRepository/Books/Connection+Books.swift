internal import Inventory

/// Reading and writing rows of `book` and what hangs on them, inside a job.
extension Connection {
  func book(_ reference: BookReference) throws(InventoryError) -> Book? {
    switch reference {
    case .id(let id): try book(id)
    case .isbn(let isbn): try book(isbn)
    }
  }

  func book(_ id: BookID) throws(InventoryError) -> Book? {
    try first(Self.bookByID, [SQLiteValue(id)], Book.init)
  }

  private static let bookByID = SQL.constant(
    """
    select
      \(Book.columns)
    from book
    where id = ?
    """)

  /// The active book; with several, the one that is no exception, then the oldest.
  func book(_ isbn: ISBN) throws(InventoryError) -> Book? {
    try first(Self.bookByISBN, [.text(isbn.digits)], Book.init)
  }

  private static let bookByISBN = SQL.constant(
    """
    select
      \(Book.columns)
    from book
    where isbn = ?
      and archived_at is null
    order by isbn_exempt, id
    limit 1
    """)

  /// The active book with this ISBN, other than the given one.
  func twin(of isbn: ISBN, besides book: BookID?) throws(InventoryError) -> BookID? {
    try first(
      """
      select id
      from book
      where isbn = ?
        and archived_at is null
        and id <> ?
      order by isbn_exempt, id
      limit 1
      """, [.text(isbn.digits), .text(book?.description ?? "")]
    ) { (row) throws(InventoryError) in try row.identifier() }
  }

  /// Stores a book and its `new` item; ``BookRepository/createBook(_:allowDuplicate:)`` has the rules.
  ///
  /// The search index learns of it when the caller applies `words`.
  func createBook(
    _ details: BookDetails, allowDuplicate: Bool, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> (Book, Item) {
    let id = BookID.generate(at: now)
    let isExempt = try judgeISBN(details.isbn, of: nil, allowDuplicate: allowDuplicate)
    var sku = details.isbn?.digits ?? id.description
    if let holder = try item(sku: sku) {
      guard allowDuplicate else { throw .duplicateSKU(sku, twin: holder.id) }
      sku = id.description
    }
    let book = Book(
      id: id, details: details, version: 1, createdAt: now, updatedAt: now, archivedAt: nil)
    let document = SearchText.document(of: details)
    try run(
      Self.insertBook,
      [
        SQLiteValue(id), .integer(book.version), SQLiteValue(now), SQLiteValue(now), SQLiteValue(isExempt),
      ] + details.arguments(document: document))
    words.append(book: lastInsertedNumber, old: nil, new: document)
    try insertSubjects(of: book)
    let item = Item(
      id: .generate(at: now), bookID: id, details: ItemDetails(sku: sku), version: 1, createdAt: now,
      updatedAt: now)
    try insert(item)
    return (book, item)
  }

  private static let insertBook = SQL.constant(
    """
    insert into book (
      id,
      version,
      created_at,
      updated_at,
      isbn_exempt,
      \(BookDetails.columns.joined(separator: ",\n  "))
    ) values (?, ?, ?, ?, ?, \(BookDetails.columns.map { _ in "?" }.joined(separator: ", ")))
    """)

  /// Puts new details into a book that was just read at its version, and returns it at the next version.
  ///
  /// The search index learns of it when the caller applies `words`.
  func update(
    _ book: Book, with details: BookDetails, allowDuplicate: Bool, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> Book {
    if details.isbn != book.details.isbn {
      let isExempt = try judgeISBN(details.isbn, of: book.id, allowDuplicate: allowDuplicate)
      // Before the ISBN itself: the unique index looks at both.
      try run(
        "update book set isbn = null, isbn_exempt = ? where id = ?",
        [SQLiteValue(isExempt), SQLiteValue(book.id)])
    }
    let document = SearchText.document(of: details)
    let present = try first(
      "select number, search_document from book where id = ?", [SQLiteValue(book.id)]
    ) { row in (number: row.integer(), document: row.text()) }
    let changed = try run(
      Self.updateBook,
      [SQLiteValue(now)] + details.arguments(document: document)
        + [SQLiteValue(book.id), .integer(book.version)])
    guard changed == 1, let present else { throw .unexpected("book \(book.id) changed under the write lock") }
    words.append(book: present.number, old: present.document, new: document)
    var updated = book
    updated.details = details
    updated.version += 1
    updated.updatedAt = now
    if details.subjects != book.details.subjects {
      try run("delete from book_subject where book_id = ?", [SQLiteValue(book.id)])
      try insertSubjects(of: updated)
    }
    return updated
  }

  private static let updateBook = SQL.constant(
    """
    update book
    set version = version + 1,
      updated_at = ?,
      \(BookDetails.columns.map { "\($0) = ?" }.joined(separator: ",\n  "))
    where id = ?
      and version = ?
    """)

  private func insertSubjects(of book: Book) throws(InventoryError) {
    for subject in book.details.subjects {
      // A list may name a code twice; here it is a key.
      try run(
        "insert or ignore into book_subject (scheme, code, book_id) values (?, ?, ?)",
        [.text(subject.scheme.rawValue), .text(subject.code), SQLiteValue(book.id)])
    }
  }

  /// Whether the book becomes an exception to the uniqueness of ISBNs; throws `duplicateISBN` when it would
  /// have to and may not.
  private func judgeISBN(
    _ isbn: ISBN?, of book: BookID?, allowDuplicate: Bool
  ) throws(InventoryError) -> Bool {
    guard let isbn, let twin = try twin(of: isbn, besides: book) else { return false }
    guard allowDuplicate else { throw .duplicateISBN(isbn, twin: twin) }
    return true
  }
}
