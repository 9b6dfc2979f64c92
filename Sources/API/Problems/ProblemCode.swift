internal import HTTP

/// Every reason for which a request is refused. Stable: programs branch on it.
enum ProblemCode: String, Sendable, CaseIterable {
  // What is not HTTP, or not as this service takes it.
  case malformedRequest = "malformed-request"
  case invalidParameter = "invalid-parameter"
  case invalidHeader = "invalid-header"
  case invalidCursor = "invalid-cursor"
  case invalidJSON = "invalid-json"
  case unexpectedContent = "unexpected-content"
  case idempotencyNotSupported = "idempotency-not-supported"
  case unauthorized
  case forbidden
  case notFound = "not-found"
  case noSuchRoute = "no-such-route"
  case methodNotAllowed = "method-not-allowed"
  case notAcceptable = "not-acceptable"
  case requestTimeout = "request-timeout"
  case preconditionFailed = "precondition-failed"
  case contentTooLarge = "content-too-large"
  case uriTooLong = "uri-too-long"
  case unsupportedMediaType = "unsupported-media-type"
  case expectationFailed = "expectation-failed"
  case headTooLarge = "head-too-large"

  // What the content says.
  case invalidContent = "invalid-content"
  case idempotencyKeyReused = "idempotency-key-reused"

  // What the present state does not allow.
  case duplicateISBN = "duplicate-isbn"
  case duplicateSKU = "duplicate-sku"
  case duplicateLocationCode = "duplicate-location-code"
  case bookArchived = "book-archived"
  case bookHasStock = "book-has-stock"
  case insufficientStock = "insufficient-stock"
  case heldStock = "held-stock"
  case stockChanged = "stock-changed"
  case quantityTooLarge = "quantity-too-large"
  case exceedsRemainder = "exceeds-remainder"
  case overReceipt = "over-receipt"
  case referenceInUse = "reference-in-use"
  case invalidState = "invalid-state"
  case reservationExpired = "reservation-expired"
  case embargoed
  case alreadyReversed = "already-reversed"
  case notReversible = "not-reversible"
  case returnWindowClosed = "return-window-closed"
  case idempotencyKeyInUse = "idempotency-key-in-use"
  case tooManyRequests = "too-many-requests"
  case editConflict = "edit-conflict"

  // What is not the client's fault.
  case internalError = "internal-error"
  case notImplemented = "not-implemented"
  case overloaded
  case unavailable
  case outcomeUnknown = "outcome-unknown"
  case notReady = "not-ready"
  case httpVersionNotSupported = "http-version-not-supported"

  /// The status, the title and what a client can do about it.
  struct Entry {
    let status: Status
    let title: String
    let explanation: String

    init(_ status: Status, _ title: String, _ explanation: String) {
      self.status = status
      self.title = title
      self.explanation = explanation
    }
  }

  /// The `type` of the problem (RFC 9457 §3.1.1), which answers GET with what ``entry`` says.
  var typeURI: String { "/problems/" + rawValue }

  /// The code of a message that is not HTTP as it should be.
  init(malformed status: Status) {
    switch status {
    case .requestTimeout: self = .requestTimeout
    case .contentTooLarge: self = .contentTooLarge
    case .uriTooLong: self = .uriTooLong
    case .expectationFailed: self = .expectationFailed
    case .requestHeaderFieldsTooLarge: self = .headTooLarge
    case .notImplemented: self = .notImplemented
    case .httpVersionNotSupported: self = .httpVersionNotSupported
    case .serviceUnavailable: self = .overloaded
    default: self = .malformedRequest
    }
  }
}
