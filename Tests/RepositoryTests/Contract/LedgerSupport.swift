import Inventory
import InventoryStore
import TestSupport
import Testing

/// A row of either ledger, as a test compares it.
struct LedgerEntry: Hashable {
  var bucket: String
  var quantity: Int64
  var balanceAfter: Int64
  var kind: String
  var document: String
  var line: Int64
}

extension RepositoryFixture {
  /// Reads behind the repository's back, on any engine.
  private func read(_ sql: StoreSQL) async throws -> [StoreRow] {
    let engine = try #require(repository as? any StoreBackend)
    return try await engine.query([StoreStatement(sql)], slow: true).first ?? []
  }

  /// A sentence for each balance, hold or row that does not agree with the others.
  func unexplained() async throws -> [String] {
    var sentences: [String] = []
    for sql in Explanations.all {
      for var row in try await read(sql) { sentences.append(try row.text()) }
    }
    return sentences
  }

  /// The second ledger, oldest first.
  func commitmentEntries() async throws -> [LedgerEntry] { try await entries(Explanations.commitments) }

  /// The ledger of the shelf, oldest first.
  func movementEntries() async throws -> [LedgerEntry] { try await entries(Explanations.movements) }

  private func entries(_ sql: StoreSQL) async throws -> [LedgerEntry] {
    var entries: [LedgerEntry] = []
    for var row in try await read(sql) {
      entries.append(
        LedgerEntry(
          bucket: try row.text(), quantity: try row.integer(), balanceAfter: try row.integer(),
          kind: try row.text(), document: try row.text(), line: try row.integer()))
    }
    return entries
  }

  /// How many rows a table has.
  func count(_ table: Explanations.Table) async throws -> Int64 {
    var row = try #require(try await read(table.count).first)
    return try row.integer()
  }
}

/// What must agree after every test, in SQL of its own: nothing here is shared with the program.
enum Explanations {
  enum Table: String, CaseIterable {
    case movement, commitment, reservation, hold
    case key = "idempotency_key"

    var count: StoreSQL { Explanations.counts[self] ?? StoreSQL("select 0") }
  }

  private static let counts = Dictionary(
    uniqueKeysWithValues: Table.allCases.map { ($0, StoreSQL("select count(*) from \($0.rawValue)")) })

  static let all: [StoreSQL] =
    [
      ("movement", ["on_hand", "damaged", "inspection", "held_back"]),
      ("commitment", ["held", "backordered", "incoming", "in_transit"]),
    ].flatMap { ledger, buckets in
      buckets.map { balance($0, ledger) } + [chain(ledger), time(ledger)]
    } + [holds("held"), holds("backordered")] + [ended]

  /// A balance is the sum of its rows.
  private static func balance(_ bucket: String, _ ledger: String) -> StoreSQL {
    StoreSQL(
      """
      select '\(bucket) of ' || item_id || ' at ' || location_id || ' is not the sum of its \(ledger) rows'
      from stock_level
      where \(bucket) <> (
        select coalesce(sum(quantity), 0)
        from \(ledger)
        where \(ledger).item_id = stock_level.item_id
          and \(ledger).location_id = stock_level.location_id
          and bucket = '\(bucket)'
      )
      """)
  }

  /// A row says what the balance was after it.
  private static func chain(_ ledger: String) -> StoreSQL {
    StoreSQL(
      """
      select '\(ledger) ' || id || ' has another balance than the rows until it'
      from (
        select
          id,
          balance_after,
          sum(quantity) over (partition by item_id, location_id, bucket order by sequence) as balance
        from \(ledger)
      ) as running
      where balance_after <> balance
      """)
  }

  /// Time never goes back within a level.
  private static func time(_ ledger: String) -> StoreSQL {
    StoreSQL(
      """
      select '\(ledger) ' || id || ' was recorded before the row before it'
      from (
        select
          id,
          recorded_at,
          lag(recorded_at) over (partition by item_id, location_id order by sequence) as before
        from \(ledger)
      ) as neighbours
      where recorded_at < before
      """)
  }

  /// What a level promises is what its holds have.
  private static func holds(_ bucket: String) -> StoreSQL {
    StoreSQL(
      """
      select '\(bucket) of ' || item_id || ' at ' || location_id || ' is not the sum of its holds'
      from stock_level
      where \(bucket) <> (
        select coalesce(sum(hold.\(bucket)), 0)
        from hold
        where hold.item_id = stock_level.item_id
          and hold.location_id = stock_level.location_id
      )
      """)
  }

  /// What has ended promises nothing.
  private static let ended = StoreSQL(
    """
    select hold.reservation_id || ' is ' || reservation.state || ' and still has copies'
    from hold
    join reservation on reservation.id = hold.reservation_id
    where reservation.state in ('fulfilled', 'released', 'expired')
      and (hold.held > 0 or hold.backordered > 0)
    """)

  static let commitments = entries("commitment")
  static let movements = entries("movement")

  private static func entries(_ ledger: String) -> StoreSQL {
    StoreSQL(
      "select bucket, quantity, balance_after, kind, document, line from \(ledger) order by sequence")
  }
}
