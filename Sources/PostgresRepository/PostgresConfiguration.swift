/// Everything that bounds how the repository uses Postgres.
///
/// The numbers of connections are for each event loop: with two loops and the defaults, at most sixteen.
public struct PostgresConfiguration: Sendable {
  /// All that libpq accepts: `postgres://user:password@host:port/database?sslmode=verify-full`, several
  /// hosts with `target_session_attrs`, or `host=… dbname=…`.
  public var url: String
  /// Shared by all reads by key of a loop.
  public var readConnections = 2
  /// Leased to one transaction at a time.
  public var writeConnections = 4
  /// For searches, filtered lists, facets and verification, so that reads by key never wait behind them.
  public var slowConnections = 2
  /// How many reads may be on one connection; more wait.
  public var readsPerConnection = 512
  /// How many reads by key may wait for a place on a connection; more are refused as unavailable. They are answered
  /// fast, so that many wait for a short time only, and refusing one costs as much as answering it.
  public var readWaiters = 4096
  /// How many transactions, and how many slow reads, may wait for a connection; more are refused.
  public var waiters = 512
  /// How long one of them waits at most.
  public var patience: Duration = .seconds(5)
  /// A queue for connections that was never empty for so long means too much work, not a burst.
  public var standingAfter: Duration = .seconds(5)
  /// How long a request waits at most in such a queue.
  public var standingPatience: Duration = .seconds(2)
  /// A shared connection whose first answer is awaited for so long gets no more reads; they wait in the queue.
  public var slowness: Duration = .milliseconds(300)
  /// When a read by key has waited for so long and nothing was heard of the server, everything is refused at once
  /// until it gives a sign of life.
  public var hangTimeout: Duration = .seconds(2)
  /// For each host and address of the URL.
  public var connectTimeout: Duration = .seconds(5)
  /// The server ends a statement that takes longer.
  public var statementTimeout: Duration = .seconds(5)
  /// The same for slow reads.
  public var slowStatementTimeout: Duration = .seconds(30)
  /// The same for the verification of the whole ledger.
  public var verificationTimeout: Duration = .seconds(600)
  /// The server ends a statement that waits longer for a lock.
  public var lockTimeout: Duration = .seconds(2)
  /// The server ends a transaction whose client fell silent.
  public var idleInTransactionTimeout: Duration = .seconds(10)
  /// How long the plans of prepared statements are kept. A plan that was made for a small table would walk
  /// through it for as long as nobody analyses it, however much it grows.
  public var planLifetime: Duration = .seconds(2)
  /// How much longer than the server's own limit an answer may take; then the connection is given up.
  public var answerGrace: Duration = .seconds(2)
  /// The wait after the first attempt to connect that fails; it doubles with each.
  public var shortestBackoff: Duration = .milliseconds(100)
  /// The longest wait between attempts to connect.
  public var longestBackoff: Duration = .seconds(5)
  /// How long the answer to a request with an idempotency key is kept.
  public var idempotencyRetention: Duration = .seconds(24 * 60 * 60)
  /// Shown in `pg_stat_activity`, unless the URL names another.
  public var applicationName = "bookstore"

  /// The defaults for a connection string.
  public init(url: String) { self.url = url }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
