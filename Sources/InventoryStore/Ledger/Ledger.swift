public import Inventory

/// The levels that a transaction has locked, as its changes leave them, and the one code path that writes
/// balances with the rows that explain them.
///
/// Levels are locked in the order of their keys. Rules judge the quantities here; ``write()`` repeats the guard
/// in the statement, and CHECK constraints stand behind it.
public final class Ledger {
  /// A level as it is locked, and as it is to be written.
  struct Entry {
    var isStored: Bool
    let version: Int64
    let updatedAt: Instant
    let before: Quantities
    var after: Quantities
    var policy: StockPolicy
    var isChanged = false
    var hasNewPolicy = false
  }

  let transaction: any StoreTransaction
  /// What lines name; see ``lock(_:)``.
  public internal(set) var named: NamedRecords
  var entries: [LevelKey: Entry] = [:]
  var rows: [LedgerRow] = []
  /// Numbers that were drawn for movements to come.
  var sequences: [Int64] = []

  /// Nothing locked yet.
  public init(_ transaction: any StoreTransaction, _ named: NamedRecords) {
    self.transaction = transaction
    self.named = named
  }

  /// The quantities of a locked level, with all changes so far.
  public func quantities(_ key: LevelKey) -> Quantities { entries[key]?.after ?? Quantities() }

  /// What may still be promised of a locked level: the rule itself.
  public func available(_ key: LevelKey) -> Int64 {
    guard let entry = entries[key] else { return 0 }
    return max(0, entry.after.free - entry.policy.safetyStock)
  }

  /// The policy of a locked level.
  public func policy(_ key: LevelKey) -> StockPolicy { entries[key]?.policy ?? StockPolicy() }

  /// Gives a locked level another policy; it is written by ``write()``.
  func set(_ policy: StockPolicy, of key: LevelKey) {
    entries[key]?.policy = policy
    entries[key]?.hasNewPolicy = true
    entries[key]?.isChanged = true
  }

  /// Changes balances of locked levels; the rows are written by ``write()``.
  public func post(_ changes: [LedgerChange], as posting: Posting) {
    for change in changes {
      entries[change.level]?.after[change.balance] += change.quantity
      entries[change.level]?.isChanged = true
      rows.append(
        LedgerRow(
          change: change, posting: posting, balanceAfter: quantities(change.level)[change.balance]))
    }
  }

  /// The instant that the rows of a level carry: the database's clock, but never before what is there, so that
  /// the last row until an instant is also the last by sequence.
  func moment(_ key: LevelKey, _ now: Instant) -> Instant { max(now, entries[key]?.updatedAt ?? now) }
}

/// A row to be written to one of the two ledgers.
struct LedgerRow {
  var change: LedgerChange
  var posting: Posting
  var balanceAfter: Int64
}
