internal import EventLoop
internal import Inventory

/// Work for a database thread, and the task that waits for its result.
protocol Job: Sendable {
  /// Does the work; what it throws is what the waiting task will get unless ``finish(failure:)`` says
  /// otherwise. True when what it wrote is to be kept.
  func run(_ connection: Connection) throws(InventoryError) -> Bool
  /// Resumes the waiting task with the result of the run, or with this error. Called once.
  func finish(failure: InventoryError?)
}

/// Work with a result.
final class TaskJob<Result: Sendable>: Job, @unchecked Sendable {
  private let body: @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool)
  private let continuation: CheckedContinuation<Swift.Result<Result, InventoryError>, Never>
  /// The work is pointless when it did not begin by then.
  private let deadline: MonotonicTime
  private let isAbandoned = Lock(false)
  /// Of the database thread alone.
  private var result: Swift.Result<Result, InventoryError>?

  init(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool),
    deadline: MonotonicTime, continuation: CheckedContinuation<Swift.Result<Result, InventoryError>, Never>
  ) {
    self.body = body
    self.continuation = continuation
    self.deadline = deadline
  }

  /// Nobody is interested in the result any more: work that has not begun is left out.
  func abandon() { isAbandoned.withLock { $0 = true } }

  private func checkWanted() throws(InventoryError) {
    if isAbandoned.withLock({ $0 }) {
      throw .unavailable(reason: "the request was given up while it waited for the database", retryAfter: 1)
    }
    if deadline < .now() {
      throw .unavailable(reason: "too much work waited for the database", retryAfter: 1)
    }
  }

  func run(_ connection: Connection) throws(InventoryError) -> Bool {
    do throws(InventoryError) {
      try checkWanted()
      let (value, keep) = try body(connection)
      result = .success(value)
      return keep
    } catch {
      result = .failure(error)
      throw error
    }
  }

  func finish(failure: InventoryError?) {
    if let failure {
      continuation.resume(returning: .failure(failure))
    } else {
      continuation.resume(returning: result ?? .failure(.unexpected("a job ended before it ran")))
    }
  }
}

extension BlockingQueue where Element == any Job {
  /// Puts the work into the queue and waits for its result; full and closed queues refuse, and what has not begun
  /// within the patience or when the task is cancelled is left out.
  func perform<Result: Sendable>(
    patience: Duration,
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool)
  ) async throws(InventoryError) -> Result {
    let deadline = MonotonicTime.now().advanced(by: patience)
    let waiting = Lock<TaskJob<Result>?>(nil)
    let result: Swift.Result<Result, InventoryError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let job = TaskJob(body, deadline: deadline, continuation: continuation)
        waiting.withLock { $0 = job }
        if Task.isCancelled { job.abandon() }
        do throws(Refusal) {
          try push(job)
        } catch {
          continuation.resume(returning: .failure(error.inventoryError))
        }
      }
    } onCancel: {
      waiting.withLock { $0 }?.abandon()
    }
    return try result.get()
  }
}

extension BlockingQueue.Refusal {
  var inventoryError: InventoryError {
    switch self {
    case .full: .unavailable(reason: "too many requests wait for the database", retryAfter: 1)
    case .closed: .unavailable(reason: "the database is closed", retryAfter: 1)
    }
  }
}
