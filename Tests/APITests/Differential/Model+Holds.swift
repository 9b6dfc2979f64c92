import Inventory

/// What requests about reservations have in common.
extension Model {
  struct Refusal: Error {
    var expectation: Expectation
  }

  func resolve(_ end: Operation.End?, into ends: inout Int64?) -> Expectation? {
    switch end {
    case nil, .never: ends = nil
    case .seconds(let seconds): ends = now + seconds * 1_000_000
    case .instant(let distance):
      guard distance > 0 else { return .problem(422, "invalid-content", ["/expires_at not-in-future"]) }
      ends = now + distance
    }
    return nil
  }

  func named(_ wishes: [Operation.Wish]) -> Result<[Line], Refusal> {
    var problems: [String] = []
    var lines: [Line] = []
    for (index, wish) in wishes.enumerated() {
      let item = item(wish.sku)
      let place = wish.place.flatMap(place)
      if item == nil { problems.append("/lines/\(index)/item not-found") }
      if wish.place != nil, place.map({ places[$0].isActive }) != true {
        problems.append("/lines/\(index)/location \(place == nil ? "not-found" : "inactive")")
      }
      if let item {
        lines.append(
          Line(item: item, sku: wish.sku, place: place, code: wish.place, quantity: wish.quantity))
      }
    }
    return problems.isEmpty
      ? .success(lines) : .failure(Refusal(expectation: .problem(422, "invalid-content", problems)))
  }

  /// Promises copies line by line; what is not there is waited for where that is allowed.
  mutating func allocate(_ wanted: [(line: Int, quantity: Int64)], to made: Int) -> [RefusedLine] {
    guard let reservation = reservations[made] else { return [] }
    var refused: [RefusedLine] = []
    for (line, quantity) in wanted {
      let asked = reservation.lines[line]
      var left = quantity
      let serving =
        asked.place.map { [$0] }
        ?? inPriority.filter { levels[LevelName(item: asked.item, place: $0)] != nil }
      let isPossible =
        !books[items[asked.item].book].isArchived && asked.place.map { places[$0].isActive } != false
      for place in serving where isPossible {
        let name = LevelName(item: asked.item, place: place)
        let taken = min(left, levels[name]?.available ?? 0)
        if taken > 0 { hold(taken, "held", name, line, made) }
        left -= taken
      }
      if left > 0, reservation.backorder, isPossible, let first = serving.first ?? inPriority.first {
        let waiting = levels.filter { $0.key.item == asked.item }.reduce(0) { $0 + $1.value["backordered"] }
        let more = min(left, max(0, items[asked.item].backorderLimit - waiting))
        if more > 0 { hold(more, "backordered", LevelName(item: asked.item, place: first), line, made) }
        left -= more
      }
      if left > 0 {
        refused.append(
          RefusedLine(
            index: line, code: "insufficient-stock", wanted: quantity, available: quantity - left))
      }
    }
    return refused
  }

  private var inPriority: [Int] {
    places.indices.filter { places[$0].isActive }
      .sorted { (places[$0].priority, places[$0].code) < (places[$1].priority, places[$1].code) }
  }

  private mutating func hold(_ quantity: Int64, _ kind: String, _ name: LevelName, _ line: Int, _ made: Int) {
    promise(quantity, kind, at: name)
    let place = reservations[made]?.holds.firstIndex { $0.line == line && $0.level == name }
    if let place {
      reservations[made]?.holds[place][kind] += quantity
    } else {
      reservations[made]?.holds.append(Hold(line: line, level: name, copies: [kind: quantity]))
    }
  }

  /// Frees what has run out of these items, the oldest first; true when there was any.
  @discardableResult
  mutating func freeDue(of items: Set<Int>) -> Bool {
    let due = reservations.filter { _, reservation in
      reservation.isDue(now) && reservation.holds.contains { items.contains($0.level.item) && $0.open > 0 }
    }
    .sorted { $0.value.created < $1.value.created }
    for (made, _) in due { free(made, as: "expired") }
    return !due.isEmpty
  }

  mutating func free(_ made: Int, as state: String) {
    for level in takeAll(of: made, as: state) { settle(level) }
  }

  /// Frees what is left of a reservation, and gives it to nobody yet: where it was.
  mutating func takeAll(of made: Int, as state: String) -> Set<LevelName> {
    guard var found = reservations[made] else { return [] }
    var touched: Set<LevelName> = []
    for hold in found.holds.indices where found.holds[hold].open > 0 {
      touched.insert(found.holds[hold].level)
      take(found.holds[hold].open, from: &found.holds[hold], as: state)
    }
    let isPartlySold = found.holds.contains { $0["fulfilled"] > 0 }
    found.state = state == "released" && isPartlySold ? "fulfilled" : state
    reservations[made] = found
    return touched
  }

  mutating func take(_ quantity: Int64, from hold: inout Hold, as kind: String) {
    let waiting = min(quantity, hold["backordered"])
    hold["backordered"] -= waiting
    hold["held"] -= quantity - waiting
    hold[kind] += quantity
    promise(-waiting, "backordered", at: hold.level)
    promise(waiting - quantity, "held", at: hold.level)
  }

  func inLineOrder(_ reservation: Reservation) -> [Int] {
    reservation.holds.indices.sorted {
      (reservation.holds[$0].line, $0) < (reservation.holds[$1].line, $1)
    }
  }

  func pick(
    _ parts: [Operation.Part], from reservation: Reservation, _ left: (Hold) -> Int64
  ) -> Result<[(hold: Int, quantity: Int64, index: Int)], Refusal> {
    let unknown = parts.indices.filter { parts[$0].place.map { place($0) == nil } ?? false }
    guard unknown.isEmpty else {
      let errors = unknown.map { "/lines/\($0)/location not-found" }
      return .failure(Refusal(expectation: .problem(422, "invalid-content", errors)))
    }
    var rest = reservation.holds.map(left)
    var picked: [(hold: Int, quantity: Int64, index: Int)] = []
    var refused: [RefusedLine] = []
    for (index, part) in parts.enumerated() {
      var wanted = part.quantity
      for hold in inLineOrder(reservation) where reservation.holds[hold].line == part.index {
        if let code = part.place, reservation.holds[hold].level.place != place(code) { continue }
        let taken = min(wanted, rest[hold])
        guard taken > 0 else { continue }
        rest[hold] -= taken
        wanted -= taken
        picked.append((hold, taken, index))
      }
      if wanted > 0 {
        refused.append(
          RefusedLine(
            index: index, code: "exceeds-remainder", wanted: part.quantity, available: part.quantity - wanted)
        )
      }
    }
    return refused.isEmpty ? .success(picked) : .failure(Refusal(expectation: .refused(refused)))
  }

  /// All locations are in UTC.
  func isEmbargoed(_ item: Int) -> Bool {
    guard let day = books[items[item].book].onSale else { return false }
    return day > "\(Instant(microseconds: now))".prefix(10)
  }
}
