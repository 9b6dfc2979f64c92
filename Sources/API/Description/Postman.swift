internal import HTTP
internal import Inventory
internal import JSON

/// The Postman collection (format 2.1) and its environment, made from the declarations of the routes.
enum Postman {
  static func collection(_ routes: [Route]) -> JSONValue {
    [
      "info": [
        "_postman_id": "6f1a6f5e-5b0c-4d3e-9c57-2f6d1b7c9a10", "name": "bookstore",
        "description": .string(about),
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
      ],
      "auth": ["type": "bearer", "bearer": [["key": "token", "value": "{{api_key}}", "type": "string"]]],
      "variable": [
        ["key": "base_url", "value": .string(address)], ["key": "api_key", "value": ""],
        ["key": "movement_id", "value": .string(Examples.movementID.description)],
      ],
      "item": .array(
        Walkthrough(routes).folders.map { folder in
          [
            "name": .string(folder.name), "description": .string(folder.about),
            "item": .array(folder.steps.map(item)),
          ]
        }),
    ]
  }

  static let environment: JSONValue = [
    "id": "0b9d3c52-7a5e-4a55-8f0e-0d8f7b1c4e21", "name": "bookstore (local)",
    "values": [
      ["key": "base_url", "value": .string(address), "type": "default", "enabled": true],
      ["key": "api_key", "value": "", "type": "secret", "enabled": true],
    ],
    "_postman_variable_scope": "environment",
  ]

  private static let address = "http://127.0.0.1:8080"

  private static let about = """
    A tour of the bookstore API. Run against an empty service, the requests work from top to bottom. \
    Set base_url to where the service is and api_key to its key, if it asks for one.
    """

  // MARK: Requests

  private static func item(_ step: Walkthrough.Step) -> JSONValue {
    [
      "name": .string(step.name), "event": [["listen": "test", "script": script(step)]],
      "request": request(step), "response": .array(savedResponses(step)),
    ]
  }

  private static func request(_ step: Walkthrough.Step) -> JSONValue {
    var members: [JSONMember] = [
      JSONMember(name: "method", value: .string(step.route.method.rawValue)),
      JSONMember(name: "header", value: .array(header(step))),
    ]
    if let body = step.body {
      members.append(
        JSONMember(
          name: "body",
          value: [
            "mode": "raw", "raw": .string(body.pretty), "options": ["raw": ["language": "json"]],
          ]))
    }
    members.append(JSONMember(name: "url", value: url(step)))
    members.append(JSONMember(name: "description", value: .string(step.about)))
    return .object(members)
  }

  private static func header(_ step: Walkthrough.Step) -> [JSONValue] {
    var fields = step.fields
    if let body = step.route.body { fields.append(("Content-Type", body.mediaTypes[0])) }
    return fields.map { ["key": .string($0.name), "value": .string($0.value)] }
  }

  private static func url(_ step: Walkthrough.Step) -> JSONValue {
    let parameters = step.route.parameters
    let segments = step.route.pattern.split(separator: "/").map { segment in
      segment.first == "{" ? ":" + segment.dropFirst().dropLast() : String(segment)
    }
    let used = step.query.map { "\($0.name)=\($0.value)" }
    let raw =
      "{{base_url}}/" + segments.joined(separator: "/")
      + (used.isEmpty ? "" : "?" + used.joined(separator: "&"))
    let query = step.query.map { parameter -> JSONValue in
      ["key": .string(parameter.name), "value": .string(parameter.value)]
    }
    let unused = parameters.filter { parameter in
      parameter.place == .query && !step.query.contains { $0.name == parameter.name }
    }.map { parameter -> JSONValue in
      [
        "key": .string(parameter.name), "value": .string(sample(parameter)),
        "description": .string(parameter.about), "disabled": true,
      ]
    }
    let variables = zip(parameters.filter { $0.place == .path }, step.path).map {
      parameter, value -> JSONValue in
      ["key": .string(parameter.name), "value": .string(value), "description": .string(parameter.about)]
    }
    return [
      "raw": .string(raw), "host": ["{{base_url}}"], "path": .array(segments.map(JSONValue.string)),
      "query": .array(query + unused), "variable": .array(variables),
    ]
  }

  /// A value to start from.
  private static func sample(_ parameter: Parameter) -> String {
    if let example = parameter.example ?? parameter.schema.defaultValue { return plainText(example) }
    switch parameter.schema.kind {
    case .boolean: return "true"
    case .integer(let range): return String(range.lowerBound)
    case .string(let text): return text.values.first ?? ""
    case .array(let element, _):
      guard case .string(let text) = element.kind else { return "" }
      return text.values.joined(separator: ",")
    default: return ""
    }
  }

  // MARK: Answers

  /// A collection that is run again meets what it stored before.
  private static func script(_ step: Walkthrough.Step) -> JSONValue {
    let statuses = step.status == 201 ? "201, 409" : String(step.status)
    var lines = [
      "pm.test('The status is as expected', () => {",
      "  pm.expect(pm.response.code).to.be.oneOf([\(statuses)]);", "});",
    ]
    for (variable, place) in step.captures {
      let path = place.map { Int($0) == nil ? ".\($0)" : "[\($0)]" }.joined()
      lines += [
        "if (pm.response.code === \(step.status)) {",
        "  pm.collectionVariables.set('\(variable)', pm.response.json()\(path));", "}",
      ]
    }
    return ["type": "text/javascript", "exec": .array(lines.map(JSONValue.string))]
  }

  private static func savedResponses(_ step: Walkthrough.Step) -> [JSONValue] {
    let isDefault = step.name == step.route.summary
    let answers = isDefault ? step.route.answers : []
    return answers.filter { $0.mediaType == nil || $0.example != nil }.map { answer in
      var header = [("X-Request-Id", "7f3k9q2m5x8r1v4")]
      if let type = answer.mediaType { header.append(("Content-Type", type)) }
      header += answer.fields.filter { $0 != .link }.map { ($0.rawValue, $0.example) }
      return [
        "name": .string("\(answer.status.code) \(answer.about)"), "originalRequest": request(step),
        "status": .string(answer.status.reason), "code": .number(String(answer.status.code)),
        "_postman_previewlanguage": "json",
        "header": .array(header.map { ["key": .string($0.0), "value": .string($0.1)] }),
        "body": .string(answer.example?.pretty ?? ""),
      ]
    }
  }
}
