internal import EventLoop

/// Holds a client to a minimum rate while the server waits for it: a pure value.
///
/// The client has some slack at first. Waiting uses it up, bytes give it back at the minimum rate, never more
/// than there was at first. So bursts and pauses are free within the slack, and who only trickles is out when
/// it is used up, however long the whole may take otherwise.
struct Pace {
  /// Bytes a second; 0 for no minimum.
  let rate: Int
  /// Nanoseconds.
  private let fullSlack: Int64
  private var slack: Int64
  /// Since when the client is waited for.
  private var waitingSince: MonotonicTime?

  init(rate: Int, slack: Duration) {
    self.rate = rate
    fullSlack = MonotonicTime(nanoseconds: 0).advanced(by: slack).nanoseconds
    self.slack = fullSlack
  }

  /// When the slack is used up if nothing moves until then.
  var deadline: MonotonicTime {
    guard rate > 0, let waitingSince else { return .never }
    return waitingSince.advanced(by: .nanoseconds(max(0, slack)))
  }

  /// From now on the client is waited for.
  mutating func start(at now: MonotonicTime) {
    if waitingSince == nil { waitingSince = now }
  }

  /// The client moved so many bytes.
  mutating func moved(_ bytes: Int, at now: MonotonicTime) {
    guard rate > 0 else { return }
    settle(at: now)
    let earned = Int64(bytes).multipliedReportingOverflow(by: 1_000_000_000)
    slack = earned.overflow ? fullSlack : min(fullSlack, slack + earned.partialValue / Int64(rate))
  }

  /// The client is not waited for any more.
  mutating func stop(at now: MonotonicTime) {
    settle(at: now)
    waitingSince = nil
  }

  private mutating func settle(at now: MonotonicTime) {
    guard let since = waitingSince else { return }
    slack -= now.nanoseconds - since.nanoseconds
    waitingSince = now
  }
}
