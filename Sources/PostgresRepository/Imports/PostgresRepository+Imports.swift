public import Inventory
internal import InventoryStore

extension PostgresRepository {
  /// See ``ImportRepository``.
  public func importBooks(
    _ records: [ImportRecord], dryRun: Bool
  ) async throws(InventoryError) -> [ImportOutcome] {
    guard !records.isEmpty else { return [] }
    return try await run { [clock] (database) throws(DatabaseError) in
      var rejections: [Int: InvalidValue] = [:]
      // Each round that does not end it rejects a record at least.
      for _ in 0...records.count {
        let result = try await database.importOnce(
          records, rejections: rejections, dryRun: dryRun, at: clock.now())
        switch result {
        case .done(let outcomes): return outcomes
        case .rejects(let more): rejections.merge(more) { $1 }
        }
      }
      throw .malformed("an import does not come to an end")
    }
  }
}

private enum ImportResult {
  case done([ImportOutcome])
  /// Nothing was changed: the quantities do not allow the first quantities of these records.
  case rejects([Int: InvalidValue])
}

extension LoopDatabase {
  /// Decides the batch and writes it in one transaction.
  fileprivate func importOnce(
    _ records: [ImportRecord], rejections: [Int: InvalidValue], dryRun: Bool, at now: Instant
  ) async throws(DatabaseError) -> ImportResult {
    try await afterRaces { () throws(DatabaseError) in
      try await self.transaction(keeping: !dryRun) { (transaction) throws(DatabaseError) in
        let batch = try await transaction.decide(records, rejections: rejections, at: now)
        _ = try await transaction.run(
          batch.statements, timeout: self.configuration.slowStatementTimeout)
        let refused = try await transaction.open(batch.openings)
        guard !refused.isEmpty else { return .done(batch.outcomes) }
        transaction.isGivenUp = true
        return .rejects(refused.compactMapValues { InventoryError.refused($0).importRejection })
      }
    }
  }
}

extension Transaction {
  /// Reads what the records name, as often as their merged details name something new, and decides them.
  fileprivate func decide(
    _ records: [ImportRecord], rejections: [Int: InvalidValue], at now: Instant
  ) async throws(DatabaseError) -> ImportBatch {
    var present = ImportBatch.Present()
    present.remembered = try await remembered(records)
    // A record that says what it said last time needs nothing more.
    let changed = records.filter {
      let known = present.remembered[ImportBatch.Key(sender: $0.sender, reference: $0.reference)]
      return known?.fingerprint != $0.fingerprint
    }
    var books = changed.compactMap {
      present.remembered[ImportBatch.Key(sender: $0.sender, reference: $0.reference)]?.book
    }
    var isbns = Set(changed.compactMap(\.isbn))
    let locations = Set(changed.map(\.location))
    // A merge gives a record at most one ISBN of its own, but may look at what an earlier record did.
    for _ in 0...records.count {
      if !changed.isEmpty {
        try await load(books: books, isbns: isbns, locations: locations, into: &present)
      }
      let batch = ImportBatch(records, present: present, rejections: rejections, at: now)
      if batch.unknownISBNs.isEmpty { return batch }
      (books, isbns) = ([], batch.unknownISBNs)
    }
    throw .malformed("the records of an import name new ISBNs without end")
  }
}

extension Transaction {
  /// Writes first quantities by the shared rules; what they refuse, by record.
  fileprivate func open(_ openings: [Opening]) async throws(DatabaseError) -> [Int: [LineRefusal]] {
    guard !openings.isEmpty else { return [:] }
    let store = PostgresStoreTransaction(self)
    do throws(InventoryError) {
      let refused = try await store.open(openings)
      if refused.isEmpty { _ = try await store.run([StoreStatement]()) }
      return refused
    } catch {
      throw store.failure ?? .answer(error)
    }
  }
}
