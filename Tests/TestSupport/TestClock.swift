import EventLoop
import Inventory

/// A clock that tests set. Each reading is `step` later than the one before, so that rows written one after
/// another have different instants; a step of 0 stops it.
public final class TestClock: Clock {
  private struct State {
    var now: Int64
    var step: Int64
  }

  private let state: Lock<State>

  /// A clock that starts at 2026-03-01T12:00:00Z and advances by a millisecond at each reading.
  public init(start: Instant = Instant(microseconds: 1_772_366_400_000_000), step: Int64 = 1000) {
    state = Lock(State(now: start.microseconds, step: step))
  }

  /// The present reading.
  public func now() -> Instant {
    state.withLock { state in
      state.now += state.step
      return Instant(microseconds: state.now)
    }
  }

  /// Moves the clock.
  public func advance(by microseconds: Int64) { state.withLock { $0.now += microseconds } }

  /// Changes by how much each reading advances.
  public func setStep(_ microseconds: Int64) { state.withLock { $0.step = microseconds } }
}
