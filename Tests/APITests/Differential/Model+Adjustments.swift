import JSON

extension Model {
  /// What is wrong with a content, whatever the state is.
  func contentProblem(_ operation: Operation) -> Expectation? {
    var errors: [String] = []
    func findRepeated(_ names: [String]) {
      for (index, name) in names.enumerated() where names[..<index].contains(name) {
        errors.append("/lines/\(index) duplicate-line")
      }
    }
    var end: Operation.End?
    switch operation {
    case .adjust(let adjustment):
      findRepeated(adjustment.lines.map { "\($0.sku) \($0.place ?? "main") \($0.bucket)" })
    case .reserve(let wanted):
      findRepeated(wanted.lines.map { "\($0.sku) \($0.place ?? "")" })
      if wanted.replace, wanted.reference == nil { errors.append("/reference required") }
      end = wanted.end
    case .availability(let lines): findRepeated(lines.map { "\($0.sku) \($0.place ?? "")" })
    case .confirm(_, let until), .edit(_, let until, _): end = until
    default: break
    }
    if errors.isEmpty, case .instant(let distance)? = end, distance > 366 * 86_400_000_000 {
      errors.append("/expires_at too-far")
    }
    return errors.isEmpty ? nil : .problem(422, "invalid-content", errors)
  }

  mutating func adjust(_ adjustment: Operation.Adjustment, _ step: Int) -> Expectation {
    var problems: [String] = []
    var names: [LevelName] = []
    for (index, line) in adjustment.lines.enumerated() {
      let item = item(line.sku)
      let place = place(line.place ?? "main")
      if item == nil { problems.append("/lines/\(index)/item not-found") }
      if place == nil { problems.append("/lines/\(index)/location not-found") }
      if let place, !places[place].isActive, line.bringsCopies {
        problems.append("/lines/\(index)/location inactive")
      }
      if let item, let place { names.append(LevelName(item: item, place: place)) }
    }
    guard problems.isEmpty else { return .problem(422, "invalid-content", problems) }
    return taking({ _ in Set(names.map(\.item)) }) { $0.applied(adjustment, names, step) }
  }

  private mutating func applied(
    _ adjustment: Operation.Adjustment, _ names: [LevelName], _ step: Int
  ) -> Expectation {
    var refused: [RefusedLine] = []
    var quantities: [Int: Int64] = [:]
    for name in Set(names) {
      let indices = names.indices.filter { names[$0] == name }
      var level = levels[name] ?? Level()
      if adjustment.force { level["held"] = 0 }
      let lines = indices.map { index in
        BucketChange(
          index: index, bucket: adjustment.lines[index].bucket, change: adjustment.lines[index].change)
      }
      let outcome = judged(lines, on: level)
      refused += outcome.refused
      for (index, effect) in zip(indices, outcome.effects) { quantities[index] = effect.quantity }
    }
    guard refused.isEmpty else { return .refused(refused.sorted { $0.index < $1.index }) }
    let first = movements.count
    for (index, line) in adjustment.lines.enumerated() {
      post(
        quantities[index] ?? 0, of: line.bucket, at: names[index], "adjustment", adjustment.reason,
        adjustment.reference, line: index)
    }
    shown[step] = Array(first..<movements.count)
    for name in Set(names) { settle(name) }
    return .ok(
      object(["movements": .array(movements[first...].map(show)), "levels": .array(names.map(show))]),
      status: 201)
  }

  func show(_ movement: Movement) -> JSONValue {
    object([
      "sku": text(items[movement.level.item].sku), "location_code": text(places[movement.level.place].code),
      "bucket": text(movement.bucket), "quantity": number(movement.quantity),
      "balance_after": number(movement.after), "kind": text(movement.kind), "reason": text(movement.reason),
      "reference": text(movement.reference) ?? .null, "line": number(Int64(movement.line)),
    ])
  }

  /// After the copies of a level have changed: too few cut the newest holds short, free ones go to whoever
  /// waits longest.
  mutating func settle(_ name: LevelName) {
    guard var level = levels[name] else { return }
    let before = level.copies
    let places = reservations.keys.flatMap { made in
      (reservations[made]?.holds ?? []).indices.map { (made: made, hold: $0) }
    }
    .filter { reservations[$0.made]?.holds[$0.hold].level == name }
    .sorted { left, right in
      guard let one = reservations[left.made], let other = reservations[right.made] else { return false }
      return (one.created, one.holds[left.hold].line) < (other.created, other.holds[right.hold].line)
    }
    for (made, hold) in places.reversed() where level.free < 0 {
      let taken = min(-level.free, reservations[made]?.holds[hold]["held"] ?? 0)
      reservations[made]?.holds[hold]["held"] -= taken
      reservations[made]?.holds[hold]["short"] += taken
      level["held"] -= taken
    }
    for (made, hold) in places where level.available > 0 && reservations[made]?.isDue(now) == false {
      let given = min(level.available, reservations[made]?.holds[hold]["backordered"] ?? 0)
      reservations[made]?.holds[hold]["backordered"] -= given
      reservations[made]?.holds[hold]["held"] += given
      level["backordered"] -= given
      level["held"] += given
    }
    levels[name] = level
    if level.copies != before { touched.insert(name) }
  }
}

extension Operation.Adjustment.Line {
  fileprivate var bringsCopies: Bool {
    guard bucket == "on_hand" else { return false }
    switch change {
    case .delta(let delta): return delta > 0
    case .set(let quantity, let expected): return quantity > expected
    }
  }
}
