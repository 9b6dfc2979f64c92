import EventLoop

/// A value that several tasks change.
final class Atomic<Value: Sendable>: Sendable {
  private let lock: Lock<Value>

  init(_ value: Value) { lock = Lock(value) }

  var value: Value { lock.withLock { $0 } }

  func mutate<Result: Sendable>(_ change: (inout Value) -> Result) -> Result {
    lock.withLock { change(&$0) }
  }
}
