internal import Inventory

extension StoreBackend {
  /// As ``write(_:_:)``, for what takes copies: a refusal never rests on a promise that no longer holds. What has
  /// run out of the `items` of the refused lines is looked for only then.
  func writeTaking<Output: Sendable>(
    _ once: Once<Output>?,
    items: @Sendable ([LineRefusal]) async throws(InventoryError) -> Set<ItemReference>,
    _ body: @escaping @Sendable (any StoreTransaction) async throws(InventoryError) -> Output
  ) async throws(InventoryError) -> Outcome<Output> {
    do throws(InventoryError) {
      return try await write(once, body)
    } catch {
      guard case .refused(let lines) = error,
        lines.contains(where: { $0.code == .insufficientStock || $0.code == .heldStock }),
        try await freeDue(of: try await items(lines))
      else { throw error }
      return try await write(once, body)
    }
  }
}
