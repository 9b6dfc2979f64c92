internal import Inventory
internal import JSON

extension StoreTransaction {
  /// Copies come back from a customer, as what they are now.
  func take(
    _ request: CustomerReturnRequest
  ) async throws(InventoryError) -> DocumentResult<StockReturn> {
    var named = try await named(items: Set(request.lines.map(\.item)), locations: [request.location]).0
    var names = DocumentNames(named)
    let location = names.location(request.location, as: .location, takesStock: true)
    // Whether two lines are the same shows only when it is known what the copies have become.
    let sold = names.items(request.lines.map(\.item), apart: Array(request.lines.indices))
    try names.check()
    guard let location else { throw .unexpected("a return without its place") }
    var conditions = ItemConditions(self)
    var lines: [ReturnLine] = []
    for (index, (item, line)) in zip(sold, request.lines).enumerated() {
      let item = try await conditions.item(like: item, in: line.condition)
      named.insert(item)
      if lines.contains(where: { $0.itemID == item.id && $0.bucket == line.into }) {
        names.report(index, .duplicate, line.item)
      }
      lines.append(
        ReturnLine(itemID: item.id, sku: item.sku, quantity: line.quantity, bucket: line.into))
    }
    try names.check()
    if let twin = try await twin(of: .customerReturn, reference: request.reference) {
      let booked: [ReturnLine] = try twin.lines()
      guard twin.location == location.id, booked.map(\.asked) == lines.map(\.asked) else {
        throw twin.referenceInUse
      }
      return DocumentResult(document: try StockReturn(twin), isNew: false)
    }

    let now = try await now()
    var document = StockDocument(
      id: StockReturnID.generate(at: now).description, type: .customerReturn,
      state: BookedState.booked.rawValue, reference: request.reference, note: request.note,
      location: location, by: request.origin, at: now)
    document.set { $0.member("reason", request.reason.rawValue) }
    document.set(lines: lines)
    let arrivals = lines.enumerated().map { index, line in
      PhysicalChange(
        index: index, line: index, level: LevelKey(item: line.itemID, location: location.id),
        bucket: line.bucket ?? .onHand, quantity: line.quantity)
    }
    let ledger = Ledger(self, named)
    try await ledger.lock(arrivals.map(\.level))
    let posting = document.posting(.customerReturn, request.reason, by: request.origin)
    try ledger.move(arrivals, as: posting)
    putOff(conditions.insertions)
    try insert(document, by: request.origin)
    try await ledger.settleHolds(of: Set(arrivals.map(\.level)).sorted(), as: posting)
    try await ledger.write()
    return DocumentResult(document: try StockReturn(document), isNew: true)
  }
}

extension ReturnLine {
  /// What the client asked for.
  var asked: [String] { [itemID.description, String(quantity), bucket?.rawValue ?? ""] }
}
