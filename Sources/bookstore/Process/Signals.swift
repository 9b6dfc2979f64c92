internal import CLinux
internal import EventLoop
internal import Glibc

/// SIGTERM and SIGINT as something to wait for, and SIGHUP as something to be told of.
///
/// The first one after ``arm()`` ends the wait; a second one, or one before that, ends the program at once. SIGHUP
/// does the same until ``onHangup(_:)`` says what it is for, unless whoever started the program had it ignored (nohup(1)).
final class Signals: Sendable {
  private enum State {
    case notArmed
    case armed
    case waiting(CheckedContinuation<Int32, Never>)
    case received(Int32)
  }

  private let state = Lock(State.notArmed)
  private let hangup = Lock<(@Sendable () -> Void)?>(nil)

  /// A write to a closed connection or pipe is an error, not the end of the program.
  static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  /// Blocks the signals in this thread and the ones it starts, and waits for them in one of its own. To be
  /// called before any other thread is started. Throws ``SystemError``.
  init() throws(SystemError) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGTERM)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGHUP)
    // Even a signal that is ignored can be waited for while it is blocked.
    if clinux_signal_is_ignored(SIGHUP) { onHangup {} }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let blocked = set
    _ = try Thread(name: "signals") { [self] in
      var set = blocked
      while true {
        var number: Int32 = 0
        if unsafe sigwait(&set, &number) == 0 { receive(number) }
      }
    }
  }

  /// What SIGHUP is for from now on; run on the thread that waits for signals.
  func onHangup(_ body: @escaping @Sendable () -> Void) { hangup.withLock { $0 = body } }

  /// From now on the first signal is for ``wait()``.
  func arm() { state.withLock { $0 = .armed } }

  /// The first signal since ``arm()``; nil while there is none. For work that looks now and then.
  var received: Int32? {
    state.withLock { state in
      if case .received(let number) = state { number } else { nil }
    }
  }

  /// Returns with the number of the first signal since ``arm()``.
  func wait() async -> Int32 {
    await withCheckedContinuation { continuation in
      let number: Int32? = state.withLock { state in
        if case .received(let number) = state { return number }
        state = .waiting(continuation)
        return nil
      }
      if let number { continuation.resume(returning: number) }
    }
  }

  private func receive(_ number: Int32) {
    if number == SIGHUP, let body = hangup.withLock({ $0 }) { return body() }
    let continuation: CheckedContinuation<Int32, Never>? = state.withLock { state in
      switch state {
      case .notArmed, .received: _exit(Self.exitCode(number))
      case .armed:
        state = .received(number)
        return nil
      case .waiting(let continuation):
        state = .received(number)
        return continuation
      }
    }
    continuation?.resume(returning: number)
  }

  /// What a shell reports of a program that a signal has ended.
  private static func exitCode(_ number: Int32) -> Int32 { 128 + number }

  /// `SIGTERM`, for people.
  static func name(_ number: Int32) -> String {
    switch number {
    case SIGTERM: "SIGTERM"
    case SIGINT: "SIGINT"
    case SIGHUP: "SIGHUP"
    default: "signal \(number)"
    }
  }
}
