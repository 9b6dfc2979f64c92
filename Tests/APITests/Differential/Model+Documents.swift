import Inventory
import JSON

extension Model {
  /// A transfer, a count, an order, a receipt or a return.
  struct Document: Sendable {
    struct Line: Sendable {
      var item: Int
      var sku: String
      /// By the names of the API; what is not there is 0.
      var copies: [String: Int64] = [:]
      var bucket: String?
      var returnable: Int64?
      var counted: Int64?
      var countedAt: Int64?
      var expected: Int64?
      /// Of a supplier's return: the lines of the receipt, in the order of the movements.
      var parts: [(line: Int, bucket: String, quantity: Int64)] = []

      subscript(name: String) -> Int64 {
        get { copies[name] ?? 0 }
        set { copies[name] = newValue }
      }

      var underWay: Int64 { self["shipped"] + self["variance"] - self["received"] - self["returned"] }
      var outstanding: Int64 { max(0, self["quantity"] - self["received"] - self["cancelled"]) }
      var remainder: Int64 { self["quantity"] - self["returned"] - self["reversed"] }
      var variance: Int64? {
        guard let counted, let expected else { return nil }
        return counted - expected
      }
    }

    var kind: DocumentOperation.Kind
    var state: String
    var reference: String?
    var place: Int
    var to: Int?
    var parent: Int?
    /// What decides whether the same is asked for again.
    var asked: [String]
    var isBlind = false
    var isEverything = false
    var isCustomer = false
    var lines: [Line]
    var rows: [Int] = []
  }

  mutating func run(_ operation: DocumentOperation, _ step: Int) -> Expectation {
    switch operation {
    case .transfer(let from, let to, let reference, let lines):
      return transfer(from, to, reference, lines, step)
    case .ship(let transfer):
      return taking({ [self] _ in Set(documents[made(transfer)]?.lines.map(\.item) ?? []) }) {
        $0.ship($0.made(transfer))
      }
    case .receive(let transfer, let lines, let close): return receive(made(transfer), lines, close)
    case .cancelTransfer(let transfer): return cancelTransfer(made(transfer))
    case .count(let place, let items, let blind, let reference):
      return count(place, items, blind, reference, step)
    case .record(let count, let found): return record(made(count), found)
    case .complete(let count, let force, let zero):
      let lines = documents[made(count)]?.lines ?? []
      return taking({ refused in Set(refused.map { lines[$0.index].item }) }) {
        $0.complete($0.made(count), force, zero)
      }
    case .cancelCount(let count): return cancelCount(made(count))
    case .order(let place, let reference, let lines): return order(place, reference, lines, step)
    case .cancelOrder(let order): return cancelOrder(made(order))
    case .receipt(let order, let place, let reference, let over, let lines):
      return receipt(order.map(made), place, reference, over, lines, step)
    case .customerReturn(let place, let reference, let lines):
      return customerReturn(place, reference, lines, step)
    case .supplierReturn(let receipt, let reference, let force, let lines):
      let stocked = Set(lines.compactMap { item($0.sku) })
      return taking({ _ in stocked }) { $0.supplierReturn($0.made(receipt), reference, force, lines, step) }
    case .reverse(let rows, let row):
      guard let all = shown[made(rows)], all.indices.contains(row) else { return .notFound }
      let item = movements[all[row]].level.item
      return taking({ _ in [item] }) { $0.reverse(all[row], step) }
    case .read(let kind, let document):
      guard let found = documents[made(document)], found.kind == kind else { return .notFound }
      return .ok(show(found))
    case .past(let sku, let code, let ago):
      guard let item = item(sku), let place = place(code) else { return .notFound }
      var level = Level()
      level.copies = copies(LevelName(item: item, place: place), at: now - ago)
      return .ok(
        object([
          "on_hand": number(level["on_hand"]), "held": number(level["held"]),
          "backordered": number(level["backordered"]), "incoming": number(level["incoming"]),
          "in_transit": number(level["in_transit"]), "available": number(level.available),
          "unavailable": object([
            "damaged": number(level["damaged"]), "inspection": number(level["inspection"]),
            "held_back": number(level["held_back"]),
          ]),
        ]))
    }
  }

  /// What has the same reference: an answer, unless it is free.
  func answerOfTwin(
    _ kind: DocumentOperation.Kind, _ reference: String?, isCustomer: Bool = false, _ asked: [String]
  ) -> (step: Int, Expectation)? {
    let twin = documents.first { _, document in
      document.kind == kind && reference != nil && document.reference == reference
        && document.isCustomer == isCustomer && document.state != "cancelled"
    }
    guard let (step, document) = twin else { return nil }
    return (step, document.asked == asked ? .ok(show(document)) : .problem(409, "reference-in-use"))
  }

  /// Names items; what is wrong with them is told as of lines.
  func named(_ skus: [String]) -> (items: [Int], problems: [String]) {
    let items = skus.map(item)
    let problems = items.indices.filter { items[$0] == nil }.map { "/lines/\($0)/item not-found" }
    return (items.compactMap(\.self), problems)
  }

  func show(_ document: Document) -> JSONValue {
    let names: [DocumentOperation.Kind: [String]] = [
      .transfer: ["quantity", "shipped", "received", "variance", "returned"],
      .order: ["quantity", "received", "cancelled"], .receipt: ["quantity", "returned", "reversed"],
      .back: ["quantity"],
    ]
    let hidesExpected = document.isBlind && document.state == "open"
    let lines = document.lines.enumerated().map { index, line in
      var members: [String: JSONValue?] = ["index": number(Int64(index)), "sku": text(line.sku)]
      for name in names[document.kind] ?? [] { members[name] = number(line[name]) }
      switch document.kind {
      case .transfer: members["in_transit"] = number(line.underWay)
      case .order: members["outstanding"] = number(line.outstanding)
      case .receipt:
        members["bucket"] = text(line.bucket)
        members["returnable_until"] = instant(line.returnable)
      case .back:
        let word = line.bucket == "on_hand" && document.isCustomer ? "stock" : line.bucket
        members[document.isCustomer ? "into" : "from"] = text(word) ?? .null
      case .count:
        members["counted"] = number(line.counted) ?? .null
        members["counted_at"] = instant(line.countedAt)
        members["expected"] = hidesExpected ? .null : number(line.expected) ?? .null
        members["variance"] = hidesExpected ? .null : number(line.variance) ?? .null
      }
      return object(members)
    }
    var members: [String: JSONValue?] = [
      "reference": text(document.reference) ?? .null, "lines": .array(lines),
    ]
    switch document.kind {
    case .transfer:
      members["from"] = text(places[document.place].code)
      members["to"] = document.to.flatMap { text(places[$0].code) }
      members["state"] = text(document.state)
    case .count:
      members["location"] = text(places[document.place].code)
      members["state"] = text(document.state)
      members["everything"] = .bool(document.isEverything)
      members["lines_total"] = number(Int64(document.lines.count))
      members["lines_counted"] = number(Int64(document.lines.count { $0.counted != nil }))
    case .order: members["state"] = text(document.state)
    case .receipt, .back: break
    }
    return object(members)
  }

  private func instant(_ microseconds: Int64?) -> JSONValue {
    microseconds.map { .string("\(Instant(microseconds: $0))") } ?? .null
  }
}
