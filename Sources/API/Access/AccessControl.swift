internal import Crypto
internal import EventLoop
internal import HTTP
internal import Inventory

/// Who asks, and what for it is enough.
struct Caller: Sendable {
  /// What ledgers record.
  var actor: String
  var permissions: Permissions

  /// Where nobody is asked for a key.
  static let anonymous = Caller(actor: "anonymous", permissions: .all)
  /// Whoever has the key of the configuration.
  static let configured = Caller(actor: "api-key", permissions: .all)
}

/// What every answer to a request carries, a refusal too.
struct AnswerMarks {
  /// Fields of rate limits.
  var fields: [(name: String, value: String)] = []
  /// Whose key it was, for the log; nil where nobody is asked for one, or while it is not known.
  var actor: String?
}

/// Lets in who may ask: reads the key, looks it up, and counts.
final class AccessControl: Sendable {
  /// What the key's name stands for in `RateLimit-Policy`.
  private enum Policy: String { case key, address, failures }

  let uses = KeyUses()
  let cache: KeyCache
  private let configuration: APIConfiguration
  private let clock: any Clock
  private let perKey: RateLimiter?
  private let perAddress: RateLimiter?
  private let failures: RateLimiter?
  private let prefixes = KnownPrefixes()
  private let proxies: TrustedProxies

  init(_ configuration: APIConfiguration, clock: any Clock) {
    self.configuration = configuration
    self.clock = clock
    cache = KeyCache(lifetime: configuration.keyCacheLifetime)
    perKey = configuration.keyRateLimit.map { RateLimiter($0) }
    perAddress = configuration.addressRateLimit.map { RateLimiter($0) }
    failures = configuration.failureRateLimit.map { RateLimiter($0) }
    proxies = configuration.trustedProxies
  }

  /// The address that a request came from, proxies that are trusted left out.
  func address(of head: RequestHead, peer: String) -> String { proxies.client(of: head, peer: peer) }

  /// Who counts as one caller: a key, or an address where there are no keys.
  func callerName(of call: Call) -> String {
    if case .keys = configuration.authentication { return call.caller.actor }
    return TrustedProxies.network(of: address(of: call.head, peer: call.request.peer))
  }

  /// Counts the request for its address. Health is always told. Throws a ``Problem`` with 429.
  func admit(_ request: Request) throws {
    guard let perAddress, !["/livez", "/readyz"].contains(request.head.path) else { return }
    let verdict = perAddress.count(TrustedProxies.network(of: address(of: request.head, peer: request.peer)))
    guard verdict.isAllowed else { throw tooMany(perAddress, verdict, .address, "from this address") }
  }

  /// Who asks, noted in `marks` as well. Throws a ``Problem`` with 401, 403 or 429.
  func caller(
    of request: Request, for route: Route, _ repository: any InventoryRepository, _ marks: inout AnswerMarks
  ) async throws -> Caller {
    guard let scope = route.scope else { return .anonymous }
    if configuration.requiresClientCertificate, !request.hasClientCertificate {
      throw Problem(.forbidden, "This service is for clients that show a certificate, and none was shown.")
    }
    guard case .keys(let configured) = configuration.authentication else { return .anonymous }
    let token = try Self.token(of: request.head)
    let caller = try await caller(token, configured, request, repository, &marks)
    guard caller.permissions.allow(scope) else { throw Self.forbidden(scope) }
    guard let perKey else { return caller }
    let verdict = perKey.count(caller.actor)
    guard verdict.isAllowed else { throw tooMany(perKey, verdict, .key, "with this key") }
    marks.fields = perKey.fields(verdict, policy: Policy.key.rawValue)
    return caller
  }

