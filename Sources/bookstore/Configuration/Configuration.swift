internal import API
internal import TLS

/// Everything that can be set, as one value. The stored values are the defaults; ``Setting/all`` says how
/// each is named and read.
struct Configuration: Sendable {
  /// Whether clients must show a key.
  enum Authentication: String, CaseIterable, Sendable { case none, key }
  /// Whether changes of stock need an Idempotency-Key.
  enum Idempotency: String, CaseIterable, Sendable { case optional, required }

  // Database
  var database = DatabaseURL.sqlite(path: "bookstore.db")
  var migrations = "migrations"
  var startupTimeout = Duration.seconds(60)
  var postgresReaders = 2
  var postgresWriters = 4
  var postgresSlow = 2
  var postgresConnectTimeout = Duration.seconds(5)
  var postgresStatementTimeout = Duration.seconds(5)
  var postgresLockTimeout = Duration.seconds(2)
  var postgresHangTimeout = Duration.seconds(2)

  // Reservations and keys
  var sweepInterval = Duration.seconds(1)
  var idempotency = Idempotency.optional
  var idempotencyRetention = Duration.seconds(24 * 3600)

  // Listening
  var host = ListenAddress.loopback
  var port: UInt16 = 8080
  /// 0 stands for one per core.
  var loops = 0
  var tlsCertificate = ""
  var tlsKey = ""
  var tlsClientCA = ""
  var maximumConnections = 10_000
  /// 0 stands for 1,000, and any number from this machine.
  var maximumConnectionsPerAddress = 0
  var maximumHandling = 64
  var maximumBody = 1 << 20
  /// Nil: never.
  var gzipMinimum: Int? = 2048
  var maximumBodies = 256 << 20
  var maximumExports = 32

  // Who may ask
  var authentication = Authentication.none
  var apiKey = ""
  var apiKeyFile = ""
  var allowOpen = false
  var corsOrigins = Origins.none
  var keyCache = Duration.seconds(5)
  var keyRateLimit: RateLimit?
  var addressRateLimit: RateLimit?
  var failedKeyLimit: RateLimit? = RateLimit(requests: 20, seconds: 60)
  var trustedProxies: [String] = []

  // Deadlines
  var idleTimeout = Duration.seconds(75)
  var headTimeout = Duration.seconds(10)
  var bodyTimeout = Duration.seconds(60)
  var bodyGrace = Duration.seconds(10)
  var minimumRate = 512
  var handlingTimeout = Duration.seconds(30)
  var writeTimeout = Duration.seconds(30)
  var shutdownDelay = Duration.zero
  var shutdownGrace = Duration.seconds(20)

  // Logs
  var logLevel = LogLevel.info
  var logFormat = LogFormat.auto
}

extension Configuration {
  /// The files that HTTPS is spoken with; nil for HTTP.
  var tlsFiles: TLSFiles? {
    guard !tlsCertificate.isEmpty else { return nil }
    return TLSFiles(
      certificates: tlsCertificate, key: tlsKey, clientAuthorities: tlsClientCA.isEmpty ? nil : tlsClientCA)
  }
}
