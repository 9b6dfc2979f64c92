import Inventory
import JSON

/// A request of a random sequence, as a value: the model works with it, and each engine is sent what it makes.
///
/// Nothing in it depends on an answer: what an earlier step made is named by the index of that step, so that
/// steps can be left out to find the few that matter.
struct Step: Hashable, Sendable {
  let index: Int
  /// How much later than the step before, in microseconds; it may be earlier.
  var advance: Int64
  var operation: Operation
  /// The Idempotency-Key as it is sent.
  var key: String?
}

/// What a step asks for.
enum Operation: Hashable, Sendable {
  struct Adjustment: Hashable, Sendable {
    var reason = "correction"
    var reference: String?
    var force = false
    var lines: [Line]

    struct Line: Hashable, Sendable {
      var sku: String
      var place: String?
      var bucket = "on_hand"
      var change: Change
    }
    enum Change: Hashable, Sendable {
      case delta(Int64)
      case set(Int64, expected: Int64)
    }
  }

  struct Wish: Hashable, Sendable {
    var sku: String
    var place: String?
    var quantity: Int64
  }

  enum End: Hashable, Sendable {
    case never
    case seconds(Int64)
    /// From the present of the model, in microseconds; may lie in the past.
    case instant(Int64)
  }

  struct Reservation: Hashable, Sendable {
    var reference: String?
    var lines: [Wish]
    var end: End?
    var partial = false
    var backorder = false
    var replace = false
    var note: String?
  }

  struct Part: Hashable, Sendable {
    var index: Int
    var place: String?
    var quantity: Int64
  }

  /// A page of a list; `after` is the step whose next_cursor is sent.
  struct Listing: Hashable, Sendable {
    var filters: [String: String] = [:]
    var limit: Int?
    var after: Int?
  }

  /// Something whose answer needs no model: only the code and that nothing changes.
  struct Refused: Hashable, Sendable {
    var method: String
    var target: String
    var body: String?
    var headers: [String: String] = [:]
    var status: Int
    var code: String
  }

  case createBook(isbn: String, onSale: String?)
  case archiveBook(isbn: String)
  case createItem(sku: String, isbn: String, backorderLimit: Int64)
  case changeItem(sku: String, backorderLimit: Int64)
  case createLocation(code: String, priority: Int64)
  case changeLocation(code: String, priority: Int64?, active: Bool?)
  case changePolicy(sku: String, place: String, safety: Int64?, reorder: Int64?)
  case adjust(Adjustment)
  case reserve(Reservation)
  case confirm(Int, End?)
  case fulfill(Int, [Part]?)
  case release(Int, [Part]?)
  case edit(Int, End?, note: String?)
  case availability([Wish])
  case readReservation(Int)
  case readLevel(sku: String, place: String)
  case itemStock(sku: String)
  case listReservations(Listing)
  case listStock(Listing)
  case listMovements(Listing)
  case listOthers(String)
  case document(DocumentOperation)
  case sweep(Int)
  case refused(Refused)

  /// True for what may carry an idempotency key.
  var takesKey: Bool {
    switch self {
    case .adjust, .reserve, .confirm, .fulfill, .release: true
    case .document(let operation): operation.takesKey
    default: false
    }
  }
}

/// What goes over the wire.
struct WireRequest: Sendable, CustomStringConvertible {
  var method: String
  var target: String
  var body: String?
  var headers: [(String, String)] = []

  var description: String {
    let fields = headers.map { "\n    \($0.0): \($0.1)" }.joined()
    return "\(method) \(target)\(fields)\(body.map { "\n    " + $0 } ?? "")"
  }
}

extension Step {
  /// The request, with what earlier steps made as the engine named it. Nil for what is no request.
  func wire(at now: Int64, _ named: (Int) -> JSONValue?) -> WireRequest? {
    guard var request = operation.wire(at: now, named) else { return nil }
    request.headers.append(("X-Request-Id", "step-\(index)"))
    if let key { request.headers.append(("Idempotency-Key", key)) }
    return request
  }
}

