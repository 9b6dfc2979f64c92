public import Inventory
internal import JSON

/// How the lists inside a row are written, the same by every engine: short JSON whose members are read by name.
public enum StoredJSON {
  // MARK: Writing

  /// `[{"role":…,"name":…}]`
  public static func text(_ contributors: [Contributor]) -> String {
    list(contributors) { json, contributor in
      json.beginObject()
      json.member("role", contributor.role.rawValue)
      json.member("name", contributor.name)
      json.endObject()
    }
  }

  /// `[{"scheme":…,"code":…,"main":…}]`
  public static func text(_ subjects: [Subject]) -> String {
    list(subjects) { json, subject in
      json.beginObject()
      json.member("scheme", subject.scheme.rawValue)
      json.member("code", subject.code)
      json.member("main", subject.main)
      json.endObject()
    }
  }

  /// `[{"type":…,"value":…}]`
  public static func text(_ identifiers: [BookIdentifier]) -> String {
    list(identifiers) { json, identifier in
      json.beginObject()
      json.member("type", identifier.type)
      json.member("value", identifier.value)
      json.endObject()
    }
  }

  /// `["signed",…]`
  public static func text(_ flags: [ItemFlag]) -> String {
    list(flags) { json, flag in json.string(flag.rawValue) }
  }

  /// An object with its members in the order of their names, so that equal metadata is equal text.
  public static func text(_ metadata: [String: String]) -> String {
    guard !metadata.isEmpty else { return "{}" }
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
      json.name(escaping: name)
      json.string(value)
    }
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func list<Element>(
    _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
  ) -> String {
    guard !elements.isEmpty else { return "[]" }
    var json = JSONWriter()
    json.beginArray()
    for element in elements { write(&json, element) }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  // MARK: Reading

  /// Throws `unexpected` when the bytes are something else, as all readers here do.
  public static func contributors(_ bytes: [UInt8]) throws(InventoryError) -> [Contributor] {
    try elements(bytes) { value in
      guard let role = text("role", of: value).flatMap(ContributorRole.init),
        let name = text("name", of: value)
      else { return nil }
      return Contributor(role: role, name: name)
    }
  }

  /// Reads what ``text(_:)-([Subject])`` writes.
  public static func subjects(_ bytes: [UInt8]) throws(InventoryError) -> [Subject] {
    try elements(bytes) { value in
      guard let scheme = text("scheme", of: value).flatMap(SubjectScheme.init),
        let code = text("code", of: value)
      else { return nil }
      return Subject(scheme: scheme, code: code, main: member("main", of: value) == .bool(true))
    }
  }

  /// Reads what ``text(_:)-([BookIdentifier])`` writes.
  public static func identifiers(_ bytes: [UInt8]) throws(InventoryError) -> [BookIdentifier] {
    try elements(bytes) { value in
      guard let type = text("type", of: value), let number = text("value", of: value) else { return nil }
      return BookIdentifier(type: type, value: number)
    }
  }

  /// Reads what ``text(_:)-([ItemFlag])`` writes.
  public static func flags(_ bytes: [UInt8]) throws(InventoryError) -> [ItemFlag] {
    try elements(bytes) { value in
      guard case .string(let word) = value else { return nil }
      return ItemFlag(rawValue: word)
    }
  }

  /// Reads what ``text(_:)-([String:String])`` writes.
  public static func metadata(_ bytes: [UInt8]) throws(InventoryError) -> [String: String] {
    if bytes.count == 2 { return [:] }
    guard case .object(let members) = try parse(bytes) else { throw unreadable(bytes) }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let value) = member.value else { throw unreadable(bytes) }
      metadata[member.name] = value
    }
    return metadata
  }

  private static func elements<Element>(
    _ bytes: [UInt8], _ read: (JSONValue) -> Element?
  ) throws(InventoryError) -> [Element] {
    // Most lists are empty, and the parser need not be asked about `[]`.
    if bytes.count == 2 { return [] }
    guard case .array(let values) = try parse(bytes) else { throw unreadable(bytes) }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for value in values {
      guard let element = read(value) else { throw unreadable(bytes) }
      elements.append(element)
    }
    return elements
  }

  private static func parse(_ bytes: [UInt8]) throws(InventoryError) -> JSONValue {
    do throws(JSONSyntaxError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw .unexpected("the database holds JSON that cannot be read: \(error.detail)")
    }
  }

  private static func member(_ name: String, of value: JSONValue) -> JSONValue? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.name == name }?.value
  }

  private static func text(_ name: String, of value: JSONValue) -> String? {
    guard case .string(let text) = member(name, of: value) else { return nil }
    return text
  }

  private static func unreadable(_ bytes: [UInt8]) -> InventoryError {
    .unexpected(
      "the database holds JSON of another shape: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
  }
}
