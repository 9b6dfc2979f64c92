internal import CLinux

/// Loops on threads of their own, one per core unless told otherwise.
public final class EventLoopGroup: Sendable {
  /// The loops, by ``EventLoop/index``.
  public let loops: [EventLoop]
  private let threads: Lock<[Thread]>

  /// Starts the loops' threads. Throws ``SystemError``.
  public init(count: Int = EventLoopGroup.coreCount) throws(SystemError) {
    var loops: [EventLoop] = []
    for index in 0..<max(1, count) { loops.append(try EventLoop(index: index)) }
    self.loops = loops
    var threads: [Thread] = []
    for loop in loops {
      threads.append(try Thread(name: "loop-\(loop.index)") { loop.run() })
    }
    self.threads = Lock(threads)
  }

  /// The processors this process may run on.
  public static var coreCount: Int { max(1, Int(clinux_core_count())) }

  /// Stops every loop and waits for the threads to end. Not to be called on one of them; safe to call twice.
  public func shutdown() {
    for loop in loops { loop.stop() }
    let threads = self.threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in threads { thread.join() }
  }

  /// Runs the body as a task of the loop with this index, or where it is when that is a loop of this group.
  public func onLoop<Result: Sendable, Failure: Error>(
    _ index: Int = 0, _ body: @concurrent @Sendable () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    if let current = EventLoop.current, current.index < loops.count, loops[current.index] === current {
      return try await body()
    }
    return try await withTaskExecutorPreference(loops[index % loops.count], operation: body)
  }
}
