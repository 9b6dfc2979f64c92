internal import HTTP

/// Lets pages of other origins use the API from a browser (Fetch §3.2), where that was configured.
///
/// Keys are sent in Authorization, by the page itself, so no credentials of the browser are ever allowed.
struct CrossOrigin: Sendable {
  /// What pages may send besides what every page may.
  private static let requestFields = [
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer", "Traceparent",
    "X-Request-Id",
  ].joined(separator: ", ")
  /// What pages may read besides what every page may.
  private static let responseFields = [
    "Accept-Patch", "Accept-Post", "Allow", "Content-Disposition", "ETag", "Idempotent-Replayed", "Link",
    "Location",
    "Preference-Applied", "RateLimit", "RateLimit-Policy", "Retry-After", "Traceparent", "WWW-Authenticate",
    "X-Request-Id",
  ].joined(separator: ", ")
  /// How long a browser may remember what a preflight said, in seconds.
  private static let maximumAge = "600"

  private let origins: Set<String>
  private let isOpen: Bool

  /// Nil when no other origin may use the API; `*` stands for all.
  init?(_ origins: [String]) {
    guard !origins.isEmpty else { return nil }
    self.origins = Set(origins)
    isOpen = origins.contains("*")
  }

  /// Adds to any answer what the browser wants to know.
  func mark(_ response: inout Response, to head: RequestHead) {
    // Also where no Origin was sent: a cache has to know that the next request may have one.
    if !isOpen { response.fields.append("Origin", toListOf: "vary") }
    let sent = head.values("origin")
    guard sent.count == 1, isOpen || origins.contains(sent[0]) else { return }
    response.fields.append("access-control-allow-origin", isOpen ? "*" : sent[0])
    guard head.method == .options, head.has("access-control-request-method") else {
      return response.fields.append("access-control-expose-headers", Self.responseFields)
    }
    if let methods = response.fields["allow"] {
      response.fields.append("access-control-allow-methods", methods)
    }
    response.fields.append("access-control-allow-headers", Self.requestFields)
    response.fields.append("access-control-max-age", Self.maximumAge)
  }
}
