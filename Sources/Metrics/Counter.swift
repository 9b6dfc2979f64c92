internal import Synchronization

/// A number that only grows. Any thread may count; nobody waits.
public final class Counter: Sendable {
  private let cell = Atomic<Int64>(0)

  /// Starts at 0.
  public init() {}

  /// The present value.
  public var value: Int64 { cell.load(ordering: .relaxed) }

  /// Adds to the value; `amount` must not be negative.
  public func increment(by amount: Int64 = 1) { cell.wrappingAdd(amount, ordering: .relaxed) }
}

/// A number that goes up and down. Any thread may change it; nobody waits.
public final class Gauge: Sendable {
  private let cell = Atomic<Int64>(0)

  /// Starts at 0.
  public init() {}

  /// The present value.
  public var value: Int64 { cell.load(ordering: .relaxed) }

  /// Adds to the value, or takes away from it.
  public func add(_ amount: Int64) { cell.wrappingAdd(amount, ordering: .relaxed) }

  /// Replaces the value.
  public func set(_ value: Int64) { cell.store(value, ordering: .relaxed) }
}
