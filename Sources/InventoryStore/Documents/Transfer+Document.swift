internal import Inventory
internal import JSON

extension TransferLine: StoredLine {
  init?(stored value: JSONValue) {
    guard let item = value.id("item", ItemIDKind.self), let sku = value.text("sku"),
      let quantity = value.integer("quantity")
    else { return nil }
    self.init(itemID: item, sku: sku, quantity: quantity)
    shipped = value.integer("shipped") ?? 0
    received = value.integer("received") ?? 0
    variance = value.integer("variance") ?? 0
    returned = value.integer("returned") ?? 0
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("item", itemID.description)
    json.member("sku", sku)
    json.member("quantity", quantity)
    json.member("shipped", shipped)
    json.member("received", received)
    json.member("variance", variance)
    json.member("returned", returned)
  }
}

extension Transfer {
  /// A transfer as its document has it.
  init(_ document: StockDocument) throws(InventoryError) {
    guard let to = document.destination else { throw .unexpected("\(document.id) goes nowhere") }
    self.init(
      id: try document.id(), state: try document.state(), from: document.location,
      fromCode: document.locationCode, to: to, toCode: document.destinationCode ?? "",
      reference: document.reference, note: document.note, lines: try document.lines(),
      actor: document.actor, version: document.version, createdAt: document.createdAt,
      updatedAt: document.updatedAt)
  }
}
