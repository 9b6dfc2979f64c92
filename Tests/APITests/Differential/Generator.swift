import JSON
import TestSupport

/// Draws the steps of a sequence. It looks at the model only to aim: most requests should mean something, and
/// meet each other on few books and locations.
struct Generator {
  var random: SeededGenerator
  private var made: [Int] = []
  private var keyed: [Step] = []
  private var listings: [(Int, Operation)] = []
  private var count = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func next(_ model: Model) -> Step {
    defer { count += 1 }
    if count < Self.start.count { return Step(index: count, advance: 5000, operation: Self.start[count]) }
    var step = Step(index: count, advance: advance(), operation: operation(model))
    if step.operation.takesKey, chance(35) { step.key = "key-\(count)" }
    if chance(7), let earlier = keyed.randomElement(using: &random) {
      // Sent again, as a client does that did not get the answer; sometimes by mistake with something else.
      step.key = chance(30) ? earlier.key.map { "\"\($0)\"" } : earlier.key
      if chance(75) || !step.operation.takesKey { step.operation = earlier.operation }
    } else if step.key != nil {
      keyed.append(step)
    }
    switch step.operation {
    case .reserve: made.append(count)
    case .listReservations, .listStock, .listMovements: listings.append((count, step.operation))
    default: break
    }
    return step
  }

  private static let start: [Operation] = [
    .createBook(isbn: isbn(1), onSale: nil), .createBook(isbn: isbn(2), onSale: nil),
    .createBook(isbn: isbn(3), onSale: "2030-01-03"),
    .createItem(sku: "USED-1", isbn: isbn(1), backorderLimit: 0),
    .createLocation(code: "graz", priority: 50), .createLocation(code: "linz", priority: 100),
    .changeItem(sku: isbn(2), backorderLimit: 8),
  ]

  /// ISBN-13 with its check digit.
  static func isbn(_ number: Int) -> String {
    let digits = "978\(100_000_000 + number)"
    let sum = digits.utf8.enumerated().reduce(0) { $0 + Int($1.element - 48) * ($1.offset % 2 == 0 ? 1 : 3) }
    return digits + String((10 - sum % 10) % 10)
  }

