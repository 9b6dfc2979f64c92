internal import CLibPQ

/// What a connection is opened with: the URL's own options and, where it does not say otherwise, ours.
struct ConnectionParameters: Sendable {
  /// What a connection is for, as far as the planner is concerned.
  enum Work {
    /// Prepared statements that find their rows by key.
    ///
    /// Their plans do not depend on the values: planning the writing of quantities anew for each array would
    /// take longer than running it. A table of some thousand rows is small to the planner, and to walk through
    /// it as good as finding a key in its index; here, where everything is a few keys, it never is. Nothing
    /// here is worth compiling.
    case byKey
    /// Lists, searches, reports.
    case other

    fileprivate var options: [String] {
      switch self {
      case .byKey:
        ["-c plan_cache_mode=force_generic_plan", "-c jit=off"]
          + ["seqscan", "hashjoin", "mergejoin", "material"].map { "-c enable_\($0)=off" }
      case .other: []
      }
    }
  }

  /// Keywords and values of libpq, in the order in which they are passed.
  private(set) var options: [(keyword: String, value: String)]
  /// How long the plans of prepared statements are kept.
  let planLifetime: Duration
  /// For messages: the URL with its passwords hidden.
  let redactedURL: String

  /// Reads the URL as libpq does. Throws ``DatabaseError/unavailable(reason:retryAfter:)`` never, only
  /// ``InvalidURL``.
  init(
    _ configuration: PostgresConfiguration, for work: Work = .other, statementTimeout: Duration
  ) throws(InvalidURL) {
    redactedURL = RedactedURL.text(of: configuration.url)
    planLifetime = configuration.planLifetime
    options = try Self.parse(configuration.url)
    setDefault("connect_timeout", String(max(2, configuration.connectTimeout.components.seconds)))
    setDefault("fallback_application_name", configuration.applicationName)
    // A peer that vanished is noticed even while nothing is asked of it.
    setDefault("keepalives_idle", "30")
    setDefault("keepalives_interval", "10")
    setDefault("keepalives_count", "3")
    setDefault("client_encoding", "UTF8")
    // What the URL says comes later and wins.
    let settings = [
      ("statement_timeout", statementTimeout),
      ("lock_timeout", configuration.lockTimeout),
      ("idle_in_transaction_session_timeout", configuration.idleInTransactionTimeout),
    ]
    let given = options.first { $0.keyword == "options" }?.value
    options.removeAll { $0.keyword == "options" }
    let all = settings.map { "-c \($0.0)=\($0.1.milliseconds)" } + work.options + [given ?? ""]
    options.append(("options", all.filter { !$0.isEmpty }.joined(separator: " ")))
  }

  private mutating func setDefault(_ keyword: String, _ value: String) {
    guard !options.contains(where: { $0.keyword == keyword }) else { return }
    options.append((keyword, value))
  }

  private static func parse(
    _ url: String
  ) throws(InvalidURL) -> [(keyword: String, value: String)] {
    var message: UnsafeMutablePointer<CChar>?
    let parsed = unsafe PQconninfoParse(url, &message)
    defer { unsafe PQfreemem(message) }
    guard let first = unsafe parsed else {
      let reason = unsafe message.map { unsafe String(cString: $0) } ?? "out of memory"
      throw InvalidURL(description: RedactedURL.message(reason, about: url))
    }
    defer { unsafe PQconninfoFree(first) }
    var options: [(keyword: String, value: String)] = []
    var next = unsafe first
    while let keyword = unsafe next.pointee.keyword {
      if let value = unsafe next.pointee.val {
        options.append((unsafe String(cString: keyword), unsafe String(cString: value)))
      }
      unsafe next += 1
    }
    return options
  }
}

/// A connection string that libpq does not understand; the description says why, without its passwords.
public struct InvalidURL: Error, CustomStringConvertible, Hashable, Sendable {
  /// What is wrong, on one line.
  public let description: String
}
