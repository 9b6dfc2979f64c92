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
        select
          item_id,
          location_id,
          bucket,
          quantity,
          \(Array(repeating: "null", count: Balance.all.count - 1).joined(separator: ", "))
        from movement
        union all
        select
          item_id,
          location_id,
          bucket,
          quantity,
          \(Array(repeating: "null", count: Balance.all.count - 1).joined(separator: ", "))
        from commitment
        union all
        select
          item_id,
          location_id,
          null,
          \(Balance.all.map(\.name).joined(separator: ", "))
        from stock_level
        order by item_id
        """
      ) { (row) throws(InventoryError) in
        let item: ItemID = try row.identifier()
        let location: LocationID = try row.identifier()
        if let text = row.optionalText() {
          guard let bucket = Balance.all.first(where: { $0.name == text }) else {
            throw .unexpected("the ledger holds the bucket \(text)")
          }
          verification.takeMovement(item, location, bucket, quantity: row.integer())
        } else {
          var balances: [Balance: Int64] = [:]
          for bucket in Balance.all { balances[bucket] = row.integer() }
          verification.takeLevel(item, location, balances)
        }
      }
      return verification.finish()
    }
  }
}

/// Adds up the ledger and compares it with the levels; fed item by item, holds one item at a time.
struct Verification {
  /// How many differences are reported.
  static let maximumDrift = 1000

  private struct Sums {
    var balances: [Balance: Int64] = [:]
    var ledger: [Balance: Int64] = [:]
  }

  private var report = VerificationReport(levelsChecked: 0, movementsRead: 0, drift: [])
  private var item: ItemID?
  private var sums: [LocationID: Sums] = [:]

  mutating func takeMovement(_ item: ItemID, _ location: LocationID, _ bucket: Balance, quantity: Int64) {
    startItem(item)
    report.movementsRead += 1
    sums[location, default: Sums()].ledger[bucket, default: 0] &+= quantity
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
        let ledger = sums.ledger[bucket] ?? 0
        guard balance != ledger, report.drift.count < Self.maximumDrift else { continue }
        report.drift.append(
          VerificationReport.Drift(
            item: item, location: location, bucket: bucket, balance: balance, ledger: ledger))
      }
    }
    sums.removeAll(keepingCapacity: true)
  }
}
