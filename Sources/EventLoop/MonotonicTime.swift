internal import CLinux

/// A reading of the monotonic clock; only differences mean anything.
public struct MonotonicTime: Hashable, Comparable, Sendable {
  /// Nanoseconds since some fixed moment.
  public let nanoseconds: Int64

  /// Wraps a reading.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Reads the clock.
  public static func now() -> MonotonicTime { MonotonicTime(nanoseconds: clinux_monotonic_nanoseconds()) }

  /// Later than every other time.
  public static let never = MonotonicTime(nanoseconds: .max)

  /// This many seconds and nanoseconds later.
  public func advanced(by duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    let added = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let sum = nanoseconds.addingReportingOverflow(added.partialValue &+ attoseconds / 1_000_000_000)
    return added.overflow || sum.overflow ? .never : MonotonicTime(nanoseconds: sum.partialValue)
  }

  /// The time from another reading to this one.
  public func since(_ earlier: MonotonicTime) -> Duration { .nanoseconds(nanoseconds - earlier.nanoseconds) }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}
