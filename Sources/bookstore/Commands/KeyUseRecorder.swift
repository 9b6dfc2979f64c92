internal import API
internal import Inventory

/// Writes down when API keys were used last: once a minute, and at the end.
struct KeyUseRecorder: Sendable {
  private static let interval = Duration.seconds(60)

  private let task: Task<Void, Never>

  init(of api: API, log: Log) {
    task = Task.detached {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        do throws(InventoryError) {
          try await api.recordKeyUses()
        } catch {
          log.write(.warning, "cannot write down when keys were used: \(error.sentence)")
        }
      }
    }
  }

  /// Waits for the last round.
  func stop() async {
    task.cancel()
    await task.value
  }
}
