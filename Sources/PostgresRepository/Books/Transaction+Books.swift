internal import Inventory

extension Transaction {
  /// How a book's row is locked.
  enum BookLock: String {
    /// Keeps others from changing it; they may still write its quantities.
    case forDetails = "for no key update"
    /// Keeps others from writing its quantities too, who hold it `for key share`.
    case forArchiving = "for update"
  }

  /// Reads a book and keeps it as it is until the transaction ends. Answers `notFound`.
  func lockBook(_ id: BookID, _ lock: BookLock) async throws(DatabaseError) -> Book {
    let sql =
      switch lock {
      case .forDetails: Self.lockForDetails
      case .forArchiving: Self.lockForArchiving
      }
    guard let book = try await run([Statement(sql, [.id(id)])]).only().first(Book.init) else {
      throw .answer(.notFound(.book, id.description))
    }
    return book
  }

  private static let lockForDetails = SQL("\(BookSQL.byID.text)\n\(BookLock.forDetails.rawValue)")
  private static let lockForArchiving = SQL("\(BookSQL.byID.text)\n\(BookLock.forArchiving.rawValue)")

  // MARK: Details

  /// Puts new details into a locked book, commits, and returns it at the next version.
  func update(
    _ book: Book, with details: BookDetails, allowDuplicate: Bool
  ) async throws(DatabaseError) -> Book {
    var isExempt: Bool?
    if details.isbn != book.details.isbn {
      isExempt = try await judgeISBN(details.isbn, of: book.id, allowDuplicate: allowDuplicate)
    }
    var statements = [Self.update(of: book, with: details, isExempt: isExempt)]
    if details.subjects != book.details.subjects {
      statements.append(BookWritingSQL.replacement(of: details.subjects, of: book.id))
    }
    let results = try await run(statements, committing: true)
    guard let first = results.first else { throw .malformed("no results") }
    var updated = book
    updated.details = details
    (updated.version, updated.updatedAt) = try first.only(Self.versionAndTime)
    return updated
  }

  /// Whether the book becomes an exception to the uniqueness of ISBNs; answers `duplicateISBN` when it would
  /// have to and may not.
  private func judgeISBN(
    _ isbn: ISBN?, of book: BookID, allowDuplicate: Bool
  ) async throws(DatabaseError) -> Bool {
    guard let isbn else { return false }
    let result = try await run([Statement(Self.twin, [.text(isbn.digits), .id(book)])]).only()
    guard let twin: BookID = try result.first({ (row) throws(DatabaseError) in try row.id() }) else {
      return false
    }
    guard allowDuplicate else { throw .answer(.duplicateISBN(isbn, twin: twin)) }
    return true
  }

  private static let twin = SQL(
    """
    select id
    from book
    where isbn = $1
      and is_active
      and id <> $2
    order by isbn_exempt, id
    limit 1
    """)

  /// The statement; `isExempt` nil leaves that as it is. Returns version and updated_at.
  static func update(of book: Book, with details: BookDetails, isExempt: Bool?) -> Statement {
    Statement(update, [.id(book.id), .bool(isExempt)] + details.values)
  }

  private static let update = SQL(
    """
    update book
    set (\(BookDetails.columns.joined(separator: ", "))) = row (\(BookWritingSQL.placeholders(from: 3))),
      isbn_exempt = coalesce($2, isbn_exempt),
      version = version + 1,
      updated_at = now_microseconds()
    where id = $1
    returning version, updated_at
    """)

  private static func versionAndTime(_ row: inout Row) throws(DatabaseError) -> (Int64, Instant) {
    (try row.integer(), try row.instant())
  }

  // MARK: Archiving

  /// Archives a locked book, commits, and returns it. Answers `bookHasStock`.
  ///
  /// Whoever writes quantities holds a share of the book's lock. The totals are read in a statement of their
  /// own, after the lock was had, and so include whatever was written before it.
  func archive(_ book: Book) async throws(DatabaseError) -> Book {
    let totals = try await run([Statement(BookSQL.stockTotals, [.ids([book.id])])]).only().first {
      (row) throws(DatabaseError) in
      _ = try row.text()
      return try StockTotals(&row)
    }
    if let quantities = totals?.quantities, quantities != Quantities() {
      throw .answer(.bookHasStock(book.id, onHand: quantities.onHand, held: quantities.held))
    }
    let results = try await run(
      [Statement(Self.freeSKUs, [.id(book.id)]), Statement(Self.archive, [.id(book.id)])], committing: true)
    var archived = book
    (archived.version, archived.updatedAt) = try results[1].only(Self.versionAndTime)
    archived.archivedAt = archived.updatedAt
    return archived
  }

  private static let freeSKUs = SQL(
    """
    update item
    set sku = id,
      updated_at = now_microseconds(),
      version = version + 1
    where book_id = $1
    """)

  private static let archive = SQL(
    """
    update book
    set (archived_at, updated_at) = (select moment.now, moment.now from (select now_microseconds() as now) as moment),
      version = version + 1
    where id = $1
    returning version, updated_at
    """)
}
