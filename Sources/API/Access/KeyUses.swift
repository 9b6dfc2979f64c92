internal import EventLoop
public import Inventory

/// When keys were used, until it is written down: once in a while, not with every request.
final class KeyUses: Sendable {
  private let uses = Lock<[APIKeyID: Instant]>([:])

  func note(_ key: APIKeyID, at instant: Instant) { uses.withLock { $0[key] = instant } }

  /// Takes out what is to be written.
  func take() -> [APIKeyID: Instant] {
    uses.withLock { uses in
      defer { uses = [:] }
      return uses
    }
  }
}

extension API {
  /// Writes down when keys were used since the last time. Throws what the repository does; what was not written
  /// is then forgotten, and a later use will tell.
  public func recordKeyUses() async throws(InventoryError) {
    try await services.repository.recordUse(of: access.uses.take())
  }
}
