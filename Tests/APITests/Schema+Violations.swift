import Inventory
import JSON

@testable import API

extension Schema {
  /// What a value breaks of this schema, by JSON Schema's rules and not by the decoder's.
  func violations(_ value: JSONValue, at path: String = "") -> [String] {
    if value == .null, isNullable { return [] }
    switch (kind, value) {
    case (.any, _): return []
    case (.named(_, let schema), _): return schema.violations(value, at: path)
    case (.boolean, .bool): return []
    case (.integer(let range), .number(let text)):
      return Int64(text).map(range.contains) == true ? [] : ["\(path): \(text) not in \(range)"]
    case (.string(let rules), .string(let text)): return rules.violations(text).map { "\(path): \($0)" }
    case (.array(let element, let count), .array(let elements)):
      let own = count.contains(elements.count) ? [] : ["\(path): \(elements.count) entries"]
      return own + elements.enumerated().flatMap { element.violations($1, at: "\(path)/\($0)") }
    case (.map(let key, let schema, let count), .object(let members)):
      let own = count.contains(members.count) ? [] : ["\(path): \(members.count) members"]
      return own
        + members.flatMap { key.violations($0.name) + schema.violations($0.value, at: "\(path)/\($0.name)") }
    case (.object(let properties), .object(let members)):
      let missing = properties.filter { property in
        property.isRequired && !members.contains { $0.name == property.name }
      }
      let unknown = members.filter { member in !properties.contains { $0.name == member.name } }
      return missing.map { "\(path)/\($0.name): missing" } + unknown.map { "\(path)/\($0.name): unknown" }
        + members.flatMap { member in
          properties.first { $0.name == member.name }?.schema.violations(
            member.value, at: "\(path)/\(member.name)")
            ?? []
        }
    default: return ["\(path): wrong type \(value)"]
    }
  }
}

extension Schema.Text {
  func violations(_ text: String) -> [String] {
    var found: [String] = []
    if !length.contains(text.unicodeScalars.count) { found.append("“\(text)” not \(length) long") }
    if !values.isEmpty, !values.contains(text) { found.append("“\(text)” not among \(values)") }
    if let pattern, (try? Regex(pattern).firstMatch(in: text)) == nil {
      found.append("“\(text)” does not match \(pattern)")
    }
    switch format {
    case "date-time": if (try? Instant(text)) == nil { found.append("“\(text)” is no date-time") }
    case "date": if (try? CalendarDate(text)) == nil { found.append("“\(text)” is no date") }
    default: break
    }
    return found
  }
}
