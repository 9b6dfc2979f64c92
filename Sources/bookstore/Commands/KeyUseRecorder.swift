internal import API
internal import Inventory

/// Writes down when API keys were used last: once a minute, and at the end.
struct KeyUseRecorder: Sendable {
  private static let interval = Duration.seconds(60)

  private let api: API
  private let log: Log
  private let task: Task<Void, Never>

  init(of api: API, log: Log) {
    self.api = api
    self.log = log
    task = Task.detached {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        if !Task.isCancelled { await Self.record(api, log) }
      }
    }
  }

  /// Waits for the last round, which is not the cancelled task's: the repository begins nothing for those.
  func stop() async {
    task.cancel()
    await task.value
    await Self.record(api, log)
  }

  private static func record(_ api: API, _ log: Log) async {
    do throws(InventoryError) {
      try await api.recordKeyUses()
    } catch {
      log.write(.warning, "cannot write down when keys were used: \(error.sentence)")
    }
  }
}
