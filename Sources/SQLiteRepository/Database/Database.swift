internal import EventLoop
internal import Inventory
internal import Metrics

/// Sends work to where it may run: reads by key stay on the loop, slow reads go to reader threads, writes to
/// the writer. A memory database has one connection, and the writer does everything.
final class Database: Sendable {
  let configuration: SQLiteConfiguration
  private let writer: Writer
  /// Nil for a memory database.
  private let readers: (pool: ReaderPool, loops: LoopReaders)?

  /// Writes, and searches, that wait for a thread.
  var waitingWrites: Int { writer.waiting }
  var waitingReads: Int { readers?.pool.waiting ?? 0 }
  /// How many writes shared each commit.
  var groupSizes: Histogram { writer.groupSizes }

  /// Starts the threads; the writer takes the connection over.
  init(_ connection: Connection, configuration: SQLiteConfiguration) throws(InventoryError) {
    self.configuration = configuration
    let commits = CommitCounter()
    do throws(SystemError) {
      writer = try Writer(connection, configuration, commits: commits)
    } catch {
      throw .unavailable(reason: "no thread for the database: \(error)", retryAfter: 5)
    }
    do throws(InventoryError) {
      readers = try Self.openReaders(configuration, commits: commits)
    } catch {
      writer.close()
      throw error
    }
  }

  private static func openReaders(
    _ configuration: SQLiteConfiguration, commits: CommitCounter
  ) throws(InventoryError) -> (pool: ReaderPool, loops: LoopReaders)? {
    guard configuration.place != .memory else { return nil }
    var connections: [Connection] = []
    for _ in 0..<max(1, configuration.readerThreads) {
      connections.append(
        try Connection(path: configuration.path, mode: .read, configuration: configuration))
    }
    do throws(SystemError) {
      let pool = try ReaderPool(connections, queueCapacity: configuration.readQueueCapacity)
      return (pool, LoopReaders(configuration, commits: commits))
    } catch {
      throw .unavailable(reason: "no thread for the database: \(error)", retryAfter: 5)
    }
  }

  /// A read that takes microseconds: by key, or a short page in the order of an index.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) async throws(InventoryError) -> Result {
    if let readers, let loop = EventLoop.current { return try readers.loops.perform(on: loop, body) }
    return try await slowRead(body)
  }

  /// A read in one snapshot that may take longer, up to the statement time-out.
  func slowRead<Result: Sendable>(
    timeout: Duration? = nil, _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) async throws(InventoryError) -> Result {
    let timeout = timeout ?? configuration.statementTimeout
    if let readers { return try await readers.pool.perform(timeout: timeout, body) }
    let deadline = MonotonicTime.now().advanced(by: timeout)
    return try await writer.perform { (connection) throws(InventoryError) in
      (try connection.bounded(by: deadline, body), keep: false)
    }
  }

  /// A write; returns when it is committed and on disk.
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) async throws(InventoryError) -> Result {
    try await attempt { (connection) throws(InventoryError) in (try body(connection), keep: true) }
  }

  /// A write that is undone when the body throws, or says so by returning `keep: false`.
  func attempt<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool)
  ) async throws(InventoryError) -> Result {
    try await writer.perform(body)
  }

  /// Finishes what waits, then closes every connection. Blocks the thread for as long as that takes.
  func close() {
    readers?.pool.close()
    readers?.loops.close()
    // Last and alone: then it can put the log into the file and remove it (https://www.sqlite.org/wal.html).
    writer.close()
  }
}
