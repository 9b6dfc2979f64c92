internal import JSON

extension JSONValue {
  /// As text for people and for version control: two spaces, one member a line, short arrays of plain values
  /// on one line, a line feed at the end.
  var pretty: String {
    var text = ""
    write(to: &text, indent: "")
    return text + "\n"
  }

  private func write(to text: inout String, indent: String) {
    let inner = indent + "  "
    switch self {
    case .array(let elements) where !elements.isEmpty && !isShort:
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += inner
        element.write(to: &text, indent: inner)
        text += index + 1 < elements.count ? ",\n" : "\n"
      }
      text += indent + "]"
    case .object(let members) where !members.isEmpty:
      text += "{\n"
      for (index, member) in members.enumerated() {
        text += inner + JSONValue.string(member.name).compact + ": "
        member.value.write(to: &text, indent: inner)
        text += index + 1 < members.count ? ",\n" : "\n"
      }
      text += indent + "}"
    case .array(let elements):
      text += "[" + elements.map(\.compact).joined(separator: ", ") + "]"
    default: text += compact
    }
  }

  private var isShort: Bool {
    guard case .array(let elements) = self else { return true }
    let arePlain = elements.allSatisfy { element in
      switch element {
      case .array, .object: false
      default: true
      }
    }
    return arePlain && elements.map(\.compact.utf8.count).reduce(0, +) < 80
  }

  /// Without white space.
  var compact: String {
    var json = JSONWriter()
    json.value(self)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
