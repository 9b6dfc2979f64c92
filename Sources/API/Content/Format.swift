internal import Inventory
internal import JSON

/// How a value is read from JSON together with the schema that says so, so that decoder and document cannot
/// disagree. Reading reports every fault and then gives nil.
struct Format<Value: Sendable>: Sendable {
  let schema: Schema
  let read: @Sendable (JSONValue, Issues) -> Value?

  init(_ schema: Schema, read: @escaping @Sendable (JSONValue, Issues) -> Value?) {
    self.schema = schema
    self.read = read
  }
}

extension Format {
  /// A string that a type of the domain reads.
  static func parsed(
    _ schema: Schema, _ parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
  ) -> Format {
    Format(schema) { value, issues in
      guard case .string(let text) = value else { return wrongType(value, "a string", issues) }
      do throws(InvalidValue) {
        return try parse(text)
      } catch {
        issues.report(error.code, error.detail)
        return nil
      }
    }
  }

  /// Elements of one format.
  static func list<Element>(
    of element: Format<Element>, count range: ClosedRange<Int>
  ) -> Format where Value == [Element] {
    Format(.list(of: element.schema, count: range)) { value, issues in
      guard case .array(let elements) = value else { return wrongType(value, "an array", issues) }
      guard elements.count <= range.upperBound else {
        issues.report("too-many", "At most \(range.upperBound) entries; there are \(elements.count).")
        return nil
      }
      guard elements.count >= range.lowerBound else {
        issues.report(
          "too-few", "At least \(range.lowerBound) \(range.lowerBound == 1 ? "entry" : "entries").")
        return nil
      }
      var values: [Element] = []
      values.reserveCapacity(elements.count)
      for (index, item) in elements.enumerated() {
        if let value = issues.within(index, { element.read(item, issues) }) { values.append(value) }
      }
      return values.count == elements.count ? values : nil
    }
  }

  /// An object with exactly the members of the schema.
  static func object(
    _ schema: Schema, notes: [String: MemberNote] = [:],
    _ build: @escaping @Sendable (ObjectReader) -> Value?
  ) -> Format {
    Format(schema) { value, issues in
      guard case .object(let members) = value else { return wrongType(value, "an object", issues) }
      let reader = ObjectReader(members, issues: issues)
      reader.reportUnknown(schema: schema, notes: notes)
      return build(reader)
    }
  }
}

/// What to say of a member that exists in answers, or elsewhere, but cannot be sent here.
struct MemberNote: Sendable {
  let code: String
  let detail: String

  static let readOnly = MemberNote(code: "read-only", detail: "The service sets this; leave it out.")
}

/// Reports a value of the wrong JSON type.
func wrongType<Value>(_ value: JSONValue, _ wanted: String, _ issues: Issues) -> Value? {
  let found =
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  issues.report("wrong-type", "This must be \(wanted), not \(found).")
  return nil
}
