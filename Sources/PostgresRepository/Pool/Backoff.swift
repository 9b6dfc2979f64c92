/// How long to wait before the next attempt to connect: twice as long after each failure, within bounds.
///
/// A part of each delay is random, so that many instances that lost one server do not all come back in the
/// same instant.
struct Backoff: Hashable, Sendable {
  /// The delay after the first failure.
  var shortest: Duration = .milliseconds(100)
  /// No delay is longer.
  var longest: Duration = .seconds(5)
  /// Failures since the last success.
  private(set) var failures = 0

  /// Counts a failure and tells the delay; `random` is in 0..<1 and takes up to half of it away.
  mutating func failed(random: Double) -> Duration {
    // 2^16 times any sensible shortest delay is beyond any sensible longest one.
    let doubled = shortest * (1 << min(failures, 16))
    failures += 1
    return min(doubled, longest) * (1 - random / 2)
  }

  /// The next failure counts as the first.
  mutating func succeeded() { failures = 0 }
}
