internal import Inventory

/// A transaction that looks at an idempotency key before anything else happens in it: in the round trip of the
/// first statements, which only read and lock.
final class KeyedTransaction: StoreTransaction {
  private let base: any StoreTransaction
  private let scope: String
  private let key: String
  private let retention: Duration
  private var isLookedUp = false
  /// Changes that came before the key was looked at.
  private var early: [StoreStatement] = []
  /// What was answered when the key was used before; every ``run(_:)`` throws from then on.
  private(set) var stored: (fingerprint: String, answer: StoredAnswer)?

  init(_ base: any StoreTransaction, scope: String, key: String, retention: Duration) {
    self.base = base
    self.scope = scope
    self.key = key
    self.retention = retention
  }

  func now() async throws(InventoryError) -> Instant { try await base.now() }

  func putOff(_ statements: [StoreStatement]) {
    if isLookedUp { base.putOff(statements) } else { early += statements }
  }

  func run(_ statements: [StoreStatement]) async throws(InventoryError) -> [[StoreRow]] {
    guard !isLookedUp else { return try await base.run(statements) }
    guard early.isEmpty else {
      try await lookUp()
      return try await base.run(statements)
    }
    return try await lookUp(running: statements)
  }

  /// Looks at the key, unless that was done.
  func lookUp() async throws(InventoryError) {
    guard !isLookedUp else { return }
    _ = try await lookUp(running: [])
    base.putOff(early)
    early = []
  }

  private func lookUp(running statements: [StoreStatement]) async throws(InventoryError) -> [[StoreRow]] {
    isLookedUp = true
    let lock = base.nameLock("idempotency \(scope) \(key)").map { [$0] } ?? []
    let find = StoreStatement(IdempotencySQL.find, [.text(scope), .text(key)])
    let results = try await base.run(lock + [find] + statements)
    guard results.count == lock.count + 1 + statements.count else {
      throw .unexpected("\(results.count) results of \(lock.count + 1 + statements.count) statements")
    }
    if !lock.isEmpty, var answer = results[0].first, try !answer.bool() {
      throw .idempotencyKeyInUse(retryAfter: 1)
    }
    if var row = results[lock.count].first {
      let (fingerprint, createdAt) = (try row.text(), try row.integer())
      if createdAt > (try await base.now()).microseconds - retention.microseconds {
        stored = (
          fingerprint,
          StoredAnswer(
            status: Int(try row.integer()), location: try row.optionalText(), body: try row.text())
        )
        throw .idempotencyKeyReused
      }
    }
    return Array(results.dropFirst(lock.count + 1))
  }

  func nameLock(_ name: String) -> StoreStatement? { base.nameLock(name) }

  func nameQueue(_ name: String) -> StoreStatement? { base.nameQueue(name) }

  var movementSequences: StoreSQL { base.movementSequences }
}
