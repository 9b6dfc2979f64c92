public import Inventory

extension StoreBackend {
  /// See `SupplyRepository`.
  public func createPurchaseOrder(
    _ request: PurchaseOrderRequest, once: Once<DocumentResult<PurchaseOrder>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<PurchaseOrder>> {
    try await write(once) {
      (transaction) async throws(InventoryError) -> DocumentResult<PurchaseOrder> in
      try await transaction.order(request)
    }
  }

  /// See `SupplyRepository`.
  public func cancelPurchaseOrder(
    _ cancellation: PurchaseOrderCancellation, once: Once<PurchaseOrder>?
  ) async throws(InventoryError) -> Outcome<PurchaseOrder> {
    try await write(once) { (transaction) async throws(InventoryError) -> PurchaseOrder in
      try await transaction.cancel(cancellation)
    }
  }

  /// See `SupplyRepository`.
  public func purchaseOrder(_ id: PurchaseOrderID) async throws(InventoryError) -> PurchaseOrder? {
    guard let document = try await document(id.description, .purchaseOrder) else { return nil }
    return try PurchaseOrder(document)
  }

  /// See `SupplyRepository`.
  public func purchaseOrders(
    _ query: DocumentQuery<PurchaseOrderState>, page: PageRequest
  ) async throws(InventoryError) -> Page<PurchaseOrder> {
    try await documents(StockDocumentFilter(query, types: .purchaseOrder), page: page) {
      (document) throws(InventoryError) in try PurchaseOrder(document)
    }
  }
}

extension StoreTransaction {
  fileprivate func order(
    _ request: PurchaseOrderRequest
  ) async throws(InventoryError) -> DocumentResult<PurchaseOrder> {
    let named = try await named(items: Set(request.lines.map(\.item)), locations: [request.location]).0
    var names = DocumentNames(named)
    let location = names.location(request.location, as: .location, takesStock: true)
    let items = names.items(request.lines.map(\.item))
    try names.check()
    guard let location else { throw .unexpected("an order without its place") }
    let lines = zip(items, request.lines).map { item, line in
      PurchaseOrderLine(itemID: item.id, sku: item.sku, quantity: line.quantity)
    }
    if let twin = try await twin(of: .purchaseOrder, reference: request.reference) {
      let ordered: [PurchaseOrderLine] = try twin.lines()
      guard twin.location == location.id, twin.supplier == request.supplier,
        ordered.map(\.asked) == lines.map(\.asked)
      else { throw twin.referenceInUse }
      return DocumentResult(document: try PurchaseOrder(twin), isNew: false)
    }

    let ledger = Ledger(self, named)
    try await ledger.lock(lines.map { LevelKey(item: $0.itemID, location: location.id) })
    let refusals = lines.enumerated().compactMap { index, line -> LineRefusal? in
      let incoming = ledger.quantities(LevelKey(item: line.itemID, location: location.id)).incoming
      guard line.quantity > Adjustment.maximumQuantity - incoming else { return nil }
      return LineRefusal(index: index, code: .quantityTooLarge, wanted: line.quantity, available: incoming)
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
    let now = try await now()
    var document = StockDocument(
      id: PurchaseOrderID.generate(at: now).description, type: .purchaseOrder,
      state: PurchaseOrderState.open.rawValue, reference: request.reference, note: request.note,
      location: location, by: request.origin, at: now)
    document.supplier = request.supplier
    document.expectedAt = request.expectedAt
    document.set(lines: lines)
    try insert(document, by: request.origin)
    ledger.post(
      lines.enumerated().map { index, line in
        LedgerChange(
          LevelKey(item: line.itemID, location: location.id), .committed(.incoming), by: line.quantity,
          line: index)
      }, as: document.posting(.order, .ordered, by: request.origin))
    try await ledger.write()
    return DocumentResult(document: try PurchaseOrder(document), isNew: true)
  }

  fileprivate func cancel(
    _ cancellation: PurchaseOrderCancellation
  ) async throws(InventoryError) -> PurchaseOrder {
    var document = try await lockDocument(cancellation.id.description, .purchaseOrder)
    let state: PurchaseOrderState = try document.state()
    switch state {
    case .cancelled, .closed: return try PurchaseOrder(document)
    case .received: throw document.invalidState
    case .open, .partiallyReceived: break
    }
    var lines: [PurchaseOrderLine] = try document.lines()
    let location = document.location
    let ledger = Ledger(self, NamedRecords())
    try await ledger.lock(
      lines.filter { $0.outstanding > 0 }.map { LevelKey(item: $0.itemID, location: location) })
    document.version += 1
    let posting = document.posting(.orderCancellation, .ordered, by: cancellation.origin)
    for (index, line) in lines.enumerated() where line.outstanding > 0 {
      let level = LevelKey(item: line.itemID, location: location)
      ledger.post(
        [LedgerChange(level, .committed(.incoming), by: -line.outstanding, line: index)], as: posting)
      lines[index].cancelled += line.outstanding
    }
    document.state =
      (state == .open ? PurchaseOrderState.cancelled : PurchaseOrderState.closed).rawValue
    document.set(lines: lines)
    document.updatedAt = try await now()
    putOff([document.update])
    try await ledger.write()
    return try PurchaseOrder(document)
  }
}

extension PurchaseOrderLine {
  /// What the client asked for.
  fileprivate var asked: [String] { [itemID.description, String(quantity)] }
}

extension [PurchaseOrderLine] {
  /// The state of an order that takes receipts.
  var state: PurchaseOrderState {
    if allSatisfy({ $0.outstanding == 0 }) { return .received }
    return contains { $0.received > 0 } ? .partiallyReceived : .open
  }
}

extension StockDocument {
  /// A posting of the present version.
  func posting(_ kind: MovementKind, _ reason: AdjustmentReason, by origin: Origin) -> Posting {
    Posting(
      kind: kind, reason: reason, reference: reference, note: note, origin: origin, document: document)
  }
}
