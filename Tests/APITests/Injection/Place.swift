import HTTP
import JSON

@testable import API

/// Where a request takes a value from its client.
enum Place: Sendable, CustomStringConvertible {
  case path(String)
  case query(String, takes: Texts)
  case field(String)
  /// The members and indices that lead there.
  case content([String], takes: Texts)

  /// Which texts are values.
  enum Texts { case any, some, noText }

  /// What is tried there.
  var payloads: [Payload] {
    switch self {
    case .content(_, takes: .noText), .query(_, takes: .noText): Payload.few
    case .field: Payload.fields
    default: Payload.all
    }
  }

  var description: String {
    switch self {
    case .path(let name): "{\(name)}"
    case .query(let name, _): "?\(name)"
    case .field(let name): ":\(name)"
    case .content(let steps, _): "/" + steps.joined(separator: "/")
    }
  }

  /// Every place of a route, from its declaration.
  static func all(of route: Route) -> [Place] {
    let parameters = route.parameters.map { parameter -> Place in
      guard parameter.place == .query else { return .path(parameter.name) }
      guard case .string(let text) = parameter.schema.kind else {
        return .query(parameter.name, takes: .noText)
      }
      return .query(parameter.name, takes: text.takes)
    }
    var fields: [String] = []
    if route.body != nil { fields.append("Content-Type") }
    if route.conditions.contains(.ifMatch) { fields.append("If-Match") }
    if route.conditions.contains(.ifNoneMatch) { fields.append("If-None-Match") }
    if route.conditions.contains(.preferMinimal) { fields.append("Prefer") }
    if route.conditions.contains(.idempotencyKey) { fields.append("Idempotency-Key") }
    let contents = route.body.map { inside($0.schema, []) } ?? []
    return parameters + fields.map { .field($0) } + contents
  }

  /// Fields that any request may carry.
  static let everywhere: [Place] =
    ["Accept", "Accept-Encoding", "Origin", "Forwarded", "X-Forwarded-For", "X-Request-Id", "User-Agent"].map
  {
    .field($0)
  }

  private static func inside(_ schema: Schema, _ steps: [String]) -> [Place] {
    switch schema.kind {
    case .object(let properties): properties.flatMap { inside($0.schema, steps + [$0.name]) }
    case .named(_, let schema): inside(schema, steps)
    case .array(let element, _): inside(element, steps + ["0"])
    case .map(_, let value, _):
      inside(value, steps + ["key"]) + [.content(steps + [memberName], takes: .some)]
    case .string(let text): [.content(steps, takes: text.takes)]
    case .any, .boolean, .integer: [.content(steps, takes: .noText)]
    }
  }

  /// Stands for a name that the client chooses.
  static let memberName = "*"
}

extension Schema.Text {
  fileprivate var takes: Place.Texts {
    guard values.isEmpty, format == nil else { return .noText }
    return pattern == nil && length.upperBound >= 200 ? .any : .some
  }
}

extension JSONValue {
  /// The value with another one at a place; what leads there is made where it is missing.
  func setting(_ steps: ArraySlice<String>, to value: JSONValue) -> JSONValue {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    if step == "0" {
      var elements = self.elements
      let changed = (elements.first ?? .null).setting(rest, to: value)
      if elements.isEmpty { elements = [changed] } else { elements[0] = changed }
      return .array(elements)
    }
    let name = step == Place.memberName ? value.text ?? "" : step
    let changed = (self[name] ?? .null).setting(rest, to: step == Place.memberName ? "x" : value)
    var members: [JSONMember] = if case .object(let members) = self { members } else { [] }
    members.removeAll { $0.name == name }
    return .object(members + [JSONMember(name: name, value: changed)])
  }

  /// The value without a member of an object.
  func without(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.name != name })
  }

  /// Every string in it, names of members too.
  var strings: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.strings)
    case .object(let members): members.flatMap { [$0.name] + $0.value.strings }
    default: []
    }
  }
}
