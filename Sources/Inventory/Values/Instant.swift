/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Instant: Hashable, Comparable, Sendable {
  /// Microseconds since the Unix epoch.
  public let microseconds: Int64

  /// Wraps microseconds since the Unix epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

/// Tells the time; injected, so that tests decide what time it is.
public protocol Clock: Sendable {
  /// The present instant.
  func now() -> Instant
}
