internal import EventLoop
internal import Inventory

/// A connection for each event loop, used on the loop: a read by key takes microseconds, less than any trip to
/// another thread.
final class LoopReaders: Sendable {
  private struct State {
    var readers: [ObjectIdentifier: Lock<Connection?>] = [:]
    var isClosed = false
  }

  private let configuration: SQLiteConfiguration
  private let state = Lock(State())

  init(_ configuration: SQLiteConfiguration) { self.configuration = configuration }

  /// Runs the body on the loop's connection, which is opened when it is first asked for.
  func perform<Result: Sendable>(
    on loop: EventLoop, _ body: (Connection) throws(InventoryError) -> Result
  ) throws(InventoryError) -> Result {
    let reader = state.withLock { state -> Lock<Connection?>? in
      if state.isClosed { return nil }
      if let reader = state.readers[ObjectIdentifier(loop)] { return reader }
      let reader = Lock<Connection?>(nil)
      state.readers[ObjectIdentifier(loop)] = reader
      return reader
    }
    guard let reader else { throw BlockingQueue<any Job>.Refusal.closed.inventoryError }
    // Nobody waits for this lock but `close`, which may run on another thread.
    return try reader.withLock { (connection) throws(InventoryError) in
      if let connection { return try body(connection) }
      let opened = try Connection(path: configuration.path, mode: .read, configuration: configuration)
      connection = opened
      return try body(opened)
    }
  }

  /// Closes every connection; later reads are refused.
  func close() {
    let readers = state.withLock { state in
      state.isClosed = true
      defer { state.readers = [:] }
      return Array(state.readers.values)
    }
    for reader in readers { reader.withLock { $0 = nil } }
  }
}