extension Operation {
  fileprivate func wire(at now: Int64, _ named: (Int) -> JSONValue?) -> WireRequest? {
    func reservation(_ step: Int, _ action: String = "") -> String {
      "/v1/reservations/" + (named(step)?["id"]?.text ?? "res_01kdvdna00e008000000000000") + action
    }
    switch self {
    case .createBook(let isbn, let onSale):
      return json("POST", "/v1/books", ["isbn": text(isbn), "title": "A book", "on_sale_date": text(onSale)])
    case .archiveBook(let isbn): return WireRequest(method: "DELETE", target: "/v1/books/\(isbn)")
    case .createItem(let sku, let isbn, let limit):
      return json(
        "POST", "/v1/items",
        ["sku": text(sku), "book_id": text(isbn), "condition": "good", "backorder_limit": number(limit)])
    case .changeItem(let sku, let limit):
      return json("PATCH", "/v1/items/\(sku)", ["backorder_limit": number(limit)])
    case .createLocation(let code, let priority):
      return json(
        "POST", "/v1/locations", ["code": text(code), "name": text(code), "priority": number(priority)])
    case .changeLocation(let code, let priority, let active):
      return json(
        "PATCH", "/v1/locations/\(code)", ["priority": number(priority), "active": active.map { .bool($0) }])
    case .changePolicy(let sku, let place, let safety, let reorder):
      return json(
        "PATCH", "/v1/stock/\(sku)/\(place)",
        ["safety_stock": number(safety), "reorder_point": reorder == -1 ? .null : number(reorder)])
    case .adjust(let adjustment): return json("POST", "/v1/adjustments", adjustment.json)
    case .reserve(let reservation): return json("POST", "/v1/reservations", reservation.json(at: now))
    case .confirm(let step, let end):
      return json("POST", reservation(step, "/confirm"), end.map { $0.json(at: now) } ?? [:])
    case .fulfill(let step, let parts): return json("POST", reservation(step, "/fulfill"), self.parts(parts))
    case .release(let step, let parts): return json("POST", reservation(step, "/release"), self.parts(parts))
    case .edit(let step, let end, let note):
      var members: [String: JSONValue?] = end.map { $0.json(at: now) } ?? [:]
      if let note { members["note"] = note.isEmpty ? .null : text(note) }
      return json("PATCH", reservation(step), members)
    case .availability(let lines):
      return json("POST", "/v1/availability", ["lines": .array(lines.map(\.json))])
    case .readReservation(let step): return WireRequest(method: "GET", target: reservation(step))
    case .readLevel(let sku, let place):
      return WireRequest(method: "GET", target: "/v1/stock/\(sku)/\(place)")
    case .itemStock(let sku): return WireRequest(method: "GET", target: "/v1/items/\(sku)/stock")
    case .listReservations(let listing): return list("/v1/reservations", listing, named)
    case .listStock(let listing): return list("/v1/stock", listing, named)
    case .listMovements(let listing): return list("/v1/movements", listing, named)
    case .listOthers(let target): return WireRequest(method: "GET", target: target)
    case .document(let operation): return operation.wire(at: now, named)
    case .sweep: return nil
    case .refused(let refused):
      return WireRequest(
        method: refused.method, target: refused.target, body: refused.body,
        headers: refused.headers.sorted { $0.key < $1.key })
    }
  }

  private func list(_ path: String, _ listing: Listing, _ named: (Int) -> JSONValue?) -> WireRequest {
    var parameters = listing.filters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    if let limit = listing.limit { parameters.append("limit=\(limit)") }
    if let cursor = listing.after.flatMap(named)?["next_cursor"]?.text {
      parameters.append("cursor=\(cursor)")
    }
    return WireRequest(
      method: "GET", target: path + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")))
  }

  private func parts(_ parts: [Part]?) -> [String: JSONValue?] {
    guard let parts else { return [:] }
    return [
      "lines": .array(
        parts.map { part in
          object(
            [
              "index": number(Int64(part.index)), "location": text(part.place),
              "quantity": number(part.quantity),
            ])
        })
    ]
  }
}

extension Operation.Adjustment {
  fileprivate var json: [String: JSONValue?] {
    [
      "reason": text(reason), "reference": text(reference), "force": force ? true : nil,
      "lines": .array(
        lines.map { line in
          var members: [String: JSONValue?] = [
            "item": text(line.sku), "location": text(line.place), "bucket": text(line.bucket),
          ]
          switch line.change {
          case .delta(let delta): members["delta"] = number(delta)
          case .set(let target, let expected):
            members["set"] = number(target)
            members["expected"] = number(expected)
          }
          return object(members)
        }),
    ]
  }
}

extension Operation.Wish {
  fileprivate var json: JSONValue {
    object(["item": text(sku), "location": text(place), "quantity": number(quantity)])
  }
}

extension Operation.End {
  fileprivate func json(at now: Int64) -> [String: JSONValue?] {
    switch self {
    case .never: ["expires_at": .some(.null)]
    case .seconds(let seconds): ["expires_in": number(seconds)]
    case .instant(let distance): ["expires_at": text("\(Instant(microseconds: now + distance))")]
    }
  }
}

extension Operation.Reservation {
  fileprivate func json(at now: Int64) -> [String: JSONValue?] {
    var members: [String: JSONValue?] = [
      "reference": text(reference), "lines": .array(lines.map(\.json)), "note": text(note),
      "partial": partial ? true : nil, "allow_backorder": backorder ? true : nil,
      "replace": replace ? true : nil,
    ]
    if let end { members.merge(end.json(at: now)) { $1 } }
    return members
  }
}

// MARK: JSON

/// Members that are nil are left out.
func object(_ members: [String: JSONValue?]) -> JSONValue {
  .object(
    members.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { JSONMember(name: name, value: $0) }
    })
}

func number(_ value: Int64?) -> JSONValue? { value.map { .number(String($0)) } }

func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }

func json(_ method: String, _ target: String, _ members: [String: JSONValue?]) -> WireRequest {
  var writer = JSONWriter()
  writer.value(object(members))
  return WireRequest(method: method, target: target, body: String(decoding: writer.bytes, as: UTF8.self))
}
