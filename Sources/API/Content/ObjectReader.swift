internal import JSON

/// A member of an object that clients send.
struct Member<Value: Sendable>: Sendable {
  let name: String
  let format: Format<Value>
  let isRequired: Bool
  let property: Schema.Property

  /// A member that must be there.
  static func required(_ name: String, _ format: Format<Value>, _ about: String) -> Self {
    Self(
      name: name, format: format, isRequired: true,
      property: Schema.Property(name, format.schema.about(about), isRequired: true))
  }

  /// A member that may be left out or null, which mean the same.
  static func optional(_ name: String, _ format: Format<Value>, _ about: String) -> Self {
    Self(
      name: name, format: format, isRequired: false,
      property: Schema.Property(name, format.schema.about(about).orNull, isRequired: false))
  }

  /// A member that may be left out and then has a value all the same.
  static func defaulted(
    _ name: String, _ format: Format<Value>, _ value: JSONValue, _ about: String, isWriteOnly: Bool = false
  ) -> Self {
    Self(
      name: name, format: format, isRequired: false,
      property: Schema.Property(
        name, format.schema.about(about).default(value), isRequired: false, isWriteOnly: isWriteOnly))
  }
}

/// Reads the members of an object, each by its declaration.
struct ObjectReader {
  private let members: [JSONMember]
  let issues: Issues

  init(_ members: [JSONMember], issues: Issues) {
    self.members = members
    self.issues = issues
  }

  /// Whether the client sent the member at all, null included.
  func has<Value>(_ member: Member<Value>) -> Bool { members.contains { $0.name == member.name } }

  /// The member's value; nil when it is missing, null or wrong, which is reported where it is an error.
  func value<Value>(of member: Member<Value>) -> Value? {
    guard let value = members.first(where: { $0.name == member.name })?.value else {
      if member.isRequired { issues.report(member: member.name, "required", "This member is required.") }
      return nil
    }
    if value == .null, !member.isRequired, member.property.schema.isNullable { return nil }
    return issues.within(member.name) { member.format.read(value, issues) }
  }

  /// Reports members that the schema does not have, with the known one that was perhaps meant.
  func reportUnknown(schema: Schema, notes: [String: MemberNote]) {
    let known = schema.properties.map(\.name)
    for member in members where !known.contains(member.name) {
      if let note = notes[member.name] {
        issues.report(member: member.name, note.code, note.detail)
      } else {
        issues.report(member: member.name, "unknown-member", unknownDetail(member.name, known: known))
      }
    }
  }
}

/// The sentence about a name that is not known.
func unknownDetail(_ name: String, known: [String]) -> String {
  if let close = closest(to: name, in: known) {
    return "\(quoted(name)) is not known here; did you mean “\(close)”?"
  }
  guard !known.isEmpty else { return "\(quoted(name)) is not known here; nothing is expected." }
  return "\(quoted(name)) is not known here; known are \(known.joined(separator: ", "))."
}
