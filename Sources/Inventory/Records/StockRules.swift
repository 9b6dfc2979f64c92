/// The inventory rules as pure functions; both engines judge with them, and CHECK constraints and guarded
/// statements stand behind.
public enum StockRules {
  /// A line of an adjustment on one level: its index in the adjustment, its bucket and its change.
  public struct LevelLine: Hashable, Sendable {
    /// The line of the adjustment, from 0.
    public var index: Int
    /// Which balance changes.
    public var bucket: Bucket
    /// How it changes.
    public var change: AdjustmentLine.Change

    /// From its parts.
    public init(index: Int, bucket: Bucket, change: AdjustmentLine.Change) {
      self.index = index
      self.bucket = bucket
      self.change = change
    }
  }

  /// What a line did to its bucket.
  public struct Effect: Hashable, Sendable {
    /// The line of the adjustment, from 0.
    public var index: Int
    /// Which balance changes.
    public var bucket: Bucket
    /// The change in copies.
    public var quantity: Int64
    /// The balance of the bucket after the line.
    public var balanceAfter: Int64

    /// From its parts.
    public init(index: Int, bucket: Bucket, quantity: Int64, balanceAfter: Int64) {
      self.index = index
      self.bucket = bucket
      self.quantity = quantity
      self.balanceAfter = balanceAfter
    }
  }

  /// Refusals of the lines of one level; an `Error` only so that `Result` takes it.
  public struct Refusals: Error, Hashable, Sendable {
    /// One for each line at fault.
    public var lines: [LineRefusal]

    /// From its parts.
    public init(lines: [LineRefusal]) { self.lines = lines }
  }
}
