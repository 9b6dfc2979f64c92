internal import Inventory

/// Runs an asynchronous body that never really waits, here and now, on this thread.
///
/// The shared rules are asynchronous because a network may lie between them and the database. Here every call
/// returns at once, so the task runs to its end inside this function; whatever it hands to its executor is run
/// by it, too.
func runToEnd<Output: Sendable>(
  _ body: @escaping @Sendable () async throws(InventoryError) -> Output
) throws(InventoryError) -> Output {
  let executor = ThisThreadExecutor()
  let box = ResultBox<Output>()
  Task.immediate(executorPreference: executor) {
    do throws(InventoryError) {
      box.result = .success(try await body())
    } catch {
      box.result = .failure(error)
    }
  }
  while box.result == nil, executor.runNext() {}
  guard let result = box.result else { throw .unexpected("a transaction waited for something") }
  return try result.get()
}

/// Of the thread that runs the body.
private final class ResultBox<Output>: @unchecked Sendable {
  var result: Result<Output, InventoryError>?
}

/// Keeps the jobs of one thread for it.
private final class ThisThreadExecutor: TaskExecutor, @unchecked Sendable {
  private var jobs: [UnownedJob] = []

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func runNext() -> Bool {
    guard !jobs.isEmpty else { return false }
    unsafe jobs.removeFirst().runSynchronously(on: asUnownedTaskExecutor())
    return true
  }
}
