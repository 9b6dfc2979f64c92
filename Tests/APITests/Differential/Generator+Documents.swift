import TestSupport

/// Draws what documents are asked for.
extension Generator {
  mutating func document(_ model: Model) -> Operation {
    let kinds: [DocumentOperation.Kind: [Int]] = Dictionary(grouping: model.documents.keys.sorted()) {
      model.documents[$0]?.kind ?? .transfer
    }
    // Mostly one that is in the state in which this can be done.
    func some(
      _ kind: DocumentOperation.Kind, _ random: inout SeededGenerator, in state: String? = nil
    ) -> Int {
      let all = kinds[kind] ?? []
      let fitting = all.filter { model.documents[$0]?.state == state }
      let isFitting = !fitting.isEmpty && Int.random(in: 0..<10, using: &random) < 7
      return (isFitting ? fitting.suffix(2) : all.suffix(5)).randomElement(using: &random) ?? 0
    }
    // Without documents there is little to be done with them.
    func lacks(_ kind: DocumentOperation.Kind, _ random: inout SeededGenerator) -> Bool {
      kinds[kind] == nil && Int.random(in: 0..<10, using: &random) > 0
    }
    switch number(0...43) {
    case 0...3: return .document(transfer(model))
    case 4...11 where lacks(.transfer, &random): return .document(transfer(model))
    case 4...10 where chance(model.documents.values.contains { $0.state == "in_transit" } ? 25 : 85):
      return .document(.ship(some(.transfer, &random, in: "draft")))
    case 4...10:
      let transfer = some(.transfer, &random, in: "in_transit")
      return .document(
        .receive(transfer, chance(60) ? wishes(of: transfer, model, from: 0) : nil, close: chance(65)))
    case 11: return .document(.cancelTransfer(some(.transfer, &random)))
    case 12...13: return .document(count(model))
    case 14...20 where lacks(.count, &random): return .document(count(model))
    case 14...17: return .document(record(some(.count, &random, in: "open"), model))
    case 18...19:
      return .document(.complete(some(.count, &random, in: "open"), force: chance(30), zero: chance(30)))
    case 20: return .document(.cancelCount(some(.count, &random)))
    case 21...23:
      return .document(
        .order(place: place(model), reference: chance(40) ? reference() : nil, wishes(model)))
    case 24: return .document(.cancelOrder(some(.order, &random)))
    case 25...29: return .document(receipt(some(.order, &random, in: "open"), model))
    case 30...31: return .document(customerReturn(model))
    case 32...34 where lacks(.receipt, &random):
      return .document(receipt(some(.order, &random, in: "open"), model))
    case 32...34: return .document(supplierReturn(some(.receipt, &random), model))
    case 35...39: return reversal(model)
    case 40...41:
      return .document(
        .past(sku: sku(model), place: place(model), ago: number(0...1) * number(0...40_000_000_000)))
    default:
      let kind = pick(DocumentOperation.Kind.allCases)
      return .document(.read(kind, some(kind, &random)))
    }
  }

  /// Different items: what is repeated is refused before the model is asked.
  private mutating func skus(_ model: Model) -> [String] {
    var skus: [String] = []
    for _ in 0..<number(1...3) {
      let sku = sku(model)
      if !skus.contains(sku) { skus.append(sku) }
    }
    return skus
  }

  private mutating func wishes(_ model: Model) -> [Operation.Wish] {
    skus(model).map { Operation.Wish(sku: $0, place: nil, quantity: number(1...6)) }
  }

  /// Mostly what is on a document.
  private mutating func skus(of document: Int, _ model: Model) -> [String] {
    let known = (model.documents[document]?.lines ?? []).compactMap { model.items[$0.item].sku }
    guard chance(85), !known.isEmpty else { return skus(model) }
    var skus: [String] = []
    for sku in known where chance(75) && !skus.contains(sku) { skus.append(sku) }
    return skus.isEmpty ? [known[0]] : skus
  }

  private mutating func wishes(of document: Int, _ model: Model, from least: Int64) -> [Operation.Wish] {
    skus(of: document, model).map { Operation.Wish(sku: $0, place: nil, quantity: number(least...5)) }
  }

