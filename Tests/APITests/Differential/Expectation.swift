import JSON

/// What the model says of an answer.
struct Expectation: Sendable {
  var status: Int
  /// The problem's code.
  var code: String?
  /// `pointer code` of each error; nil is whatever there is.
  var errors: [String]?
  /// Members that the content must have; others are not looked at.
  var content: JSONValue?
  var isReplayed = false
  /// The lines of a refusal.
  var refusedLines: [RefusedLine] = []

  static func ok(_ content: JSONValue? = nil, status: Int = 200) -> Expectation {
    Expectation(status: status, content: content)
  }

  static func problem(_ status: Int, _ code: String, _ errors: [String]? = nil) -> Expectation {
    Expectation(status: status, code: code, errors: errors)
  }

  static let notFound = problem(404, "not-found")

  /// Lines that the quantities do not allow.
  static func refused(_ lines: [RefusedLine], as code: String? = nil) -> Expectation {
    var expectation = Expectation(
      status: 409, code: code ?? lines.first?.code ?? "-",
      errors: lines.map { "/lines/\($0.index) \($0.code)" },
      content: object([
        "lines": .array(
          lines.map { line in
            object([
              "index": number(Int64(line.index)), "code": text(line.code), "wanted": number(line.wanted),
              "available": number(line.available),
            ])
          })
      ]))
    expectation.refusedLines = lines
    return expectation
  }

  /// The first thing in which an answer differs.
  func difference(from response: TestResponse) -> String? {
    guard response.status == status else { return "status \(response.status), not \(status)" }
    guard response.problem == code else { return "code \(response.problem ?? "-"), not \(code ?? "-")" }
    if let errors, response.errors != errors { return "errors \(response.errors), not \(errors)" }
    let replayed = response["idempotent-replayed"] == "true"
    guard replayed == isReplayed else { return "replayed: \(replayed)" }
    guard let content else { return nil }
    guard let json = try? response.json else { return "no content" }
    return Self.difference(content, json, at: "")
  }

  private static func difference(_ expected: JSONValue, _ actual: JSONValue?, at pointer: String) -> String? {
    guard let actual else { return "\(pointer) is missing" }
    switch (expected, actual) {
    case (.object(let members), .object):
      for member in members {
        if let found = difference(member.value, actual[member.name], at: pointer + "/" + member.name) {
          return found
        }
      }
      return nil
    case (.array(let wanted), .array(let found)):
      guard wanted.count == found.count else {
        return "\(pointer) has \(found.count) elements, not \(wanted.count)"
      }
      for (index, pair) in zip(wanted, found).enumerated() {
        if let found = difference(pair.0, pair.1, at: "\(pointer)/\(index)") { return found }
      }
      return nil
    default: return expected == actual ? nil : "\(pointer) is \(actual), not \(expected)"
    }
  }
}

/// A line that the quantities do not allow.
struct RefusedLine: Sendable {
  var index: Int
  var code: String
  var wanted: Int64
  var available: Int64
}
