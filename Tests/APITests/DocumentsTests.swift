import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import API

@Suite("The documents made from the declarations")
struct DocumentsTests {
  @Test(
    "The committed files are what the declarations make; BOOKSTORE_UPDATE_DOCS=1 writes them",
    arguments: [
      ("docs/openapi.json", OpenAPI.document(Routes.all)),
      ("docs/postman/bookstore.postman_collection.json", Postman.collection(Routes.all)),
      ("docs/postman/bookstore.postman_environment.json", Postman.environment),
    ])
  func committed(path: String, document: JSONValue) throws {
    let url = URL(filePath: Project.root).appending(path: path)
    if ProcessInfo.processInfo.environment["BOOKSTORE_UPDATE_DOCS"] == "1" {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(document.pretty.utf8).write(to: url)
    }
    let committed = try String(contentsOf: url, encoding: .utf8)
    #expect(committed == document.pretty, "\(path) is not up to date; run with BOOKSTORE_UPDATE_DOCS=1")
  }

  @Test("The document has every route, every problem code, and no reference that leads nowhere")
  func references() throws {
    let document = OpenAPI.document(Routes.all)
    for route in Routes.all {
      let operation = document["paths"]?[route.pattern]?[route.method.rawValue.lowercased()]
      #expect(operation?["operationId"]?.text == route.operationID)
      for code in route.problems {
        let response = operation?["responses"]?[String(code.entry.status.code)]
        let examples = response?["content"]?[Problem.mediaType]?["examples"]
        #expect(examples?[code.rawValue] != nil, "\(route.operationID) \(code)")
      }
    }
    for code in ProblemCode.allCases {
      #expect(document[path: "components/examples/\(code.rawValue)"] != nil)
    }
    for reference in Self.references(document) {
      #expect(document[path: String(reference.dropFirst(2))] != nil, "\(reference)")
    }
  }

  @Test("The document is what the service answers")
  func served() async throws {
    try await withClient { client in
      let served = try await client.get("/openapi.json").json
      #expect(served == OpenAPI.document(Routes.all))
    }
  }

  @Test("What is written for people reads back as the same value")
  func pretty() throws {
    for document in [OpenAPI.document(Routes.all), Postman.collection(Routes.all)] {
      #expect(try JSONValue(parsing: Array(document.pretty.utf8)) == document)
    }
  }

  @Test(
    "The collection runs from top to bottom on an empty service, and has every route",
    arguments: RepositoryUnderTest.available)
  func walkthrough(engine: RepositoryUnderTest) async throws {
    try await withRepository(engine) { fixture in
      let client = TestClient(fixture.repository, clock: fixture.clock)
      let walkthrough = Walkthrough(Routes.all)
      #expect(Set(walkthrough.steps.map(\.route.operationID)) == Set(Routes.all.map(\.operationID)))
      var variables: [String: String] = [:]
      for step in walkthrough.steps {
        let filled = { [variables] (text: String) in
          variables.reduce(text) { $0.replacing("{{\($1.key)}}", with: $1.value) }
        }
        var target = step.route.pattern
        for value in step.path {
          let segment = PercentEncoding.encode(filled(value))
          target = target.replacing(/\{[a-z]+\}/, with: segment, maxReplacements: 1)
        }
        let query = step.query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
        if !query.isEmpty { target += "?" + query.joined(separator: "&") }
        var headers = step.fields.map { ($0.name, $0.value) }
        if let body = step.route.body { headers.append(("Content-Type", body.mediaTypes[0])) }
        let response = try await client.send(
          step.route.method.rawValue, target, (step.body?.pretty).map(filled), headers: headers)
        #expect(response.status == step.status, "\(step.name): \(response)")
        for (variable, place) in step.captures {
          variables[variable] = try response.json[path: place.joined(separator: "/")]?.text
        }
      }
    }
  }

  private static func references(_ value: JSONValue) -> [String] {
    switch value {
    case .array(let elements): elements.flatMap(references)
    case .object(let members):
      members.flatMap { member in
        member.name == "$ref" ? [member.value.text ?? ""] : references(member.value)
      }
    default: []
    }
  }
}
