internal import HTTP
internal import JSON

/// What the service says of itself: where to start, the OpenAPI document, what the problem codes mean.
enum Description {
  static let routes = [
    Route(
      .get, "/", "getIndex", tag: .operations, summary: "Where to start",
      about: "The paths of the collections and of the description.",
      answers: [.ok(indexSchema, "Paths.", example: index)], scope: nil, handler: readIndex),
    Route(
      .get, "/openapi.json", "getDescription", tag: .operations, summary: "This document",
      about: "OpenAPI 3.1.", conditions: [.ifNoneMatch],
      answers: [
        Route.Answer(
          status: .ok, about: "The document.", mediaType: MediaType.json, schema: .any, example: nil,
          fields: [.etag]), .notModified,
      ], scope: nil, handler: readDocument),
    Route(
      .get, "/problems", "listProblems", tag: .operations, summary: "Every problem code",
      about: "The codes that answers may have, with status, title and explanation.",
      answers: [
        .ok(
          .object([Schema.Property("data", .list(of: problemSchema), isRequired: true)]), "The codes.",
          example: ["data": [problem(.duplicateISBN)]])
      ], scope: nil, handler: listProblems),
    Route(
      .get, "/problems/{code}", "getProblem", tag: .operations, summary: "What a problem code means",
      about: "The type of a problem document is the path of this.",
      parameters: [.path("code", "The code.", example: "duplicate-isbn")],
      answers: [.ok(problemSchema, "The code.", example: problem(.duplicateISBN))], scope: nil,
      handler: readProblem),
  ]

  // MARK: Index

  private static let index: JSONValue = [
    "name": "bookstore",
    "links": [
      "books": "/v1/books", "items": "/v1/items", "locations": "/v1/locations", "stock": "/v1/stock",
      "adjustments": "/v1/adjustments", "movements": "/v1/movements", "openapi": "/openapi.json",
      "problems": "/problems", "version": "/version", "liveness": "/livez", "readiness": "/readyz",
    ],
  ]

  private static let indexSchema = Schema.object([
    Schema.Property("name", .text(1...100), isRequired: true),
    Schema.Property(
      "links", Schema(.map(key: Schema.Text(), value: .text(1...100), count: 0...100)), isRequired: true),
  ])

  private static let indexBytes = bytes(index)

  private static func readIndex(_ call: Call) async throws -> Response {
    .json(indexBytes, cache: .description)
  }

  // MARK: Document

  private static let document = bytes(OpenAPI.document(Routes.all))
  private static let documentTag = EntityTag(version: 1, digestOf: document)

  private static func readDocument(_ call: Call) async throws -> Response {
    if let unchanged = try call.notModified(documentTag, cache: .description) { return unchanged }
    var response = Response.json(document, cache: .description, etag: documentTag)
    response.isConstant = true
    return response
  }

  // MARK: Problems

  private static let problemSchema = Schema.named(
    "ProblemCode",
    .object([
      Schema.Property("code", .values(ProblemCode.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property("type", .text(1...200), isRequired: true),
      Schema.Property("status", .integer(400...599), isRequired: true),
      Schema.Property("title", .text(1...200), isRequired: true),
      Schema.Property("explanation", .text(1...2000), isRequired: true),
    ]))

  private static func problem(_ code: ProblemCode) -> JSONValue {
    let entry = code.entry
    return [
      "code": .string(code.rawValue), "type": .string(code.typeURI),
      "status": .number(String(entry.status.code)), "title": .string(entry.title),
      "explanation": .string(entry.explanation),
    ]
  }

  private static func listProblems(_ call: Call) async throws -> Response {
    .json(bytes(["data": .array(ProblemCode.allCases.map(problem))]), cache: .description)
  }

  private static func readProblem(_ call: Call) async throws -> Response {
    guard let code = ProblemCode(rawValue: call.path[0]) else {
      throw Problem(.notFound, "There is no problem code \(quoted(call.path[0])).")
    }
    return .json(bytes(problem(code)), cache: .description)
  }

  private static func bytes(_ value: JSONValue) -> [UInt8] {
    var json = JSONWriter()
    json.value(value)
    return json.bytes
  }
}
