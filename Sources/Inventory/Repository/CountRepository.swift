/// Stocktakes.
public protocol CountRepository: Sendable {
  /// Begins a count. Throws `unknownLines`, `referenceInUse`.
  func createCount(
    _ request: CountRequest, once: Once<DocumentResult<Count>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<Count>>

  /// Notes, completes or cancels; what was completed or cancelled already is answered as it is now. A variance is
  /// what was counted less what the ledger says was on hand then. Throws `notFound`, `invalidState`,
  /// `unknownLines`, `refused` (by the lines of the count).
  func changeCount(
    _ change: CountChange, once: Once<CountResult>?
  ) async throws(InventoryError) -> Outcome<CountResult>

  /// Nil when there is none.
  func count(_ id: CountID) async throws(InventoryError) -> Count?

  /// Newest first, without lines.
  func counts(
    _ query: DocumentQuery<CountState>, page: PageRequest
  ) async throws(InventoryError) -> Page<Count>
}
