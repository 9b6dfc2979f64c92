internal import Inventory

/// The documents behind a movement that is taken back, locked before its level: a receipt whose copies never came
/// no longer lets them go back to the supplier, and its order waits for them again.
struct ReversedSupply {
  private let movement: ReversedMovement
  private var receipt: StockDocument?
  private var order: StockDocument?
  /// Which line of the receipt.
  private var line = 0

  /// Locks what there is: the order, then the receipt.
  init(
    of movement: ReversedMovement, in transaction: any StoreTransaction
  ) async throws(InventoryError) {
    self.movement = movement
    // What came is told by the rows of on_hand; the others only say in which state.
    guard movement.bucket == .onHand else { return }
    switch movement.kind {
    case .receipt:
      line = movement.line
      try await lock(movement.documentID, in: transaction)
    case .supplierReturn:
      guard let document = try await transaction.storedDocument(movement.documentID) else { return }
      let lines: [ReturnLine] = try document.lines()
      let parts = lines.flatMap(\.parts)
      guard parts.indices.contains(movement.line), let receipt = document.parent else { return }
      line = parts[movement.line].receiptLine
      try await lock(receipt, in: transaction)
    default: return
    }
  }

  private mutating func lock(
    _ receipt: String, in transaction: any StoreTransaction
  ) async throws(InventoryError) {
    if movement.kind == .receipt,
      let parent = try await transaction.storedDocument(receipt)?.parent
    {
      order = try await transaction.lockDocument(parent, .purchaseOrder)
    }
    self.receipt = try await transaction.lockDocument(receipt, .receipt)
  }

  /// The level of the order's copies, which is to be locked, too.
  var levels: [LevelKey] {
    order.map { [LevelKey(item: movement.level.item, location: $0.location)] } ?? []
  }

  /// Notes it in the documents, and has the order wait again. Throws `refused`.
  mutating func apply(
    in transaction: any StoreTransaction, _ ledger: Ledger, as posting: Posting
  ) async throws(InventoryError) {
    guard var receipt else { return }
    var lines: [ReceiptLine] = try receipt.lines()
    guard lines.indices.contains(line) else { throw .unexpected("\(receipt.id) has no line \(line)") }
    if movement.kind == .receipt {
      let remainder = lines[line].remainder
      guard movement.quantity <= remainder else {
        throw .refused([
          LineRefusal(
            index: 0, code: .exceedsRemainder, wanted: movement.quantity, available: remainder)
        ])
      }
      lines[line].reversed += movement.quantity
    } else {
      lines[line].returned += movement.quantity
    }
    receipt.set(lines: lines)
    try await transaction.save(&receipt)
    guard var order else { return }
    try wait(for: &order, ledger, as: posting)
    try await transaction.save(&order)
  }

  private func wait(
    for order: inout StockDocument, _ ledger: Ledger, as posting: Posting
  ) throws(InventoryError) {
    var lines: [PurchaseOrderLine] = try order.lines()
    let state: PurchaseOrderState = try order.state()
    guard let index = lines.firstIndex(where: { $0.itemID == movement.level.item }) else { return }
    let before = lines[index].outstanding
    lines[index].received -= movement.quantity
    if !state.takesReceipts { lines[index].cancelled += lines[index].outstanding }
    let again = lines[index].outstanding - before
    let level = LevelKey(item: movement.level.item, location: order.location)
    let incoming = ledger.quantities(level).incoming
    guard again <= Adjustment.maximumQuantity - incoming else {
      throw .refused([
        LineRefusal(index: 0, code: .quantityTooLarge, wanted: again, available: incoming)
      ])
    }
    if again > 0 {
      ledger.post([LedgerChange(level, .committed(.incoming), by: again, line: 0)], as: posting)
    }
    order.set(lines: lines)
    if state.takesReceipts { order.state = lines.state.rawValue }
  }
}

extension StoreTransaction {
  /// A document as it is now, not locked: for what never changes of it.
  fileprivate func storedDocument(_ id: String) async throws(InventoryError) -> StockDocument? {
    guard var row = try await run(StoreStatement(StockDocument.byID, [.text(id)])).first else { return nil }
    return try StockDocument(&row)
  }
}
