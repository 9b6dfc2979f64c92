internal import Inventory
internal import StoredJSON

extension LoopDatabase {
  /// Stores a book and its `new` item; ``BookRepository/createBook(_:allowDuplicate:)`` has the rules.
  func createBook(
    _ details: BookDetails, allowDuplicate: Bool, at now: Instant
  ) async throws(DatabaseError) -> (Book, Item) {
    try await afterRaces { () throws(DatabaseError) in
      let id = BookID.generate(at: now)
      var isExempt = false
      var sku = details.isbn?.digits ?? id.description
      if let isbn = details.isbn {
        // Outside of the transaction, for one round trip less: what comes between is caught by the unique
        // indexes, but for another exception, which may as well have come later.
        let taken = try await read(BookWritingSQL.taken, [.text(isbn.digits)]).only(TakenISBN.init)
        if let twin = taken.book {
          guard allowDuplicate else { throw .answer(.duplicateISBN(isbn, twin: twin)) }
          isExempt = true
        }
        if let holder = taken.item {
          guard allowDuplicate else { throw .answer(.duplicateSKU(sku, twin: holder)) }
          sku = id.description
        }
      }
      let item = ItemDetails(sku: sku)
      let itemID = ItemID.generate(at: now)
      let results = try await write(
        BookWritingSQL.insertion(of: details, as: id, isExempt: isExempt)
          + [ItemSQL.insertion(of: item, as: itemID, book: id)])
      guard let first = results.first, let last = results.last else { throw .malformed("no results") }
      let createdAt = try first.only { (row) throws(DatabaseError) in try row.instant() }
      let book = Book(
        id: id, details: details, version: 1, createdAt: createdAt, updatedAt: createdAt, archivedAt: nil)
      return (book, try last.only(Item.init))
    }
  }
}

/// Who has an ISBN: the active book with it, and the item whose SKU it is.
struct TakenISBN {
  let book: BookID?
  let item: ItemID?

  init(_ row: inout Row) throws(DatabaseError) {
    book = try row.optionalID()
    item = try row.optionalID()
  }
}

enum BookWritingSQL {
  static let taken = SQL(
    """
    select
      (select id from book where isbn = $1 and is_active order by isbn_exempt, id limit 1),
      (select id from item where sku = $1)
    """)

  /// The book and its subjects; the first statement returns created_at.
  static func insertion(of details: BookDetails, as id: BookID, isExempt: Bool) -> [Statement] {
    let book = Statement(insert, [.id(id), .bool(isExempt)] + details.values)
    guard !details.subjects.isEmpty else { return [book] }
    return [book, replacement(of: details.subjects, of: id)]
  }

  private static let insert = SQL(
    """
    insert into book (id, isbn_exempt, \(BookDetails.columns.joined(separator: ", ")),
      version, created_at, updated_at)
    select $1, $2, \(placeholders(from: 3)),
      1, moment.now, moment.now
    from (select now_microseconds() as now) as moment
    returning created_at
    """)

  /// One parameter for each of ``BookDetails/columns``; the last is made a tsvector.
  static func placeholders(from first: Int) -> String {
    let last = first + BookDetails.columns.count - 1
    return ((first..<last).map { "$\($0)" } + ["array_to_tsvector($\(last))"]).joined(separator: ", ")
  }

  /// Makes the rows of `book_subject` those of the list; a list may name a code twice, here it is a key.
  static func replacement(of subjects: [Subject], of book: BookID) -> Statement {
    Statement(
      replaceSubjects,
      [.id(book), .texts(subjects.map(\.scheme.rawValue)), .texts(subjects.map(\.code))])
  }

  private static let replaceSubjects = SQL(
    """
    with
      wanted as (
        select distinct scheme, code
        from unnest($2, $3) as subject (scheme, code)
      ),
      removed as (
        delete from book_subject
        where book_id = $1
          and (scheme, code) not in (select scheme, code from wanted)
      )
    insert into book_subject (scheme, code, book_id)
    select scheme, code, $1
    from wanted
    on conflict do nothing
    """)
}
