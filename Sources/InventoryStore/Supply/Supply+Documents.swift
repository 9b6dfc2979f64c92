internal import Inventory
internal import JSON

extension PurchaseOrderLine: StoredLine {
  init?(stored value: JSONValue) {
    guard let item = value.id("item", ItemIDKind.self), let sku = value.text("sku"),
      let quantity = value.integer("quantity")
    else { return nil }
    self.init(itemID: item, sku: sku, quantity: quantity)
    received = value.integer("received") ?? 0
    cancelled = value.integer("cancelled") ?? 0
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("item", itemID.description)
    json.member("sku", sku)
    json.member("quantity", quantity)
    json.member("received", received)
    json.member("cancelled", cancelled)
  }
}

extension PurchaseOrder {
  /// An order as its document has it.
  init(_ document: StockDocument) throws(InventoryError) {
    self.init(
      id: try document.id(), state: try document.state(), supplier: document.supplier ?? "",
      locationID: document.location, locationCode: document.locationCode, reference: document.reference,
      expectedAt: document.expectedAt, note: document.note, lines: try document.lines(),
      actor: document.actor, version: document.version, createdAt: document.createdAt,
      updatedAt: document.updatedAt)
  }
}

extension ReceiptLine: StoredLine {
  init?(stored value: JSONValue) {
    guard let item = value.id("item", ItemIDKind.self), let sku = value.text("sku"),
      let quantity = value.integer("quantity"), let bucket = value.bucket("bucket")
    else { return nil }
    self.init(
      itemID: item, sku: sku, quantity: quantity, bucket: bucket,
      returnableUntil: value.instant("returnable_until"))
    returned = value.integer("returned") ?? 0
    reversed = value.integer("reversed") ?? 0
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("item", itemID.description)
    json.member("sku", sku)
    json.member("quantity", quantity)
    json.member("bucket", bucket.rawValue)
    json.member("returnable_until", returnableUntil?.microseconds)
    json.member("returned", returned)
    json.member("reversed", reversed)
  }
}

extension Receipt {
  /// A receipt as its document has it.
  init(_ document: StockDocument) throws(InventoryError) {
    self.init(
      id: try document.id(), purchaseOrder: document.parent.flatMap { PurchaseOrderID($0) },
      supplier: document.supplier, locationID: document.location, locationCode: document.locationCode,
      reference: document.reference, note: document.note, lines: try document.lines(),
      actor: document.actor, version: document.version, createdAt: document.createdAt,
      updatedAt: document.updatedAt)
  }
}

extension ReturnLine: StoredLine {
  init?(stored value: JSONValue) {
    guard let item = value.id("item", ItemIDKind.self), let sku = value.text("sku"),
      let quantity = value.integer("quantity"), case .array(let parts)? = value.member("parts")
    else { return nil }
    self.init(itemID: item, sku: sku, quantity: quantity, bucket: value.bucket("bucket"))
    for part in parts {
      guard let line = part.integer("line"), let bucket = part.bucket("bucket"),
        let quantity = part.integer("quantity")
      else { return nil }
      self.parts.append(Part(receiptLine: Int(line), bucket: bucket, quantity: quantity))
    }
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("item", itemID.description)
    json.member("sku", sku)
    json.member("quantity", quantity)
    json.member("bucket", bucket?.rawValue)
    json.name("parts")
    json.beginArray()
    for part in parts {
      json.beginObject()
      json.member("line", Int64(part.receiptLine))
      json.member("bucket", part.bucket.rawValue)
      json.member("quantity", part.quantity)
      json.endObject()
    }
    json.endArray()
  }
}

extension StockReturn {
  /// A return as its document has it.
  init(_ document: StockDocument) throws(InventoryError) {
    let reason = try document.detailsObject().text("reason").map { AdjustmentReason(rawValue: $0) }
    self.init(
      id: try document.id(), kind: document.type == .customerReturn ? .customer : .supplier,
      locationID: document.location, locationCode: document.locationCode,
      receipt: document.parent.flatMap { ReceiptID($0) }, supplier: document.supplier,
      reference: document.reference, reason: reason ?? .returned, note: document.note,
      lines: try document.lines(), actor: document.actor, createdAt: document.createdAt)
  }
}

extension JSONValue {
  fileprivate func bucket(_ name: String) -> Bucket? { text(name).flatMap { Bucket(rawValue: $0) } }
}
