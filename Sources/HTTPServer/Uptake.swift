internal import EventLoop

/// How a client takes the output that waits for it: a pure value. Counted is what its machine has acknowledged: what
/// the kernel has taken over tells nothing of the client, and it takes over in large steps.
struct Uptake {
  private var pace: Pace
  private let patience: Duration
  private var taken: Int
  private var movedAt: MonotonicTime

  /// Begins with what the client has taken so far.
  init(taken: Int, at now: MonotonicTime, _ configuration: ServerConfiguration) {
    self.taken = taken
    movedAt = now
    patience = configuration.writeDeadline
    pace = Pace(rate: configuration.minimumRate, slack: configuration.writeDeadline)
    pace.start(at: now)
  }

  /// The client has taken so much by now.
  mutating func has(taken: Int, at now: MonotonicTime) {
    pace.moved(taken - self.taken, at: now)
    if taken > self.taken { movedAt = now }
    self.taken = taken
  }

  /// When to look again: the client is given up then unless it has taken something since.
  var deadline: MonotonicTime { min(pace.deadline, movedAt.advanced(by: patience)) }
}
