public import Inventory

extension StoreBackend {
  /// See `SupplyRepository`.
  public func createReturn(
    _ request: ReturnRequest, once: Once<DocumentResult<StockReturn>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<StockReturn>> {
    switch request {
    case .customer(let request):
      return try await write(once) {
        (transaction) async throws(InventoryError) -> DocumentResult<StockReturn> in
        try await transaction.take(request)
      }
    case .supplier(let request):
      return try await writeTaking(once) { (_) throws(InventoryError) in
        Set(request.lines.map(\.item))
      } _: { (transaction) async throws(InventoryError) -> DocumentResult<StockReturn> in
        try await transaction.giveBack(request)
      }
    }
  }

  /// See `SupplyRepository`.
  public func stockReturn(_ id: StockReturnID) async throws(InventoryError) -> StockReturn? {
    guard let document = try await document(id.description, .customerReturn, .supplierReturn) else {
      return nil
    }
    return try StockReturn(document)
  }

  /// See `SupplyRepository`.
  public func stockReturns(
    _ query: DocumentQuery<BookedState>, kind: ReturnKind?, page: PageRequest
  ) async throws(InventoryError) -> Page<StockReturn> {
    let filter =
      switch kind {
      case .customer: StockDocumentFilter(query, types: .customerReturn)
      case .supplier: StockDocumentFilter(query, types: .supplierReturn)
      case nil: StockDocumentFilter(query, types: .customerReturn, .supplierReturn)
      }
    return try await documents(filter, page: page) {
      (document) throws(InventoryError) in try StockReturn(document)
    }
  }
}
