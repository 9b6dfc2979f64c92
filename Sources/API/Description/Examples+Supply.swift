internal import Inventory
internal import JSON

extension Examples {
  static let purchaseOrderID =
    PurchaseOrderID("po_01kav5p7x6y5z4w3v2t1s0r9qd") ?? PurchaseOrderID(value: 0)
  static let receiptID = ReceiptID("rcp_01kav5p7x6y5z4w3v2t1s0r9qe") ?? ReceiptID(value: 0)
  static let returnID = StockReturnID("ret_01kav5p7x6y5z4w3v2t1s0r9qf") ?? StockReturnID(value: 0)

  static let purchaseOrderInput: JSONValue = [
    "supplier": "Libri", "reference": "PO-2026-0118", "expected_at": "2026-12-01T08:00:00Z",
    "lines": [["item": .string(isbn), "quantity": 6]],
  ]
  static let purchaseOrder = JSONValue(written: { PurchaseOrders.write(order(), to: &$0) })
  static let cancelledPurchaseOrder = JSONValue(written: { json in
    var order = order()
    order.state = .closed
    order.lines[0].received = 4
    order.lines[0].cancelled = 2
    order.version = 3
    PurchaseOrders.write(order, to: &json)
  })

  static let receiptInput = receiptInput(for: purchaseOrderID.description)
  /// With the order named by an identifier, or a variable that holds it.
  static func receiptInput(for order: String, reference: String = "DN-4711") -> JSONValue {
    [
      "purchase_order": .string(order), "reference": .string(reference),
      "lines": [
        [
          "item": .string(isbn), "quantity": 4, "bucket": "on_hand",
          "returnable_until": "2027-12-31T23:59:59+01:00",
        ]
      ],
    ]
  }
  static let receipt = JSONValue(written: { json in
    let line = ReceiptLine(
      itemID: itemID, sku: isbn, quantity: 4,
      returnableUntil: Instant(microseconds: 1_830_293_999_000_000))
    let receipt = Receipt(
      id: receiptID, purchaseOrder: purchaseOrderID, supplier: "Libri", locationID: locationID,
      locationCode: "main", reference: "DN-4711", note: nil, lines: [line], actor: "api-key", version: 1,
      createdAt: later, updatedAt: later)
    Receipts.write(receipt, to: &json)
  })

  static let returnInput: JSONValue = [
    "kind": "customer", "reference": "RMA-12", "reason": "returned",
    "lines": [["item": .string(isbn), "quantity": 1, "into": "stock", "condition": "good"]],
  ]
  /// With the receipt named by an identifier, or a variable that holds it.
  static func supplierReturnInput(of receipt: String) -> JSONValue {
    [
      "kind": "supplier", "receipt": .string(receipt), "reference": "RET-7",
      "lines": [["item": .string(isbn), "quantity": 2]],
    ]
  }
  static let customerReturn = JSONValue(written: { json in
    let line = ReturnLine(itemID: usedItemID, sku: "\(isbn)-good", quantity: 1, bucket: .onHand)
    let stockReturn = StockReturn(
      id: returnID, kind: .customer, locationID: locationID, locationCode: "main", receipt: nil,
      supplier: nil, reference: "RMA-12", reason: .returned, note: nil, lines: [line], actor: "api-key",
      createdAt: later)
    Returns.write(stockReturn, to: &json)
  })

  private static func order() -> PurchaseOrder {
    PurchaseOrder(
      id: purchaseOrderID, state: .open, supplier: "Libri", locationID: locationID, locationCode: "main",
      reference: "PO-2026-0118", expectedAt: Instant(microseconds: 1_796_112_000_000_000), note: nil,
      lines: [PurchaseOrderLine(itemID: itemID, sku: isbn, quantity: 6)], actor: "api-key", version: 1,
      createdAt: later, updatedAt: later)
  }
}
