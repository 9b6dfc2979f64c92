internal import EventLoop
internal import Inventory

/// Threads with a connection each, for what takes longer than a loop may be held: searches, filtered lists,
/// counts, `verify`.
final class ReaderPool: Sendable {
  private let queue: BlockingQueue<any Job>
  private let threads: [Thread]
  /// For stopping what runs; the threads have the connections otherwise.
  private let connections: Lock<[Connection]>

  /// Takes the connections over, a thread for each. Throws ``SystemError`` when no thread can be had.
  init(_ connections: [Connection], queueCapacity: Int) throws(SystemError) {
    let queue = BlockingQueue<any Job>(capacity: queueCapacity)
    self.queue = queue
    self.connections = Lock(connections)
    var threads: [Thread] = []
    do throws(SystemError) {
      for (index, connection) in connections.enumerated() {
        threads.append(
          try Thread(name: "sqlite-read-\(index)") {
            while let job = queue.popWaiting() {
              // The error is kept in the job.
              _ = try? job.run(connection)
              job.finish(failure: nil)
            }
          })
      }
    } catch {
      queue.close()
      for thread in threads { thread.join() }
      throw error
    }
    self.threads = threads
  }

  /// Searches that wait for a thread.
  var waiting: Int { queue.count }

  /// Runs the body in one snapshot; it is stopped so long after it was asked for, waiting included.
  func perform<Result: Sendable>(
    timeout: Duration, _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) async throws(InventoryError) -> Result {
    let deadline = MonotonicTime.now().advanced(by: timeout)
    return try await queue.perform(patience: timeout) { (connection) throws(InventoryError) in
      (try connection.bounded(by: deadline, body), keep: false)
    }
  }

  /// Stops what runs, refuses what waits and ends the threads.
  func close() {
    queue.close()
    while let job = queue.pop() { job.finish(failure: BlockingQueue<any Job>.Refusal.closed.inventoryError) }
    connections.withLock { connections in
      for connection in connections { connection.stop() }
      connections = []
    }
    for thread in threads { thread.join() }
  }
}

extension Connection {
  /// Runs the body in one snapshot; its statements are stopped at the deadline.
  func bounded<Result>(
    by deadline: MonotonicTime, _ body: (Connection) throws(InventoryError) -> Result
  ) throws(InventoryError) -> Result {
    guard .now() < deadline else {
      throw .unavailable(reason: "the database is busy with other searches", retryAfter: 1)
    }
    self.deadline = deadline
    defer { self.deadline = .never }
    return try snapshot(body)
  }
}
