import Inventory
import JSON

/// The rules again, as a small program over dictionaries and arrays that shares nothing with the service:
/// what it answers is what both engines have to answer.
struct Model: Sendable {
  struct Book: Sendable {
    var isbn: String
    var onSale: String?
    var isArchived = false
  }

  struct Item: Sendable {
    /// Nil once the book is archived: then the SKU is free for others.
    var sku: String?
    var book: Int
    var backorderLimit: Int64 = 0
    var condition = "new"
    var created: Int64
  }

  struct Place: Sendable {
    var code: String
    var priority: Int64
    var isActive = true
    var created: Int64
  }

  /// Names a level by the places of item and location in their arrays.
  struct LevelName: Hashable, Sendable {
    var item: Int
    var place: Int
  }

  struct Level: Sendable {
    /// By the names of the API.
    var copies: [String: Int64] = [:]
    var safety: Int64 = 0
    var reorder: Int64?
    /// When it was last written.
    var moment: Int64 = 0
    /// The copies from an instant on.
    var past: [(at: Int64, copies: [String: Int64])] = []

    subscript(name: String) -> Int64 {
      get { copies[name] ?? 0 }
      set { copies[name] = newValue }
    }

    var unavailable: Int64 { self["damaged"] + self["inspection"] + self["held_back"] }
    var free: Int64 { self["on_hand"] - unavailable - self["held"] }
    var available: Int64 { max(0, free - safety) }
  }

  struct Hold: Sendable {
    var line: Int
    var level: LevelName
    var copies: [String: Int64] = [:]

    subscript(name: String) -> Int64 {
      get { copies[name] ?? 0 }
      set { copies[name] = newValue }
    }

    var open: Int64 { self["held"] + self["backordered"] }
  }

  struct Line: Hashable, Sendable {
    var item: Int
    var sku: String
    var place: Int?
    var code: String?
    var quantity: Int64
  }

  struct Reservation: Sendable {
    var reference: String?
    var note: String?
    var state = "pending"
    var ends: Int64?
    var partial: Bool
    var backorder: Bool
    var lines: [Line]
    var holds: [Hold] = []
    var created: Int64

    var isActive: Bool { state == "pending" || state == "confirmed" }
    func isDue(_ now: Int64) -> Bool { isActive && ends.map { $0 <= now } == true }
  }

  struct Movement: Sendable {
    var level: LevelName
    var bucket: String
    var quantity: Int64
    var after: Int64
    var kind: String
    var reason: String
    var reference: String?
    var line: Int
    /// The step that made the document, where taking the row back concerns it.
    var document: Int?
    var isReversed = false
  }

  struct Answered: Sendable {
    var step: Int
    var operation: Operation
    var expectation: Expectation
    var at: Int64
  }

  /// The clock of service and database, in microseconds.
  private(set) var now: Int64
  private var used: Set<Int64> = []

  var books: [Book] = []
  var items: [Item] = []
  var places: [Place] = []
  var levels: [LevelName: Level] = [:]
  /// By the step that made them.
  var reservations: [Int: Reservation] = [:]
  /// Steps that were answered with what an earlier step made, and that step.
  var earlier: [Int: Int] = [:]
  var documents: [Int: Document] = [:]
  var movements: [Movement] = []
  /// Which movements a step was answered with.
  var shown: [Int: [Int]] = [:]
  /// Levels that the present request wrote.
  var touched: Set<LevelName> = []
  var answered: [String: Answered] = [:]
  /// The sort key of the last row of each page that has a next one.
  var pageEnds: [Int: [Int64]] = [:]

  init(now: Int64) {
    self.now = now
    places = [Place(code: "main", priority: 100, created: 0)]
  }

  /// Moves the clock. Identifiers carry milliseconds, and those of one millisecond have no order: each is used
  /// once.
  mutating func advance(by microseconds: Int64) {
    now += microseconds
    while !used.insert(now / 1000).inserted { now += 1000 }
  }

