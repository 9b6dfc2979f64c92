internal import Inventory
internal import JSON

extension CountLine: StoredLine {
  init?(stored value: JSONValue) {
    guard let item = value.id("item", ItemIDKind.self), let sku = value.text("sku") else { return nil }
    self.init(itemID: item, sku: sku, expected: value.integer("expected"))
    counted = value.integer("counted")
    countedAt = value.instant("counted_at")
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("item", itemID.description)
    json.member("sku", sku)
    json.member("expected", expected)
    json.member("counted", counted)
    json.member("counted_at", countedAt?.microseconds)
  }
}

/// What a count has besides its lines.
struct CountDetails: Hashable {
  var blind: Bool
  var everything: Bool
  var total: Int
  var counted: Int

  init(blind: Bool, everything: Bool, _ lines: [CountLine]) {
    self.blind = blind
    self.everything = everything
    total = lines.count
    counted = lines.count { $0.counted != nil }
  }

  init(_ document: StockDocument) throws(InventoryError) {
    let value = try document.detailsObject()
    guard let blind = value.bool("blind"), let everything = value.bool("everything"),
      let total = value.integer("total"), let counted = value.integer("counted")
    else { throw StoredLines.unreadable(document.details) }
    self.blind = blind
    self.everything = everything
    self.total = Int(total)
    self.counted = Int(counted)
  }
}

extension StockDocument {
  /// Replaces lines and details of a count.
  mutating func set(count lines: [CountLine], blind: Bool, everything: Bool) {
    let details = CountDetails(blind: blind, everything: everything, lines)
    set(lines: lines)
    set(details: { json in
      json.member("blind", details.blind)
      json.member("everything", details.everything)
      json.member("total", Int64(details.total))
      json.member("counted", Int64(details.counted))
    })
  }
}

extension Count {
  /// A count as its document has it; what is expected stays hidden while a blind count is open.
  init(_ document: StockDocument) throws(InventoryError) {
    let details = try CountDetails(document)
    let state = try document.state(as: CountState.self)
    var lines: [CountLine] = try document.lines()
    if details.blind, state == .open {
      for index in lines.indices { lines[index].expected = nil }
    }
    self.init(
      id: try document.id(), state: state, location: document.location,
      locationCode: document.locationCode, blind: details.blind, everything: details.everything,
      reference: document.reference, note: document.note, total: details.total, counted: details.counted,
      lines: lines, actor: document.actor, version: document.version, createdAt: document.createdAt,
      updatedAt: document.updatedAt)
  }
}
