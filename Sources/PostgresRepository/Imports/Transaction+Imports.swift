internal import Inventory

/// What an import needs to know, read and locked in its transaction.
extension Transaction {
  /// Keeps other imports of the same senders out until the transaction ends, and reads what is remembered.
  ///
  /// Without the lock two imports of one file could both find that a book without ISBN is not there yet.
  func remembered(
    _ records: [ImportRecord]
  ) async throws(DatabaseError) -> [ImportBatch.Key: (book: BookID, fingerprint: String)] {
    let locks = Set(records.map(\.sender)).sorted().map { Statement(Self.lockSender, [.text($0)]) }
    let known = Statement(
      Self.knownRecords, [.texts(records.map(\.sender)), .texts(records.map(\.reference))])
    var remembered: [ImportBatch.Key: (book: BookID, fingerprint: String)] = [:]
    _ = try await run(locks + [known]).last?.rows { (row) throws(DatabaseError) in
      let key = ImportBatch.Key(sender: try row.text(), reference: try row.text())
      remembered[key] = (try row.id(), try row.text())
    }
    return remembered
  }

  private static let lockSender = SQL(
    "select pg_advisory_xact_lock(hashtextextended('bookstore import ' || current_schema() || ' ' || $1, 0))")

  private static let knownRecords = SQL(
    """
    select
      record.sender,
      record.reference,
      record.book_id,
      record.fingerprint
    from import_record as record
    join unnest($1, $2) as wanted (sender, reference)
      on wanted.sender = record.sender and wanted.reference = record.reference
    """)

  /// Reads and locks the books with these identifiers or ISBNs, with what belongs to them.
  func load(
    books: [BookID], isbns: Set<ISBN>, locations: Set<LocationReference>,
    into present: inout ImportBatch.Present
  ) async throws(DatabaseError) {
    let digits = Value.texts(isbns.map(\.digits))
    let ids = Value.ids(books)
    let results = try await run([
      Statement(Self.books, [ids, digits]),
      Statement(Self.items, [ids, digits]),
      Statement(Self.skus, [digits]),
      Statement(
        Self.locations,
        [
          .texts(locations.compactMap { if case .id(let id) = $0 { id.description } else { nil } }),
          .texts(locations.compactMap { if case .code(let code) = $0 { code } else { nil } }),
        ]),
    ])
    guard results.count == 4 else { throw .malformed("\(results.count) results of four statements") }

    var exceptions: Set<BookID> = []
    for (book, isExempt) in try results[0].rows({ (row) throws(DatabaseError) in
      (try Book(&row), try row.bool())
    }) {
      present.books[book.id] = book
      if isExempt { exceptions.insert(book.id) }
    }
    for isbn in isbns { present.active[isbn] = .some(nil) }
    // Of several active books the one that is no exception, then the oldest.
    let active = present.books.values.filter { $0.archivedAt == nil }.sorted {
      (exceptions.contains($0.id) ? 1 : 0, $0.id) < (exceptions.contains($1.id) ? 1 : 0, $1.id)
    }
    for book in active {
      if let isbn = book.details.isbn, isbns.contains(isbn), present.active[isbn] == .some(nil) {
        present.active[isbn] = book.id
      }
    }
    _ = try results[1].rows { (row) throws(DatabaseError) in
      let (book, item) = (try row.id(BookIDKind.self), try row.id(ItemIDKind.self))
      if try row.bool(), present.newItems[book] == nil { present.newItems[book] = item }
    }
    _ = try results[2].rows { (row) throws(DatabaseError) in
      present.skus[ISBN(stored: try row.text())] = try row.id(ItemIDKind.self)
    }
    _ = try results[3].rows { (row) throws(DatabaseError) in
      let (id, code) = (try row.id(LocationIDKind.self), try row.text())
      let location = AdjustmentPlan.ResolvedLocation(id: id, isActive: try row.bool())
      present.locations[.id(id)] = location
      present.locations[.code(code)] = location
    }
  }

  /// The identifiers of the books, whichever way they are named. Each ISBN is looked up by itself: of several
  /// active books with it the one that is no exception, then the oldest.
  private static let bookIDs = """
    select unnest($1)
    union
    select named.id
    from unnest($2) as wanted (isbn)
    cross join lateral (
      select id
      from book
      where isbn = wanted.isbn
        and is_active
      order by isbn_exempt, id
      limit 1
    ) as named
    """

  private static let books = SQL(
    """
    select
      \(Book.columns),
      isbn_exempt
    from book
    where id in (\(bookIDs))
    order by id
    for no key update
    """)

  private static let items = SQL(
    """
    select
      book_id,
      id,
      condition = 'new'
    from item
    where book_id in (\(bookIDs))
    order by id
    """)

  private static let skus = SQL(
    """
    select
      sku,
      id
    from item
    where sku = any($1)
    """)

  private static let locations = SQL(
    """
    select
      id,
      code,
      active
    from location
    where id = any($1)
      or code = any($2)
    """)
}
