import Inventory
import TestSupport
import Testing

extension RepositoryFixture {
  static let origin = Origin(actor: "anna", requestID: "r-1")

  /// Orders copies.
  @discardableResult
  func order(
    _ lines: [(ItemID, Int64)], at location: String = Location.mainCode, reference: String? = nil
  ) async throws -> PurchaseOrder {
    try await repository.createPurchaseOrder(
      PurchaseOrderRequest(
        supplier: "Libri", location: .code(location), reference: reference,
        lines: lines.map { ItemQuantity(item: .id($0.0), quantity: $0.1) }, origin: Self.origin),
      once: nil
    ).done.document
  }

  /// Takes copies in.
  @discardableResult
  func receive(
    _ lines: [ReceiptRequest.Line], for order: PurchaseOrderID? = nil, at location: String? = nil,
    reference: String? = nil, allowOver: Bool = false
  ) async throws -> Receipt {
    try await receiveResult(
      lines, for: order, at: location, reference: reference, allowOver: allowOver
    ).document
  }

  func receiveResult(
    _ lines: [ReceiptRequest.Line], for order: PurchaseOrderID? = nil, at location: String? = nil,
    reference: String? = nil, allowOver: Bool = false
  ) async throws -> DocumentResult<Receipt> {
    try await repository.createReceipt(
      ReceiptRequest(
        purchaseOrder: order, location: location.map { .code($0) }, reference: reference,
        allowOver: allowOver, lines: lines, origin: Self.origin), once: nil
    ).done
  }

  /// Books copies that a customer brings.
  @discardableResult
  func takeBack(
    _ lines: CustomerReturnRequest.Line..., reference: String? = nil
  ) async throws -> DocumentResult<StockReturn> {
    try await repository.createReturn(
      .customer(CustomerReturnRequest(reference: reference, lines: lines, origin: Self.origin)), once: nil
    ).done
  }

  /// Books copies that go back to the supplier.
  @discardableResult
  func giveBack(
    _ receipt: ReceiptID, _ lines: SupplierReturnRequest.Line..., reference: String? = nil,
    force: Bool = false
  ) async throws -> DocumentResult<StockReturn> {
    try await repository.createReturn(
      .supplier(
        SupplierReturnRequest(
          receipt: receipt, reference: reference, force: force, lines: lines, origin: Self.origin)),
      once: nil
    ).done
  }

  /// The whole ledger of what is on the shelf, oldest first.
  func movements() async throws -> [Movement] {
    try await walk(limit: 50) { page in
      try await repository.movements(MovementQuery(), page: page)
    }.reversed()
  }

  /// All movements of an item, newest first.
  func movements(of item: ItemID) async throws -> [Movement] {
    var query = MovementQuery()
    query.item = item
    return try await repository.movements(query, page: PageRequest(limit: 200)).elements
  }

  /// The whole second ledger, oldest first.
  func commitments() async throws -> [Commitment] {
    try await walk(limit: 50) { page in
      try await repository.commitments(CommitmentQuery(), page: page)
    }.reversed()
  }
}

/// Copies that came.
func came(
  _ item: ItemID, _ quantity: Int64, _ bucket: Bucket = .onHand, returnableUntil: Instant? = nil
) -> ReceiptRequest.Line {
  ReceiptRequest.Line(
    item: .id(item), quantity: quantity, bucket: bucket, returnableUntil: returnableUntil)
}
