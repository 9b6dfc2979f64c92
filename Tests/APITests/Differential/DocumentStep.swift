import Inventory
import JSON

/// What a step asks of documents: transfers, counts, orders, receipts, returns, and of the ledger's past.
enum DocumentOperation: Hashable, Sendable {
  typealias Wish = Operation.Wish

  struct Found: Hashable, Sendable {
    var sku: String
    var counted: Int64
    /// How long ago, in microseconds; nil is now.
    var ago: Int64?
  }

  struct Arrival: Hashable, Sendable {
    var sku: String
    var quantity: Int64
    var bucket: String?
    /// Until when copies may go back, in microseconds from now.
    var returnable: Int64?
  }

  struct Return: Hashable, Sendable {
    var sku: String
    var quantity: Int64
    /// Where a customer's copies are put, or a supplier's are.
    var bucket: String?
    var condition: String?
  }

  case transfer(from: String, to: String, reference: String?, [Wish])
  case ship(Int)
  case receive(Int, [Wish]?, close: Bool)
  case cancelTransfer(Int)
  case count(place: String, items: [String]?, blind: Bool, reference: String?)
  case record(Int, [Found])
  case complete(Int, force: Bool, zero: Bool)
  case cancelCount(Int)
  case order(place: String, reference: String?, [Wish])
  case cancelOrder(Int)
  case receipt(order: Int?, place: String?, reference: String?, over: Bool, [Arrival])
  case customerReturn(place: String, reference: String?, [Return])
  case supplierReturn(receipt: Int, reference: String?, force: Bool, [Return])
  /// The row of a list of movements, or of an adjustment, that a step was answered with.
  case reverse(Int, row: Int)
  case read(Kind, Int)
  case past(sku: String, place: String, ago: Int64)

  enum Kind: String, Hashable, Sendable, CaseIterable {
    case transfer = "/v1/transfers"
    case count = "/v1/counts"
    case order = "/v1/purchase-orders"
    case receipt = "/v1/receipts"
    case back = "/v1/returns"

    /// How its identifiers begin.
    private var prefix: String {
      switch self {
      case .transfer: "trf_"
      case .count: "cnt_"
      case .order: "po_"
      case .receipt: "rcp_"
      case .back: "ret_"
      }
    }

    /// The identifier in an answer. A well-formed one of nothing where there is none of this kind: which kind of
    /// identifier is given is judged before anything is looked up (``Refusals``).
    fileprivate func identifier(in answer: JSONValue?) -> String {
      guard let id = answer?["id"]?.text, id.hasPrefix(prefix) else {
        return prefix + "01kdvdna00e008000000000000"
      }
      return id
    }
  }

  /// True for what may carry an idempotency key.
  var takesKey: Bool {
    switch self {
    case .record, .read, .past: false
    default: true
    }
  }

  /// True for what may be named by other steps afterwards.
  var makes: Kind? {
    switch self {
    case .transfer: .transfer
    case .count: .count
    case .order: .order
    case .receipt: .receipt
    case .customerReturn, .supplierReturn: .back
    default: nil
    }
  }

  func wire(at now: Int64, _ named: (Int) -> JSONValue?) -> WireRequest {
    func id(_ kind: Kind, _ step: Int) -> String { kind.identifier(in: named(step)) }
    func instant(_ distance: Int64?) -> JSONValue? {
      distance.map { .string("\(Instant(microseconds: now + $0))") }
    }
    func wishes(_ lines: [Wish]?) -> JSONValue? {
      lines.map { .array($0.map { object(["item": text($0.sku), "quantity": number($0.quantity)]) }) }
    }
    func action(_ kind: Kind, _ step: Int, _ name: String, _ members: [String: JSONValue?] = [:])
      -> WireRequest
    {
      json("POST", "\(kind.rawValue)/\(id(kind, step))/\(name)", members)
    }
    switch self {
    case .transfer(let from, let to, let reference, let lines):
      return json(
        "POST", Kind.transfer.rawValue,
        ["from": text(from), "to": text(to), "reference": text(reference), "lines": wishes(lines)])
    case .ship(let step): return action(.transfer, step, "ship")
    case .receive(let step, let lines, let close):
      return action(.transfer, step, "receive", ["lines": wishes(lines), "close": close ? nil : false])
    case .cancelTransfer(let step): return action(.transfer, step, "cancel")
    case .count(let place, let items, let blind, let reference):
      return json(
        "POST", Kind.count.rawValue,
        [
          "location": text(place), "items": items.map { .array($0.map { .string($0) }) },
          "blind": blind ? true : nil, "reference": text(reference),
        ])
    case .record(let step, let found):
      let lines = found.map { line in
        object([
          "item": text(line.sku), "counted": number(line.counted),
          "counted_at": instant(line.ago.map { -$0 }),
        ])
      }
      return json("PUT", "\(Kind.count.rawValue)/\(id(.count, step))/lines", ["lines": .array(lines)])
    case .complete(let step, let force, let zero):
      return action(
        .count, step, "complete", ["force": force ? true : nil, "uncounted": zero ? "zero" : nil])
    case .cancelCount(let step): return action(.count, step, "cancel")
    case .order(let place, let reference, let lines):
      return json(
        "POST", Kind.order.rawValue,
        [
          "supplier": "A supplier", "location": text(place), "reference": text(reference),
          "lines": wishes(lines),
        ])
    case .cancelOrder(let step): return action(.order, step, "cancel")
    case .receipt(let order, let place, let reference, let over, let arrivals):
      let lines = arrivals.map { line in
        object([
          "item": text(line.sku), "quantity": number(line.quantity), "bucket": text(line.bucket),
          "returnable_until": instant(line.returnable),
        ])
      }
      return json(
        "POST", Kind.receipt.rawValue,
        [
          "purchase_order": order.map { .string(id(.order, $0)) }, "location": text(place),
          "reference": text(reference), "allow_over": over ? true : nil, "lines": .array(lines),
        ])
    case .customerReturn(let place, let reference, let returned):
      let lines = returned.map { line in
        object([
          "item": text(line.sku), "quantity": number(line.quantity),
          "into": text(line.bucket == "on_hand" ? "stock" : line.bucket), "condition": text(line.condition),
        ])
      }
      return json(
        "POST", Kind.back.rawValue,
        [
          "kind": "customer", "location": text(place), "reference": text(reference), "lines": .array(lines),
        ])
    case .supplierReturn(let receipt, let reference, let force, let returned):
      let lines = returned.map { line in
        object(["item": text(line.sku), "quantity": number(line.quantity), "from": text(line.bucket)])
      }
      return json(
        "POST", Kind.back.rawValue,
        [
          "kind": "supplier", "receipt": .string(id(.receipt, receipt)), "reference": text(reference),
          "force": force ? true : nil, "lines": .array(lines),
        ])
    case .reverse(let step, let row):
      let rows = (named(step)?["data"] ?? named(step)?["movements"])?.elements ?? []
      let id = rows.indices.contains(row) ? rows[row]["id"]?.text : nil
      return json("POST", "/v1/movements/\(id ?? "mov_01kdvdna00e008000000000000")/reverse", [:])
    case .read(let kind, let step):
      return WireRequest(method: "GET", target: "\(kind.rawValue)/\(id(kind, step))")
    case .past(let sku, let place, let ago):
      return WireRequest(
        method: "GET", target: "/v1/stock/\(sku)/\(place)?as_of=\(Instant(microseconds: now - ago))")
    }
  }
}