  // MARK: Chances

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }

  private mutating func advance() -> Int64 {
    switch number(0...99) {
    case 0..<75: number(1000...50_000)
    case 75..<94: number(1...90) * 1_000_000
    case 94..<97: number(1...10) * 3_600_000_000
    case 97: number(20...30) * 3_600_000_000
    // The clock of a database can be set back.
    default: -number(1...600) * 1_000_000
    }
  }

  mutating func sku(_ model: Model) -> String {
    if chance(2) { return "NOWHERE" }
    // The first items meet most often.
    let known = model.items.compactMap(\.sku)
    return known.isEmpty ? "NOWHERE" : pick(chance(70) ? Array(known.prefix(4)) : known)
  }

  mutating func place(_ model: Model) -> String { chance(2) ? "nowhere" : pick(model.places.map(\.code)) }

  mutating func reference() -> String { "order-\(number(1...12))" }

  /// A reservation that a step made, mostly one of the last.
  private mutating func reservation() -> Int? {
    chance(70) ? made.suffix(6).randomElement(using: &random) : made.randomElement(using: &random)
  }

  mutating func end() -> Operation.End? {
    switch number(0...9) {
    case 0...2: nil
    case 3: .never
    case 4...7: .seconds(number(5...240))
    case 8: .instant(number(1...400) * 1_000_000)
    default: .instant(pick([-1_000_000, -1, 0, 1, 400 * 86_400_000_000]))
    }
  }

  // MARK: Operations

  private mutating func operation(_ model: Model) -> Operation {
    if chance(40) { return document(model) }
    switch number(0...199) {
    case 0..<36: return .adjust(adjustment(model))
    case 36..<78: return .reserve(wanted(model))
    case 78..<128:
      guard let made = reservation() else { return .adjust(adjustment(model)) }
      return change(of: made, model)
    case 128..<138: return .availability(wishes(model))
    case 138..<143: return reservation().map { .readReservation($0) } ?? .sweep(1)
    case 143..<149: return .readLevel(sku: sku(model), place: place(model))
    case 149..<169: return listing(model)
    case 169..<174: return .sweep(Int(number(1...4)))
    case 174..<182:
      return .changePolicy(
        sku: sku(model), place: place(model), safety: chance(60) ? number(0...4) : nil,
        reorder: chance(50) ? number(-1...6) : nil)
    case 182..<185: return .changeItem(sku: sku(model), backorderLimit: number(0...10))
    case 185..<189:
      return .changeLocation(
        code: place(model), priority: chance(50) ? number(1...3) * 50 : nil, active: chance(75))
    case 189..<191: return catalogue(model)
    default: return Refusals.all.randomElement(using: &random).map { .refused($0) } ?? .sweep(1)
    }
  }

  private mutating func catalogue(_ model: Model) -> Operation {
    switch number(0...3) {
    case 0:
      return .createBook(isbn: Self.isbn(Int(number(1...6))), onSale: chance(30) ? "2030-01-02" : nil)
    case 1:
      let isbn = pick(model.books).isbn
      return .createItem(sku: "USED-\(number(1...5))", isbn: isbn, backorderLimit: number(0...5))
    case 2: return .createLocation(code: pick(["graz", "wien", "enns"]), priority: number(0...3) * 50)
    default: return .archiveBook(isbn: pick(model.books).isbn)
    }
  }

  private mutating func adjustment(_ model: Model) -> Operation.Adjustment {
    var adjustment = Operation.Adjustment(lines: [])
    adjustment.reason = pick(["received", "correction", "sold", "lost"])
    adjustment.reference = chance(30) ? reference() : nil
    adjustment.force = chance(15)
    for _ in 0..<(chance(60) ? 1 : number(2...4)) {
      let (sku, code) = (sku(model), place(model))
      let bucket = chance(75) ? "on_hand" : pick(["damaged", "inspection", "held_back"])
      let level =
        if let item = model.item(sku), let place = model.place(code) {
          model.levels[Model.LevelName(item: item, place: place)]
        } else { nil as Model.Level? }
      let present = level?[bucket] ?? 0
      let change: Operation.Adjustment.Change =
        switch number(0...9) {
        case 0...4: .delta(number(1...8))
        case 5...6: .delta(-number(1...6))
        case 7...8: .set(number(0...12), expected: present)
        default:
          chance(80)
            ? .set(number(0...5), expected: (present + number(-1...1)).asQuantity)
            : .delta(1_000_000_000 - number(0...5))
        }
      adjustment.lines.append(
        .init(sku: sku, place: code == "main" && chance(50) ? nil : code, bucket: bucket, change: change))
    }
    return adjustment
  }

  private mutating func wishes(_ model: Model) -> [Operation.Wish] {
    (0..<(chance(60) ? 1 : number(2...4))).map { _ in
      Operation.Wish(
        sku: sku(model), place: chance(35) ? place(model) : nil,
        quantity: chance(90) ? number(1...5) : number(6...20))
    }
  }

  private mutating func wanted(_ model: Model) -> Operation.Reservation {
    if chance(8), let earlier = made.randomElement(using: &random), let found = model.reservations[earlier] {
      return Operation.Reservation(
        reference: found.reference,
        lines: found.lines.map { .init(sku: $0.sku, place: $0.code, quantity: $0.quantity) }, end: end())
    }
    return Operation.Reservation(
      reference: chance(60) ? reference() : nil, lines: wishes(model), end: end(), partial: chance(20),
      backorder: chance(30), replace: chance(25), note: chance(10) ? "remark" : nil)
  }

  private mutating func change(of made: Int, _ model: Model) -> Operation {
    switch number(0...9) {
    case 0...2: .confirm(made, end())
    case 3...5: .fulfill(made, chance(50) ? parts(model, made) : nil)
    case 6...7: .release(made, chance(50) ? parts(model, made) : nil)
    default: .edit(made, end(), note: chance(40) ? pick(["", "new remark"]) : nil)
    }
  }

  private mutating func parts(_ model: Model, _ made: Int) -> [Operation.Part] {
    (0..<number(1...2)).map { _ in
      Operation.Part(
        index: Int(number(0...1)), place: chance(25) ? place(model) : nil, quantity: number(1...3))
    }
  }

  private mutating func listing(_ model: Model) -> Operation {
    if chance(40), let (step, operation) = listings.suffix(5).randomElement(using: &random) {
      // The next page.
      switch operation {
      case .listReservations(var listing):
        listing.after = step
        return .listReservations(listing)
      case .listStock(var listing):
        listing.after = step
        return .listStock(listing)
      case .listMovements(var listing):
        listing.after = step
        return .listMovements(listing)
      default: break
      }
    }
    var listing = Operation.Listing()
    listing.limit = chance(80) ? Int(number(1...6)) : nil
    if chance(35) { listing.filters["item"] = sku(model) }
    if chance(25) { listing.filters["location"] = place(model) }
    switch number(0...9) {
    case 0...3:
      if chance(50) {
        listing.filters["state"] = pick(["pending", "confirmed", "fulfilled", "released", "expired"])
      }
      if chance(20) { listing.filters["reference"] = reference() }
      return .listReservations(listing)
    case 4...5:
      if chance(40) { listing.filters["available[lte]"] = String(number(0...4)) }
      if chance(40) { listing.filters["below_reorder"] = pick(["true", "false"]) }
      return .listStock(listing)
    case 6...7:
      if chance(30) { listing.filters["kind"] = pick(["adjustment", "sale", "receipt", "reversal"]) }
      if chance(30) { listing.filters["reason"] = pick(["received", "sold", "lost"]) }
      if chance(20) { listing.filters["reference"] = reference() }
      return .listMovements(listing)
    case 8: return .itemStock(sku: sku(model))
    default:
      return .listOthers(
        pick([
          "/v1/items", "/v1/items?limit=2", "/v1/locations", "/v1/locations?active=true&limit=1",
          "/v1/books?expand=items.stock", "/v1/books?sort=-updated&limit=2&expand=stock",
          "/v1/books?in_stock=true", "/v1/books?q=book&facets=publisher", "/v1/books/" + Self.isbn(2),
          "/v1/transfers?limit=3", "/v1/counts?limit=3", "/v1/purchase-orders?state=open", "/v1/receipts",
          "/v1/returns?kind=supplier", "/v1/commitments?limit=20", "/v1/reports/valuation",
          "/v1/reports/dead-stock?since=2030-01-02T00:00:00Z",
          "/v1/reports/sell-through?from=2030-01-01T00:00:00Z", "/v1/stock?as_of=2030-01-01T00:00:00Z",
          "/v1/books/\(Self.isbn(1))?expand=stock", "/v1/items/USED-1", "/v1/locations/graz",
        ]))
    }
  }
}

extension Int64 {
  /// The nearest that a bucket can have.
  fileprivate var asQuantity: Int64 { Swift.min(Swift.max(0, self), 1_000_000_000) }
}
