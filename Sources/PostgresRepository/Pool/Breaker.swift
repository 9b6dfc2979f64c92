internal import EventLoop

/// Decides whether the server is worth asking: a pure value, one for each loop.
///
/// A server that hangs answers nobody, and everybody would wait until a connection's time is up. So reads by key,
/// which take milliseconds, serve as the measure: when one has waited for the limit and nothing at all was heard of
/// the server meanwhile, the breaker opens and work is refused at once. While it is open a probe is sent from time to
/// time; the first sign of life closes it.
///
/// Transactions and searches may take longer than the limit and prove nothing; when one waits in silence for a quarter of
/// it, a probe is sent, which then is the read that decides.
///
/// It is to be asked every quarter of the limit while somebody waits: when it is not asked for the whole of it, the process
/// itself stood still, and what the server said meanwhile has not been read.
struct Breaker {
  /// What to do with work that comes.
  enum Verdict: Hashable, Sendable {
    case pass
    case refuse
  }

  /// How long a read may wait in silence.
  let limit: Duration
  private(set) var isOpen = false
  private var lastSign: MonotonicTime
  private var lastLook: MonotonicTime
  private var nextProbe: MonotonicTime

  init(limit: Duration, at now: MonotonicTime) {
    self.limit = limit
    lastSign = now
    lastLook = now
    nextProbe = now
  }

  /// The server answered something, or a connection was opened. True when that closes the breaker.
  mutating func heard(at now: MonotonicTime) -> Bool {
    lastSign = now
    defer { isOpen = false }
    return isOpen
  }

  /// Work comes. `reads` and `others` tell since when the first of those that wait on a connection waits in silence.
  mutating func judge(
    at now: MonotonicTime, reads: @autoclosure () -> MonotonicTime?, others: @autoclosure () -> MonotonicTime?
  ) -> (verdict: Verdict, probe: Bool) {
    if lastLook.advanced(by: limit) < now { lastSign = now }
    lastLook = now
    if isOpen { return (.refuse, probeIsDue(at: now)) }
    guard isSilent(since: lastSign, for: limit / 4, at: now) else { return (.pass, false) }
    guard let read = reads() else {
      return (.pass, isSilent(since: others(), for: limit / 4, at: now) && probeIsDue(at: now))
    }
    guard isSilent(since: max(lastSign, read), for: limit, at: now) else { return (.pass, false) }
    isOpen = true
    nextProbe = now.advanced(by: limit)
    return (.refuse, false)
  }

  private mutating func probeIsDue(at now: MonotonicTime) -> Bool {
    guard nextProbe <= now else { return false }
    nextProbe = now.advanced(by: limit)
    return true
  }

  private func isSilent(since: MonotonicTime?, for time: Duration, at now: MonotonicTime) -> Bool {
    guard let since else { return false }
    return since.advanced(by: time) <= now
  }
}
