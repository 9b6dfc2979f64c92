internal import JSON

/// Writes schemas as JSON Schema 2020-12; named ones once, under `components`.
struct SchemaComponents {
  private(set) var schemas: [JSONMember] = []

  /// The schema, or a reference to it when it has a name.
  mutating func json(_ schema: Schema) -> JSONValue {
    guard case .named(let name, let named) = schema.kind else { return inline(schema) }
    if !schemas.contains(where: { $0.name == name }) {
      let place = schemas.count
      schemas.append(JSONMember(name: name, value: .null))
      schemas[place] = JSONMember(name: name, value: inline(named))
    }
    let reference: JSONValue = ["$ref": .string("#/components/schemas/\(name)")]
    var members = [JSONMember]()
    if schema.isNullable {
      members.append(JSONMember(name: "anyOf", value: [reference, ["type": "null"]]))
    } else if case .object(let only) = reference {
      members += only
    }
    return .object(members + annotations(schema))
  }

  private mutating func inline(_ schema: Schema) -> JSONValue {
    var members: [JSONMember] = []
    func type(_ name: String) {
      let type: JSONValue = schema.isNullable ? [.string(name), "null"] : .string(name)
      members.append(JSONMember(name: "type", value: type))
    }
    switch schema.kind {
    case .any, .named: break
    case .boolean: type("boolean")
    case .integer(let range):
      type("integer")
      members.append(JSONMember(name: "minimum", value: .number(String(range.lowerBound))))
      // What no client can reach says nothing, and most readers cannot hold it.
      if range.upperBound < Int64.max {
        members.append(JSONMember(name: "maximum", value: .number(String(range.upperBound))))
      }
    case .string(let text):
      type("string")
      members += rules(of: text, isNullable: schema.isNullable)
    case .array(let element, let count):
      type("array")
      members.append(JSONMember(name: "items", value: json(element)))
      members += bounds(count, "minItems", "maxItems")
    case .map(let key, let value, let count):
      type("object")
      members.append(JSONMember(name: "additionalProperties", value: json(value)))
      members.append(
        JSONMember(name: "propertyNames", value: .object(rules(of: key, isNullable: false))))
      members += bounds(count, "minProperties", "maxProperties")
    case .object(let properties):
      type("object")
      members.append(
        JSONMember(
          name: "properties",
          value: .object(properties.map { JSONMember(name: $0.name, value: property($0)) })))
      let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { members.append(JSONMember(name: "required", value: .array(required))) }
      members.append(JSONMember(name: "additionalProperties", value: false))
    }
    return .object(members + annotations(schema))
  }

  private mutating func property(_ property: Schema.Property) -> JSONValue {
    guard property.isWriteOnly, case .object(let members) = json(property.schema) else {
      return json(property.schema)
    }
    return .object(members + [JSONMember(name: "writeOnly", value: true)])
  }

  private func rules(of text: Schema.Text, isNullable: Bool) -> [JSONMember] {
    var members = bounds(text.length, "minLength", "maxLength")
    if let pattern = text.pattern { members.append(JSONMember(name: "pattern", value: .string(pattern))) }
    if let format = text.format { members.append(JSONMember(name: "format", value: .string(format))) }
    if !text.values.isEmpty {
      let values = text.values.map(JSONValue.string) + (isNullable ? [.null] : [])
      members.append(JSONMember(name: "enum", value: .array(values)))
    }
    return members
  }

  private func bounds(_ range: ClosedRange<Int>, _ minimum: String, _ maximum: String) -> [JSONMember] {
    var members: [JSONMember] = []
    if range.lowerBound > 0 {
      members.append(JSONMember(name: minimum, value: .number(String(range.lowerBound))))
    }
    if range.upperBound < Int.max {
      members.append(JSONMember(name: maximum, value: .number(String(range.upperBound))))
    }
    return members
  }

  private func annotations(_ schema: Schema) -> [JSONMember] {
    var members: [JSONMember] = []
    if let about = schema.about { members.append(JSONMember(name: "description", value: .string(about))) }
    if let value = schema.defaultValue { members.append(JSONMember(name: "default", value: value)) }
    if let example = schema.example { members.append(JSONMember(name: "examples", value: [example])) }
    return members
  }
}
