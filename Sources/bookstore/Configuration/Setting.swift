internal import PostgresRepository

/// A setting's declaration. Reading, checking, the summary at start, the help texts and the README's table
/// are all made from it.
struct Setting: Sendable {
  /// What a setting is about.
  enum Group: Sendable { case database, stock, listening, access, deadlines, logs }

  /// The environment variable.
  let name: String
  let group: Group
  /// What it decides, in a sentence.
  let meaning: String
  /// What stands for the value in the help.
  let form: String
  /// What is right, for messages; follows "must be".
  let rightForm: String
  /// Never printed.
  let isSecret: Bool
  /// The default as one would write it; empty when there is none.
  let defaultText: String
  /// Stores the value that the text stands for; false when it has not the right form.
  let read: @Sendable (String, inout Configuration) -> Bool
  /// The value as one would write it, without what is secret in it.
  let show: @Sendable (Configuration) -> String

  private init<Value>(
    _ name: String, _ group: Group, _ value: any WritableKeyPath<Configuration, Value> & Sendable,
    _ form: SettingForm<Value>, isSecret: Bool = false, _ meaning: String
  ) {
    self.name = name
    self.group = group
    self.meaning = meaning
    self.form = form.placeholder
    self.rightForm = form.description
    self.isSecret = isSecret
    self.defaultText = form.show(Configuration()[keyPath: value])
    read = { text, configuration in
      guard let parsed = form.parse(text) else { return false }
      configuration[keyPath: value] = parsed
      return true
    }
    show = { configuration in
      let text = form.show(configuration[keyPath: value])
      return isSecret && !text.isEmpty ? "(hidden)" : RedactedURL.text(of: text)
    }
  }

