internal import Inventory
internal import JSON

extension StoreTransaction {
  /// Copies of a receipt go back to the supplier. Locks the receipt, then a return with the same number, then
  /// levels.
  func giveBack(
    _ request: SupplierReturnRequest
  ) async throws(InventoryError) -> DocumentResult<StockReturn> {
    let stored = try await lockNamedDocument(request.receipt.description, .receipt)
    let places = Set(stored.map { LocationReference.id($0.location) }.map { [$0] } ?? [])
    let named = try await named(items: Set(request.lines.map(\.item)), locations: places).0
    var names = DocumentNames(named)
    if stored == nil { names.report(.receipt, .notFound, request.receipt.description) }
    let items = names.items(request.lines.map(\.item), apart: request.lines.map(\.from))
    var received: [ReceiptLine] = try stored?.lines() ?? []
    if stored != nil {
      for (index, line) in request.lines.enumerated() {
        guard let item = named.items[line.item] else { continue }
        if !received.contains(where: { $0.itemID == item.id }) {
          names.report(index, .notOnDocument, line.item)
        }
      }
    }
    try names.check()
    guard var receipt = stored, let location = named.location(receipt.location) else {
      throw .unexpected("a receipt without its place")
    }
    let asked = zip(items, request.lines).map { item, line in
      ReturnLine(itemID: item.id, sku: item.sku, quantity: line.quantity, bucket: line.from)
    }
    if let twin = try await twin(of: .supplierReturn, reference: request.reference) {
      let booked: [ReturnLine] = try twin.lines()
      guard twin.parent == receipt.id, booked.map(\.asked) == asked.map(\.asked) else {
        throw twin.referenceInUse
      }
      return DocumentResult(document: try StockReturn(twin), isNew: false)
    }

    let now = try await now()
    let lines = try received.giveBack(asked, at: now, force: request.force)
    var document = StockDocument(
      id: StockReturnID.generate(at: now).description, type: .supplierReturn,
      state: BookedState.booked.rawValue, reference: request.reference, note: request.note,
      location: location, by: request.origin, at: now)
    document.supplier = receipt.supplier
    document.parent = receipt.id
    document.set { $0.member("reason", request.reason.rawValue) }
    document.set(lines: lines)
    var departures: [PhysicalChange] = []
    for (index, line) in lines.enumerated() {
      for part in line.parts {
        departures.append(
          PhysicalChange(
            index: index, line: departures.count, level: LevelKey(item: line.itemID, location: location.id),
            bucket: part.bucket, quantity: -part.quantity))
      }
    }
    let ledger = Ledger(self, named)
    try await ledger.lock(departures.map(\.level))
    try ledger.move(departures, as: document.posting(.supplierReturn, request.reason, by: request.origin))
    receipt.set(lines: received)
    try await save(&receipt)
    try insert(document, by: request.origin)
    try await ledger.write()
    return DocumentResult(document: try StockReturn(document), isNew: true)
  }
}

extension [ReceiptLine] {
  /// Notes what goes back, and from which lines: those first that were booked into the state in which the copies
  /// are now. Throws `refused`, then `returnWindowClosed`.
  fileprivate mutating func giveBack(
    _ asked: [ReturnLine], at now: Instant, force: Bool
  ) throws(InventoryError) -> [ReturnLine] {
    var lines: [ReturnLine] = []
    var refusals: [LineRefusal] = []
    var closed: [ClosedReturnWindow] = []
    for (index, wish) in asked.enumerated() {
      var line = wish
      var left = wish.quantity
      let ofItem = indices.filter { self[$0].itemID == wish.itemID }
      let fitting = ofItem.filter { self[$0].bucket == wish.bucket }
      for position in fitting + ofItem.filter({ !fitting.contains($0) }) where left > 0 {
        let taken = Swift.min(left, self[position].remainder)
        guard taken > 0 else { continue }
        self[position].returned += taken
        left -= taken
        line.parts.append(
          ReturnLine.Part(
            receiptLine: position, bucket: wish.bucket ?? self[position].bucket, quantity: taken))
        if let end = self[position].returnableUntil, end < now, closed.last?.index != index {
          closed.append(ClosedReturnWindow(index: index, returnableUntil: end))
        }
      }
      if left > 0 {
        refusals.append(
          LineRefusal(
            index: index, code: .exceedsRemainder, wanted: wish.quantity, available: wish.quantity - left))
      }
      lines.append(line)
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
    guard force || closed.isEmpty else { throw .returnWindowClosed(closed) }
    return lines
  }
}
