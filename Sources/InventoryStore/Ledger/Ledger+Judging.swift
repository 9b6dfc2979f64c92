internal import Inventory

extension Ledger {
  /// A change of a bucket that a line of a document makes.
  typealias Judged = (level: LevelKey, line: StockRules.LevelLine)

  /// Judges changes of locked levels, those of one level together, as an adjustment would be. Throws `refused`
  /// with every line at fault, in their order.
  func judge(_ changes: [Judged]) throws(InventoryError) {
    var linesOfLevel: [LevelKey: [StockRules.LevelLine]] = [:]
    for change in changes { linesOfLevel[change.level, default: []].append(change.line) }
    var refusals: [Int: LineRefusal] = [:]
    for (level, lines) in linesOfLevel {
      guard case .failure(let refused) = StockRules.apply(lines, to: quantities(level)) else { continue }
      // A line that changes two buckets may be refused for both; once says enough.
      for line in refused.lines where refusals[line.index] == nil { refusals[line.index] = line }
    }
    guard refusals.isEmpty else { throw .refused(refusals.values.sorted { $0.index < $1.index }) }
  }
}

/// Copies that come to or leave a level in a certain state. Everything that is there is on hand; what is not fit
/// for sale is a part of it.
struct PhysicalChange {
  /// Of the request, for refusals.
  var index: Int
  /// Of the posting.
  var line: Int
  var level: LevelKey
  var bucket: Bucket
  var quantity: Int64

  /// For ``Ledger/judge(_:)``.
  var judged: [Ledger.Judged] {
    buckets.map { (level, StockRules.LevelLine(index: index, bucket: $0, change: .delta(quantity))) }
  }

  /// `count` is how many changes the posting has: the rows of the second bucket are numbered behind those of the
  /// first, since a posting has one row a line.
  func rows(of count: Int) -> [LedgerChange] {
    buckets.enumerated().map { position, bucket in
      LedgerChange(level, .physical(bucket), by: quantity, line: line + position * count)
    }
  }

  private var buckets: [Bucket] { bucket == .onHand ? [.onHand] : [.onHand, bucket] }
}

extension Ledger {
  /// Judges copies that come or leave, and posts them.
  func move(_ changes: [PhysicalChange], as posting: Posting) throws(InventoryError) {
    try judge(changes.flatMap(\.judged))
    for change in changes { post(change.rows(of: changes.count), as: posting) }
  }
}
