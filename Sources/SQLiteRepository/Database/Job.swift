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
  /// Of the database thread alone.
  private var result: Swift.Result<Result, InventoryError>?

  init(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool),
    continuation: CheckedContinuation<Swift.Result<Result, InventoryError>, Never>
  ) {
    self.body = body
    self.continuation = continuation
  }

  func run(_ connection: Connection) throws(InventoryError) -> Bool {
    do throws(InventoryError) {
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
  /// Puts the work into the queue and waits for its result; full and closed queues refuse.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(InventoryError) -> (Result, keep: Bool)
  ) async throws(InventoryError) -> Result {
    let result: Swift.Result<Result, InventoryError> = await withCheckedContinuation { continuation in
      do throws(Refusal) {
        try push(TaskJob(body, continuation: continuation))
      } catch {
        continuation.resume(returning: .failure(error.inventoryError))
      }
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
