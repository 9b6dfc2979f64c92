public import Inventory

extension SQLiteRepository {
  /// See ``StockRepository``. Memory does not grow with the ledger.
  public func verify() async throws(InventoryError) -> VerificationReport {
    try await database.slowRead(timeout: database.configuration.verifyTimeout) {
      (connection) throws(InventoryError) in
      var verification = Verification()
      // Index scans merged by item; none is sorted.
      try connection.forEach(
        """
        select item_id, location_id, 'movement', bucket, quantity, \(Self.nulls(7))
        from movement
        union all
        select item_id, location_id, 'commitment', bucket, quantity, \(Self.nulls(7))
        from commitment
        union all
        select item_id, location_id, 'hold', null, held, backordered, \(Self.nulls(6))
        from hold
        where held > 0 or backordered > 0
        union all
        select item_id, location_id, 'level', null, \(Balance.all.map(\.name).joined(separator: ", "))
        from stock_level
        order by item_id
        """
      ) { (row) throws(InventoryError) in
        let item: ItemID = try row.identifier()
        let location: LocationID = try row.identifier()
        let source = row.text()
        let bucket = row.optionalText()
        switch source {
        case "level":
          var balances: [Balance: Int64] = [:]
          for bucket in Balance.all { balances[bucket] = row.integer() }
          verification.takeLevel(item, location, balances)
        case "hold":
          verification.takeHold(item, location, held: row.integer(), backordered: row.integer())
        default:
          guard let balance = Balance.all.first(where: { $0.name == bucket }) else {
            throw .unexpected("the ledger holds the bucket \(bucket ?? "null")")
          }
          verification.takeMovement(item, location, balance, quantity: row.integer())
        }
      }
      return verification.finish()
    }
  }

  private static func nulls(_ count: Int) -> String {
    Array(repeating: "null", count: count).joined(separator: ", ")
  }
}

/// Adds up the ledgers and the holds and compares them with the levels; fed item by item, holds one item at a time.
struct Verification {
  /// How many differences are reported.
  static let maximumDrift = 1000

  private struct Sums {
    var balances: [Balance: Int64] = [:]
    var ledger: [Balance: Int64] = [:]
    var holds: [Balance: Int64] = [.committed(.held): 0, .committed(.backordered): 0]
  }

  private var report = VerificationReport(levelsChecked: 0, movementsRead: 0, drift: [])
  private var item: ItemID?
  private var sums: [LocationID: Sums] = [:]

  mutating func takeMovement(_ item: ItemID, _ location: LocationID, _ bucket: Balance, quantity: Int64) {
    startItem(item)
    report.movementsRead += 1
    sums[location, default: Sums()].ledger[bucket, default: 0] &+= quantity
  }

  mutating func takeHold(_ item: ItemID, _ location: LocationID, held: Int64, backordered: Int64) {
    startItem(item)
    sums[location, default: Sums()].holds[.committed(.held), default: 0] &+= held
    sums[location, default: Sums()].holds[.committed(.backordered), default: 0] &+= backordered
  }

  mutating func takeLevel(_ item: ItemID, _ location: LocationID, _ balances: [Balance: Int64]) {
    startItem(item)
    report.levelsChecked += 1
    sums[location, default: Sums()].balances = balances
  }

  mutating func finish() -> VerificationReport {
    compare()
    return report
  }

  private mutating func startItem(_ item: ItemID) {
    guard item != self.item else { return }
    compare()
    self.item = item
  }

  private mutating func compare() {
    guard let item else { return }
    for (location, sums) in sums.sorted(by: { $0.key < $1.key }) {
      for bucket in Balance.all {
        let balance = sums.balances[bucket] ?? 0
        report(item, location, bucket, balance, .ledger, sums.ledger[bucket] ?? 0)
        if let held = sums.holds[bucket] { report(item, location, bucket, balance, .holds, held) }
      }
    }
    sums.removeAll(keepingCapacity: true)
  }

  private mutating func report(
    _ item: ItemID, _ location: LocationID, _ bucket: Balance, _ balance: Int64,
    _ explanation: VerificationReport.Explanation, _ sum: Int64
  ) {
    guard balance != sum, report.drift.count < Self.maximumDrift else { return }
    report.drift.append(
      VerificationReport.Drift(
        item: item, location: location, bucket: bucket, balance: balance, explanation: explanation, sum: sum))
  }
}