  private mutating func transfer(_ model: Model) -> DocumentOperation {
    let reference = chance(40) ? reference() : nil
    // Mostly from where there is something to send.
    let full = model.inOrder.filter { (model.levels[$0]?.free ?? 0) > 0 && model.items[$0.item].sku != nil }
    guard chance(75), let from = full.randomElement(using: &random)?.place else {
      return .transfer(from: place(model), to: place(model), reference: reference, wishes(model))
    }
    var wishes: [Operation.Wish] = []
    for name in full where name.place == from && (wishes.isEmpty || chance(40)) {
      let quantity = number(1...min(6, model.levels[name]?.free ?? 1))
      wishes.append(.init(sku: model.items[name.item].sku ?? "", place: nil, quantity: quantity))
    }
    let others = model.places.indices.filter { $0 != from && model.places[$0].isActive }
    let to = others.randomElement(using: &random).map { model.places[$0].code }
    return .transfer(
      from: model.places[from].code, to: to ?? place(model), reference: reference, wishes)
  }

  /// Mostly of a row that a document wrote, which is to be seen in a list first.
  private mutating func reversal(_ model: Model) -> Operation {
    func isOfDocument(_ row: Int) -> Bool {
      model.movements[row].document != nil && !model.movements[row].isReversed
    }
    // What changes a second document, too.
    func isAnswer(_ row: Int) -> Bool {
      model.movements[row].bucket == "on_hand"
        && model.movements[row].document.flatMap { model.documents[$0]?.parent } != nil
    }
    let steps = model.shown.keys.sorted()
    if chance(80), model.movements.indices.contains(where: isOfDocument) {
      let known = steps.suffix(12).flatMap { step in
        (model.shown[step] ?? []).enumerated().filter { isOfDocument($0.element) }.map {
          (step: step, place: $0.offset, row: $0.element)
        }
      }
      let answers = known.filter { isAnswer($0.row) }
      if let row = (chance(75) && !answers.isEmpty ? answers : known).randomElement(using: &random) {
        return .document(.reverse(row.step, row: row.place))
      }
      let kind = pick(["receipt", "supplier_return", "customer_return"])
      return .listMovements(Operation.Listing(filters: ["kind": kind], limit: 8))
    }
    let step = steps.suffix(8).randomElement(using: &random) ?? 0
    let count = model.shown[step]?.count ?? 0
    return .document(.reverse(step, row: Int(number(0...Int64(max(0, count - 1))))))
  }

  private mutating func count(_ model: Model) -> DocumentOperation {
    .count(
      place: place(model), items: chance(50) ? skus(model) : nil, blind: chance(30),
      reference: chance(30) ? reference() : nil)
  }

  private mutating func record(_ count: Int, _ model: Model) -> DocumentOperation {
    let found = skus(of: count, model).map { sku in
      DocumentOperation.Found(
        sku: sku, counted: number(0...9),
        ago: chance(40) ? pick([0, 1_000_000, 90_000_000, -400_000_000]) : nil)
    }
    return .record(count, found)
  }

  private mutating func receipt(_ order: Int, _ model: Model) -> DocumentOperation {
    let hasOrder = chance(80) && model.documents[order]?.kind == .order
    let skus = hasOrder ? skus(of: order, model) : skus(model)
    let arrivals = skus.map { sku in
      DocumentOperation.Arrival(
        sku: sku, quantity: number(1...5), bucket: chance(30) ? pick(["damaged", "inspection"]) : nil,
        returnable: chance(40) ? pick([-1_000_000, 60_000_000, 7_200_000_000]) : nil)
    }
    return .receipt(
      order: hasOrder || chance(3) ? order : nil, place: chance(40) ? place(model) : nil,
      reference: chance(30) ? reference() : nil, over: chance(30), arrivals)
  }

  private mutating func customerReturn(_ model: Model) -> DocumentOperation {
    var lines = skus(model).map { sku in
      DocumentOperation.Return(
        sku: sku, quantity: number(1...3), bucket: pick(["on_hand", "inspection", "damaged"]))
    }
    // Items that are made in one request have no order among each other: one at most.
    if chance(50), !lines.isEmpty { lines[0].condition = pick(["new", "good", "fair"]) }
    return .customerReturn(place: place(model), reference: chance(30) ? reference() : nil, lines)
  }

  private mutating func supplierReturn(_ receipt: Int, _ model: Model) -> DocumentOperation {
    let lines = skus(of: receipt, model).map { sku in
      DocumentOperation.Return(
        sku: sku, quantity: number(1...4),
        bucket: chance(30) ? pick(["on_hand", "damaged", "inspection"]) : nil)
    }
    return .supplierReturn(
      receipt: receipt, reference: chance(30) ? reference() : nil, force: chance(30), lines)
  }
}
