internal import HTTP
internal import Inventory
internal import JSON

/// A request that is answered: declared once, and everything else made from it — the router, the refusal of
/// what is not declared, the OpenAPI document, the Postman collection.
final class Route: Sendable {
  /// What the client may ask for in its head.
  struct Conditions: OptionSet, Sendable {
    let rawValue: UInt8
    static let ifMatch = Conditions(rawValue: 1)
    static let ifNoneMatch = Conditions(rawValue: 2)
    static let preferMinimal = Conditions(rawValue: 4)
    static let idempotencyKey = Conditions(rawValue: 8)
  }

  /// The content that a request must have.
  struct Body: Sendable {
    let mediaTypes: [String]
    let schema: Schema
    let example: JSONValue
    /// True where the request may come without content.
    var isOptional = false
  }

  /// A successful answer.
  struct Answer: Sendable {
    let status: Status
    let about: String
    /// Nil for no content.
    let mediaType: String?
    let schema: Schema
    let example: JSONValue?
    /// Names of response fields in lower case, as the document shows them.
    let fields: [ResponseField]
  }

  typealias Handler = @Sendable (Call) async throws -> Response

  let method: Method
  let pattern: String
  /// Unique, camel case.
  let operationID: String
  let tag: Tag
  let summary: String
  let about: String
  let parameters: [Parameter]
  let conditions: Conditions
  let body: Body?
  let answers: [Answer]
  /// Problems besides those that follow from the rest of the declaration.
  let ownProblems: [ProblemCode]
  /// Nil for what is open to everybody.
  let scope: Scope?
  let handler: Handler

  /// Where it waits when there is too much to do; nil for what is needed to run the service, which never does.
  let lane: Lane?

  /// Media types of the answers, the preferred one first.
  let mediaTypes: [String]

  init(
    _ method: Method, _ pattern: String, _ operationID: String, tag: Tag, summary: String, about: String,
    parameters: [Parameter] = [], conditions: Conditions = [], body: Body? = nil, answers: [Answer],
    problems: [ProblemCode] = [], scope: Scope?, isProbe: Bool = false, handler: @escaping Handler
  ) {
    self.method = method
    self.pattern = pattern
    self.operationID = operationID
    self.tag = tag
    self.summary = summary
    self.about = about
    self.parameters = parameters
    self.conditions = conditions
    self.body = body
    self.answers = answers
    ownProblems = problems
    self.scope = scope
    self.handler = handler
    let isReading = method == .get || [.catalogRead, .stockRead].contains(scope)
    let mayTakeLong = tag == .reports || parameters.contains { $0.name == Lists.cursor.name }
    lane = isProbe ? nil : !isReading ? .change : mayTakeLong ? .list : .read
    var mediaTypes: [String] = []
    for case let type? in answers.map(\.mediaType) where !mediaTypes.contains(type) {
      mediaTypes.append(type)
    }
    self.mediaTypes = mediaTypes
  }

  /// Every problem that this route may answer with, in the order of the table.
  var problems: [ProblemCode] {
    var codes: Set<ProblemCode> = [.malformedRequest, .invalidParameter, .internalError, .unavailable]
    codes.formUnion(ownProblems)
    codes.insert(.tooManyRequests)
    if scope != nil { codes.formUnion([.unauthorized, .forbidden]) }
    if lane != nil { codes.insert(.overloaded) }
    if !mediaTypes.isEmpty { codes.insert(.notAcceptable) }
    if parameters.contains(where: { $0.place == .path }) { codes.insert(.notFound) }
    if parameters.contains(where: { $0.name == "cursor" }) { codes.insert(.invalidCursor) }
    if !conditions.isEmpty || method != .get { codes.insert(.invalidHeader) }
    if !conditions.isDisjoint(with: [.ifMatch, .ifNoneMatch]) { codes.insert(.preconditionFailed) }
    if body == nil {
      codes.insert(.unexpectedContent)
    } else {
      codes.formUnion([
        .invalidJSON, .invalidContent, .contentTooLarge, .unsupportedMediaType, .requestTimeout,
      ])
    }
    if method != .get { codes.insert(.outcomeUnknown) }
    if conditions.contains(.idempotencyKey) {
      codes.formUnion([.idempotencyKeyReused, .idempotencyKeyInUse])
    } else if method == .post {
      codes.insert(.idempotencyNotSupported)
    }
    return ProblemCode.allCases.filter(codes.contains)
  }
}

/// The groups of routes.
enum Tag: String, Sendable, CaseIterable {
  case books = "Books"
  case items = "Items"
  case locations = "Locations"
  case adjustments = "Adjustments"
  case reservations = "Reservations"
  case purchasing = "Purchasing"
  case transfers = "Transfers"
  case counts = "Counts"
  case stock = "Stock"
  case movements = "Movements"
  case reports = "Reports"
  case access = "Access"
  case operations = "Operations"

  var about: String {
    switch self {
    case .books: "Titles. A book is named by its id or by its ISBN in any spelling."
    case .items: "What is stocked: a book in one condition. An item is named by its id or its SKU."
    case .locations:
      "Where stock is. A location is named by its id or its code; `main` exists from the start."
    case .stock: "How many copies of an item are at a location, and what staff decided about them."
    case .adjustments: "Changes of quantities: all lines or none."
    case .reservations: "Holds: copies promised to somebody, until they are handed out, freed, or run out."
    case .purchasing: "Copies ordered from suppliers, copies that came, and copies that were given back."
    case .transfers: "Copies on their way from one location to another."
    case .counts: "Stocktakes: what people find on the shelves, against what the ledger says."
    case .movements: "The ledger: one row for each change of a balance, never changed and never deleted."
    case .reports: "Sums over the stock and its ledgers, as pages or, with Accept: text/csv, as files."
    case .access: "Who may ask, and for what."
    case .operations: "The service itself."
    }
  }
}

/// A field of responses, for the document.
enum ResponseField: String, Sendable, CaseIterable {
  case etag, location, link
  case preferenceApplied = "preference-applied"
  case idempotentReplayed = "idempotent-replayed"

  var about: String {
    switch self {
    case .etag: "The version of the row, for If-Match and If-None-Match."
    case .location: "The path of what was made."
    case .link: "The next page, as `<path>; rel=\"next\"`; absent on the last."
    case .idempotentReplayed: "`true` when the key was used before: this is what was answered then."
    case .preferenceApplied: "`return=minimal` when the content was left out because Prefer asked for it."
    }
  }

  var example: String {
    switch self {
    case .etag: "\"3\""
    case .location: "/v1/books/bk_01kav5m0c8f3v9x2r7w4q6t1ze"
    case .link: "</v1/books?limit=50&cursor=AQ>; rel=\"next\""
    case .preferenceApplied: "return=minimal"
    case .idempotentReplayed: "true"
    }
  }
}
