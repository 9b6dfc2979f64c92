public import Inventory

extension SQLiteRepository {
  /// See ``ImportRepository``.
  public func importBooks(
    _ records: [ImportRecord], dryRun: Bool
  ) async throws(InventoryError) -> [ImportOutcome] {
    try await database.write { [clock] (connection) throws(InventoryError) in
      try connection.savepoint("batch") { (connection) throws(InventoryError) in
        var outcomes: [ImportOutcome] = []
        for record in records { outcomes.append(try connection.apply(record, at: clock.now())) }
        return (outcomes, keep: !dryRun)
      }
    }
  }
}

extension Connection {
  /// Applies one record, or takes back what it did and says why.
  fileprivate func apply(_ record: ImportRecord, at now: Instant) throws(InventoryError) -> ImportOutcome {
    do throws(InventoryError) {
      return try savepoint("record") { (connection) throws(InventoryError) in
        let outcome = try connection.store(record, at: now)
        if case .rejected = outcome { return (outcome, keep: false) }
        return (outcome, keep: true)
      }
    } catch {
      guard isInTransaction, let rejection = error.importRejection else { throw error }
      return .rejected(rejection)
    }
  }

  private func store(_ record: ImportRecord, at now: Instant) throws(InventoryError) -> ImportOutcome {
    let known = try remembered(record)
    if let known, known.fingerprint == record.fingerprint { return .unchanged(known.book) }
    guard let stored = try match(record, known: known?.book) else { return try create(record, at: now) }
    guard stored.archivedAt == nil else { throw .bookArchived(stored.id) }
    switch record.merge(stored.details) {
    case .failure(let rejection): return .rejected(rejection)
    case .success(let details):
      let isChanged = details != stored.details
      if isChanged { _ = try update(stored, with: details, allowDuplicate: false, at: now) }
      let isOpened = known == nil ? try open(record, book: stored.id, at: now) : false
      try remember(record, book: stored.id, at: now)
      return isChanged || isOpened ? .updated(stored.id) : .unchanged(stored.id)
    }
  }

  private func create(_ record: ImportRecord, at now: Instant) throws(InventoryError) -> ImportOutcome {
    switch record.merge(nil) {
    case .failure(let rejection): return .rejected(rejection)
    case .success(let details):
      let (book, _) = try createBook(details, allowDuplicate: false, at: now)
      _ = try open(record, book: book.id, at: now)
      try remember(record, book: book.id, at: now)
      return .created(book.id)
    }
  }

  /// The book that the record has been before, else the active book with its ISBN; never one with its title.
  private func match(_ record: ImportRecord, known: BookID?) throws(InventoryError) -> Book? {
    if let known { return try book(known) }
    return try record.isbn.map(book) ?? nil
  }

  /// Writes the first quantity; false where there is none.
  private func open(_ record: ImportRecord, book: BookID, at now: Instant) throws(InventoryError) -> Bool {
    guard let quantity = record.quantity, quantity != 0 else { return false }
    guard let item = try items(of: book).first(where: { $0.details.condition == .new }),
      let opening = record.opening(of: item.id)
    else { throw .notFound(.item, "new") }
    _ = try apply(opening, as: .opening, document: record.document, at: now)
    return true
  }

  private func remembered(
    _ record: ImportRecord
  ) throws(InventoryError) -> (book: BookID, fingerprint: String)? {
    try first(
      """
      select
        book_id,
        fingerprint
      from import_record
      where sender = ?
        and reference = ?
      """, [.text(record.sender), .text(record.reference)]
    ) { (row) throws(InventoryError) in (try row.identifier(), row.text()) }
  }

  private func remember(_ record: ImportRecord, book: BookID, at now: Instant) throws(InventoryError) {
    try run(
      """
      insert into import_record (sender, reference, book_id, fingerprint, created_at, updated_at)
      values (?, ?, ?, ?, ?, ?)
      on conflict (sender, reference) do update
      set fingerprint = excluded.fingerprint,
        updated_at = excluded.updated_at
      """,
      [
        .text(record.sender), .text(record.reference), SQLiteValue(book), .text(record.fingerprint),
        SQLiteValue(now), SQLiteValue(now),
      ])
  }
}
