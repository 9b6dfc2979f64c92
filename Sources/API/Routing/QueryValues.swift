internal import HTTP
internal import Inventory

/// The parameters of a request's query; checked by their declarations before the handler sees them.
struct QueryValues: Sendable {
  let parameters: [(name: String, value: String)]

  static let none = QueryValues(parameters: [])

  private init(parameters: [(name: String, value: String)]) { self.parameters = parameters }

  /// Reads and checks a query; throws a ``Problem`` that names every parameter at fault.
  init(_ bytes: ArraySlice<UInt8>, declared: [Parameter]) throws {
    guard let query = Query(bytes) else {
      throw Problem(.invalidParameter, "The query is not percent-encoded UTF-8.")
    }
    parameters = query.parameters
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (name, value) in parameters where errors.count < Issues.maximum {
      let shown = String(name.prefix(80))
      guard let parameter = declared.first(where: { $0.name == name && $0.place == .query }) else {
        let known = declared.filter { $0.place == .query }.map(\.name)
        errors.append(FieldError(.parameter(shown), "unknown-parameter", unknownDetail(name, known: known)))
        continue
      }
      guard seen.insert(name).inserted else {
        errors.append(FieldError(.parameter(shown), "repeated-parameter", "This may be given only once."))
        continue
      }
      do throws(InvalidValue) {
        try parameter.check(value)
      } catch {
        errors.append(FieldError(.parameter(shown), error.code, error.detail))
      }
    }
    guard errors.isEmpty else { throw Problem(parameters: errors) }
  }

  /// The value of a declared parameter; nil when it is not there.
  func callAsFunction<Value>(_ parameter: QueryParameter<Value>) throws -> Value? {
    guard let text = parameters.first(where: { $0.name == parameter.name })?.value else { return nil }
    return try parameter.parse(text)
  }

  /// The value of a required parameter; throws a ``Problem`` when it is not there.
  func callAsFunction<Value>(required parameter: QueryParameter<Value>) throws -> Value {
    guard let value = try self(parameter) else {
      throw Problem(parameter, "required", "\(parameter.name) is missing.")
    }
    return value
  }

  func has<Value>(_ parameter: QueryParameter<Value>) -> Bool {
    parameters.contains { $0.name == parameter.name }
  }
}

extension Problem {
  /// Parameters at fault.
  init(parameters errors: [FieldError]) {
    let first = errors.first.map { " " + $0.detail } ?? ""
    self.init(
      .invalidParameter,
      errors.count == 1 ? String(first.dropFirst()) : "\(errors.count) parameters are wrong.",
      errors: errors)
  }

  /// One parameter at fault.
  init<Value>(_ parameter: QueryParameter<Value>, _ code: String, _ detail: String) {
    self.init(parameters: [FieldError(.parameter(parameter.name), code, detail)])
  }
}
