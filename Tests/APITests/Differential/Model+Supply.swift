import JSON

extension Model {
  mutating func order(
    _ code: String, _ reference: String?, _ wishes: [Operation.Wish], _ step: Int
  ) -> Expectation {
    let (items, unknown) = named(wishes.map(\.sku))
    guard let place = takingPlace(code), unknown.isEmpty else {
      return .problem(422, "invalid-content", placeProblems(code) + unknown)
    }
    let asked = ["\(place)"] + zip(items, wishes).map { "\($0) \($1.quantity)" }
    if let (twin, answer) = answerOfTwin(.order, reference, asked) {
      if answer.status == 200 { earlier[step] = twin }
      return answer
    }
    let lines = zip(items, wishes).map { item, wish in
      Document.Line(item: item, sku: wish.sku, copies: ["quantity": wish.quantity])
    }
    for line in lines { promise(line["quantity"], "incoming", at: LevelName(item: line.item, place: place)) }
    let document = Document(
      kind: .order, state: "open", reference: reference, place: place, asked: asked, lines: lines)
    documents[step] = document
    return .ok(show(document), status: 201)
  }

  mutating func cancelOrder(_ made: Int) -> Expectation {
    guard var document = documents[made], document.kind == .order else { return .notFound }
    if ["cancelled", "closed"].contains(document.state) { return .ok(show(document)) }
    guard document.state != "received" else { return .problem(409, "invalid-state") }
    for (index, line) in document.lines.enumerated() where line.outstanding > 0 {
      promise(-line.outstanding, "incoming", at: LevelName(item: line.item, place: document.place))
      document.lines[index]["cancelled"] += line.outstanding
    }
    document.state = document.state == "open" ? "cancelled" : "closed"
    documents[made] = document
    return .ok(show(document))
  }

  mutating func receipt(
    _ order: Int?, _ code: String?, _ reference: String?, _ over: Bool,
    _ arrivals: [DocumentOperation.Arrival], _ step: Int
  ) -> Expectation {
    var parent = order.flatMap { documents[$0] }.flatMap { $0.kind == .order ? $0 : nil }
    let code = code ?? parent.map { places[$0.place].code } ?? "main"
    let (items, unknown) = named(arrivals.map(\.sku))
    let problems =
      (order != nil && parent == nil ? ["/purchase_order not-found"] : []) + placeProblems(code) + unknown
    guard problems.isEmpty, let place = place(code) else { return .problem(422, "invalid-content", problems) }
    let lines = zip(items, arrivals).map { item, arrival in
      var line = Document.Line(item: item, sku: arrival.sku, copies: ["quantity": arrival.quantity])
      line.bucket = arrival.bucket ?? "on_hand"
      line.returnable = arrival.returnable.map { now + $0 }
      return line
    }
    let asked =
      ["\(order ?? -1) \(place)"]
      + lines.map { "\($0.item) \($0["quantity"]) \($0.bucket ?? "") \($0.returnable ?? 0)" }
    if let (twin, answer) = answerOfTwin(.receipt, reference, asked) {
      if answer.status == 200 { earlier[step] = twin }
      return answer
    }
    if let parent, ["cancelled", "closed"].contains(parent.state) { return .problem(409, "invalid-state") }

    var filled: [(line: Int, quantity: Int64)] = []
    var refused: [RefusedLine] = []
    for (index, line) in lines.enumerated() where parent != nil {
      let position = parent?.lines.firstIndex { $0.item == line.item }
      let outstanding = position.flatMap { parent?.lines[$0].outstanding } ?? 0
      if line["quantity"] > outstanding {
        refused.append(
          RefusedLine(index: index, code: "over-receipt", wanted: line["quantity"], available: outstanding))
      }
      guard let position else { continue }
      parent?.lines[position]["received"] += line["quantity"]
      filled.append((position, min(line["quantity"], outstanding)))
    }
    guard refused.isEmpty || over else { return .refused(refused) }
    let moves = lines.enumerated().map { index, line in
      Move(
        index: index, name: LevelName(item: line.item, place: place), bucket: line.bucket ?? "on_hand",
        quantity: line["quantity"])
    }
    if let refusal = move(moves, "receipt", "received", reference, document: step) { return refusal }
    if var parent, let order {
      for (position, quantity) in filled where quantity > 0 {
        promise(
          -quantity, "incoming", at: LevelName(item: parent.lines[position].item, place: parent.place))
      }
      parent.state = receivingState(parent)
      documents[order] = parent
    }
    var document = Document(
      kind: .receipt, state: "booked", reference: reference, place: place, asked: asked, lines: lines)
    document.parent = order
    documents[step] = document
    for name in Set(moves.map(\.name)) { settle(name) }
    return .ok(show(document), status: 201)
  }

  private func receivingState(_ order: Document) -> String {
    if order.lines.allSatisfy({ $0.outstanding == 0 }) { return "received" }
    return order.lines.contains { $0["received"] > 0 } ? "partially_received" : "open"
  }