  /// Every setting there is, in the order in which they are shown.
  static let all: [Setting] = [
    Setting(
      "DATABASE_URL", .database, \.database, .database,
      "The database: a SQLite file, memory, or Postgres with all that libpq accepts in a URL."),
    Setting(
      "MIGRATIONS_DIR", .database, \.migrations, .text("a folder", placeholder: "FOLDER"),
      "The folder with the schema's steps in its sub-folders postgres and sqlite."),
    Setting(
      "BOOKSTORE_STARTUP_TIMEOUT", .database, \.startupTimeout, .time(.zero ... .seconds(3600)),
      "How long to wait at start for a database that cannot be reached."),
    Setting(
      "BOOKSTORE_POSTGRES_READERS", .database, \.postgresReaders, .count(1...64),
      "Connections per loop that reads by key share."),
    Setting(
      "BOOKSTORE_POSTGRES_WRITERS", .database, \.postgresWriters, .count(1...64),
      "Connections per loop for writes, one transaction each at a time."),
    Setting(
      "BOOKSTORE_POSTGRES_SLOW", .database, \.postgresSlow, .count(1...64),
      "Connections per loop for searches, lists and verification."),
    Setting(
      "BOOKSTORE_POSTGRES_CONNECT_TIMEOUT", .database, \.postgresConnectTimeout,
      .time(.seconds(1) ... .seconds(60)), "For each attempt to connect to each host."),
    Setting(
      "BOOKSTORE_POSTGRES_STATEMENT_TIMEOUT", .database, \.postgresStatementTimeout,
      .time(.milliseconds(100) ... .seconds(300)), "After this the server ends a statement."),
    Setting(
      "BOOKSTORE_POSTGRES_LOCK_TIMEOUT", .database, \.postgresLockTimeout,
      .time(.milliseconds(100) ... .seconds(60)), "After this a statement stops waiting for a row's lock."),
    Setting(
      "BOOKSTORE_POSTGRES_HANG_TIMEOUT", .database, \.postgresHangTimeout,
      .time(.milliseconds(100) ... .seconds(60)),
      "When a read by key waited so long and nothing is heard of the server, requests are refused at once until it "
        + "answers again."),
    Setting(
      "BOOKSTORE_SWEEP_INTERVAL", .stock, \.sweepInterval, .time(.zero ... .seconds(3600)),
      "How often reservations that have run out are looked for; 0s never does, and nothing but the figures of "
        + "GET /v1/stock suffers."),
    Setting(
      "BOOKSTORE_IDEMPOTENCY", .stock, \.idempotency, .choice,
      "Whether changes of stock may come without Idempotency-Key."),
    Setting(
      "BOOKSTORE_IDEMPOTENCY_RETENTION", .stock, \.idempotencyRetention,
      .time(.seconds(1) ... .seconds(30 * 24 * 3600)), "How long the answer to a key is kept."),
    Setting(
      "BOOKSTORE_HOST", .listening, \.host, .address,
      "The address to listen on; 0.0.0.0 and :: are all of the machine's."),
    Setting(
      "BOOKSTORE_PORT", .listening, \.port, .port,
      "The port to listen on; 0 takes a free one, and the start line says which."),
    Setting(
      "BOOKSTORE_TLS_CERTIFICATE", .listening, \.tlsCertificate,
      .text("a file in PEM form", placeholder: "FILE"),
      "The server's certificate with those of its issuers behind it; HTTPS is spoken then, and nothing else. SIGHUP "
        + "has the files read again."),
    Setting(
      "BOOKSTORE_TLS_KEY", .listening, \.tlsKey, .text("a file in PEM form", placeholder: "FILE"),
      "The certificate's private key, without a pass phrase."),
    Setting(
      "BOOKSTORE_TLS_CLIENT_CA", .listening, \.tlsClientCA,
      .text("a file in PEM form", placeholder: "FILE"),
      "Authorities of which clients must show a certificate, but for what needs no key; beside the key, where one is "
        + "asked for."),
    Setting(
      "BOOKSTORE_LOOPS", .listening, \.loops, .loops,
      "Threads that serve connections; auto is one per processor that the process may use."),
    Setting(
      "BOOKSTORE_MAX_CONNECTIONS", .listening, \.maximumConnections, .count(1...1_000_000),
      "Open connections at one time; more wait until one closes, and idle ones are closed for them."),
    Setting(
      "BOOKSTORE_MAX_CONNECTIONS_PER_ADDRESS", .listening, \.maximumConnectionsPerAddress, .perAddress,
      "Open connections of one client address, or of one /64 network of IPv6; more are answered 503. auto is 1,000, "
        + "and any number from this machine itself."),
    Setting(
      "BOOKSTORE_MAX_REQUESTS", .listening, \.maximumHandling, .count(1...1_000_000),
      "Requests of each kind that each loop works on at one time: reads of one thing, lists and reports, changes. More "
        + "wait for a second, then they are answered 503. Probes and metrics never wait."),
    Setting(
      "BOOKSTORE_MAX_BODY", .listening, \.maximumBody, .size(1 << 10...1 << 26),
      "The largest content of a request; a larger one is answered 413."),
    Setting(
      "BOOKSTORE_GZIP_MINIMUM_SIZE", .listening, \.gzipMinimum, .sizeOrOff(1...1 << 26),
      "From this size on the content of a response is compressed for clients that take gzip; off never does."),
    Setting(
      "BOOKSTORE_MAX_BODIES", .listening, \.maximumBodies, .size(1 << 20...1 << 40),
      "The contents of all requests that are worked on together; what does not fit is answered 503."),
    Setting(
      "BOOKSTORE_MAX_EXPORTS", .listening, \.maximumExports, .count(1...100_000),
      "Exports as CSV or NDJSON that are being sent at one time; more are answered 503. One key, or one address where "
        + "there are no keys, may have a quarter of them; more of it are answered 429."),
    Setting(
      "BOOKSTORE_AUTH", .access, \.authentication, .choice,
      "Whether clients must send a key, as Authorization: Bearer KEY."),
    Setting(
      "BOOKSTORE_API_KEY", .access, \.apiKey, .apiKey, isSecret: true,
      "A key that allows everything, beside those of `bookstore key`."),
    Setting(
      "BOOKSTORE_API_KEY_FILE", .access, \.apiKeyFile,
      .text("a file that holds the key", placeholder: "FILE"),
      "The file that holds the key, instead of BOOKSTORE_API_KEY."),
    Setting(
      "BOOKSTORE_ALLOW_OPEN", .access, \.allowOpen, .flag,
      "Allows BOOKSTORE_AUTH=none on an address that other machines reach."),
    Setting(
      "BOOKSTORE_CORS_ORIGINS", .access, \.corsOrigins, .origins,
      "Origins whose web pages may use the API from a browser; without them no page of another origin may."),
    Setting(
      "BOOKSTORE_KEY_CACHE", .access, \.keyCache, .time(.zero ... .seconds(300)),
      "How long a key is taken without looking whether it was revoked meanwhile."),
    Setting(
      "BOOKSTORE_KEY_RATE_LIMIT", .access, \.keyRateLimit, .rate, "Requests with one key."),
    Setting(
      "BOOKSTORE_ADDRESS_RATE_LIMIT", .access, \.addressRateLimit, .rate,
      "Requests from one IPv4 address or IPv6 /64, with or without a key."),
    Setting(
      "BOOKSTORE_FAILED_KEY_LIMIT", .access, \.failedKeyLimit, .rate,
      "Wrong keys from one address; then unknown keys are no longer looked up."),
    Setting(
      "BOOKSTORE_TRUSTED_PROXIES", .access, \.trustedProxies, .networks,
      "Proxies whose Forwarded and X-Forwarded-For are believed."),
    Setting(
      "BOOKSTORE_IDLE_TIMEOUT", .deadlines, \.idleTimeout, .time(.seconds(1) ... .seconds(3600)),
      "How long a connection may wait for its next request."),
    Setting(
      "BOOKSTORE_HEAD_TIMEOUT", .deadlines, \.headTimeout, .time(.milliseconds(100) ... .seconds(300)),
      "From the first byte of a request to the end of its head."),
    Setting(
      "BOOKSTORE_BODY_TIMEOUT", .deadlines, \.bodyTimeout, .time(.milliseconds(100) ... .seconds(3600)),
      "For a request's content to arrive."),
    Setting(
      "BOOKSTORE_BODY_GRACE", .deadlines, \.bodyGrace, .time(.milliseconds(100) ... .seconds(3600)),
      "How far a request's content may fall behind BOOKSTORE_MIN_RATE."),
    Setting(
      "BOOKSTORE_MIN_RATE", .deadlines, \.minimumRate, .size(0...1 << 20),
      "Bytes a second that a client must send of a content and take of a response; 0B asks for none."),
    Setting(
      "BOOKSTORE_HANDLING_TIMEOUT", .deadlines, \.handlingTimeout,
      .time(.milliseconds(100) ... .seconds(3600)), "For the work on a request; then it is cancelled."),
    Setting(
      "BOOKSTORE_WRITE_TIMEOUT", .deadlines, \.writeTimeout, .time(.milliseconds(100) ... .seconds(3600)),
      "For a client that takes no byte of a response that waits for it, and how far it may fall behind "
        + "BOOKSTORE_MIN_RATE."),
    Setting(
      "BOOKSTORE_SHUTDOWN_DELAY", .deadlines, \.shutdownDelay, .time(.zero ... .seconds(300)),
      "Between the signal, from which on /readyz answers 503, and the end of accepting; for balancers."),
    Setting(
      "BOOKSTORE_SHUTDOWN_GRACE", .deadlines, \.shutdownGrace, .time(.zero ... .seconds(3600)),
      "How long running requests may take to end after that."),
    Setting(
      "BOOKSTORE_LOG_LEVEL", .logs, \.logLevel, .choice, "The least important records that are written."),
    Setting(
      "BOOKSTORE_LOG_FORMAT", .logs, \.logFormat, .choice,
      "One JSON object a line, or text; auto is text on a terminal, else json."),
  ]
}
