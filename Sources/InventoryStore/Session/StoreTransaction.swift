public import Inventory

/// A transaction of the engine, as the rules use it.
///
/// Everything in `InventoryStore` is written once against this; an engine only has to run statements. The body
/// of a transaction may run several times, when it lost against another one: it must have no other effects.
public protocol StoreTransaction: AnyObject {
  /// The database's clock when the transaction began.
  func now() async throws(InventoryError) -> Instant

  /// Runs statements in order, in one round trip where there is a network; the rows of each. Changes that were
  /// put off run before.
  func run(_ statements: [StoreStatement]) async throws(InventoryError) -> [[StoreRow]]

  /// Puts changes off until the next ``run(_:)`` or the commit, whichever comes first.
  func putOff(_ statements: [StoreStatement])

  /// A statement that keeps others out that ask for the same name, until the transaction ends; its one row is
  /// false when another transaction holds the name. Nil where there is only one writer at a time.
  func nameLock(_ name: String) -> StoreStatement?

  /// As ``nameLock(_:)``, but it waits until nobody else holds the name; its rows mean nothing. To be run before
  /// anything is locked.
  func nameQueue(_ name: String) -> StoreStatement?

  /// A statement that gives `$1` new sequence numbers of the ledger, one a row, in order.
  var movementSequences: StoreSQL { get }
}

/// What an engine does for `InventoryStore`.
public protocol StoreBackend: Sendable {
  /// Runs the body in a transaction and commits it; an error takes everything back.
  func transact<Output: Sendable>(
    _ body: @escaping @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) async throws(InventoryError) -> Output

  /// Runs statements that change nothing, in one snapshot; the rows of each. `slow` are those that may take
  /// more than a few milliseconds.
  func query(_ statements: [StoreStatement], slow: Bool) async throws(InventoryError) -> [[StoreRow]]

  /// Tells the time that new identifiers carry.
  var clock: any Clock { get }

  /// How long the result of an idempotency key is kept.
  var idempotencyRetention: Duration { get }
}

extension StoreTransaction {
  /// Runs one statement.
  public func run(_ statement: StoreStatement) async throws(InventoryError) -> [StoreRow] {
    let results = try await run([statement])
    guard let rows = results.first, results.count == 1 else {
      throw .unexpected("\(results.count) results of one statement")
    }
    return rows
  }
}
