internal import EventLoop
internal import Inventory

/// Keys that were looked up a moment ago, so that the database is not asked with every request. What another
/// instance takes back is refused here when the entry is too old, ``lifetime`` later at most.
final class KeyCache: Sendable {
  /// How many prefixes are remembered, also such as nothing has.
  static let capacity = 10_000

  private struct Entry {
    var key: APIKey?
    var readAt: MonotonicTime
  }

  private let lifetime: Duration
  private let now: @Sendable () -> MonotonicTime
  private let entries = Lock<[String: Entry]>([:])

  init(lifetime: Duration, now: @escaping @Sendable () -> MonotonicTime = { .now() }) {
    self.lifetime = lifetime
    self.now = now
  }

  /// What is remembered of a prefix; nil when nothing is, `.some(nil)` when there was no such key.
  func key(prefix: String) -> APIKey?? {
    let oldest = now().advanced(by: .zero - lifetime)
    return entries.withLock { entries in
      guard let entry = entries[prefix], entry.readAt > oldest else { return .none }
      return .some(entry.key)
    }
  }

  func remember(_ key: APIKey?, prefix: String) {
    let now = now()
    let oldest = now.advanced(by: .zero - lifetime)
    entries.withLock { entries in
      if entries.count >= Self.capacity { entries = entries.filter { $0.value.readAt > oldest } }
      if entries.count >= Self.capacity { entries = entries.filter { $0.value.key != nil } }
      if entries.count >= Self.capacity { entries = [:] }
      entries[prefix] = Entry(key: key, readAt: now)
    }
  }

  /// Forgets everything: what was just changed here is in force here at once.
  func forget() { entries.withLock { $0 = [:] } }
}
