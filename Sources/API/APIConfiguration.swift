public import Metrics

/// What the API has to know of the process that it runs in.
public struct APIConfiguration: Sendable {
  /// Who may ask.
  public enum Authentication: Sendable {
    /// Everybody who reaches the port.
    case none
    /// Whoever has a key of the database that allows it, or the one of the configuration, which allows
    /// everything and of which only the SHA-256 digest (32 bytes) is known here.
    case keys(configured: [UInt8]?)
  }

  /// Who may ask; `/livez`, `/readyz`, `/version` and the description of the API are open in any case.
  public var authentication = Authentication.none
  /// Whether clients must show a certificate by TLS, where they must show a key; beside the key.
  public var requiresClientCertificate = false
  /// How long a key is taken without looking whether it was taken back meanwhile.
  public var keyCacheLifetime = Duration.seconds(5)
  /// For each key; nil is no limit.
  public var keyRateLimit: RateLimit?
  /// For each address that requests come from; nil is no limit.
  public var addressRateLimit: RateLimit?
  /// For wrong keys from each address; nil is no limit.
  public var failureRateLimit: RateLimit? = RateLimit(requests: 20, seconds: 60)
  /// Whose `Forwarded` and `X-Forwarded-For` are believed.
  public var trustedProxies = TrustedProxies.none
  /// True: changes of stock are refused without Idempotency-Key.
  public var requiresIdempotencyKey = false
  /// The largest content of a request, in bytes.
  public var maximumContent = 1 << 20
  /// Exports whose content is being sent at a time; a quarter of them, at least one, for each caller.
  public var maximumExports = 32
  /// The origins whose pages may use the API from a browser, as browsers write them; `*` for all.
  public var origins: [String] = []
  /// The program's version, such as `1.0.0`.
  public var version: String
  /// The commit it was built from; empty when not known.
  public var revision: String
  /// True while the process is being stopped: `/readyz` then says 503, so that balancers look elsewhere.
  public var isDraining: @Sendable () -> Bool = { false }
  /// What `/metrics` shows besides the requests.
  public var metrics: [any MetricsSource] = []

  /// The defaults.
  public init(version: String, revision: String) {
    self.version = version
    self.revision = revision
  }
}

/// Something that went wrong inside while a request was answered; for the log, never for the client.
public struct InternalFailure: Sendable {
  /// The request's id, as the client sees it.
  public var requestID: String
  /// The request's method.
  public var method: String
  /// The request's path and query.
  public var target: String
  /// What went wrong.
  public var message: String
  /// True when the client was told to try again, since the database could not take the request; false for a
  /// mistake of the program.
  public var isPassing: Bool

  /// From its parts.
  public init(requestID: String, method: String, target: String, message: String, isPassing: Bool) {
    self.requestID = requestID
    self.method = method
    self.target = target
    self.message = message
    self.isPassing = isPassing
  }
}
