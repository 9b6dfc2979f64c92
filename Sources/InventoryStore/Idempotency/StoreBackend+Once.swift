internal import Inventory

extension StoreBackend {
  /// Runs a write; with a key, exactly once. The key and the answer are stored in the transaction of the effect:
  /// what failed stores nothing and runs again, and nothing can stick after a crash. Throws
  /// `idempotencyKeyReused`, `idempotencyKeyInUse` besides what the body throws.
  func write<Output: Sendable>(
    _ once: Once<Output>?,
    _ body: @escaping @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) async throws(InventoryError) -> Outcome<Output> {
    guard let once else { return .done(try await transact(body)) }
    let retention = idempotencyRetention
    return try await transact { (transaction) async throws(InventoryError) -> Outcome<Output> in
      let keyed = KeyedTransaction(
        transaction, scope: once.scope, key: once.key, retention: retention)
      do throws(InventoryError) {
        let output = try await body(keyed)
        try await keyed.lookUp()
        let now = try await transaction.now()
        let answer = once.answer(output)
        transaction.putOff([
          StoreStatement(
            IdempotencySQL.store,
            [
              .text(once.scope), .text(once.key), .text(once.fingerprint), .count(answer.status),
              .text(answer.location), .text(answer.body), .instant(now),
            ])
        ])
        return .done(output)
      } catch {
        guard let stored = keyed.stored else { throw error }
        guard stored.fingerprint == once.fingerprint else { throw .idempotencyKeyReused }
        return .replayed(stored.answer)
      }
    }
  }
}

extension Duration {
  /// Whole microseconds, at most what fits.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    return overflow ? .max / 4 : product + attoseconds / 1_000_000_000_000
  }
}

enum IdempotencySQL {
  static let find = StoreSQL(
    """
    select
      fingerprint,
      created_at,
      status,
      location,
      body
    from idempotency_key
    where scope = $1
      and key = $2
    """)

  /// A key past its time begins anew.
  static let store = StoreSQL(
    """
    insert into idempotency_key (scope, key, fingerprint, status, location, body, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (scope, key) do update
    set fingerprint = excluded.fingerprint,
      status = excluded.status,
      location = excluded.location,
      body = excluded.body,
      created_at = excluded.created_at
    """)

  static let forget = StoreSQL(
    """
    delete from idempotency_key
    where (scope, key) in (
      select
        scope,
        key
      from idempotency_key
      where created_at <= $1
      order by created_at
      limit $2
    )
    """)
}