  mutating func customerReturn(
    _ code: String, _ reference: String?, _ returned: [DocumentOperation.Return], _ step: Int
  ) -> Expectation {
    let (sold, unknown) = named(returned.map(\.sku))
    let problems = placeProblems(code) + unknown
    guard problems.isEmpty, let place = place(code) else { return .problem(422, "invalid-content", problems) }
    let before = self
    var lines: [Document.Line] = []
    var repeated: [String] = []
    for (index, (item, wish)) in zip(sold, returned).enumerated() {
      let used = graded(item, wish.condition)
      if lines.contains(where: { $0.item == used && $0.bucket == wish.bucket }) {
        repeated.append("/lines/\(index)/item duplicate-line")
      }
      var line = Document.Line(
        item: used, sku: items[used].sku ?? "", copies: ["quantity": wish.quantity])
      line.bucket = wish.bucket
      lines.append(line)
    }
    guard repeated.isEmpty else {
      self = before
      return .problem(422, "invalid-content", repeated)
    }
    let asked = ["\(place)"] + lines.map { "\($0.item) \($0["quantity"]) \($0.bucket ?? "")" }
    if let (twin, answer) = answerOfTwin(.back, reference, isCustomer: true, asked) {
      self = before
      if answer.status == 200 { earlier[step] = twin }
      return answer
    }
    let moves = lines.enumerated().map { index, line in
      Move(
        index: index, name: LevelName(item: line.item, place: place), bucket: line.bucket ?? "on_hand",
        quantity: line["quantity"])
    }
    if let refusal = move(moves, "customer_return", "returned", reference, document: step) {
      self = before
      return refusal
    }
    var document = Document(
      kind: .back, state: "booked", reference: reference, place: place, asked: asked, lines: lines)
    document.isCustomer = true
    documents[step] = document
    for name in Set(moves.map(\.name)) { settle(name) }
    return .ok(show(document), status: 201)
  }

  /// The item of the same book in a condition, which is made when there is none.
  private mutating func graded(_ item: Int, _ condition: String?) -> Int {
    guard let condition, items[item].condition != condition else { return item }
    let book = items[item].book
    let there = items.indices.filter { items[$0].book == book && items[$0].condition == condition }
    if let oldest = there.min(by: { items[$0].created < items[$1].created }) { return oldest }
    let base = "\(books[book].isbn)-\(condition)"
    let free = ([base] + (2...9).map { "\(base)-\($0)" }).first { self.item($0) == nil }
    items.append(Item(sku: free, book: book, condition: condition, created: now))
    return items.count - 1
  }

  mutating func supplierReturn(
    _ made: Int, _ reference: String?, _ force: Bool, _ returned: [DocumentOperation.Return], _ step: Int
  ) -> Expectation {
    let found = documents[made].flatMap { $0.kind == .receipt ? $0 : nil }
    let (items, unknown) = named(returned.map(\.sku))
    var problems = (found == nil ? ["/receipt not-found"] : []) + unknown
    for (index, wish) in returned.enumerated() {
      guard let item = item(wish.sku) else { continue }
      if found?.lines.contains(where: { $0.item == item }) == false {
        problems.append("/lines/\(index)/item not-on-document")
      }
    }
    guard problems.isEmpty, var receipt = found else { return .problem(422, "invalid-content", problems) }
    let asked = ["\(made)"] + zip(items, returned).map { "\($0) \($1.quantity) \($1.bucket ?? "")" }
    if let (twin, answer) = answerOfTwin(.back, reference, asked) {
      if answer.status == 200 { earlier[step] = twin }
      return answer
    }
    var lines: [Document.Line] = []
    var refused: [RefusedLine] = []
    var closed: [Int] = []
    for (index, (item, wish)) in zip(items, returned).enumerated() {
      var line = Document.Line(item: item, sku: wish.sku, copies: ["quantity": wish.quantity])
      line.bucket = wish.bucket
      var left = wish.quantity
      let ofItem = receipt.lines.indices.filter { receipt.lines[$0].item == item }
      let inOrder =
        ofItem.filter { receipt.lines[$0].bucket == wish.bucket }
        + ofItem.filter { receipt.lines[$0].bucket != wish.bucket }
      for position in inOrder {
        let taken = min(left, receipt.lines[position].remainder)
        guard taken > 0 else { continue }
        receipt.lines[position]["returned"] += taken
        left -= taken
        line.parts.append((position, wish.bucket ?? receipt.lines[position].bucket ?? "on_hand", taken))
        if let end = receipt.lines[position].returnable, end < now, closed.last != index {
          closed.append(index)
        }
      }
      if left > 0 {
        refused.append(
          RefusedLine(
            index: index, code: "exceeds-remainder", wanted: wish.quantity, available: wish.quantity - left))
      }
      lines.append(line)
    }
    guard refused.isEmpty else { return .refused(refused) }
    guard force || closed.isEmpty else {
      return .problem(409, "return-window-closed", closed.map { "/lines/\($0) return-window-closed" })
    }
    let moves = lines.enumerated().flatMap { index, line in
      line.parts.map { part in
        Move(
          index: index, name: LevelName(item: line.item, place: receipt.place), bucket: part.bucket,
          quantity: -part.quantity)
      }
    }
    if let refusal = move(moves, "supplier_return", "returned", reference, document: step) { return refusal }
    documents[made] = receipt
    var document = Document(
      kind: .back, state: "booked", reference: reference, place: receipt.place, asked: asked, lines: lines)
    document.parent = made
    documents[step] = document
    return .ok(show(document), status: 201)
  }

