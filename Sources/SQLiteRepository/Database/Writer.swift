internal import EventLoop
internal import Inventory

/// The one thread that writes, for all loops.
///
/// Waiting writes are committed in groups: one transaction, a savepoint for each, one fsync. A write that is
/// refused takes back only itself. Nobody hears of a result before the commit, so what was acknowledged is on
/// disk, and a commit that fails fails the whole group.
final class Writer: Sendable {
  private let queue: BlockingQueue<any Job>
  private let thread: Thread

  /// Takes the connection over. Throws ``SystemError`` when no thread can be had.
  init(_ connection: Connection, _ configuration: SQLiteConfiguration) throws(SystemError) {
    let queue = BlockingQueue<any Job>(capacity: configuration.writeQueueCapacity)
    self.queue = queue
    thread = try Thread(name: "sqlite-writer") {
      while let job = queue.popWaiting() {
        Self.runGroup(of: queue, first: job, on: connection, configuration)
      }
    }
  }

  /// Runs the body in a transaction and returns after its commit. What the body throws undoes what it did.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> Result
  ) async throws(InventoryError) -> Result {
    try await queue.perform(body)
  }

  /// Finishes what waits, refuses the rest and ends the thread.
  func close() {
    queue.close()
    thread.join()
  }

  // MARK: On the thread

  private static func runGroup(
    of queue: BlockingQueue<any Job>, first: any Job, on connection: Connection,
    _ configuration: SQLiteConfiguration
  ) {
    do throws(InventoryError) {
      // IMMEDIATE: a transaction that becomes a writer only later can fail at any statement.
      try connection.run("begin immediate")
    } catch {
      // Each would wait just as long for the same lock.
      first.finish(failure: error)
      while let job = queue.pop() { job.finish(failure: error) }
      return
    }
    let end = MonotonicTime.now().advanced(by: configuration.groupDuration)
    var finished: [(job: any Job, failure: InventoryError?)] = []
    var next: (any Job)? = first
    while let job = next {
      do throws(InventoryError) {
        try connection.savepoint("job") { (connection) throws(InventoryError) in
          (try job.run(connection), keep: true)
        }
        finished.append((job, nil))
      } catch {
        finished.append((job, error))
      }
      guard connection.isInTransaction else { break }
      next = finished.count < configuration.groupSize && .now() < end ? queue.pop() : nil
    }
    let groupFailure = commit(connection, last: finished.last?.failure)
    // A refusal may rest on what a neighbour of the group wrote, so it waits for the commit as well.
    for (job, failure) in finished { job.finish(failure: groupFailure ?? failure) }
  }

  /// Nil when the group is on disk; else why nothing of it is.
  private static func commit(_ connection: Connection, last: InventoryError?) -> InventoryError? {
    guard connection.isInTransaction else {
      // SQLite has rolled back by itself (https://www.sqlite.org/lang_transaction.html, section 3).
      return last.map(asUnavailable)
        ?? .unavailable(reason: "the transaction was rolled back by the database", retryAfter: 1)
    }
    do throws(InventoryError) {
      try connection.run("commit")
      return nil
    } catch {
      connection.endTransaction()
      return asUnavailable(error)
    }
  }

  /// The writes of a group that could not be committed are not wrong; they may be sent again.
  private static func asUnavailable(_ error: InventoryError) -> InventoryError {
    if case .unavailable = error { return error }
    return .unavailable(reason: "the transaction could not be committed: \(error)", retryAfter: 5)
  }
}
