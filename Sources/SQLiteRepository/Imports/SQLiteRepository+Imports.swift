public import Inventory
internal import InventoryStore

extension SQLiteRepository {
  /// See ``ImportRepository``.
  public func importBooks(
    _ records: [ImportRecord], dryRun: Bool
  ) async throws(InventoryError) -> [ImportOutcome] {
    let quick = try await importBooks(records, dryRun: dryRun, isolated: false)
    if let quick { return quick }
    let isolated = try await importBooks(records, dryRun: dryRun, isolated: true)
    guard let isolated else { throw .unexpected("a batch of isolated records was taken back") }
    return isolated
  }

  /// A savepoint for each record doubles the work of a batch, and hardly any record is refused after it has
  /// written something. So the batch is tried without; nil says that it was taken back and needs them.
  private func importBooks(
    _ records: [ImportRecord], dryRun: Bool, isolated: Bool
  ) async throws(InventoryError) -> [ImportOutcome]? {
    try await database.attempt { [clock] (connection) throws(InventoryError) in
      var outcomes: [ImportOutcome] = []
      var words = WordChanges()
      for record in records {
        let outcome =
          if isolated {
            try connection.applyIsolated(record, at: clock.now(), &words)
          } else {
            try connection.apply(record, at: clock.now(), &words)
          }
        guard let outcome else { return (nil, keep: false) }
        outcomes.append(outcome)
      }
      if !dryRun { try words.apply(to: connection) }
      return (outcomes, keep: !dryRun)
    }
  }
}

extension Connection {
  /// Applies one record, or takes back what it did and says why.
  fileprivate func applyIsolated(
    _ record: ImportRecord, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> ImportOutcome {
    let wordsBefore = words.count
    return try savepoint { (connection) throws(InventoryError) in
      let outcome = try connection.judge(record, at: now, &words)
      guard case .rejected = outcome else { return (outcome, keep: true) }
      words.truncate(to: wordsBefore)
      return (outcome, keep: false)
    }
  }

  /// Applies one record; nil when it was rejected after it had written something.
  fileprivate func apply(
    _ record: ImportRecord, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> ImportOutcome? {
    let changesBefore = changeCount
    let outcome = try judge(record, at: now, &words)
    if case .rejected = outcome, changeCount != changesBefore { return nil }
    return outcome
  }

  /// Stores a record; errors that are about the record become its outcome.
  private func judge(
    _ record: ImportRecord, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> ImportOutcome {
    do throws(InventoryError) {
      return try store(record, at: now, &words)
    } catch {
      guard isInTransaction, let rejection = error.importRejection else { throw error }
      return .rejected(rejection)
    }
  }

  private func store(
    _ record: ImportRecord, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> ImportOutcome {
    let known = try remembered(record)
    if let known, known.fingerprint == record.fingerprint { return .unchanged(known.book) }
    guard let stored = try match(record, known: known?.book) else {
      return try create(record, at: now, &words)
    }
    guard stored.archivedAt == nil else { throw .bookArchived(stored.id) }
    switch record.merge(stored.details) {
    case .failure(let rejection): return .rejected(rejection)
    case .success(let details):
      let isChanged = details != stored.details
      if isChanged { _ = try update(stored, with: details, allowDuplicate: false, at: now, &words) }
      let isOpened = known == nil ? try open(record, book: stored.id, at: now) : false
      try remember(record, book: stored.id, at: now)
      return isChanged || isOpened ? .updated(stored.id) : .unchanged(stored.id)
    }
  }

  private func create(
    _ record: ImportRecord, at now: Instant, _ words: inout WordChanges
  ) throws(InventoryError) -> ImportOutcome {
    switch record.merge(nil) {
    case .failure(let rejection): return .rejected(rejection)
    case .success(let details):
      let (book, _) = try createBook(details, allowDuplicate: false, at: now, &words)
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
    let document = record.document
    _ = try store(at: now) { (transaction) async throws(InventoryError) -> [Movement] in
      try await transaction.apply(opening, as: .opening, document: document).movements
    }
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
