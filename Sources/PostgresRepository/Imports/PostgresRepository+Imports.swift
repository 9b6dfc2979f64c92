public import Inventory

extension PostgresRepository {
  /// See ``ImportRepository``.
  public func importBooks(
    _ records: [ImportRecord], dryRun: Bool
  ) async throws(InventoryError) -> [ImportOutcome] {
    throw .unexpected("importing is not implemented on Postgres yet")
  }
}
