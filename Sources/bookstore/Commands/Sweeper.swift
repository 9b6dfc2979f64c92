internal import Inventory

/// Frees reservations that have run out and forgets old idempotency keys, from time to time, beside whatever
/// else the process does. Nothing depends on it: who needs the copies frees them too. Every instance has one.
struct Sweeper: Sendable {
  /// How many reservations one transaction frees; with more, the next round begins at once.
  private static let batch = 50

  private let task: Task<Void, Never>?

  /// Starts, unless the interval is 0.
  init(every interval: Duration, of repository: any InventoryRepository, log: Log) {
    guard interval > .zero else {
      task = nil
      return
    }
    task = Task.detached {
      var isFailing = false
      var pause = interval
      while !Task.isCancelled {
        // Random, so that instances that started together do not ask together.
        try? await Task.sleep(for: pause * Double.random(in: 0.8...1.2))
        guard !Task.isCancelled else { return }
        do throws(InventoryError) {
          let freed = try await repository.sweep(limit: Self.batch)
          if freed > 0 {
            log.write(.debug, "freed reservations that had run out") { $0.field("count", Int64(freed)) }
          }
          pause = freed == Self.batch ? .milliseconds(10) : interval
          isFailing = false
        } catch {
          // Said once; the requests say the rest.
          if !isFailing { log.write(.warning, "cannot free reservations: \(error.sentence)") }
          isFailing = true
          pause = interval
        }
      }
    }
  }

  /// No further round begins; waits for the present one.
  func stop() async {
    task?.cancel()
    await task?.value
  }
}
