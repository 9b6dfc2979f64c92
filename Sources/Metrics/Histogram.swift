/// How often values fell between bounds. Any thread may observe; nobody waits.
public final class Histogram: Sendable {
  /// What the values are.
  public enum Unit: Sendable {
    /// Nanoseconds, shown as seconds.
    case seconds
    /// Plain numbers.
    case count
  }

  /// The upper bounds of the buckets but for the last, which takes everything.
  public let bounds: [Int64]
  /// What the values are.
  public let unit: Unit
  private let buckets: [Counter]
  private let total = Counter()

  /// Empty buckets; `bounds` are in the unit's whole numbers and ascend.
  public init(_ unit: Unit, bounds: [Int64]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds do not ascend")
    self.unit = unit
    self.bounds = bounds
    buckets = (0...bounds.count).map { _ in Counter() }
  }

  /// Buckets for how long something takes that should take milliseconds: from 0.25 ms to 10 s.
  public convenience init() {
    self.init(
      .seconds,
      bounds: [250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000]
        .map { $0 * 1000 } + [2_500_000_000, 5_000_000_000, 10_000_000_000])
  }

  /// Counts a value.
  public func observe(_ value: Int64) {
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    buckets[bucket].increment()
    if value > 0 { total.increment(by: value) }
  }

  /// Counts a time.
  public func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    observe(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
  }

  /// How often each bucket was hit, and the sum of the values.
  public var reading: (counts: [Int64], sum: Int64) { (buckets.map(\.value), total.value) }
}
