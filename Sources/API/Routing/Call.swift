internal import HTTP
internal import Inventory
internal import JSON

/// A request on its way through a handler, with everything that was checked before.
struct Call: Sendable {
  let request: Request
  let route: Route
  /// The values of the path's parameters, in the order of the pattern.
  let path: [String]
  let query: QueryValues
  /// The media type to answer with.
  let mediaType: String
  let requestID: String
  /// Who asks.
  let caller: Caller
  let services: Services

  var head: RequestHead { request.head }
  var repository: any InventoryRepository { services.repository }

  /// Reads the content as a value of this format; throws a ``Problem`` with everything that is wrong.
  func content<Value>(_ format: Format<Value>) async throws -> Value {
    try Call.read(try await json(), format)
  }

  /// As ``content(_:)``, with the bytes that it was read from.
  func contentWithBytes<Value>(_ format: Format<Value>) async throws -> (Value, Content) {
    let bytes = try await bytes()
    return (try Call.read(try Call.json(bytes), format), Content(bytes: bytes))
  }

  /// As ``contentWithBytes(_:)``; no content at all is read as `{}`.
  func optionalContent<Value>(_ format: Format<Value>) async throws -> (Value, Content) {
    let bytes = try await bytes()
    let json = bytes.isEmpty ? JSONValue.object([]) : try Call.json(bytes)
    return (try Call.read(json, format), Content(bytes: bytes))
  }

  /// Reads a value that was made from the content.
  static func read<Value>(_ json: JSONValue, _ format: Format<Value>, issues: Issues = Issues()) throws
    -> Value
  {
    let value = format.read(json, issues)
    guard let value, issues.isEmpty else { throw Problem(issues) }
    return value
  }

  /// Reads the content as JSON.
  func json() async throws -> JSONValue { try Call.json(try await bytes()) }

  private func bytes() async throws -> [UInt8] {
    do throws(BodyError) {
      return try await request.body.collect(limit: services.configuration.maximumContent)
    } catch {
      throw Problem(error)
    }
  }

  private static func json(_ bytes: [UInt8]) throws -> JSONValue {
    do throws(JSONSyntaxError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw Problem(
        .invalidJSON, "The content is not JSON: \(error.detail)",
        errors: [FieldError(.pointer(error.pointer), error.code, error.detail)])
    }
  }
}

/// What all calls share.
final class Services: Sendable {
  let repository: any InventoryRepository
  let configuration: APIConfiguration
  let access: AccessControl
  let clock: any Clock
  let report: @Sendable (InternalFailure) -> Void
  let audit: @Sendable (AuditRecord) -> Void
  let metrics = RequestMetrics(routes: Routes.all)
  let exports: Exports

  init(
    repository: any InventoryRepository, configuration: APIConfiguration, clock: any Clock,
    report: @escaping @Sendable (InternalFailure) -> Void, audit: @escaping @Sendable (AuditRecord) -> Void
  ) {
    self.repository = repository
    self.configuration = configuration
    access = AccessControl(configuration, clock: clock)
    exports = Exports(limit: configuration.maximumExports)
    self.clock = clock
    self.report = report
    self.audit = audit
  }
}

extension Problem {
  init(_ issues: Issues) {
    let count = issues.count
    let rest = count > issues.errors.count ? " The first \(issues.errors.count) are listed." : ""
    let detail =
      count == 1 ? issues.errors.first?.detail ?? "" : "\(count) parts of the content are wrong.\(rest)"
    self.init(.invalidContent, detail, errors: issues.errors)
  }

  init(_ error: BodyError) {
    switch error {
    case .tooLarge(let limit): self.init(.contentTooLarge, "The content may have at most \(limit) bytes.")
    case .malformed(let reason): self.init(.malformedRequest, reason)
    case .overloaded:
      self.init(
        .overloaded, "Too many contents arrive at the same time; try again in 1 s.",
        fields: ["retry-after": "1"])
    case .incomplete: self.init(.requestTimeout, "The content did not come in time.")
    }
  }
}
