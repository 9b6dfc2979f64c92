internal import JSON

/// What a value looks like: the part of JSON Schema 2020-12 that this API uses.
struct Schema: Sendable {
  indirect enum Kind: Sendable {
    /// Anything.
    case any
    case boolean
    case integer(ClosedRange<Int64>)
    case string(Text)
    case array(of: Schema, count: ClosedRange<Int>)
    /// Exactly these members.
    case object([Property])
    /// Members with names of the client's choice.
    case map(key: Text, value: Schema, count: ClosedRange<Int>)
    /// A schema that the document lists by name.
    case named(String, Schema)
  }

  /// What a string must be.
  struct Text: Sendable {
    /// In Unicode code points, as JSON Schema counts.
    var length: ClosedRange<Int> = 0...Int.max
    var pattern: String?
    var format: String?
    /// When not empty, the only values.
    var values: [String] = []
  }

  struct Property: Sendable {
    var name: String
    var schema: Schema
    var isRequired: Bool
    var isWriteOnly = false

    init(_ name: String, _ schema: Schema, isRequired: Bool, isWriteOnly: Bool = false) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
      self.isWriteOnly = isWriteOnly
    }
  }

  var kind: Kind
  var isNullable = false
  var about: String?
  var example: JSONValue?
  var defaultValue: JSONValue?

  init(_ kind: Kind) { self.kind = kind }

  static let boolean = Schema(.boolean)
  static let any = Schema(.any)

  static func integer(_ range: ClosedRange<Int64>) -> Schema { Schema(.integer(range)) }

  static func text(_ length: ClosedRange<Int>) -> Schema { Schema(.string(Text(length: length))) }

  static func text(pattern: String) -> Schema { Schema(.string(Text(pattern: pattern))) }

  static func text(format: String) -> Schema { Schema(.string(Text(format: format))) }

  static func values(_ values: [String]) -> Schema { Schema(.string(Text(values: values))) }

  /// A word of an answer that may also be one that only a newer release knows, which writes to the same database.
  static func openValues(_ values: [String]) -> Schema {
    text(1...100).about("One of \(values.joined(separator: ", ")); a newer release may have others.")
  }

  static func list(of element: Schema, count: ClosedRange<Int> = 0...Int.max) -> Schema {
    Schema(.array(of: element, count: count))
  }

  static func object(_ properties: [Property]) -> Schema { Schema(.object(properties)) }

  static func named(_ name: String, _ schema: Schema) -> Schema { Schema(.named(name, schema)) }

  /// The same with null allowed.
  var orNull: Schema { with { $0.isNullable = true } }

  func about(_ text: String) -> Schema { with { $0.about = text } }

  func example(_ value: JSONValue) -> Schema { with { $0.example = value } }

  func `default`(_ value: JSONValue) -> Schema { with { $0.defaultValue = value } }

  /// The members of an object, behind a name as well; none for anything else.
  var properties: [Property] {
    switch kind {
    case .object(let properties): properties
    case .named(_, let schema): schema.properties
    default: []
    }
  }

  private func with(_ change: (inout Schema) -> Void) -> Schema {
    var copy = self
    change(&copy)
    return copy
  }
}
