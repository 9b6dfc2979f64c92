internal import Inventory

/// Changes of quantities that happen together, with the movements that explain them; the one code path that
/// writes balances.
struct StockChange {
  /// One movement. A bucket of a level stands in a change only once.
  struct Line {
    var id: MovementID
    var level: AdjustmentPlan.LevelKey
    var bucket: Bucket
    var change: AdjustmentLine.Change
    var document: String
    /// Its place in the document.
    var number: Int
    var reference: String?
  }

  /// What the database made of a change.
  struct Written {
    struct Movement {
      var sequence: Int64
      var balanceAfter: Int64
      var recordedAt: Instant
      var occurredAt: Instant
    }

    struct Level {
      var version: Int64
      var updatedAt: Instant
      var quantities: Quantities
      var policy: StockPolicy
    }

    /// In the order of the lines.
    var movements: [Movement] = []
    var levels: [AdjustmentPlan.LevelKey: Level] = [:]
  }

  var kind: MovementKind
  var reason: AdjustmentReason
  var note: String?
  var actor: String
  var requestID: String?
  var occurredAt: Instant?
  /// The books of the items; none may be archived.
  var books: [BookID]
  var lines: [Line]

  /// What the server answers when the quantities do not allow the change (migration 0002_stock).
  static let refusedState = "BK001"

  /// In the order in which they are locked.
  private var levels: [AdjustmentPlan.LevelKey] { Set(lines.map(\.level)).sorted() }

  /// The statements, in order: levels that were never written are made, then everything is judged, locked and
  /// written by one statement, whose result ``written(_:)`` reads. They must be one transaction.
  var statements: [Statement] {
    let levels = self.levels
    let items = Value.ids(levels.map(\.item))
    let locations = Value.ids(levels.map(\.location))
    let numbers = Dictionary(uniqueKeysWithValues: zip(levels, Int64(1)...))
    var deltas = Bucket.allCases.map { _ in [Int64](repeating: 0, count: levels.count) }
    var expected = Bucket.allCases.map { _ in [Int64?](repeating: nil, count: levels.count) }
    for line in lines {
      guard let number = numbers[line.level], let bucket = Bucket.allCases.firstIndex(of: line.bucket) else {
        continue
      }
      deltas[bucket][Int(number) - 1] = line.change.quantity
      expected[bucket][Int(number) - 1] = line.change.expected
    }
    let ofLevels = [items, locations] + deltas.map { .integers($0) } + expected.map { .integers($0) }
    let ofLines: [Value] = [
      .ids(lines.map(\.id)),
      .ids(lines.map(\.level.item)),
      .ids(lines.map(\.level.location)),
      .integers(lines.map { numbers[$0.level] }),
      .texts(lines.map(\.bucket.rawValue)),
      .integers(lines.map(\.change.quantity)),
      .texts(lines.map(\.document)),
      .integers(lines.map { Int64($0.number) }),
      .texts(lines.map(\.reference)),
    ]
    let ofAll: [Value] = [
      .text(kind.rawValue), .text(reason.rawValue), .text(note), .text(actor), .text(requestID),
      .instant(occurredAt), .ids(books.sorted()),
    ]
    return [
      Statement(Self.makeLevels, [items, locations]), Statement(Self.change, ofLevels + ofLines + ofAll),
    ]
  }

  /// Reads the result of the last of ``statements``: movements in the order of the lines, then levels in
  /// theirs. They are not joined by the database, which would compare each with each.
  func written(_ result: QueryResult) throws(DatabaseError) -> Written {
    var written = Written()
    var levels = self.levels.makeIterator()
    _ = try result.rows { (row) throws(DatabaseError) in
      if try row.bool() {
        written.movements.append(
          Written.Movement(
            sequence: try row.integer(), balanceAfter: try row.integer(), recordedAt: try row.instant(),
            occurredAt: try row.instant()))
      } else if let key = levels.next() {
        _ = try row.integer()
        let (version, updatedAt, _) = (try row.integer(), try row.instant(), try row.instant())
        written.levels[key] = Written.Level(
          version: version, updatedAt: updatedAt, quantities: try Quantities(&row),
          policy: try StockPolicy(&row))
      }
    }
    return written
  }

  /// The quantities that the server reports with a refusal, while it holds their rows locked; empty when it
  /// was not about quantities.
  static func present(
    in refusal: ServerError
  ) throws(DatabaseError) -> [AdjustmentPlan.LevelKey: Quantities] {
    var present: [AdjustmentPlan.LevelKey: Quantities] = [:]
    for level in (refusal.detail ?? "").split(separator: ";") {
      let fields = level.split(separator: " ")
      let numbers = fields.dropFirst(2).compactMap { Int64($0) }
      guard fields.count == 7, numbers.count == 5, let item = ItemID(String(fields[0])),
        let location = LocationID(String(fields[1]))
      else { throw .malformed("a refusal says \(level)") }
      var quantities = Quantities()
      quantities.onHand = numbers[0]
      quantities.damaged = numbers[1]
      quantities.inspection = numbers[2]
      quantities.heldBack = numbers[3]
      quantities.held = numbers[4]
      present[AdjustmentPlan.LevelKey(item: item, location: location)] = quantities
    }
    return present
  }
}

