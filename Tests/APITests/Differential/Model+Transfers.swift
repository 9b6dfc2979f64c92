import JSON

extension Model {
  mutating func transfer(
    _ from: String, _ to: String, _ reference: String?, _ wishes: [Operation.Wish], _ step: Int
  ) -> Expectation {
    var problems: [String] = []
    let (source, target) = (place(from), place(to))
    if source == nil { problems.append("/from not-found") }
    if target == nil { problems.append("/to not-found") }
    if let target, !places[target].isActive { problems.append("/to inactive") }
    if let source, source == target { problems.append("/to same-location") }
    let (items, unknown) = named(wishes.map(\.sku))
    problems += unknown
    guard problems.isEmpty, let source, let target else { return .problem(422, "invalid-content", problems) }
    let asked = ["\(source) \(target)"] + zip(items, wishes).map { "\($0) \($1.quantity)" }
    if let (twin, answer) = answerOfTwin(.transfer, reference, asked) {
      if answer.status == 200 { earlier[step] = twin }
      return answer
    }
    let lines = zip(items, wishes).map { item, wish in
      Document.Line(item: item, sku: wish.sku, copies: ["quantity": wish.quantity])
    }
    let document = Document(
      kind: .transfer, state: "draft", reference: reference, place: source, to: target, asked: asked,
      lines: lines)
    documents[step] = document
    return .ok(show(document), status: 201)
  }

  /// Copies leave the shelf, and are in transit where they go.
  mutating func ship(_ made: Int) -> Expectation {
    guard var document = documents[made], document.kind == .transfer, let to = document.to else {
      return .notFound
    }
    if document.state == "in_transit" { return .ok(show(document)) }
    guard document.state == "draft", places[to].isActive else { return .problem(409, "invalid-state") }
    var refused: [RefusedLine] = []
    for (index, line) in document.lines.enumerated() {
      let level = levels[LevelName(item: line.item, place: document.place)] ?? Level()
      let change = BucketChange(index: index, bucket: "on_hand", change: .delta(-line["quantity"]))
      refused += judged([change], on: level).refused
    }
    guard refused.isEmpty else { return .refused(refused) }
    for (index, line) in document.lines.enumerated() {
      post(
        -line["quantity"], of: "on_hand", at: LevelName(item: line.item, place: document.place),
        "transfer_shipment", "transferred", document.reference, line: index)
      promise(line["quantity"], "in_transit", at: LevelName(item: line.item, place: to))
      document.lines[index]["shipped"] = line["quantity"]
    }
    document.state = "in_transit"
    documents[made] = document
    return .ok(show(document))
  }

  mutating func receive(_ made: Int, _ wishes: [Operation.Wish]?, _ close: Bool) -> Expectation {
    guard var document = documents[made], document.kind == .transfer, let to = document.to else {
      return .notFound
    }
    if document.state == "received", wishes == nil { return .ok(show(document)) }
    guard document.state == "in_transit" else { return .problem(409, "invalid-state") }
    var arrived: [Int: (quantity: Int64, index: Int)] = [:]
    if let wishes {
      let (items, unknown) = named(wishes.map(\.sku))
      guard unknown.isEmpty else { return .problem(422, "invalid-content", unknown) }
      var problems: [String] = []
      for (index, item) in items.enumerated() {
        if let line = document.lines.firstIndex(where: { $0.item == item }) {
          arrived[line] = (wishes[index].quantity, index)
        } else {
          problems.append("/lines/\(index)/item not-on-document")
        }
      }
      guard problems.isEmpty else { return .problem(422, "invalid-content", problems) }
    } else {
      for (index, line) in document.lines.enumerated() { arrived[index] = (line.underWay, index) }
    }
    func present(_ line: Int) -> Int64 {
      levels[LevelName(item: document.lines[line].item, place: to)]?["on_hand"] ?? 0
    }
    let tooMany = arrived.filter { $0.value.quantity > 1_000_000_000 - present($0.key) }.map {
      line, arrival in
      RefusedLine(
        index: arrival.index, code: "quantity-too-large", wanted: arrival.quantity, available: present(line))
    }
    guard tooMany.isEmpty else { return .refused(tooMany.sorted { $0.index < $1.index }) }
    for index in document.lines.indices {
      guard let quantity = arrived[index]?.quantity ?? (close ? 0 : nil) else { continue }
      let line = document.lines[index]
      let name = LevelName(item: line.item, place: to)
      let taken = close ? line.underWay : min(line.underWay, quantity)
      if taken > 0 {
        promise(-taken, "in_transit", at: name)
        post(
          taken, of: "on_hand", at: name, "transfer_receipt", "transferred", document.reference, line: index)
      }
      if quantity != taken {
        post(
          quantity - taken, of: "on_hand", at: name, "transfer_variance", quantity < taken ? "lost" : "found",
          document.reference, line: index)
      }
      document.lines[index]["received"] += quantity
      document.lines[index]["variance"] += quantity - taken
    }
    for line in document.lines { settle(LevelName(item: line.item, place: to)) }
    if document.lines.allSatisfy({ $0.underWay == 0 }) { document.state = "received" }
    documents[made] = document
    return .ok(show(document))
  }

  mutating func cancelTransfer(_ made: Int) -> Expectation {
    guard var document = documents[made], document.kind == .transfer, let to = document.to else {
      return .notFound
    }
    if document.state == "cancelled" { return .ok(show(document)) }
    guard document.state != "received" else { return .problem(409, "invalid-state") }
    let source = document.place
    let tooMany = document.lines.enumerated().compactMap { index, line -> RefusedLine? in
      let present = levels[LevelName(item: line.item, place: source)]?["on_hand"] ?? 0
      guard document.state == "in_transit", line.underWay > 1_000_000_000 - present else { return nil }
      return RefusedLine(
        index: index, code: "quantity-too-large", wanted: line.underWay, available: present)
    }
    guard tooMany.isEmpty else { return .refused(tooMany) }
    for (index, line) in document.lines.enumerated() where line.underWay > 0 {
      promise(-line.underWay, "in_transit", at: LevelName(item: line.item, place: to))
      post(
        line.underWay, of: "on_hand", at: LevelName(item: line.item, place: source), "transfer_cancellation",
        "transferred", document.reference, line: index)
      document.lines[index]["returned"] += line.underWay
    }
    if document.state == "in_transit" {
      for line in document.lines { settle(LevelName(item: line.item, place: source)) }
    }
    document.state = document.lines.contains { $0["received"] > 0 } ? "received" : "cancelled"
    documents[made] = document
    return .ok(show(document))
  }
}
