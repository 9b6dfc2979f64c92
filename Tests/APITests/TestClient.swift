import HTTP
import Inventory
import JSON
import TestSupport
import Testing

@testable import API

/// Sends requests to an API without a socket, and holds every answer against the declaration of its route.
struct TestClient: Sendable {
  let api: API
  let failures: Failures
  /// What the audit log was told.
  let audit = Atomic<[AuditRecord]>([])

  /// What was reported as internal.
  final class Failures: Sendable {
    private let list = Atomic<[InternalFailure]>([])
    var all: [InternalFailure] { list.value }
    func add(_ failure: InternalFailure) { list.mutate { $0.append(failure) } }
  }

  init(
    _ repository: any InventoryRepository, authentication: APIConfiguration.Authentication = .none,
    clock: any Clock = TestClock(), configure: (inout APIConfiguration) -> Void = { _ in }
  ) {
    var configuration = APIConfiguration(version: "1.2.3", revision: "abc1234")
    configuration.authentication = authentication
    configure(&configuration)
    let failures = Failures()
    self.failures = failures
    let audit = self.audit
    api = API(
      repository: repository, configuration: configuration, clock: clock, report: { failures.add($0) },
      audit: { record in audit.mutate { $0.append(record) } })
  }

  /// Sends a request; a body is JSON unless `content-type` says otherwise.
  @discardableResult
  func send(
    _ method: String, _ target: String, _ body: String? = nil, headers: [(String, String)] = [],
    peer: String = "127.0.0.1", isExcess: Bool = false, hasClientCertificate: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> TestResponse {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: test"]
    lines += headers.map { "\($0.0): \($0.1)" }
    if let body {
      if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
        lines.append("Content-Type: \(method == "PATCH" ? MediaType.mergePatch : MediaType.json)")
      }
      lines.append("Content-Length: \(body.utf8.count)")
    }
    let head = try parse(lines.joined(separator: "\r\n") + "\r\n\r\n")
    let request = Request(
      head: head, body: TestBody(Array((body ?? "").utf8)), peer: peer, isExcess: isExcess,
      hasClientCertificate: hasClientCertificate)
    let response = try await TestResponse(api.respond(to: request))
    checkDeclared(response, head, sourceLocation)
    return response
  }