  private func caller(
    _ token: String, _ configured: [UInt8]?, _ request: Request, _ repository: any InventoryRepository,
    _ marks: inout AnswerMarks
  ) async throws -> Caller {
    // Digests are compared, so that neither the length nor the text of the key shows in the time it takes.
    let digest = SHA256.digest(Array(token.utf8))
    if let configured, constantTimeEqual(digest, configured) {
      marks.actor = Caller.configured.actor
      return .configured
    }
    // Needed only where something is not right, and it takes a while.
    func network() -> String { TrustedProxies.network(of: address(of: request.head, peer: request.peer)) }
    guard let prefix = KeyToken.prefix(of: token) else { throw refused(network()) }
    var found = cache.key(prefix: prefix)
    if found == nil {
      // Who guesses does not get to the database; who has a good key is not kept out.
      if let failures {
        let verdict = failures.look(network())
        if !verdict.isAllowed, try await !prefixes.contain(prefix, in: repository) {
          throw tooMany(failures, verdict, .failures, "with wrong keys")
        }
      }
      let key = try await repository.apiKey(prefix: prefix)
      cache.remember(key, prefix: prefix)
      found = .some(key)
    }
    guard let key = found ?? nil else { throw refused(network()) }
    let now = clock.now()
    guard Self.secrets(of: key, at: now).contains(where: { constantTimeEqual(digest, $0) }) else {
      throw refused(network())
    }
    marks.actor = key.id.description
    if let state = key.endState(at: now) {
      _ = failures?.count(network())
      throw Self.refusal("The API key \(key.id) has \(state == "expired" ? "expired" : "been revoked").")
    }
    uses.note(key.id, at: now)
    return Caller(actor: key.id.description, permissions: key.permissions)
  }

  /// The digests that a key may have now.
  private static func secrets(of key: APIKey, at now: Instant) -> [[UInt8]] {
    var digests = [key.secret.digest]
    if let previous = key.previous, previous.until > now { digests.append(previous.secret.digest) }
    return digests.compactMap(SHA256.bytes(ofHex:))
  }

  // MARK: Refusals

  private func refused(_ network: String) -> Problem {
    if let failures {
      let verdict = failures.count(network)
      if !verdict.isAllowed { return tooMany(failures, verdict, .failures, "with wrong keys") }
    }
    return Self.refusal("The API key is not valid.")
  }

  private static func refusal(_ detail: String) -> Problem {
    unauthorized(detail, challenge: "Bearer realm=\"bookstore\", error=\"invalid_token\"")
  }

  private static func unauthorized(_ detail: String, challenge: String) -> Problem {
    Problem(.unauthorized, detail, fields: ["www-authenticate": challenge])
  }

  /// RFC 6750 §3.1.
  private static func forbidden(_ scope: Scope) -> Problem {
    Problem(
      .forbidden, "The API key does not have the scope \(scope.rawValue), which this needs.",
      fields: [
        "www-authenticate":
          "Bearer realm=\"bookstore\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
      ])
  }

  private func tooMany(
    _ limiter: RateLimiter, _ verdict: RateLimiter.Verdict, _ policy: Policy, _ what: String
  ) -> Problem {
    let limit = limiter.limit
    var fields: Fields = ["retry-after": "\(max(1, verdict.seconds))"]
    for (name, value) in limiter.fields(verdict, policy: policy.rawValue) { fields.append(name, value) }
    return Problem(
      .tooManyRequests,
      "More than \(limit.requests) requests in \(limit.seconds) s \(what); nothing was done.", fields: fields)
  }

  // MARK: Credentials

  private static func token(of head: RequestHead) throws -> String {
    let credentials = head.values("authorization")
    guard !credentials.isEmpty else {
      throw unauthorized("The request has no API key.", challenge: "Bearer realm=\"bookstore\"")
    }
    guard credentials.count == 1, let token = bearerToken(credentials[0]) else {
      throw unauthorized(
        "Authorization must be Bearer and the API key.",
        challenge: "Bearer realm=\"bookstore\", error=\"invalid_request\"")
    }
    return token
  }

  /// The token of `Bearer token` (RFC 6750 §2.1); the scheme's case does not matter.
  static func bearerToken(_ credentials: String) -> String? {
    let bytes = credentials.utf8
    guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let scheme = bytes[..<space]
    guard scheme.elementsEqual("bearer".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
    let token = trimmed(credentials[space...])
    return token.isEmpty ? nil : token
  }
}
