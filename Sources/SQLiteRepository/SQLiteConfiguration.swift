/// Where a SQLite database is and how long anything may take.
public struct SQLiteConfiguration: Hashable, Sendable {
  /// Where the database is.
  public enum Place: Hashable, Sendable {
    /// In memory, for tests; gone when it is closed.
    case memory
    /// A file, made when it is missing; `-wal` and `-shm` files stand beside it while it is in use.
    case file(String)
  }

  /// Where the database is.
  public var place: Place
  /// How long a search, a list or a count may run.
  public var statementTimeout: Duration = .seconds(10)
  /// How long recomputing every balance may take.
  public var verifyTimeout: Duration = .seconds(600)
  /// How long a write waits for another process that is writing.
  public var busyTimeout: Duration = .seconds(5)
  /// How long a start waits for other processes that are migrating.
  public var migrationTimeout: Duration = .seconds(60)
  /// Writes that may wait; more are refused as `unavailable`.
  public var writeQueueCapacity = 4096
  /// A write that has waited for so long is refused as `unavailable` instead of begun.
  public var writePatience: Duration = .seconds(10)
  /// The most writes of one commit.
  var groupSize = 256
  /// No further write joins a commit whose writes have run so long: the first one waits for it too.
  var groupDuration: Duration = .milliseconds(20)
  /// Searches and lists that may wait; more are refused as `unavailable`.
  public var readQueueCapacity = 1024
  /// Threads that search and list, so that no loop is held.
  public var readerThreads = 2
  /// The largest page cache of a connection; there is one for each loop and reader thread, and the writer's.
  public var cacheKibibytes = 8192
  /// How long the answer to a request with an idempotency key is kept.
  public var idempotencyRetention: Duration = .seconds(24 * 60 * 60)

  /// The usual limits.
  public init(_ place: Place) { self.place = place }

  /// Reads `sqlite::memory:` or `sqlite:PATH`; nil when the text is neither.
  public init?(url: String) {
    guard url.hasPrefix("sqlite:") else { return nil }
    let path = String(url.dropFirst("sqlite:".count))
    guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
    self.init(path == ":memory:" ? .memory : .file(path))
  }

  /// The path that SQLite is given.
  var path: String {
    switch place {
    case .memory: ":memory:"
    // A name that starts with a colon would mean something else; ./ does not change where it is.
    case .file(let path): path.hasPrefix(":") ? "./\(path)" : path
    }
  }
}
