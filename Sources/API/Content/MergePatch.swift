internal import JSON

/// JSON Merge Patch (RFC 7396).
enum MergePatch {
  /// The target with the patch applied: members that are null are removed, objects are merged, everything
  /// else is replaced. The depth is bounded by the parser's.
  static func apply(_ patch: JSONValue, to target: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members: [JSONMember] = []
    if case .object(let present) = target { members = present }
    for change in changes {
      let index = members.firstIndex { $0.name == change.name }
      guard change.value != .null else {
        if let index { members.remove(at: index) }
        continue
      }
      let merged = apply(change.value, to: index.map { members[$0].value } ?? .null)
      let member = JSONMember(name: change.name, value: merged)
      if let index { members[index] = member } else { members.append(member) }
    }
    return .object(members)
  }

  /// Reports what reading the merged value cannot see: null for a member that does not exist.
  static func reportUnknownRemovals(
    _ patch: JSONValue, schema: Schema, notes: [String: MemberNote], issues: Issues
  ) {
    guard case .object(let members) = patch, !schema.properties.isEmpty else { return }
    let removals = members.filter { $0.value == .null }
    ObjectReader(removals, issues: issues).reportUnknown(schema: schema, notes: notes)
    for member in members {
      guard let property = schema.properties.first(where: { $0.name == member.name }) else { continue }
      issues.within(member.name) {
        reportUnknownRemovals(member.value, schema: property.schema, notes: [:], issues: issues)
      }
    }
  }
}

extension Schema {
  /// What a merge patch of this object looks like: nothing required, null where it removes something.
  func mergePatch(named name: String) -> Schema {
    let changes = properties.map { property in
      var schema = property.schema
      schema.defaultValue = nil
      schema = schema.asPartial
      return Schema.Property(
        property.name, property.isRequired ? schema : schema.orNull, isRequired: false,
        isWriteOnly: property.isWriteOnly)
    }
    return .named(name, .object(changes))
  }

  /// A nested object of a merge patch, where null removes an entry; everything else is replaced as a whole.
  private var asPartial: Schema {
    var schema = self
    if case .map(let key, let value, let count) = kind {
      schema.kind = .map(key: key, value: value.orNull, count: count)
    } else if !properties.isEmpty {
      schema.kind = .object(properties.map { Property($0.name, $0.schema.orNull, isRequired: false) })
    }
    return schema
  }
}
