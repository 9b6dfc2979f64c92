internal import Inventory

/// A locked transfer and what happens to it in this transaction.
///
/// Copies under way belong to the level where they go. What a transfer posts adds up to nothing over source,
/// transit and destination; only a variance, which is a movement of its own, changes how many copies there are.
final class TransferWork {
  private let transaction: any StoreTransaction
  private var document: StockDocument
  private let origin: Origin
  private let state: TransferState
  private var lines: [TransferLine]
  private let to: LocationID

  init(
    _ transaction: any StoreTransaction, _ document: StockDocument, _ origin: Origin
  ) throws(InventoryError) {
    self.transaction = transaction
    self.document = document
    self.origin = origin
    state = try document.state()
    lines = try document.lines()
    guard let to = document.destination else { throw .unexpected("\(document.id) goes nowhere") }
    self.to = to
  }

  // MARK: What can happen

  func ship() async throws(InventoryError) -> Transfer {
    if state == .inTransit { return try Transfer(document) }
    guard state == .draft else { throw document.invalidState }
    let named = try await names()
    if let place = named.location(to), !place.isActive {
      throw .invalidState(.location, id: place.id.description, state: "inactive")
    }
    let ledger = try await locked(named, levels: lines.flatMap { [source($0), destination($0)] })
    var refusals: [LineRefusal] = []
    for (index, line) in lines.enumerated() {
      if case .failure(let refused) = StockRules.apply(
        [StockRules.LevelLine(index: index, bucket: .onHand, change: .delta(-line.quantity))],
        to: ledger.quantities(source(line)))
      {
        refusals += refused.lines
        continue
      }
      let underWay = ledger.quantities(destination(line)).inTransit
      if underWay > Adjustment.maximumQuantity - line.quantity {
        refusals.append(
          LineRefusal(index: index, code: .quantityTooLarge, wanted: line.quantity, available: underWay))
      }
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
    document.version += 1
    let posting = posting(.transferShipment, .transferred)
    for (index, line) in lines.enumerated() {
      ledger.post(
        [
          LedgerChange(source(line), .physical(.onHand), by: -line.quantity, line: index),
          LedgerChange(destination(line), .committed(.inTransit), by: line.quantity, line: index),
        ], as: posting)
      lines[index].shipped = line.quantity
    }
    return try await finish(.inTransit, ledger)
  }

  func receive(_ arrived: [ItemQuantity]?, close: Bool) async throws(InventoryError) -> Transfer {
    if state == .received, arrived == nil { return try Transfer(document) }
    guard state == .inTransit else { throw document.invalidState }
    let named = try await names(arrived?.map(\.item) ?? [])
    let quantities = try quantities(arrived, named)
    let ledger = try await locked(named, levels: lines.map(destination))
    let refusals = quantities.filter { line, arrival in
      arrival.quantity > Adjustment.maximumQuantity - ledger.quantities(destination(lines[line])).onHand
    }
    .map { line, arrival in
      LineRefusal(
        index: arrival.index, code: .quantityTooLarge, wanted: arrival.quantity,
        available: ledger.quantities(destination(lines[line])).onHand)
    }
    guard refusals.isEmpty else { throw .refused(refusals.sorted { $0.index < $1.index }) }
    document.version += 1
    for index in lines.indices {
      guard let quantity = quantities[index]?.quantity ?? (close ? 0 : nil) else { continue }
      post(arrival: quantity, of: index, close: close, in: ledger)
    }
    try await ledger.settleHolds(
      of: lines.map(destination).sorted(), as: posting(.transferReceipt, .transferred))
    let isDone = lines.allSatisfy { $0.inTransit == 0 }
    return try await finish(isDone ? .received : .inTransit, ledger)
  }

  func cancel() async throws(InventoryError) -> Transfer {
    switch state {
    case .cancelled: return try Transfer(document)
    case .received: throw document.invalidState
    case .draft:
      document.state = TransferState.cancelled.rawValue
      try await transaction.save(&document)
      return try Transfer(document)
    case .inTransit: break
    }
    let named = try await names()
    let ledger = try await locked(named, levels: lines.flatMap { [source($0), destination($0)] })
    let refusals = lines.enumerated().compactMap { index, line -> LineRefusal? in
      let present = ledger.quantities(source(line)).onHand
      guard line.inTransit > Adjustment.maximumQuantity - present else { return nil }
      return LineRefusal(
        index: index, code: .quantityTooLarge, wanted: line.inTransit, available: present)
    }
    guard refusals.isEmpty else { throw .refused(refusals) }
    document.version += 1
    let posting = posting(.transferCancellation, .transferred)
    for (index, line) in lines.enumerated() where line.inTransit > 0 {
      ledger.post(
        [
          LedgerChange(destination(line), .committed(.inTransit), by: -line.inTransit, line: index),
          LedgerChange(source(line), .physical(.onHand), by: line.inTransit, line: index),
        ], as: posting)
      lines[index].returned += line.inTransit
    }
    try await ledger.settleHolds(of: lines.map(source).sorted(), as: posting)
    return try await finish(lines.contains { $0.received > 0 } ? .received : .cancelled, ledger)
  }

  // MARK: Parts

  /// Books what arrived of a line. What is missing at the end is received and written off, so that the way is
  /// empty and the loss has a row of its own.
  private func post(arrival quantity: Int64, of index: Int, close: Bool, in ledger: Ledger) {
    let line = lines[index]
    let level = destination(line)
    let taken = close ? line.inTransit : min(line.inTransit, quantity)
    if taken > 0 {
      ledger.post(
        [
          LedgerChange(level, .committed(.inTransit), by: -taken, line: index),
          LedgerChange(level, .physical(.onHand), by: taken, line: index),
        ], as: posting(.transferReceipt, .transferred))
    }
    let variance = quantity - taken
    if variance != 0 {
      ledger.post(
        [LedgerChange(level, .physical(.onHand), by: variance, line: index)],
        as: posting(.transferVariance, variance < 0 ? .lost : .found))
    }
    lines[index].received += quantity
    lines[index].variance += variance
  }

  /// What arrived by line of the transfer, with the line of the request.
  private func quantities(
    _ arrived: [ItemQuantity]?, _ named: NamedRecords
  ) throws(InventoryError) -> [Int: (quantity: Int64, index: Int)] {
    var quantities: [Int: (quantity: Int64, index: Int)] = [:]
    guard let arrived else {
      for (index, line) in lines.enumerated() { quantities[index] = (line.inTransit, index) }
      return quantities
    }
    var names = DocumentNames(named)
    let items = names.items(arrived.map(\.item))
    try names.check()
    for (index, (item, arrival)) in zip(items, arrived).enumerated() {
      if let line = lines.firstIndex(where: { $0.itemID == item.id }) {
        quantities[line] = (arrival.quantity, index)
      } else {
        names.report(index, .notOnDocument, arrival.item)
      }
    }
    try names.check()
    return quantities
  }

  private func names(_ others: [ItemReference] = []) async throws(InventoryError) -> NamedRecords {
    try await transaction.named(
      items: Set(lines.map { .id($0.itemID) } + others), locations: [.id(document.location), .id(to)]
    ).0
  }

  private func locked(_ named: NamedRecords, levels: [LevelKey]) async throws(InventoryError) -> Ledger {
    let ledger = Ledger(transaction, named)
    try await ledger.lock(levels)
    return ledger
  }

  private func source(_ line: TransferLine) -> LevelKey {
    LevelKey(item: line.itemID, location: document.location)
  }

  private func destination(_ line: TransferLine) -> LevelKey { LevelKey(item: line.itemID, location: to) }

  /// Signed with the version that this change makes of the document.
  private func posting(_ kind: MovementKind, _ reason: AdjustmentReason) -> Posting {
    Posting(
      kind: kind, reason: reason, reference: document.reference, note: document.note, origin: origin,
      document: document.document)
  }

  private func finish(_ state: TransferState, _ ledger: Ledger) async throws(InventoryError) -> Transfer {
    document.state = state.rawValue
    document.set(lines: lines)
    document.updatedAt = try await transaction.now()
    transaction.putOff([document.update])
    try await ledger.write()
    return try Transfer(document)
  }
}
