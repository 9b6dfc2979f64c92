internal import Inventory
internal import JSON

/// A path or query parameter, as the document shows it and as its values are checked.
struct Parameter: Sendable {
  enum Place: String, Sendable { case path, query }

  let name: String
  let place: Place
  let schema: Schema
  let about: String
  let example: JSONValue?
  var isRequired = false
  /// Throws what is wrong with a value.
  let check: @Sendable (String) throws(InvalidValue) -> Void

  /// A segment of the path; what it may hold is the handler's to find out, since a wrong one names nothing.
  static func path(_ name: String, _ about: String, example: JSONValue) -> Parameter {
    Parameter(
      name: name, place: .path, schema: .text(1...500), about: about, example: example, isRequired: true,
      check: { _ throws(InvalidValue) in })
  }
}

/// A query parameter that is read as a type of the domain.
struct QueryParameter<Value: Sendable>: Sendable {
  private(set) var declaration: Parameter
  let parse: @Sendable (String) throws(InvalidValue) -> Value

  init(
    _ name: String, _ schema: Schema, _ about: String, example: JSONValue? = nil,
    _ parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
  ) {
    self.parse = parse
    declaration = Parameter(
      name: name, place: .query, schema: schema, about: about, example: example,
      check: { text throws(InvalidValue) in _ = try parse(text) })
  }

  var name: String { declaration.name }

  /// The same, but a request without it is refused.
  var required: Self {
    var copy = self
    copy.declaration.isRequired = true
    return copy
  }
}

extension QueryParameter where Value: RawRepresentable<String> & CaseIterable {
  /// One of the values of an enumeration.
  static func oneOf(_ name: String, _ about: String) -> Self {
    let values = Value.allCases.map(\.rawValue)
    return Self(name, .values(values), about) { text throws(InvalidValue) in
      guard values.contains(text), let value = Value(rawValue: text) else { throw notAmong(values, text) }
      return value
    }
  }
}

extension QueryParameter where Value == Bool {
  static func boolean(_ name: String, _ about: String) -> Self {
    Self(name, .boolean, about) { text throws(InvalidValue) in
      switch text {
      case "true": return true
      case "false": return false
      default: throw InvalidValue(code: "not-a-boolean", detail: "This must be true or false.")
      }
    }
  }
}

extension QueryParameter where Value == Int64 {
  static func integer(_ name: String, _ range: ClosedRange<Int64>, _ about: String) -> Self {
    Self(name, .integer(range), about) { text throws(InvalidValue) in
      let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
      guard !digits.isEmpty, digits.allSatisfy(isDigit) else {
        throw InvalidValue(code: "not-an-integer", detail: "This must be a whole number.")
      }
      guard let number = Int64(text), range.contains(number) else {
        throw InvalidValue(
          code: "out-of-range", detail: "This must be from \(range.lowerBound) to \(range.upperBound).")
      }
      return number
    }
  }
}

extension QueryParameter where Value == Instant {
  static func instant(_ name: String, _ about: String) -> Self {
    Self(name, .text(format: "date-time"), about, example: "2026-11-24T16:15:06Z") {
      text throws(InvalidValue) in
      try Instant(text)
    }
  }
}

extension QueryParameter where Value == String {
  static func text(_ name: String, _ length: ClosedRange<Int>, _ about: String) -> Self {
    Self(name, .text(length), about) { text throws(InvalidValue) in
      try checkLength(text, length)
      return text
    }
  }
}
