import Inventory
import JSON

extension Model {
  mutating func reserve(_ wanted: Operation.Reservation, _ step: Int) -> Expectation {
    var ends: Int64?
    if let refusal = resolve(wanted.end, into: &ends) { return refusal }
    let before = self
    switch named(wanted.lines) {
    case .failure(let refusal): return refusal.expectation
    case .success(let lines):
      var replaced: Int?
      if let answer = makeRoom(for: wanted, lines, step, replacing: &replaced) { return answer }
      freeDue(of: Set(lines.map(\.item)))
      // The buyer's own copies are his before anybody else who waits has what he leaves.
      let left = replaced.map { takeAll(of: $0, as: "released") } ?? []
      reservations[step] = Reservation(
        reference: wanted.reference, note: wanted.note, ends: ends, partial: wanted.partial,
        backorder: wanted.backorder, lines: lines, created: now)
      let refused = allocate(lines.enumerated().map { ($0, $1.quantity) }, to: step)
      let isEmpty = reservations[step]?.holds.isEmpty ?? true
      guard refused.isEmpty || (wanted.partial && !isEmpty) else {
        self = before
        return .refused(refused)
      }
      for level in left { settle(level) }
      return answer(step, status: 201)
    }
  }

  /// Settles what has the same reference; an answer when there is nothing more to do.
  private mutating func makeRoom(
    for wanted: Operation.Reservation, _ lines: [Line], _ step: Int, replacing replaced: inout Int?
  ) -> Expectation? {
    guard let reference = wanted.reference, let twin = holder(of: reference), let found = reservations[twin]
    else { return nil }
    if found.isDue(now) {
      free(twin, as: "expired")
      return nil
    }
    let same = found.lines.map { [$0.item, $0.place ?? -1, Int($0.quantity)] }
    if same == lines.map({ [$0.item, $0.place ?? -1, Int($0.quantity)] }) {
      earlier[step] = twin
      return .ok(show(found))
    }
    // What was partly handed out keeps its reference for good.
    let isTouched = found.state == "fulfilled" || found.holds.contains { $0["fulfilled"] > 0 }
    guard wanted.replace, !isTouched else { return .problem(409, "reference-in-use") }
    replaced = twin
    return nil
  }

  /// What has this reference now.
  private func holder(of reference: String) -> Int? {
    reservations.first {
      $0.value.reference == reference && ($0.value.isActive || $0.value.state == "fulfilled")
    }?
    .key
  }

  mutating func confirm(_ made: Int, _ end: Operation.End?) -> Expectation {
    guard let found = reservations[made] else { return .notFound }
    var ends: Int64?
    if let refusal = resolve(end, into: &ends) { return refusal }
    if found.isDue(now) || found.state == "expired" { return reacquire(made, until: ends) }
    guard found.isActive else { return .problem(409, "invalid-state") }
    if found.state == "confirmed", ends == nil { return .ok(show(found)) }
    reservations[made]?.state = "confirmed"
    reservations[made]?.ends = ends
    return answer(made)
  }

  /// Holds again what has run out, if it is there.
  private mutating func reacquire(_ made: Int, until ends: Int64?) -> Expectation {
    let before = self
    if let reference = reservations[made]?.reference, let twin = holder(of: reference), twin != made {
      guard reservations[twin]?.isDue(now) == true else { return .problem(409, "reference-in-use") }
      free(twin, as: "expired")
    }
    freeDue(of: Set(reservations[made]?.lines.map(\.item) ?? []))
    if reservations[made]?.isActive == true { free(made, as: "expired") }
    guard var found = reservations[made] else { return .notFound }
    var wanted: [(Int, Int64)] = []
    for line in found.lines.indices {
      var quantity: Int64 = 0
      for hold in found.holds.indices where found.holds[hold].line == line {
        quantity += found.holds[hold]["expired"]
        found.holds[hold]["expired"] = 0
      }
      if quantity > 0 { wanted.append((line, quantity)) }
    }
    found.state = "confirmed"
    found.ends = ends
    reservations[made] = found
    let refused = allocate(wanted, to: made)
    let isOpen = reservations[made]?.holds.contains { $0.open > 0 } ?? false
    guard refused.isEmpty || (found.partial && isOpen) else {
      self = before
      return .refused(refused, as: "reservation-expired")
    }
    return answer(made)
  }

  mutating func fulfill(_ made: Int, _ parts: [Operation.Part]?) -> Expectation {
    guard var found = reservations[made] else { return .notFound }
    if found.isDue(now) || found.state == "expired" { return .problem(409, "reservation-expired") }
    if found.state == "fulfilled", parts == nil { return .ok(show(found)) }
    guard found.isActive else { return .problem(409, "invalid-state") }
    var taken: [(hold: Int, quantity: Int64, index: Int)] = []
    if let parts {
      switch pick(parts, from: found, { $0["held"] }) {
      case .failure(let refusal): return refusal.expectation
      case .success(let picked): taken = picked
      }
    } else {
      taken = inLineOrder(found).filter { found.holds[$0]["held"] > 0 }
        .map { ($0, found.holds[$0]["held"], found.holds[$0].line) }
      // What is waited for, or was lost, is not handed out.
      let missing = found.lines.indices.map { line in
        found.holds.filter { $0.line == line }.reduce(0) { $0 + $1["backordered"] + $1["short"] }
      }
      if taken.isEmpty, missing.contains(where: { $0 > 0 }) {
        return .refused(
          missing.indices.filter { missing[$0] > 0 }.map {
            RefusedLine(index: $0, code: "insufficient-stock", wanted: missing[$0], available: 0)
          })
      }
    }
    let early = taken.filter { isEmbargoed(found.holds[$0.hold].level.item) }
    guard early.isEmpty else {
      return .problem(409, "embargoed", early.map { "/lines/\($0.index) embargoed" })
    }
    for (line, (hold, quantity, _)) in taken.enumerated() {
      found.holds[hold]["held"] -= quantity
      found.holds[hold]["fulfilled"] += quantity
      let level = found.holds[hold].level
      promise(-quantity, "held", at: level)
      post(-quantity, of: "on_hand", at: level, "sale", "sold", found.reference, line: line)
    }
    if found.holds.allSatisfy({ $0.open == 0 }) { found.state = "fulfilled" }
    reservations[made] = found
    return answer(made)
  }

