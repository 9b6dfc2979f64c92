internal import Crypto
internal import HTTP

/// Tells who asks. Keys with scopes of their own come in here: a route says what it needs.
struct Authenticator: Sendable {
  let mode: APIConfiguration.Authentication

  /// The actor that movements record. Throws a ``Problem`` with 401.
  func actor(of head: RequestHead, for route: Route) throws -> String {
    guard case .key(let digest) = mode, route.scope != nil else { return "anonymous" }
    let credentials = head.values("authorization")
    guard !credentials.isEmpty else {
      throw refusal("The request has no API key.", challenge: "Bearer realm=\"bookstore\"")
    }
    guard credentials.count == 1, let token = Self.bearerToken(credentials[0]) else {
      throw refusal(
        "Authorization must be Bearer and the API key.",
        challenge: "Bearer realm=\"bookstore\", error=\"invalid_request\"")
    }
    // Digests are compared, so that neither the length nor the text of the key shows in the time it takes.
    guard constantTimeEqual(SHA256.digest(Array(token.utf8)), digest) else {
      throw refusal(
        "The API key is not valid.", challenge: "Bearer realm=\"bookstore\", error=\"invalid_token\"")
    }
    return "api-key"
  }

  private func refusal(_ detail: String, challenge: String) -> Problem {
    Problem(.unauthorized, detail, fields: ["www-authenticate": challenge])
  }

  /// The token of `Bearer token` (RFC 6750 §2.1); the scheme's case does not matter.
  static func bearerToken(_ credentials: String) -> String? {
    let parts = credentials.split(separator: " ", maxSplits: 1).map(trimmed)
    guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else { return nil }
    return parts[1]
  }
}
