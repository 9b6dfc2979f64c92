import HTTP
import JSON
import Testing

@testable import API

@Suite("The declarations of the routes")
struct DeclarationsTests {
  @Test("Operation ids are unique, and every route says what it is")
  func names() {
    #expect(Set(Routes.all.map(\.operationID)).count == Routes.all.count)
    for route in Routes.all {
      #expect(
        !route.summary.isEmpty && !route.about.isEmpty && !route.answers.isEmpty, "\(route.operationID)")
      #expect(route.about.hasSuffix("."), "\(route.operationID)")
    }
  }

  @Test("Every example of an answer is what its schema says", arguments: Routes.all)
  func answerExamples(route: Route) {
    for answer in route.answers {
      guard let example = answer.example else { continue }
      #expect(answer.schema.violations(example) == [])
    }
  }

  @Test("Every example of a content is what its schema says", arguments: Routes.all)
  func bodyExamples(route: Route) {
    guard let body = route.body else { return }
    #expect(body.schema.violations(body.example) == [])
  }

  @Test("Every parameter's example is taken, and the path has every path parameter", arguments: Routes.all)
  func parameterExamples(route: Route) throws {
    for parameter in route.parameters {
      if let example = parameter.example { try parameter.check(plainText(example)) }
      #expect(!parameter.about.isEmpty)
      #expect(route.pattern.contains("{\(parameter.name)}") == (parameter.place == .path))
    }
    #expect(route.pattern.count { $0 == "{" } == route.parameters.count { $0.place == .path })
  }

  @Test("Reading routes take no If-Match, changing ones no If-None-Match", arguments: Routes.all)
  func conditions(route: Route) {
    #expect(!route.conditions.contains(.ifMatch) || route.method == .patch || route.method == .delete)
    #expect(!route.conditions.contains(.ifNoneMatch) || route.method == .get)
    let answersNotModified = route.answers.contains { $0.status == .notModified }
    #expect(route.conditions.contains(.ifNoneMatch) == answersNotModified)
  }

  @Test("Every problem code can happen somewhere, and its texts are sentences")
  func problemCodes() {
    let declared = Set(Routes.all.flatMap(\.problems))
    let beforeRouting: Set<ProblemCode> = [
      .noSuchRoute, .methodNotAllowed, .uriTooLong, .expectationFailed, .headTooLarge, .notImplemented,
      .httpVersionNotSupported,
    ]
    #expect(declared.isDisjoint(with: beforeRouting))
    let unused = Set(ProblemCode.allCases).subtracting(declared.union(beforeRouting))
    #expect(unused.isSubset(of: [.overReceipt, .alreadyReversed, .notReversible, .returnWindowClosed]))
    for code in ProblemCode.allCases {
      #expect(code.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
      #expect(!code.entry.title.hasSuffix(".") && code.entry.explanation.hasSuffix("."), "\(code)")
      #expect(OpenAPI.problemSchema.violations(OpenAPI.example(of: code)) == [])
    }
  }
}
