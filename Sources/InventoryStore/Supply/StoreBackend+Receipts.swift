public import Inventory

extension StoreBackend {
  /// See `SupplyRepository`.
  public func createReceipt(
    _ request: ReceiptRequest, once: Once<DocumentResult<Receipt>>?
  ) async throws(InventoryError) -> Outcome<DocumentResult<Receipt>> {
    try await write(once) { (transaction) async throws(InventoryError) -> DocumentResult<Receipt> in
      try await transaction.receive(request)
    }
  }

  /// See `SupplyRepository`.
  public func receipt(_ id: ReceiptID) async throws(InventoryError) -> Receipt? {
    guard let document = try await document(id.description, .receipt) else { return nil }
    return try Receipt(document)
  }

  /// See `SupplyRepository`.
  public func receipts(
    _ query: DocumentQuery<BookedState>, page: PageRequest
  ) async throws(InventoryError) -> Page<Receipt> {
    try await documents(StockDocumentFilter(query, types: .receipt), page: page) {
      (document) throws(InventoryError) in try Receipt(document)
    }
  }
}

extension StoreTransaction {
  /// Locks the order, then a receipt with the same number, then levels.
  fileprivate func receive(
    _ request: ReceiptRequest
  ) async throws(InventoryError) -> DocumentResult<Receipt> {
    let order = try await order(of: request)
    let place = request.location ?? order.map { .id($0.location) } ?? .code(Location.mainCode)
    let named = try await named(items: Set(request.lines.map(\.item)), locations: [place]).0
    var names = DocumentNames(named)
    if order == nil, let id = request.purchaseOrder {
      names.report(.purchaseOrder, .notFound, id.description)
    }
    let location = names.location(place, as: .location, takesStock: true)
    let items = names.items(request.lines.map(\.item), apart: request.lines.map(\.bucket))
    try names.check()
    guard let location else { throw .unexpected("a receipt without its place") }
    let lines = zip(items, request.lines).map { item, line in
      ReceiptLine(
        itemID: item.id, sku: item.sku, quantity: line.quantity, bucket: line.bucket,
        returnableUntil: line.returnableUntil)
    }
    if let twin = try await twin(of: .receipt, reference: request.reference) {
      let booked: [ReceiptLine] = try twin.lines()
      guard twin.parent == order?.id, twin.location == location.id,
        booked.map(\.asked) == lines.map(\.asked)
      else { throw twin.referenceInUse }
      return DocumentResult(document: try Receipt(twin), isNew: false)
    }
    if let order {
      let state: PurchaseOrderState = try order.state()
      guard state.takesReceipts else { throw order.invalidState }
    }

    let now = try await now()
    var document = StockDocument(
      id: ReceiptID.generate(at: now).description, type: .receipt, state: BookedState.booked.rawValue,
      reference: request.reference, note: request.note, location: location, by: request.origin, at: now)
    document.supplier = request.supplier ?? order?.supplier
    document.parent = order?.id
    document.set(lines: lines)
    var filling = try order.map { (order) throws(InventoryError) in try OrderFilling(order) }
    if let refusals = filling?.fill(lines), !refusals.isEmpty, !request.allowOver {
      throw .refused(refusals)
    }

    let arrivals = lines.enumerated().map { index, line in
      PhysicalChange(
        index: index, line: index, level: LevelKey(item: line.itemID, location: location.id),
        bucket: line.bucket, quantity: line.quantity)
    }
    let ledger = Ledger(self, named)
    try await ledger.lock(arrivals.map(\.level) + (filling?.levels ?? []))
    let posting = document.posting(.receipt, .received, by: request.origin)
    try ledger.move(arrivals, as: posting)
    ledger.post(filling?.changes ?? [], as: posting)
    try insert(document, by: request.origin)
    if let order = filling?.filled(at: now) { putOff([order.update]) }
    try await ledger.settleHolds(of: Set(arrivals.map(\.level)).sorted(), as: posting)
    try await ledger.write()
    return DocumentResult(document: try Receipt(document), isNew: true)
  }

  /// The locked order, if one is named and there is one.
  private func order(of request: ReceiptRequest) async throws(InventoryError) -> StockDocument? {
    guard let id = request.purchaseOrder else { return nil }
    return try await lockNamedDocument(id.description, .purchaseOrder)
  }
}

extension ReceiptLine {
  /// What the client said.
  fileprivate var asked: [String] {
    [
      itemID.description, String(quantity), bucket.rawValue,
      returnableUntil.map { String($0.microseconds) } ?? "",
    ]
  }
}

/// A locked order that copies come for.
struct OrderFilling {
  private var document: StockDocument
  private var lines: [PurchaseOrderLine]
  /// What leaves `incoming`.
  private(set) var changes: [LedgerChange] = []

  init(_ document: StockDocument) throws(InventoryError) {
    self.document = document
    lines = try document.lines()
  }

  /// The levels that the changes touch.
  var levels: [LevelKey] { changes.map(\.level) }

  /// Notes what came; a refusal for each line that brings more than what is outstanding.
  mutating func fill(_ arrivals: [ReceiptLine]) -> [LineRefusal] {
    var refusals: [LineRefusal] = []
    for (index, arrival) in arrivals.enumerated() {
      let position = lines.firstIndex { $0.itemID == arrival.itemID }
      let outstanding = position.map { lines[$0].outstanding } ?? 0
      if arrival.quantity > outstanding {
        refusals.append(
          LineRefusal(index: index, code: .overReceipt, wanted: arrival.quantity, available: outstanding))
      }
      guard let position else { continue }
      lines[position].received += arrival.quantity
      let filled = min(arrival.quantity, outstanding)
      guard filled > 0 else { continue }
      changes.append(
        LedgerChange(
          LevelKey(item: arrival.itemID, location: document.location), .committed(.incoming), by: -filled,
          line: index))
    }
    return refusals
  }

  /// The order as the receipt leaves it.
  func filled(at now: Instant) -> StockDocument {
    var order = document
    order.state = lines.state.rawValue
    order.set(lines: lines)
    order.version += 1
    order.updatedAt = now
    return order
  }
}
