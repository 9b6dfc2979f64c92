internal import EventLoop

/// So many requests in so much time.
public struct RateLimit: Hashable, Sendable {
  /// How many; also how many at once.
  public var requests: Int
  /// In how many seconds.
  public var seconds: Int

  /// From its parts, both more than 0.
  public init(requests: Int, seconds: Int) {
    self.requests = requests
    self.seconds = seconds
  }
}

/// The generic cell rate algorithm (ITU-T I.371, annex A) for many callers: each has one number, the time at
/// which its allowance would be whole again.
final class RateLimiter: Sendable {
  /// How many callers are told apart; when there are more, the new ones share one allowance.
  static let capacity = 100_000

  /// How a request stands to its limit.
  struct Verdict: Equatable {
    var isAllowed: Bool
    /// How many more would be allowed now.
    var remaining: Int
    /// Whole seconds until one more is allowed, where none is; else until all are.
    var seconds: Int
  }

  let limit: RateLimit
  private let interval: Int64
  private let allowance: Int64
  private let now: @Sendable () -> MonotonicTime
  private let arrivals = Lock<[String: Int64]>([:])

  init(_ limit: RateLimit, now: @escaping @Sendable () -> MonotonicTime = { .now() }) {
    self.limit = limit
    self.now = now
    interval = max(1, Int64(limit.seconds) * 1_000_000_000 / Int64(limit.requests))
    allowance = interval * Int64(limit.requests)
  }

  /// Counts a request of a caller.
  func count(_ caller: String) -> Verdict { judge(caller, counting: true) }

  /// What ``count(_:)`` would say, without counting.
  func look(_ caller: String) -> Verdict { judge(caller, counting: false) }

  private func judge(_ caller: String, counting: Bool) -> Verdict {
    let now = now().nanoseconds
    return arrivals.withLock { arrivals in
      var name = caller
      if arrivals[caller] == nil, counting, arrivals.count >= Self.capacity {
        arrivals = arrivals.filter { $0.value > now }
        if arrivals.count >= Self.capacity { name = "" }
      }
      let whole = max(arrivals[name] ?? now, now)
      let next = whole + interval
      guard next - now <= allowance else {
        return Verdict(isAllowed: false, remaining: 0, seconds: Self.seconds(next - now - allowance))
      }
      if counting { arrivals[name] = next }
      let remaining = Int((allowance - (next - now)) / interval)
      return Verdict(isAllowed: true, remaining: remaining, seconds: Self.seconds(next - now))
    }
  }

  private static func seconds(_ nanoseconds: Int64) -> Int {
    Int((nanoseconds + 999_999_999) / 1_000_000_000)
  }

  /// The fields that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers).
  func fields(_ verdict: Verdict, policy: String) -> [(name: String, value: String)] {
    [
      ("ratelimit-policy", "\"\(policy)\";q=\(limit.requests);w=\(limit.seconds)"),
      ("ratelimit", "\"\(policy)\";r=\(verdict.remaining);t=\(verdict.seconds)"),
    ]
  }
}