  /// Does what a step asks for, and says what the answer must be. The clock has been moved.
  mutating func perform(_ step: Step) -> Expectation {
    defer { remember() }
    if case .adjust(let adjustment) = step.operation, adjustment.force, contentProblem(step.operation) == nil
    {
      freeDue(of: Set(adjustment.lines.compactMap { item($0.sku) }))
    }
    if case .document(.complete(let count, force: true, _)) = step.operation {
      freeDue(of: Set(documents[made(count)]?.lines.map(\.item) ?? []))
    }
    guard let sent = step.key, step.operation.takesKey else { return run(step) }
    if let problem = contentProblem(step.operation) { return problem }
    let key = sent.hasPrefix("\"") ? String(sent.dropFirst().dropLast()) : sent
    if let first = answered[key], first.at > now - 86_400_000_000 {
      // An end that is said as an instant is another one when the request is made anew.
      let bodies = [first.at, now].map { step.wire(at: $0) { _ in .null }?.body }
      guard first.operation == step.operation, bodies[0] == bodies[1] else {
        return .problem(422, "idempotency-key-reused")
      }
      var again = first.expectation
      again.isReplayed = true
      earlier[step.index] = made(first.step)
      return again
    }
    let expectation = run(step)
    if expectation.status < 300 {
      answered[key] = Answered(
        step: step.index, operation: step.operation, expectation: expectation, at: now)
    }
    return expectation
  }

  private mutating func run(_ step: Step) -> Expectation {
    if let problem = contentProblem(step.operation) { return problem }
    switch step.operation {
    case .createBook(let isbn, let onSale): return createBook(isbn, onSale)
    case .archiveBook(let isbn): return archiveBook(isbn)
    case .createItem(let sku, let isbn, let limit): return createItem(sku, isbn, limit)
    case .changeItem(let sku, let limit): return changeItem(sku, limit)
    case .createLocation(let code, let priority): return createLocation(code, priority)
    case .changeLocation(let code, let priority, let active): return changeLocation(code, priority, active)
    case .changePolicy(let sku, let place, let safety, let reorder):
      return changePolicy(sku, place, safety, reorder)
    case .adjust(let adjustment): return adjust(adjustment, step.index)
    case .reserve(let wanted): return reserve(wanted, step.index)
    case .confirm(let step, let end): return confirm(made(step), end)
    case .fulfill(let step, let parts): return fulfill(made(step), parts)
    case .release(let step, let parts): return release(made(step), parts)
    case .edit(let step, let end, let note): return edit(made(step), end, note)
    case .availability(let lines): return availability(lines)
    case .readReservation(let step):
      return reservations[made(step)].map { .ok(show($0)) } ?? .notFound
    case .readLevel(let sku, let code):
      guard let item = item(sku), let place = place(code) else { return .notFound }
      return .ok(show(LevelName(item: item, place: place)))
    case .itemStock(let sku):
      guard let item = item(sku) else { return .notFound }
      return .ok(object(["data": .array(inOrder.filter { $0.item == item }.map(show)), "has_more": false]))
    case .listReservations(let listing): return listReservations(listing, step.index)
    case .listStock(let listing): return listStock(listing, step.index)
    case .listMovements(let listing): return listMovements(listing, step.index)
    case .listOthers: return .ok()
    case .document(let operation): return run(operation, step.index)
    case .sweep(let limit):
      sweep(limit)
      return .ok()
    case .refused(let refused): return .problem(refused.status, refused.code)
    }
  }

  // MARK: Names

  /// The step that made what a step was answered with.
  func made(_ step: Int) -> Int { earlier[step] ?? step }
  func item(_ sku: String) -> Int? { items.firstIndex { $0.sku == sku } }
  func place(_ code: String) -> Int? { places.firstIndex { $0.code == code } }

  /// Levels in the order of lists.
  var inOrder: [LevelName] {
    levels.keys.sorted { left, right in
      (items[left.item].created, places[left.place].created)
        < (items[right.item].created, places[right.place].created)
    }
  }

  func show(_ name: LevelName) -> JSONValue {
    let level = levels[name] ?? Level()
    return object([
      "sku": text(items[name.item].sku), "location_code": text(places[name.place].code),
      "on_hand": number(level["on_hand"]),
      "unavailable": object([
        "damaged": number(level["damaged"]), "inspection": number(level["inspection"]),
        "held_back": number(level["held_back"]),
      ]), "held": number(level["held"]), "available": number(level.available),
      "incoming": number(level["incoming"]), "in_transit": number(level["in_transit"]),
      "backordered": number(level["backordered"]), "reorder_point": number(level.reorder) ?? .null,
      "safety_stock": number(level.safety),
    ])
  }
}