  func get(
    _ target: String, headers: [(String, String)] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> TestResponse {
    try await send("GET", target, headers: headers, sourceLocation: sourceLocation)
  }

  func post(
    _ target: String, _ body: String?, headers: [(String, String)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> TestResponse {
    try await send("POST", target, body, headers: headers, sourceLocation: sourceLocation)
  }

  func patch(
    _ target: String, _ body: String, headers: [(String, String)] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> TestResponse {
    try await send("PATCH", target, body, headers: headers, sourceLocation: sourceLocation)
  }

  /// A request as a handler gets it.
  func call(_ text: String) throws -> Call {
    let head = try parse(text)
    guard case .found(let route, let path) = api.router.match(head.method, head.rawPath) else {
      throw HeadParser.Refusal("no route")
    }
    return Call(
      request: Request(head: head, body: TestBody([]), peer: ""), route: route, path: path, query: .none,
      mediaType: MediaType.json, requestID: "r", caller: .anonymous, services: api.services)
  }

  /// Sends a GET without reading the answer's content.
  func begin(_ target: String, headers: [(String, String)], peer: String = "127.0.0.1") async throws
    -> Response
  {
    let lines = ["GET \(target) HTTP/1.1", "Host: test"] + headers.map { "\($0.0): \($0.1)" }
    let head = try parse(lines.joined(separator: "\r\n") + "\r\n\r\n")
    return await api.respond(to: Request(head: head, body: TestBody([]), peer: peer))
  }

  /// The head of a request.
  func head(_ method: String, _ target: String) throws -> RequestHead {
    try parse("\(method) \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
  }

  private func parse(_ text: String) throws -> RequestHead {
    var scanned = 0
    switch HeadParser.parse(Array(text.utf8), scanned: &scanned) {
    case .complete(let head, _, _): return head
    case .refused(let refusal): throw refusal
    case .incomplete: throw HeadParser.Refusal("incomplete")
    }
  }

  /// Whatever a handler really answers must be what its route declares.
  private func checkDeclared(_ response: TestResponse, _ head: RequestHead, _ location: SourceLocation) {
    #expect(response.fields["x-request-id"] != nil, sourceLocation: location)
    guard case .found(let route, _) = api.router.match(head.method, head.rawPath) else { return }
    let type = response.mediaType
    if type == Problem.mediaType {
      let code = response.problem.flatMap(ProblemCode.init)
      #expect(code.map(route.problems.contains) == true, "undeclared: \(response)", sourceLocation: location)
      #expect(code?.entry.status.code == response.status, sourceLocation: location)
      if let json = try? response.json {
        #expect(OpenAPI.problemSchema.violations(json) == [], "\(response)", sourceLocation: location)
      }
      return
    }
    let isMinimal = response.fields["preference-applied"] != nil
    let answer = route.answers.first {
      $0.status.code == response.status && ($0.mediaType == type || (isMinimal && type == nil))
    }
    guard let answer else {
      Issue.record("\(route.operationID) does not declare \(response)", sourceLocation: location)
      return
    }
    // The past has no version.
    let isPast = head.target.contains("as_of=")
    for field in answer.fields
    where ![.link, .preferenceApplied, .idempotentReplayed].contains(field) && !(isPast && field == .etag) {
      #expect(response.fields[field.rawValue] != nil, "no \(field)", sourceLocation: location)
    }
    if type == MediaType.json, let json = try? response.json {
      #expect(answer.schema.violations(json) == [], "\(response)", sourceLocation: location)
    }
  }
}

/// An answer with all its content.
struct TestResponse: CustomStringConvertible {
  let status: Int
  let fields: Fields
  let bytes: [UInt8]
  /// Who asked, for the access log.
  let actor: String?

  init(_ response: Response) async throws {
    actor = response.actor
    status = response.status.code
    fields = response.fields
    switch response.content {
    case .none: bytes = []
    case .bytes(let all): bytes = all
    case .stream(let write):
      let collector = TestWriter()
      try await write(collector)
      bytes = collector.bytes.value
    }
  }

  /// The first value of a field; the name in lower case.
  subscript(field: String) -> String? { fields[field] }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var json: JSONValue { get throws { try JSONValue(parsing: bytes) } }
  var mediaType: String? { fields["content-type"].map { String($0.prefix { $0 != ";" }) } }
  var etag: String { fields["etag"] ?? "" }
  var description: String { "\(status) \(mediaType ?? "-") \(text)" }

  /// The problem's code.
  var problem: String? {
    mediaType == Problem.mediaType ? (try? json)?["code"]?.text : nil
  }

  /// Each error as `place code`, where the place is a pointer, `?parameter` or `:field`.
  var errors: [String] {
    guard case .array(let errors)? = (try? json)?["errors"] else { return [] }
    return errors.map { error in
      let place =
        error["pointer"]?.text ?? error["parameter"]?.text.map { "?" + $0 }
        ?? error["header"]?.text.map { ":" + $0 } ?? "-"
      return "\(place) \(error["code"]?.text ?? "-")"
    }
  }
}

/// A content that comes in pieces.
struct TestBody: RequestBody {
  private let rest: Atomic<[UInt8]>
  let declaredLength: Int?

  init(_ bytes: [UInt8], isChunked: Bool = false) {
    rest = Atomic(bytes)
    declaredLength = isChunked ? nil : bytes.count
  }

  func next() async throws(BodyError) -> [UInt8]? {
    rest.mutate { rest in
      guard !rest.isEmpty else { return nil }
      let piece = Array(rest.prefix(1000))
      rest.removeFirst(piece.count)
      return piece
    }
  }
}

private struct TestWriter: ResponseWriter {
  let bytes = Atomic<[UInt8]>([])

  func write(_ piece: [UInt8]) async throws { bytes.mutate { $0 += piece } }
}

extension JSONValue {
  /// The text of a string.
  var text: String? { if case .string(let text) = self { text } else { nil } }
  /// The number as it is written.
  var number: String? { if case .number(let text) = self { text } else { nil } }
  /// The elements of an array.
  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
  /// The value at a pointer of names and numbers.
  subscript(path path: String) -> JSONValue? {
    path.split(separator: "/").reduce(self as JSONValue?) { value, step in
      if let index = Int(step), case .array(let elements)? = value {
        return elements.indices.contains(index) ? elements[index] : nil
      }
      return value?[String(step)]
    }
  }
}