  mutating func release(_ made: Int, _ parts: [Operation.Part]?) -> Expectation {
    guard var found = reservations[made] else { return .notFound }
    guard let parts else {
      if found.isActive { free(made, as: found.isDue(now) ? "expired" : "released") }
      return answer(made)
    }
    if found.isDue(now) || found.state == "expired" { return .problem(409, "reservation-expired") }
    guard found.isActive else { return .problem(409, "invalid-state") }
    switch pick(parts, from: found, \.open) {
    case .failure(let refusal): return refusal.expectation
    case .success(let picked):
      for (hold, quantity, _) in picked { take(quantity, from: &found.holds[hold], as: "released") }
      if found.holds.allSatisfy({ $0.open == 0 }) {
        found.state = found.holds.contains { $0["fulfilled"] > 0 } ? "fulfilled" : "released"
      }
      reservations[made] = found
      for level in Set(picked.map { found.holds[$0.hold].level }) { settle(level) }
      return answer(made)
    }
  }

  mutating func edit(_ made: Int, _ end: Operation.End?, _ note: String?) -> Expectation {
    guard let found = reservations[made] else { return .notFound }
    if found.isDue(now) || found.state == "expired" { return .problem(409, "reservation-expired") }
    guard found.isActive else { return .problem(409, "invalid-state") }
    if let end {
      var ends: Int64?
      if let refusal = resolve(end, into: &ends) { return refusal }
      reservations[made]?.ends = ends
    }
    if let note { reservations[made]?.note = note.isEmpty ? nil : note }
    return answer(made)
  }

  mutating func availability(_ lines: [Operation.Wish]) -> Expectation {
    switch named(lines) {
    case .failure(let refusal): return refusal.expectation
    case .success(let lines):
      freeDue(of: Set(lines.map(\.item)))
      let before = self
      defer { self = before }
      reservations[-1] = Reservation(partial: true, backorder: false, lines: lines, created: now)
      let refused = allocate(lines.enumerated().map { ($0, $1.quantity) }, to: -1)
      let shown = lines.enumerated().map { index, line in
        object([
          "index": number(Int64(index)), "wanted": number(line.quantity),
          "available": number(refused.first { $0.index == index }?.available ?? line.quantity),
          "allocations": .array(
            (reservations[-1]?.holds ?? []).filter { $0.line == index }.map { hold in
              object(["location": text(places[hold.level.place].code), "quantity": number(hold["held"])])
            }),
        ])
      }
      return .ok(object(["fits": .bool(refused.isEmpty), "lines": .array(shown)]))
    }
  }

  /// Frees what ran out first, up to a limit, and forgets keys.
  mutating func sweep(_ limit: Int) {
    let due = reservations.filter { $0.value.isDue(now) }.sorted {
      ($0.value.ends ?? 0, $0.value.created) < ($1.value.ends ?? 0, $1.value.created)
    }
    for (made, _) in due.prefix(limit) { free(made, as: "expired") }
    answered = answered.filter { $0.value.at > now - 86_400_000_000 }
  }

  private func answer(_ made: Int, status: Int = 200) -> Expectation {
    .ok(reservations[made].map(show), status: status)
  }

  /// What has run out is shown as expired, whether or not anybody has freed it.
  func show(_ reservation: Reservation) -> JSONValue {
    let isDue = reservation.isDue(now)
    let kinds = ["held", "backordered", "fulfilled", "released", "expired", "short"]
    func shown(_ hold: Hold) -> [String: Int64] {
      var copies = Dictionary(uniqueKeysWithValues: kinds.map { ($0, hold[$0]) })
      guard isDue else { return copies }
      copies["expired", default: 0] += hold.open
      copies["held"] = 0
      copies["backordered"] = 0
      return copies
    }
    let lines = reservation.lines.enumerated().map { index, line in
      let holds = reservation.holds.filter { $0.line == index }
      let sums = kinds.map { kind in holds.reduce(0) { $0 + (shown($1)[kind] ?? 0) } }
      var members = Dictionary(uniqueKeysWithValues: zip(kinds, sums.map { number($0) }))
      members["index"] = number(Int64(index))
      members["sku"] = text(line.sku)
      members["location"] = text(line.code) ?? .null
      members["quantity"] = number(line.quantity)
      members["missing"] = number(max(0, line.quantity - sums.reduce(0, +)))
      members["allocations"] = .array(
        holds.map { hold in
          object(
            shown(hold).mapValues { number($0) }.merging(["location": text(places[hold.level.place].code)]) {
              $1
            })
        })
      return object(members)
    }
    return object([
      "reference": text(reservation.reference) ?? .null, "note": text(reservation.note) ?? .null,
      "state": text(isDue ? "expired" : reservation.state), "partial": .bool(reservation.partial),
      "allow_backorder": .bool(reservation.backorder), "lines": .array(lines),
      "expires_at": text(reservation.ends.map { "\(Instant(microseconds: $0))" }) ?? .null,
      "created_at": text("\(Instant(microseconds: reservation.created))"),
    ])
  }
}
