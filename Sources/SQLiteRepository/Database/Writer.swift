internal import EventLoop
internal import Inventory
internal import Metrics

/// The one thread that writes, for all loops; ``WriteGroup`` says how.
final class Writer: Sendable {
  private let queue: BlockingQueue<any Job>
  private let thread: Thread
  private let patience: Duration
  /// How many writes shared each commit.
  let groupSizes: Histogram

  /// Writes that wait.
  var waiting: Int { queue.count }

  /// Takes the connection over. Throws ``SystemError`` when no thread can be had.
  init(
    _ connection: Connection, _ configuration: SQLiteConfiguration, commits: CommitCounter
  ) throws(SystemError) {
    let queue = BlockingQueue<any Job>(capacity: configuration.writeQueueCapacity)
    self.queue = queue
    patience = configuration.writePatience
    let groupSizes = Histogram(.count, bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
    self.groupSizes = groupSizes
    let group = WriteGroup(
      connection: connection, queue: queue, commits: commits, size: configuration.groupSize,
      duration: configuration.groupDuration, sizes: groupSizes)
    thread = try Thread(name: "sqlite-writer") {
      while let job = queue.popWaiting() { group.run(from: job) }
    }
  }

  /// Runs the body in a transaction and returns after its commit. What the body did is undone when it throws,
  /// or when it says so by returning `keep: false`.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool)
  ) async throws(InventoryError) -> Result {
    try await queue.perform(patience: patience, body)
  }

  /// Finishes what waits, refuses the rest and ends the thread.
  func close() {
    queue.close()
    thread.join()
  }
}
