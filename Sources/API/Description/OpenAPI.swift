internal import HTTP
internal import Inventory
internal import JSON

/// The OpenAPI 3.1 document, made from the declarations of the routes.
struct OpenAPI {
  /// The version of the API, not of the program.
  static let version = "1.0.0"

  private var components = SchemaComponents()

  /// The document.
  static func document(_ routes: [Route]) -> JSONValue {
    var openAPI = OpenAPI()
    return openAPI.document(routes)
  }

  private mutating func document(_ routes: [Route]) -> JSONValue {
    let paths = self.paths(routes)
    _ = components.json(Self.problemSchema)
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "bookstore", "version": .string(Self.version),
        "summary": "The inventory service of a bookshop.", "description": .string(Self.about),
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/"]],
      "tags": .array(
        Tag.allCases.map { ["name": .string($0.rawValue), "description": .string($0.about)] }),
      "paths": paths,
      "components": [
        "schemas": .object(components.schemas.sorted { $0.name < $1.name }),
        "parameters": .object(HeadParameter.allCases.map { JSONMember(name: $0.rawValue, value: $0.json) }),
        "headers": .object(headers), "examples": .object(problemExamples),
        "securitySchemes": [
          "key": [
            "type": "http", "scheme": "bearer",
            "description": "The API key. A service that runs without authentication asks for none.",
          ]
        ],
      ],
    ]
  }

  private static let about = """
    Books, the items that are stocked of them, locations, quantities, and the ledger that says why the \
    quantities are what they are.

    Wherever a book id is accepted, an ISBN is too, in any spelling; wherever an item id is, its SKU is too; \
    wherever a location id is, its code is too. Unknown query parameters and unknown members of a content are \
    refused by name. Quantities are changed by adjustments only. Money is in minor units of its currency. \
    Lengths of texts are in Unicode code points. Instants are RFC 3339 with an offset; answers have Z.

    A row's ETag is made of its version. If-None-Match answers 304 while it is the same; If-Match makes a change \
    only at that version, and 412 carries the present tag. A change without If-Match is applied to whatever the \
    row is at. Every POST that moves or holds stock takes an Idempotency-Key: sent again, it is answered with what \
    was answered first, and nothing happens twice. Where a key would not be kept it is refused, since it would \
    promise too much.

    Problems are RFC 9457 documents with a stable code; what each code means is at GET /problems/{code}.
    """

  // MARK: Paths

  private mutating func paths(_ routes: [Route]) -> JSONValue {
    var paths: [JSONMember] = []
    for route in routes {
      let operation = JSONMember(
        name: route.method.rawValue.lowercased(), value: self.operation(route))
      if let index = paths.firstIndex(where: { $0.name == route.pattern }),
        case .object(let members) = paths[index].value
      {
        paths[index] = JSONMember(name: route.pattern, value: .object(members + [operation]))
      } else {
        paths.append(JSONMember(name: route.pattern, value: .object([operation])))
      }
    }
    return .object(paths)
  }

  private mutating func operation(_ route: Route) -> JSONValue {
    var members: [JSONMember] = [
      JSONMember(name: "operationId", value: .string(route.operationID)),
      JSONMember(name: "tags", value: [.string(route.tag.rawValue)]),
      JSONMember(name: "summary", value: .string(route.summary)),
      JSONMember(name: "description", value: .string(route.about)),
      JSONMember(name: "parameters", value: .array(parameters(route))),
    ]
    if let body = route.body { members.append(JSONMember(name: "requestBody", value: json(body))) }
    members.append(JSONMember(name: "responses", value: responses(route)))
    // Open to everybody, or a key with this scope; or nothing, where the service runs without keys.
    let security: JSONValue = route.scope.map { [["key": [.string($0.rawValue)]], [:]] } ?? []
    members.append(JSONMember(name: "security", value: security))
    return .object(members)
  }

  private mutating func parameters(_ route: Route) -> [JSONValue] {
    var all: [JSONValue] = []
    for parameter in route.parameters {
      var members: [JSONMember] = [
        JSONMember(name: "name", value: .string(parameter.name)),
        JSONMember(name: "in", value: .string(parameter.place.rawValue)),
        JSONMember(name: "description", value: .string(parameter.about)),
        JSONMember(name: "required", value: .bool(parameter.isRequired)),
        JSONMember(name: "schema", value: components.json(parameter.schema)),
      ]
      if case .array = parameter.schema.kind {
        members.append(JSONMember(name: "style", value: "form"))
        members.append(JSONMember(name: "explode", value: false))
      }
      if let example = parameter.example { members.append(JSONMember(name: "example", value: example)) }
      all.append(.object(members))
    }
    return all
      + HeadParameter.allCases.filter { $0.applies(to: route) }.map { reference("parameters", $0.rawValue) }
  }

  private mutating func json(_ body: Route.Body) -> JSONValue {
    let schema = components.json(body.schema)
    return [
      "required": .bool(!body.isOptional),
      "content": .object(
        body.mediaTypes.map {
          JSONMember(name: $0, value: ["schema": schema, "example": body.example])
        }),
    ]
  }

  // MARK: Responses

  private mutating func responses(_ route: Route) -> JSONValue {
    var members: [JSONMember] = []
    var statuses: [Int] = []
    for answer in route.answers where !statuses.contains(answer.status.code) {
      statuses.append(answer.status.code)
      let same = route.answers.filter { $0.status == answer.status }
      members.append(JSONMember(name: String(answer.status.code), value: response(same)))
    }
    let problems = route.problems
    for status in Set(problems.map { $0.entry.status.code }).sorted() {
      let codes = problems.filter { $0.entry.status.code == status }
      members.append(JSONMember(name: String(status), value: response(codes)))
    }
    return .object(members)
  }

  private mutating func response(_ answers: [Route.Answer]) -> JSONValue {
    var fields = ["x-request-id"]
    var content: [JSONMember] = []
    for answer in answers {
      for field in answer.fields where !fields.contains(field.rawValue) { fields.append(field.rawValue) }
      guard let type = answer.mediaType else { continue }
      var media: [JSONMember] = [JSONMember(name: "schema", value: components.json(answer.schema))]
      if let example = answer.example { media.append(JSONMember(name: "example", value: example)) }
      content.append(JSONMember(name: type, value: .object(media)))
    }
    var members: [JSONMember] = [
      JSONMember(name: "description", value: .string(answers.map(\.about).joined(separator: " "))),
      JSONMember(
        name: "headers",
        value: .object(fields.map { JSONMember(name: $0, value: reference("headers", $0)) })),
    ]
    if !content.isEmpty { members.append(JSONMember(name: "content", value: .object(content))) }
    return .object(members)
  }

  private func response(_ codes: [ProblemCode]) -> JSONValue {
    [
      "description": .string(codes.map { "\($0.rawValue): \($0.entry.title)." }.joined(separator: " ")),
      "headers": ["x-request-id": reference("headers", "x-request-id")],
      "content": [
        Problem.mediaType: [
          "schema": reference("schemas", "Problem"),
          "examples": .object(
            codes.map { JSONMember(name: $0.rawValue, value: reference("examples", $0.rawValue)) }),
        ]
      ],
    ]
  }

  private var headers: [JSONMember] {
    [
      JSONMember(
        name: "x-request-id",
        value: [
          "description": "The request in the log: yours when it was usable, else a new one.",
          "schema": ["type": "string"],
        ])
    ]
      + ResponseField.allCases.map { field in
        JSONMember(
          name: field.rawValue,
          value: [
            "description": .string(field.about), "schema": ["type": "string"],
            "example": .string(field.example),
          ])
      }
  }

  private func reference(_ kind: String, _ name: String) -> JSONValue {
    ["$ref": .string("#/components/\(kind)/\(name)")]
  }
}

