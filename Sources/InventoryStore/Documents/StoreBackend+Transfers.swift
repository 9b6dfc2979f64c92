public import Inventory

extension StoreBackend {
  /// See `TransferRepository`.
  public func createTransfer(
    _ request: TransferRequest, once: Once<DocumentResult<Transfer>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<Transfer>> {
    let draft = TransferDraft(id: .generate(at: clock.now()), request: request)
    return try await write(once) { (transaction) async throws(InventoryError) -> DocumentResult<Transfer> in
      try await draft.store(in: transaction)
    }
  }

  /// See `TransferRepository`.
  public func changeTransfer(
    _ change: TransferChange, once: Once<Transfer>?
  ) async throws(InventoryError) -> Outcome<Transfer> {
    try await writeTaking(once) { (_) async throws(InventoryError) in
      Set(try await self.transfer(change.id)?.lines.map { .id($0.itemID) } ?? [])
    } _: { (transaction) async throws(InventoryError) -> Transfer in
      let document = try await transaction.lockDocument(change.id.description, .transfer)
      let work = try TransferWork(transaction, document, change.origin)
      switch change.action {
      case .ship: return try await work.ship()
      case .receive(let lines, let close): return try await work.receive(lines, close: close)
      case .cancel: return try await work.cancel()
      }
    }
  }

  /// See `TransferRepository`.
  public func transfer(_ id: TransferID) async throws(InventoryError) -> Transfer? {
    guard let document = try await document(id.description, .transfer) else { return nil }
    return try Transfer(document)
  }

  /// See `TransferRepository`.
  public func transfers(
    _ query: DocumentQuery<TransferState>, page: PageRequest
  ) async throws(InventoryError) -> Page<Transfer> {
    try await documents(StockDocumentFilter(query, types: .transfer), page: page) {
      (document) throws(InventoryError) in try Transfer(document)
    }
  }
}

/// A transfer that is to be made.
private struct TransferDraft {
  let id: TransferID
  let request: TransferRequest

  func store(
    in transaction: any StoreTransaction
  ) async throws(InventoryError) -> DocumentResult<Transfer> {
    var names = DocumentNames(
      try await transaction.named(
        items: Set(request.lines.map(\.item)), locations: [request.from, request.to]
      ).0)
    // A closed location can be emptied.
    let from = names.location(request.from, as: .from, takesStock: false)
    let to = names.location(request.to, as: .to, takesStock: true)
    if let from, let to, from.id == to.id {
      names.report(.to, .sameLocation, request.to.description)
    }
    let items = names.items(request.lines.map(\.item))
    try names.check()
    guard let from, let to else { throw .unexpected("a transfer without its places") }
    let lines = zip(items, request.lines).map { item, line in
      TransferLine(itemID: item.id, sku: item.sku, quantity: line.quantity)
    }
    if let twin = try await transaction.twin(of: .transfer, reference: request.reference) {
      let asked: [TransferLine] = try twin.lines()
      guard twin.location == from.id, twin.destination == to.id, asked.isSameRequest(as: lines) else {
        throw twin.referenceInUse
      }
      return DocumentResult(document: try Transfer(twin), isNew: false)
    }
    var document = StockDocument(
      id: id.description, type: .transfer, state: TransferState.draft.rawValue,
      reference: request.reference, note: request.note, location: from, destination: to,
      by: request.origin, at: try await transaction.now())
    document.set(lines: lines)
    try transaction.insert(document, by: request.origin)
    return DocumentResult(document: try Transfer(document), isNew: true)
  }
}

extension [TransferLine] {
  fileprivate func isSameRequest(as others: [TransferLine]) -> Bool {
    count == others.count
      && zip(self, others).allSatisfy { $0.itemID == $1.itemID && $0.quantity == $1.quantity }
  }
}
