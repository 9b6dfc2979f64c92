internal import Synchronization

/// The text of one statement that both engines understand; to be kept in a `static let`, because engines find
/// what they prepared of it by its ``number``.
///
/// Parameters are `$1`, `$2` …, results are bigint, text or boolean (a literal or a sum has to be cast).
public struct StoreSQL: Sendable {
  /// What may differ between the engines.
  public enum RowLock: Hashable, Sendable {
    /// The statement locks nothing, or is a change and locks what it changes.
    case none
    /// The rows of this table (or alias) that are read stay as they are until the transaction ends.
    case update(String)
    /// As `update`; rows that others have locked are left out. Never for balances: they would count as absent.
    case updateSkippingLocked(String)
    /// The rows of this table (or alias) that are read stay, but for columns that no key has.
    case keyShare(String)
  }

  /// The text, without the clause that locks.
  public let text: String
  /// Which rows are to be locked, where the engine locks rows.
  public let lock: RowLock
  /// The place of the prepared statement in every connection.
  public let number: Int

  /// Stands in an insert that gives an identity column its value; an engine without identity columns leaves it
  /// out.
  public static let overridingIdentity = "overriding system value"

  private static let count = Atomic(0)

  /// A statement.
  public init(_ text: String, lock: RowLock = .none) {
    self.text = text
    self.lock = lock
    number = Self.count.add(1, ordering: .relaxed).oldValue
  }
}

/// A statement with its values.
public struct StoreStatement: Sendable {
  /// What is run.
  public let sql: StoreSQL
  /// Its parameters, in order.
  public let values: [StoreValue]
  /// True for a change that has to change (and return) exactly one row; otherwise the transaction lost against
  /// another one and runs again.
  public let changesOneRow: Bool

  /// A statement whose rows are of interest.
  public init(_ sql: StoreSQL, _ values: [StoreValue] = []) {
    self.sql = sql
    self.values = values
    changesOneRow = false
  }

  /// A change, with `returning 1`, that has to hit exactly one row.
  public init(changingOneRow sql: StoreSQL, _ values: [StoreValue]) {
    self.sql = sql
    self.values = values
    changesOneRow = true
  }
}
