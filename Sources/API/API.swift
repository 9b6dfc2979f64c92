public import HTTP
public import Inventory
internal import JSON
internal import Metrics

/// The service as a function of requests: `/v1` and what stands beside it, over any repository.
///
/// Every route is declared as a ``Route``; this type checks what the declarations say, calls the handler and
/// makes a response of whatever comes back.
public struct API: RequestHandler {
  let router: Router<Route>
  let services: Services
  let access: AccessControl
  private let crossOrigin: CrossOrigin?
  private let requestIDs = RequestIDs()
  private let record: @Sendable (ExchangeRecord) -> Void

  /// An API over a repository.
  ///
  /// - Parameters:
  ///   - repository: Where everything is kept; it is the caller's to close.
  ///   - configuration: What the API has to know of the process.
  ///   - clock: Tells the time, for checking what clients say of it.
  ///   - report: Told once of each failure that the client must not see.
  ///   - audit: Told when keys are made, replaced or taken back, for the audit log.
  ///   - record: Told of each response after it was sent, for the access log.
  public init(
    repository: any InventoryRepository, configuration: APIConfiguration, clock: any Clock,
    report: @escaping @Sendable (InternalFailure) -> Void,
    audit: @escaping @Sendable (AuditRecord) -> Void = { _ in },
    record: @escaping @Sendable (ExchangeRecord) -> Void = { _ in }
  ) {
    services = Services(
      repository: repository, configuration: configuration, clock: clock, report: report, audit: audit)
    access = services.access
    crossOrigin = CrossOrigin(configuration.origins)
    self.record = record
    var router = Router<Route>()
    for route in Routes.all { router.add(route.method, route.pattern, route) }
    self.router = router
  }

  /// Answers a request; whatever goes wrong is a problem document.
  public func respond(to request: Request) async -> Response {
    let requestID = requestIDs.id(of: request.head)
    let match = router.match(request.head.method, request.head.rawPath)
    var response: Response
    var marks = AnswerMarks()
    do {
      try access.admit(request)
      response = try await answer(request, match, requestID, &marks)
    } catch {
      switch (error as? Problem)?.code {
      case .tooManyRequests: services.metrics.rateLimited.increment()
      case .overloaded: services.metrics.shed.increment()
      default: break
      }
      response = services.problem(error, head: request.head, requestID: requestID)
        .response(instance: request.head.target, requestID: requestID)
    }
    response.fields.append(RequestIDs.field, requestID)
    response.actor = marks.actor
    for (name, value) in marks.fields { response.fields.append(name, value) }
    crossOrigin?.mark(&response, to: request.head)
    if case .found(let route, _) = match { response.label = services.metrics.label(of: route) }
    return response
  }

  /// Where the request waits; nil for those that are needed to run the service.
  public func lane(of head: RequestHead) -> Lane? {
    guard let route = router.value(head.method, head.rawPath) else { return .read }
    return route.lane
  }

  /// The answer to a message that is not HTTP as it should be.
  public func response(toMalformedRequest status: Status, reason: String) -> Response {
    let requestID = requestIDs.generate()
    var response = Problem(ProblemCode(malformed: status), reason)
      .response(instance: nil, requestID: requestID)
    response.status = status
    if status == .serviceUnavailable { response.fields.append("retry-after", "1") }
    response.label = RequestMetrics.malformed
    response.fields.append(RequestIDs.field, requestID)
    return response
  }

  /// Counts the response and passes the record on, with the address behind proxies that are trusted.
  public func didRespond(_ exchange: ExchangeRecord) {
    services.metrics.count(exchange)
    var exchange = exchange
    if let head = exchange.head { exchange.peer = access.address(of: head, peer: exchange.peer) }
    record(exchange)
  }

  // MARK: From request to handler

  private func answer(
    _ request: Request, _ match: Router<Route>.Match, _ requestID: String,
    _ marks: inout AnswerMarks
  ) async throws -> Response {
    let head = request.head
    switch match {
    case .notFound:
      if head.method == .options, head.rawPath.elementsEqual("*".utf8) {
        return options(Method.allCases, head)
      }
      throw Problem(.noSuchRoute, "There is no path \(quoted(head.path)).")
    case .badEncoding:
      throw Problem(.noSuchRoute, "The path \(quoted(head.path)) is not percent-encoded UTF-8.")
    case .methodNotAllowed(let allow):
      if head.method == .options { return options(allow, head) }
      let list = Self.list(allow)
      throw Problem(
        .methodNotAllowed, "\(head.method.rawValue) is not allowed here; \(list) are.",
        fields: ["allow": list])
    case .found(let route, let path):
      if request.isExcess, route.lane != nil {
        throw Problem(
          .overloaded, "Too many requests are worked on; try again in 1 s.", fields: ["retry-after": "1"])
      }
      let caller = try await access.caller(of: request, for: route, services.repository, &marks)
      let call = Call(
        request: request, route: route, path: path, query: try Self.query(of: head, for: route),
        mediaType: try route.negotiate(head), requestID: requestID, caller: caller, services: services)
      try route.checkContent(of: request)
      if route.body == nil, request.body.declaredLength == nil {
        try await route.checkAbsence(of: request.body)
      }
      return try await route.handler(call)
    }
  }

  private static func query(of head: RequestHead, for route: Route) throws -> QueryValues {
    guard let query = head.rawQuery, !query.isEmpty else { return .none }
    return try QueryValues(query, declared: route.parameters)
  }

  private static func list(_ methods: [Method]) -> String { methods.map(\.rawValue).joined(separator: ", ") }

  /// The answer to OPTIONS (RFC 9110 §9.3.7), with the media types that POST and PATCH take.
  private func options(_ allow: [Method], _ head: RequestHead) -> Response {
    var fields: Fields = ["allow": Self.list(allow)]
    for method in [Method.post, .patch] where allow.contains(method) {
      guard case .found(let route, _) = router.match(method, head.rawPath) else { continue }
      if let field = route.acceptedContent { fields.append(field.name, field.value) }
    }
    return Response(.noContent, fields: fields)
  }
}

extension RequestHead {
  /// The path for sentences.
  var path: String { String(decoding: rawPath, as: UTF8.self) }
}

extension Services {
  /// What the client is told of an error; what it must not be told goes to the log.
  func problem(_ error: any Error, head: RequestHead, requestID: String) -> Problem {
    if let problem = error as? Problem { return problem }
    if let error = error as? InventoryError, let problem = Problem(error) {
      switch error {
      case .unavailable, .outcomeUnknown: report(error, head: head, requestID: requestID)
      default: break
      }
      return problem
    }
    report(error, head: head, requestID: requestID)
    return Problem(.internalError, "The request could not be answered; the failure is logged.")
  }

  func report(_ error: any Error, head: RequestHead, requestID: String) {
    let (message, isPassing) =
      switch error as? InventoryError {
      case .unexpected(let reason): (reason, false)
      case .unavailable(let reason, _), .outcomeUnknown(let reason): (reason, true)
      default: (String(reflecting: error), false)
      }
    report(
      InternalFailure(
        requestID: requestID, method: head.method.rawValue, target: head.target, message: message,
        isPassing: isPassing))
  }
}
