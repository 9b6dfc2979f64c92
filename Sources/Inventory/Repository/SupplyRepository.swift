/// Copies that come from suppliers, and copies that are given back.
public protocol SupplyRepository: Sendable {
  /// Orders copies: they are `incoming`. Throws `unknownLines`, `refused`, `referenceInUse`.
  func createPurchaseOrder(
    _ request: PurchaseOrderRequest, once: Once<DocumentResult<PurchaseOrder>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<PurchaseOrder>>

  /// Calls off what is outstanding; what was called off before is answered as it is. Throws `notFound`,
  /// `invalidState`.
  func cancelPurchaseOrder(
    _ cancellation: PurchaseOrderCancellation, once: Once<PurchaseOrder>?
  ) async throws(InventoryError) -> Outcome<PurchaseOrder>

  /// Nil when there is none.
  func purchaseOrder(_ id: PurchaseOrderID) async throws(InventoryError) -> PurchaseOrder?

  /// Newest first.
  func purchaseOrders(
    _ query: DocumentQuery<PurchaseOrderState>, page: PageRequest
  ) async throws(InventoryError) -> Page<PurchaseOrder>

  /// Takes copies in. Throws `unknownLines`, `refused`, `referenceInUse`, `invalidState` of the order.
  func createReceipt(
    _ request: ReceiptRequest, once: Once<DocumentResult<Receipt>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<Receipt>>

  /// Nil when there is none.
  func receipt(_ id: ReceiptID) async throws(InventoryError) -> Receipt?

  /// Newest first; `parent` is the order.
  func receipts(
    _ query: DocumentQuery<BookedState>, page: PageRequest
  ) async throws(InventoryError) -> Page<Receipt>

  /// Books copies that were given back. Throws `unknownLines`, `refused`, `referenceInUse`,
  /// `returnWindowClosed`.
  func createReturn(
    _ request: ReturnRequest, once: Once<DocumentResult<StockReturn>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<StockReturn>>

  /// Nil when there is none.
  func stockReturn(_ id: StockReturnID) async throws(InventoryError) -> StockReturn?

  /// Newest first, of one kind or of both; `parent` is the receipt.
  func stockReturns(
    _ query: DocumentQuery<BookedState>, kind: ReturnKind?, page: PageRequest
  ) async throws(InventoryError) -> Page<StockReturn>
}