  /// Takes a row back, with what the documents behind it say.
  mutating func reverse(_ row: Int, _ step: Int) -> Expectation {
    let movement = movements[row]
    let kinds = ["adjustment", "count", "receipt", "customer_return", "supplier_return"]
    guard kinds.contains(movement.kind) else { return .problem(409, "not-reversible") }
    if movement.isReversed { return .problem(409, "already-reversed") }
    if books[items[movement.level.item].book].isArchived { return .problem(409, "book-archived") }
    let brings = movement.bucket == "on_hand" && movement.quantity < 0
    if brings, !places[movement.level.place].isActive { return .problem(409, "invalid-state") }
    let before = self
    if movement.bucket == "on_hand", let document = movement.document {
      if let refusal = takeBack(movement, document) {
        self = before
        return refusal
      }
    }
    let change = BucketChange(index: 0, bucket: movement.bucket, change: .delta(-movement.quantity))
    var refused = judged([change], on: levels[movement.level] ?? Level()).refused
    guard refused.isEmpty else {
      self = before
      refused = Array(refused.prefix(1))
      var expectation = Expectation.refused(refused)
      expectation.errors = []
      return expectation
    }
    movements[row].isReversed = true
    post(
      -movement.quantity, of: movement.bucket, at: movement.level, "reversal", "correction",
      movement.reference, line: 0)
    settle(movement.level)
    return .ok(movements.last.map(show), status: 201)
  }

  private mutating func takeBack(_ movement: Movement, _ step: Int) -> Expectation? {
    guard let document = documents[step] else { return nil }
    if document.kind == .back {
      guard !document.isCustomer, let receipt = document.parent else { return nil }
      let parts = document.lines.flatMap(\.parts)
      documents[receipt]?.lines[parts[movement.line].line]["returned"] += movement.quantity
      return nil
    }
    let remainder = document.lines[movement.line].remainder
    guard movement.quantity <= remainder else {
      var expectation = Expectation.refused([
        RefusedLine(
          index: 0, code: "exceeds-remainder", wanted: movement.quantity, available: remainder)
      ])
      expectation.errors = []
      return expectation
    }
    documents[step]?.lines[movement.line]["reversed"] += movement.quantity
    guard let made = document.parent, var order = documents[made],
      let line = order.lines.firstIndex(where: { $0.item == movement.level.item })
    else { return nil }
    let outstanding = order.lines[line].outstanding
    let takesReceipts = !["cancelled", "closed"].contains(order.state)
    order.lines[line]["received"] -= movement.quantity
    if !takesReceipts { order.lines[line]["cancelled"] += order.lines[line].outstanding }
    let again = order.lines[line].outstanding - outstanding
    if again > 0 {
      promise(again, "incoming", at: LevelName(item: movement.level.item, place: order.place))
    }
    if takesReceipts { order.state = receivingState(order) }
    documents[made] = order
    return nil
  }

  // MARK: Parts

  private func takingPlace(_ code: String) -> Int? { place(code).flatMap { places[$0].isActive ? $0 : nil } }

  private func placeProblems(_ code: String) -> [String] {
    guard let place = place(code) else { return ["/location not-found"] }
    return places[place].isActive ? [] : ["/location inactive"]
  }

  /// Copies that come to or leave a level in a state: all are on hand, some are also in another bucket.
  private struct Move {
    var index: Int
    var name: LevelName
    var bucket: String
    var quantity: Int64

    var buckets: [String] { bucket == "on_hand" ? [bucket] : ["on_hand", bucket] }
  }

  /// Judges and posts; the rows of the second bucket are numbered behind those of the first.
  private mutating func move(
    _ moves: [Move], _ kind: String, _ reason: String, _ reference: String?, document: Int
  ) -> Expectation? {
    var refused: [RefusedLine] = []
    for name in Set(moves.map(\.name)) {
      let changes = moves.filter { $0.name == name }.flatMap { move in
        move.buckets.map { BucketChange(index: move.index, bucket: $0, change: .delta(move.quantity)) }
      }
      for line in judged(changes, on: levels[name] ?? Level()).refused
      where !refused.contains(where: { $0.index == line.index }) {
        refused.append(line)
      }
    }
    guard refused.isEmpty else { return .refused(refused.sorted { $0.index < $1.index }) }
    for (line, move) in moves.enumerated() {
      for (position, bucket) in move.buckets.enumerated() {
        post(
          move.quantity, of: bucket, at: move.name, kind, reason, reference,
          line: line + position * moves.count, document: document)
      }
    }
    return nil
  }
}