/// Fields of requests that routes may take.
private enum HeadParameter: String, CaseIterable {
  case ifMatch = "If-Match"
  case ifNoneMatch = "If-None-Match"
  case prefer = "Prefer"
  case idempotencyKey = "Idempotency-Key"

  func applies(to route: Route) -> Bool {
    switch self {
    case .ifMatch: route.conditions.contains(.ifMatch)
    case .ifNoneMatch: route.conditions.contains(.ifNoneMatch)
    case .prefer: route.conditions.contains(.preferMinimal)
    case .idempotencyKey: route.conditions.contains(.idempotencyKey)
    }
  }

  var json: JSONValue {
    let (about, example): (String, String) =
      switch self {
      case .ifMatch:
        (
          "Change it only at this version: the ETag of an earlier answer. Where that was an expanded one, its "
            + "version counts.", "\"3\""
        )
      case .ifNoneMatch: ("Answer 304 when it is still this ETag.", "\"3\"")
      case .prefer: ("return=minimal leaves the content of the answer out.", "return=minimal")
      case .idempotencyKey:
        (
          "Makes the request safe to repeat: 1 to 255 printable ASCII characters, new for each request. It is "
            + "kept for a day.", "order-1001-hold"
        )
      }
    return [
      "name": .string(rawValue), "in": "header", "description": .string(about), "required": false,
      "schema": ["type": "string"], "example": .string(example),
    ]
  }
}
