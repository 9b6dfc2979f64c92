/// Copies on their way between locations.
public protocol TransferRepository: Sendable {
  /// Makes a draft, which holds nothing. Throws `unknownLines`, `referenceInUse`.
  func createTransfer(
    _ request: TransferRequest, once: Once<DocumentResult<Transfer>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<Transfer>>

  /// Ships, receives or cancels; what was done already is answered as it is now. Throws `notFound`,
  /// `invalidState`, `unknownLines`, `refused`.
  func changeTransfer(
    _ change: TransferChange, once: Once<Transfer>?
  ) async throws(InventoryError) -> Outcome<Transfer>

  /// Nil when there is none.
  func transfer(_ id: TransferID) async throws(InventoryError) -> Transfer?

  /// Newest first.
  func transfers(
    _ query: DocumentQuery<TransferState>, page: PageRequest
  ) async throws(InventoryError) -> Page<Transfer>
}
