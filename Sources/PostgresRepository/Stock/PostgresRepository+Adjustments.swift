public import Inventory

extension PostgresRepository {
  /// See ``StockRepository``.
  public func adjust(_ adjustment: Adjustment) async throws(InventoryError) -> AdjustmentResult {
    try await run { [clock] (database) throws(DatabaseError) in
      // A refusal that the quantities it reports do not explain came from a change of something else, such
      // as a book that was archived in between; another look tells.
      for _ in 1...5 {
        if let result = try await database.adjust(adjustment, at: clock.now()) { return result }
      }
      throw .malformed("the database refuses quantities that the rules allow")
    }
  }
}

extension LoopDatabase {
  /// Nil when it was refused for a reason that has to be looked for again.
  fileprivate func adjust(
    _ adjustment: Adjustment, at now: Instant
  ) async throws(DatabaseError) -> AdjustmentResult? {
    let named = try await resolve(adjustment.lines)
    let plan: AdjustmentPlan
    do throws(InventoryError) {
      plan = try named.plan(adjustment.lines)
    } catch {
      throw .answer(error)
    }
    let id = AdjustmentID.generate(at: now)
    let change = StockChange(adjustment, as: id, plan: plan, books: named.books, at: now)
    let results: [QueryResult]
    do throws(DatabaseError) {
      results = try await write(change.statements)
    } catch {
      guard case .server(let refusal) = error, refusal.sqlState == StockChange.refusedState else {
        throw error
      }
      try plan.explain(refusal)
      return nil
    }
    guard let last = results.last else { throw .malformed("no results") }
    return try named.result(of: adjustment, change, as: id, change.written(last))
  }
}

extension AdjustmentPlan {
  /// Throws the refusals that the reported quantities give; returns when they give none.
  fileprivate func explain(_ refusal: ServerError) throws(DatabaseError) {
    let present = try StockChange.present(in: refusal)
    guard present.count == levels.count else { return }
    do throws(InventoryError) {
      _ = try judge(present)
    } catch {
      throw .answer(error)
    }
  }
}

extension StockChange {
  fileprivate init(
    _ adjustment: Adjustment, as id: AdjustmentID, plan: AdjustmentPlan, books: [BookID], at now: Instant
  ) {
    let document = id.description
    self.init(
      kind: .adjustment, reason: adjustment.reason, note: adjustment.note, actor: adjustment.actor,
      requestID: adjustment.requestID, occurredAt: adjustment.occurredAt, books: books,
      lines: zip(adjustment.lines, plan.lineLevels).enumerated().map { number, line in
        Line(
          id: .generate(at: now), level: line.1, bucket: line.0.bucket, change: line.0.change,
          document: document, number: number, reference: adjustment.reference)
      })
  }
}

// MARK: What lines name

/// The items and locations that lines name.
struct NamedRecords {
  struct NamedItem {
    var id: ItemID
    var sku: String
    var bookID: BookID
    var isbn: ISBN?
    var isArchived: Bool
  }

  struct NamedLocation {
    var id: LocationID
    var code: String
    var isActive: Bool
  }

  fileprivate(set) var items: [ItemReference: NamedItem] = [:]
  fileprivate(set) var locations: [LocationReference: NamedLocation] = [:]

  /// Without repetition.
  fileprivate var books: [BookID] { Array(Set(items.values.map(\.bookID))) }

  fileprivate func plan(_ lines: [AdjustmentLine]) throws(InventoryError) -> AdjustmentPlan {
    try AdjustmentPlan(
      lines,
      items: items.mapValues { AdjustmentPlan.ResolvedItem(id: $0.id, isArchived: $0.isArchived) },
      locations: locations.mapValues { AdjustmentPlan.ResolvedLocation(id: $0.id, isActive: $0.isActive) })
  }

  /// Movements and levels in the order of the lines.
  fileprivate func result(
    of adjustment: Adjustment, _ change: StockChange, as id: AdjustmentID, _ written: StockChange.Written
  ) throws(DatabaseError) -> AdjustmentResult {
    guard written.movements.count == change.lines.count else {
      throw .malformed("\(written.movements.count) movements of \(change.lines.count) lines")
    }
    var result = AdjustmentResult(id: id, movements: [], levels: [])
    for (index, (line, movement)) in zip(change.lines, written.movements).enumerated() {
      guard let item = items[adjustment.lines[index].item],
        let location = locations[adjustment.lines[index].location], let level = written.levels[line.level]
      else { throw .malformed("a written line names nothing") }
      result.movements.append(
        Movement(
          id: line.id, sequence: movement.sequence, itemID: item.id, sku: item.sku, locationID: location.id,
          locationCode: location.code, bucket: line.bucket, quantity: line.change.quantity,
          balanceAfter: movement.balanceAfter, kind: change.kind, reason: change.reason,
          reference: line.reference, note: change.note, actor: change.actor, requestID: change.requestID,
          document: line.document, line: line.number, recordedAt: movement.recordedAt,
          occurredAt: movement.occurredAt))
      result.levels.append(
        StockLevel(
          itemID: item.id, locationID: location.id, sku: item.sku, bookID: item.bookID, isbn: item.isbn,
          locationCode: location.code, quantities: level.quantities, policy: level.policy,
          version: level.version, updatedAt: level.updatedAt))
    }
    return result
  }
}

extension LoopDatabase {
  /// Looks up what the lines name, in one round trip.
  fileprivate func resolve(_ lines: [AdjustmentLine]) async throws(DatabaseError) -> NamedRecords {
    let items = Set(lines.map(\.item))
    let locations = Set(lines.map(\.location))
    let values: [Value] = [
      .texts(items.compactMap { if case .id(let id) = $0 { id.description } else { nil } }),
      .texts(items.compactMap { if case .sku(let sku) = $0 { sku } else { nil } }),
      .texts(locations.compactMap { if case .id(let id) = $0 { id.description } else { nil } }),
      .texts(locations.compactMap { if case .code(let code) = $0 { code } else { nil } }),
    ]
    // Many names would make the reads behind them wait.
    let result =
      items.count > 50
      ? try await slowRead(Statement(Self.named, values)) : try await read(Self.named, values)
    var named = NamedRecords()
    _ = try result.rows { (row) throws(DatabaseError) in
      if try row.bool() {
        let item = NamedRecords.NamedItem(
          id: try row.id(), sku: try row.text(), bookID: try row.id(), isbn: try row.optionalISBN(),
          isArchived: try !row.bool())
        named.items[.id(item.id)] = item
        named.items[.sku(item.sku)] = item
      } else {
        let (id, code) = (try row.id(LocationIDKind.self), try row.text())
        _ = (try row.optionalText(), try row.optionalText())
        let location = NamedRecords.NamedLocation(id: id, code: code, isActive: try row.bool())
        named.locations[.id(id)] = location
        named.locations[.code(code)] = location
      }
    }
    return named
  }

  private static let named = SQL(
    """
    select
      true as is_item,
      item.id,
      item.sku,
      item.book_id,
      book.isbn,
      book.is_active
    from item
    join book on book.id = item.book_id
    where item.id = any($1)
      or item.sku = any($2)
    union all
    select
      false,
      location.id,
      location.code,
      null,
      null,
      location.active
    from location
    where location.id = any($3)
      or location.code = any($4)
    """)
}
