import JSON

extension Model {
  mutating func count(
    _ code: String, _ skus: [String]?, _ blind: Bool, _ reference: String?, _ step: Int
  ) -> Expectation {
    let place = place(code)
    let (items, unknown) = named(skus ?? [])
    var problems = place == nil ? ["/location not-found"] : []
    // A list of names has no members that could be pointed at.
    problems += unknown.map { $0.replacing("/lines/", with: "/items/").replacing("/item ", with: " ") }
    guard problems.isEmpty, let place else { return .problem(422, "invalid-content", problems) }
    let asked = ["\(place)", skus == nil ? "everything" : "\(items)"]
    if let (twin, answer) = answerOfTwin(.count, reference, asked) {
      if answer.status == 200 { earlier[step] = twin }
      return answer
    }
    let counted =
      skus == nil
      ? inOrder.filter { $0.place == place && !books[self.items[$0.item].book].isArchived }.map(\.item)
      : items
    let lines = counted.map { item in
      var line = Document.Line(item: item, sku: self.items[item].sku ?? "")
      line.expected = levels[LevelName(item: item, place: place)]?["on_hand"] ?? 0
      return line
    }
    var document = Document(
      kind: .count, state: "open", reference: reference, place: place, asked: asked, lines: lines)
    document.isBlind = blind
    document.isEverything = skus == nil
    documents[step] = document
    return .ok(show(document), status: 201)
  }

  mutating func record(_ made: Int, _ found: [DocumentOperation.Found]) -> Expectation {
    guard var document = documents[made], document.kind == .count else { return .notFound }
    guard document.state == "open" else { return .problem(409, "invalid-state") }
    let (items, unknown) = named(found.map(\.sku))
    guard unknown.isEmpty else { return .problem(422, "invalid-content", unknown) }
    var problems: [String] = []
    for (index, (item, entry)) in zip(items, found).enumerated() {
      if let ago = entry.ago, -ago > 300_000_000 {
        problems.append("/lines/\(index)/counted_at in-the-future")
      }
      if !document.lines.contains(where: { $0.item == item }) {
        if document.isEverything {
          document.lines.append(Document.Line(item: item, sku: entry.sku))
        } else {
          problems.append("/lines/\(index)/item not-on-document")
        }
      }
    }
    guard problems.isEmpty else { return .problem(422, "invalid-content", problems) }
    for (item, entry) in zip(items, found) {
      guard let line = document.lines.firstIndex(where: { $0.item == item }) else { continue }
      document.lines[line].counted = entry.counted
      document.lines[line].countedAt = min(now, now - (entry.ago ?? 0))
      document.lines[line].expected = expected(document, line)
    }
    documents[made] = document
    return .ok(show(document))
  }

  /// What the ledger says of the instant at which a line was counted.
  private func expected(_ document: Document, _ line: Int) -> Int64 {
    let name = LevelName(item: document.lines[line].item, place: document.place)
    return copies(name, at: document.lines[line].countedAt ?? now)["on_hand"] ?? 0
  }

  mutating func complete(_ made: Int, _ force: Bool, _ zero: Bool) -> Expectation {
    guard var document = documents[made], document.kind == .count else { return .notFound }
    if document.state == "completed" { return answer(document) }
    guard document.state == "open" else { return .problem(409, "invalid-state") }
    func name(_ line: Int) -> LevelName {
      LevelName(item: document.lines[line].item, place: document.place)
    }
    let counted = document.lines.indices.filter { zero || document.lines[$0].counted != nil }
    for line in counted {
      if document.lines[line].counted == nil {
        document.lines[line].counted = 0
        document.lines[line].countedAt = now
        document.lines[line].expected = levels[name(line)]?["on_hand"] ?? 0
      } else {
        document.lines[line].expected = expected(document, line)
      }
    }
    var refused: [RefusedLine] = []
    let changed = counted.filter { document.lines[$0].variance != 0 }
    for line in changed {
      if books[items[document.lines[line].item].book].isArchived { return .problem(409, "book-archived") }
      var level = levels[name(line)] ?? Level()
      if force { level["held"] = 0 }
      let change = Operation.Adjustment.Change.delta(document.lines[line].variance ?? 0)
      refused += judged([BucketChange(index: line, bucket: "on_hand", change: change)], on: level).refused
    }
    guard refused.isEmpty else { return .refused(refused) }
    let first = movements.count
    for line in changed {
      post(
        document.lines[line].variance ?? 0, of: "on_hand", at: name(line), "count", "count",
        document.reference, line: line)
    }
    for line in changed { settle(name(line)) }
    document.state = "completed"
    document.rows = Array(first..<movements.count)
    documents[made] = document
    return answer(document)
  }

  private func answer(_ document: Document) -> Expectation {
    guard case .object(let members) = show(document) else { return .ok() }
    let rows = JSONMember(name: "movements", value: .array(document.rows.map { show(movements[$0]) }))
    return .ok(.object(members + [rows]))
  }

  mutating func cancelCount(_ made: Int) -> Expectation {
    guard var document = documents[made], document.kind == .count else { return .notFound }
    if document.state == "cancelled" { return .ok(show(document)) }
    guard document.state == "open" else { return .problem(409, "invalid-state") }
    document.state = "cancelled"
    documents[made] = document
    return .ok(show(document))
  }
}
