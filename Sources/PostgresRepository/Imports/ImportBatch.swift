internal import Inventory
internal import InventoryStore

/// What becomes of the records of a batch, one after the other, given what the database holds: a pure value.
///
/// A later record sees what an earlier one did. Nothing is written here: ``statements`` and ``openings`` say
/// what is to be written, in order.
struct ImportBatch {
  /// Names a record.
  struct Key: Hashable {
    var sender: String
    var reference: String
  }

  /// What the database holds of what the records name.
  struct Present {
    var remembered: [Key: (book: BookID, fingerprint: String)] = [:]
    var books: [BookID: Book] = [:]
    /// The active book of each ISBN, if one has it; an ISBN that is no key was not looked up.
    var active: [ISBN: BookID?] = [:]
    /// The item whose SKU an ISBN is.
    var skus: [ISBN: ItemID] = [:]
    /// The first item in new condition of a book.
    var newItems: [BookID: ItemID] = [:]
    var locations: [LocationReference: AdjustmentPlan.ResolvedLocation] = [:]
  }

  private(set) var present: Present
  private(set) var outcomes: [ImportOutcome] = []
  /// Catalogue rows to write.
  private(set) var statements: [Statement] = []
  private(set) var openings: [Opening] = []
  /// ISBNs that have to be looked up before the batch can be decided.
  private(set) var unknownISBNs: Set<ISBN> = []
  private let now: Instant

  /// Decides the records. `rejections` are those that the database had to say no to, by their index.
  init(
    _ records: [ImportRecord], present: Present, rejections: [Int: InvalidValue], at now: Instant
  ) {
    self.present = present
    self.now = now
    for (index, record) in records.enumerated() {
      if let rejection = rejections[index] {
        outcomes.append(.rejected(rejection))
        continue
      }
      do throws(InventoryError) {
        outcomes.append(try apply(record, index))
      } catch {
        outcomes.append(
          .rejected(error.importRejection ?? InvalidValue(code: "unexpected", detail: "\(error)")))
      }
    }
  }

  // Whatever may reject a record is asked before anything is noted.

  private mutating func apply(
    _ record: ImportRecord, _ index: Int
  ) throws(InventoryError) -> ImportOutcome {
    let known = present.remembered[Key(sender: record.sender, reference: record.reference)]
    if let known, known.fingerprint == record.fingerprint { return .unchanged(known.book) }
    let stored: Book? = if let known { present.books[known.book] } else { activeBook(record.isbn) }
    guard let stored else { return try create(record, index) }
    guard stored.archivedAt == nil else { throw .bookArchived(stored.id) }
    switch record.merge(stored.details) {
    case .failure(let rejection): return .rejected(rejection)
    case .success(let details):
      let isChanged = details != stored.details
      if details.isbn != stored.details.isbn, let isbn = details.isbn, let twin = activeBook(isbn) {
        throw .duplicateISBN(isbn, twin: twin.id)
      }
      let opening =
        known == nil
        ? try opening(record, index, item: present.newItems[stored.id]) : nil
      if isChanged { update(stored, with: details) }
      if let opening { openings.append(opening) }
      remember(record, book: stored.id)
      return isChanged || opening != nil ? .updated(stored.id) : .unchanged(stored.id)
    }
  }

  private mutating func create(
    _ record: ImportRecord, _ index: Int
  ) throws(InventoryError) -> ImportOutcome {
    switch record.merge(nil) {
    case .failure(let rejection): return .rejected(rejection)
    case .success(let details):
      let book = Book(
        id: .generate(at: now), details: details, version: 1, createdAt: now, updatedAt: now, archivedAt: nil)
      let item = ItemID.generate(at: now)
      if let isbn = details.isbn {
        if let twin = activeBook(isbn) { throw .duplicateISBN(isbn, twin: twin.id) }
        if let holder = present.skus[isbn] { throw .duplicateSKU(isbn.digits, twin: holder) }
      }
      let opening = try opening(record, index, item: item)
      if let isbn = details.isbn {
        present.active[isbn] = book.id
        present.skus[isbn] = item
      }
      present.books[book.id] = book
      present.newItems[book.id] = item
      let sku = details.isbn?.digits ?? book.id.description
      statements += BookWritingSQL.insertion(of: details, as: book.id, isExempt: false)
      statements.append(ItemSQL.insertion(of: ItemDetails(sku: sku), as: item, book: book.id))
      if let opening { openings.append(opening) }
      remember(record, book: book.id)
      return .created(book.id)
    }
  }

  private mutating func update(_ book: Book, with details: BookDetails) {
    var isExempt: Bool?
    if details.isbn != book.details.isbn {
      if let old = book.details.isbn, present.active[old] == book.id { present.active[old] = .some(nil) }
      if let isbn = details.isbn { present.active[isbn] = book.id }
      isExempt = false
    }
    var updated = book
    updated.details = details
    updated.version += 1
    present.books[book.id] = updated
    statements.append(Transaction.update(of: book, with: details, isExempt: isExempt))
    if details.subjects != book.details.subjects {
      statements.append(BookWritingSQL.replacement(of: details.subjects, of: book.id))
    }
  }

  /// The first quantity; nil where there is none.
  private func opening(
    _ record: ImportRecord, _ index: Int, item: ItemID?
  ) throws(InventoryError) -> Opening? {
    guard let quantity = record.quantity, quantity != 0 else { return nil }
    guard let item, let adjustment = record.opening(of: item), let line = adjustment.lines.first else {
      throw .notFound(.item, "new")
    }
    let plan = try AdjustmentPlan(
      [line], items: [.id(item): AdjustmentPlan.ResolvedItem(id: item, isArchived: false)],
      locations: present.locations)
    guard let level = plan.lineLevels.first else { return nil }
    return Opening(
      record: index, level: level, quantity: quantity, document: record.document,
      reference: record.reference)
  }

  private mutating func remember(_ record: ImportRecord, book: BookID) {
    let key = Key(sender: record.sender, reference: record.reference)
    present.remembered[key] = (book, record.fingerprint)
    statements.append(
      Statement(
        Self.remember,
        [.text(record.sender), .text(record.reference), .id(book), .text(record.fingerprint)]))
  }

  private static let remember = SQL(
    """
    insert into import_record (sender, reference, book_id, fingerprint, created_at, updated_at)
    select $1, $2, $3, $4, moment.now, moment.now
    from (select now_microseconds() as now) as moment
    on conflict (sender, reference) do update
    set fingerprint = excluded.fingerprint,
      updated_at = excluded.updated_at
    """)

  /// The active book with this ISBN; notes an ISBN that was not looked up.
  private mutating func activeBook(_ isbn: ISBN?) -> Book? {
    guard let isbn else { return nil }
    guard let active = present.active[isbn] else {
      unknownISBNs.insert(isbn)
      return nil
    }
    return active.flatMap { present.books[$0] }
  }
}