extension AdjustmentLine.Change {
  /// The change in copies.
  var quantity: Int64 {
    switch self {
    case .delta(let quantity): quantity
    case .set(let quantity, let expected): quantity - expected
    }
  }

  fileprivate var expected: Int64? {
    switch self {
    case .delta: nil
    case .set(_, let expected): expected
    }
  }
}

// MARK: SQL

extension StockChange {
  /// Levels are made in the order in which they are locked later. Their first quantities, which follow in the
  /// same transaction, are version 1; `updated_at` 0 tells that they are still to come.
  private static let makeLevels = SQL(
    """
    insert into stock_level (item_id, location_id, version, updated_at)
    select
      item_id,
      location_id,
      1,
      0
    from unnest($1, $2) with ordinality as wanted (item_id, location_id, number)
    order by number
    on conflict do nothing
    """)

  /// - `parent` keeps the books from being archived meanwhile; a locked row is read as it is at last, even
  ///   when this statement had to wait for it (https://www.postgresql.org/docs/current/transaction-iso.html).
  /// - `present` locks the levels in the order of their keys and reads them as they are then.
  /// - `verdict` ends the transaction unless every level allows its lines; the same rules as `StockRules`,
  ///   which explains the refusal from the quantities reported here.
  /// - `balance` are the new quantities as arrays, so that 500 lines need not be joined with 500 levels.
  /// - CHECK constraints stand behind it.
  private static let change = SQL(
    """
    with
      present as materialized (
        select
          wanted.*,
          level.on_hand,
          level.damaged,
          level.inspection,
          level.held_back,
          level.held
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) with ordinality as wanted (
          item_id, location_id,
          on_hand_change, damaged_change, inspection_change, held_back_change,
          on_hand_expected, damaged_expected, inspection_expected, held_back_expected,
          number
        )
        join stock_level as level
          on level.item_id = wanted.item_id and level.location_id = wanted.location_id
        where (
          with parent as materialized (
            select is_active
            from book
            where id = any($26)
            order by id
            for key share
          )
          select count(*) from parent where is_active
        ) = cardinality($26)
        order by level.item_id, level.location_id
        for no key update of level
      ),
      verdict as materialized (
        select
          case
            when (
              select count(*)
              from present
              where on_hand + on_hand_change between 0 and \(Adjustment.maximumQuantity)
                and damaged + damaged_change between 0 and \(Adjustment.maximumQuantity)
                and inspection + inspection_change between 0 and \(Adjustment.maximumQuantity)
                and held_back + held_back_change between 0 and \(Adjustment.maximumQuantity)
                and damaged + damaged_change + inspection + inspection_change + held_back + held_back_change
                  + held <= on_hand + on_hand_change
                and on_hand = coalesce(on_hand_expected, on_hand)
                and damaged = coalesce(damaged_expected, damaged)
                and inspection = coalesce(inspection_expected, inspection)
                and held_back = coalesce(held_back_expected, held_back)
            ) = cardinality($1) then true
            else refuse_stock_change(coalesce((
              select string_agg(
                concat_ws(' ', item_id, location_id, on_hand, damaged, inspection, held_back, held), ';')
              from present
            ), ''))
          end as allowed,
          now_microseconds() as now
      ),
      changed as (
        update stock_level as level
        set on_hand = level.on_hand + present.on_hand_change,
          damaged = level.damaged + present.damaged_change,
          inspection = level.inspection + present.inspection_change,
          held_back = level.held_back + present.held_back_change,
          version = case level.updated_at when 0 then 1 else level.version + 1 end,
          updated_at = verdict.now
        from present, verdict
        where level.item_id = present.item_id
          and level.location_id = present.location_id
          and verdict.allowed
        returning level.*, present.number
      ),
      balance as materialized (
        select
          array_agg(on_hand order by number) as on_hand,
          array_agg(damaged order by number) as damaged,
          array_agg(inspection order by number) as inspection,
          array_agg(held_back order by number) as held_back
        from changed
      ),
      written as (
        insert into movement (
          id, item_id, location_id, bucket, quantity, balance_after, kind, reason, reference, note, actor,
          request_id, document, line, recorded_at, occurred_at
        )
        select
          line.id,
          line.item_id,
          line.location_id,
          line.bucket,
          line.quantity,
          case line.bucket
            when 'on_hand' then balance.on_hand[line.level]
            when 'damaged' then balance.damaged[line.level]
            when 'inspection' then balance.inspection[line.level]
            when 'held_back' then balance.held_back[line.level]
          end,
          $20,
          $21,
          line.reference,
          $22,
          $23,
          $24,
          line.document,
          line.number,
          verdict.now,
          coalesce($25, verdict.now)
        from balance, verdict, unnest($11, $12, $13, $14, $15, $16, $17, $18, $19) with ordinality as line (
          id, item_id, location_id, level, bucket, quantity, document, number, reference, position
        )
        order by line.position
        returning sequence, balance_after, recorded_at, occurred_at
      )
    select
      true as is_movement,
      sequence,
      balance_after,
      recorded_at,
      occurred_at,
      null, null, null, null, null, null, null, null,
      null, null, null
    from written
    union all
    select
      false,
      number,
      version,
      updated_at,
      updated_at,
      \(Quantities.columns(of: "changed")),
      \(StockPolicy.columns(of: "changed"))
    from changed
    order by is_movement desc, sequence
    """)
}
