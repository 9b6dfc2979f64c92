internal import EventLoop
internal import Inventory

/// The prefixes that keys have, for a time of many wrong keys: what has none of them is no key, and the database is not
/// asked for it; who has a good key is let in. They are read at most every few seconds, however many ask.
final class KnownPrefixes: Sendable {
  private static let interval = Duration.seconds(5)
  /// In pages: of more than 10,000 keys some are kept out while there are too many wrong ones.
  private static let maximumPages = 50
  private static let pageSize = 200

  private struct State {
    var prefixes: Set<String> = []
    var readAt: MonotonicTime?
  }
  private let state = Lock(State())

  /// Whether a key has the prefix, as far as was known a few seconds ago. Throws what the repository throws.
  func contain(_ prefix: String, in repository: any InventoryRepository) async throws -> Bool {
    let now = MonotonicTime.now()
    let mustRead = state.withLock { state in
      if let readAt = state.readAt, now < readAt.advanced(by: Self.interval) { return false }
      // The others who ask meanwhile go by what is known.
      state.readAt = now
      return true
    }
    if mustRead {
      let prefixes = try await Self.read(repository)
      state.withLock { $0.prefixes = prefixes }
    }
    return state.withLock { $0.prefixes.contains(prefix) }
  }

  private static func read(_ repository: any InventoryRepository) async throws -> Set<String> {
    var prefixes: Set<String> = []
    var request = PageRequest(limit: pageSize)
    for _ in 0..<maximumPages {
      let page = try await repository.apiKeys(page: request)
      for key in page.elements {
        prefixes.insert(key.secret.prefix)
        if let previous = key.previous { prefixes.insert(previous.secret.prefix) }
      }
      guard let next = page.next else { break }
      request.after = next
    }
    return prefixes
  }
}
