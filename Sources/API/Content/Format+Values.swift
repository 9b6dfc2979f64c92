internal import Inventory
internal import JSON

extension Format where Value == Bool {
  static let boolean = Format(.boolean) { value, issues in
    guard case .bool(let flag) = value else { return wrongType(value, "true or false", issues) }
    return flag
  }
}

extension Format where Value == Int64 {
  /// A whole number, written as digits: no fraction and no exponent, so that nothing can be rounded.
  static func integer(_ range: ClosedRange<Int64>) -> Format {
    Format(.integer(range)) { value, issues in
      guard case .number(let text) = value else { return wrongType(value, "a whole number", issues) }
      guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isDigit($0) }) else {
        issues.report("not-an-integer", "This must be a whole number without fraction or exponent.")
        return nil
      }
      guard let number = Int64(text), range.contains(number) else {
        issues.report("out-of-range", "This must be from \(range.lowerBound) to \(range.upperBound).")
        return nil
      }
      return number
    }
  }
}

extension Format where Value == String {
  /// Text on one line: not blank, without control characters.
  static func line(_ length: ClosedRange<Int>) -> Format {
    .parsed(.text(length)) { text throws(InvalidValue) in
      try checkLength(text, length)
      let scalars = text.unicodeScalars
      if scalars.contains(where: { $0.properties.generalCategory == .control }) {
        throw InvalidValue(code: "control-character", detail: "Control characters are not allowed here.")
      }
      if length.lowerBound > 0, scalars.allSatisfy(\.properties.isWhitespace) {
        throw InvalidValue(code: "blank", detail: "This must not be blank.")
      }
      return text
    }
  }

  /// Text of any number of lines.
  static func lines(_ length: ClosedRange<Int>) -> Format {
    .parsed(.text(length)) { text throws(InvalidValue) in
      try checkLength(text, length)
      return text
    }
  }

  /// Text of certain ASCII characters; `pattern` is what the document says of them.
  static func ascii(
    _ length: ClosedRange<Int>, pattern: String, _ allowed: String,
    where isAllowed: @escaping @Sendable (UInt8) -> Bool
  ) -> Format {
    .parsed(Schema(.string(Schema.Text(length: length, pattern: pattern)))) { text throws(InvalidValue) in
      try checkLength(text, length)
      guard text.utf8.allSatisfy(isAllowed) else {
        throw InvalidValue(code: "invalid-characters", detail: "Only \(allowed) are allowed here.")
      }
      return text
    }
  }
}

extension Format where Value: RawRepresentable<String> & CaseIterable {
  /// One of the values of an enumeration.
  static var oneOf: Format {
    let values = Value.allCases.map(\.rawValue)
    return .parsed(.values(values)) { text throws(InvalidValue) in
      guard values.contains(text), let value = Value(rawValue: text) else { throw notAmong(values, text) }
      return value
    }
  }
}

extension Format where Value == [String: String] {
  /// Names and texts of the client's choice.
  static func map(count: ClosedRange<Int>, key: ClosedRange<Int>, value: ClosedRange<Int>) -> Format {
    let schema = Schema(.map(key: Schema.Text(length: key), value: .text(value), count: count))
    return Format(schema) { json, issues in
      guard case .object(let members) = json else { return wrongType(json, "an object", issues) }
      guard members.count <= count.upperBound else {
        issues.report("too-many", "At most \(count.upperBound) entries; there are \(members.count).")
        return nil
      }
      var entries: [String: String] = [:]
      for member in members {
        issues.within(member.name) {
          guard key.contains(member.name.unicodeScalars.count) else {
            issues.report(
              "invalid-name", "A name must have \(key.lowerBound) to \(key.upperBound) characters.")
            return
          }
          if let text = Format<String>.lines(value).read(member.value, issues) { entries[member.name] = text }
        }
      }
      return entries.count == members.count ? entries : nil
    }
  }
}

/// Lengths are counted in Unicode code points, as JSON Schema does.
func checkLength(_ text: String, _ range: ClosedRange<Int>) throws(InvalidValue) {
  let count = text.unicodeScalars.count
  if count > range.upperBound {
    throw InvalidValue(
      code: "too-long", detail: "At most \(range.upperBound) characters; there are \(count).")
  }
  if count < range.lowerBound {
    throw InvalidValue(
      code: count == 0 ? "blank" : "too-short",
      detail: count == 0 ? "This must not be empty." : "At least \(range.lowerBound) characters.")
  }
}

/// A value that an enumeration does not have.
func notAmong(_ values: [String], _ text: String) -> InvalidValue {
  let hint = closest(to: text, in: values).map { " Did you mean “\($0)”?" } ?? ""
  return InvalidValue(
    code: "unknown-value", detail: "\(quoted(text)) is not among \(values.joined(separator: ", ")).\(hint)")
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
