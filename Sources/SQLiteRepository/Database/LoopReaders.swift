internal import EventLoop
internal import Inventory

/// A connection for each event loop, used on the loop: a read by key takes microseconds, less than any trip to
/// another thread.
final class LoopReaders: Sendable {
  private struct State {
    var readers: [ObjectIdentifier: LoopReader] = [:]
    var isClosed = false
  }

  private let configuration: SQLiteConfiguration
  private let commits: CommitCounter
  private let state = Lock(State())

  init(_ configuration: SQLiteConfiguration, commits: CommitCounter) {
    self.configuration = configuration
    self.commits = commits
  }

  /// Runs the body on the loop's connection, which is opened when it is first asked for.
  func perform<Result: Sendable>(
    on loop: EventLoop, _ body: (Connection) throws(InventoryError) -> Result
  ) throws(InventoryError) -> Result {
    let reader = state.withLock { state -> LoopReader? in
      if state.isClosed { return nil }
      if let reader = state.readers[ObjectIdentifier(loop)] { return reader }
      let reader = LoopReader(loop, configuration, commits: commits)
      state.readers[ObjectIdentifier(loop)] = reader
      return reader
    }
    guard let reader else { throw BlockingQueue<any Job>.Refusal.closed.inventoryError }
    return try reader.perform(body)
  }

  /// Closes every connection; later reads are refused.
  func close() {
    let readers = state.withLock { state in
      state.isClosed = true
      defer { state.readers = [:] }
      return Array(state.readers.values)
    }
    for reader in readers { reader.close() }
  }
}

/// The connection of one loop.
///
/// The reads of one turn of the loop share a snapshot: taking and letting go of the file's locks costs as much
/// as the read itself. A snapshot ends with its turn, and earlier when this process has committed something
/// since it began: what was acknowledged is always seen.
private final class LoopReader: Sendable {
  private struct State {
    var connection: Connection?
    /// The commits that the present snapshot at least contains; nil outside one.
    var snapshot: Int?
    var endIsPlanned = false
    var isClosed = false
  }

  /// Kept, so that no other loop comes to lie at its address.
  private let loop: EventLoop
  private let configuration: SQLiteConfiguration
  private let commits: CommitCounter
  /// Of the loop's thread; `close` may come from another, so nobody else ever waits for the lock.
  private let state = Lock(State())

  init(_ loop: EventLoop, _ configuration: SQLiteConfiguration, commits: CommitCounter) {
    self.loop = loop
    self.configuration = configuration
    self.commits = commits
  }

  func perform<Result: Sendable>(
    _ body: (Connection) throws(InventoryError) -> Result
  ) throws(InventoryError) -> Result {
    try state.withLock { (state) throws(InventoryError) in
      guard !state.isClosed else { throw BlockingQueue<any Job>.Refusal.closed.inventoryError }
      let connection = try opened(&state)
      let present = commits.present
      if state.snapshot != present {
        connection.endTransaction()
        state.snapshot = nil
        try connection.begin()
        state.snapshot = present
        if !state.endIsPlanned {
          state.endIsPlanned = true
          loop.atEndOfTurn { self.endSnapshot() }
        }
      }
      return try body(connection)
    }
  }

  private func opened(_ state: inout State) throws(InventoryError) -> Connection {
    if let connection = state.connection { return connection }
    let connection = try Connection(path: configuration.path, mode: .read, configuration: configuration)
    state.connection = connection
    return connection
  }

  private func endSnapshot() {
    state.withLock { state in
      state.endIsPlanned = false
      state.snapshot = nil
      state.connection?.endTransaction()
    }
  }

  func close() {
    state.withLock { state in
      state.isClosed = true
      state.connection = nil
    }
  }
}
