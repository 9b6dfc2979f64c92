internal import EventLoop
internal import Metrics

/// The database as one event loop sees it: three kinds of connections, each for work that must not wait for
/// the others. Loop-confined.
final class LoopDatabase: @unchecked Sendable {
  let loop: EventLoop
  let configuration: PostgresConfiguration
  /// Shared: a read by key joins those that are under way.
  let reads: ConnectionPool
  /// Leased to one transaction at a time.
  let writes: ConnectionPool
  /// Leased to one slow statement at a time.
  let slow: ConnectionPool
  private var breaker: Breaker
  /// Looks at those who wait when no work comes.
  private lazy var watch = LoopTimer(loop: loop) { [weak self] in self?.watchIsDue() }
  private let metrics: PostgresMetrics

  /// Opens nothing yet. Throws ``InvalidURL``.
  init(
    loop: EventLoop, configuration: PostgresConfiguration, metrics: PostgresMetrics = PostgresMetrics()
  ) throws(InvalidURL) {
    self.loop = loop
    self.configuration = configuration
    self.metrics = metrics
    breaker = Breaker(limit: configuration.hangTimeout, at: .now())
    let parameters = try ConnectionParameters(
      configuration, for: .byKey, statementTimeout: configuration.statementTimeout)
    let slowParameters = try ConnectionParameters(
      configuration, statementTimeout: configuration.slowStatementTimeout)
    func pool(
      _ parameters: ConnectionParameters, connections: Int, sharing: Int = 1, waiters: Int,
      _ metrics: PoolMetrics
    ) -> ConnectionPool {
      ConnectionPool(
        loop: loop, parameters: parameters,
        limits: PoolLimits(
          connections: max(1, connections), sharing: sharing, waiters: waiters,
          patience: configuration.patience, standingAfter: configuration.standingAfter,
          standingPatience: configuration.standingPatience),
        backoff: Backoff(shortest: configuration.shortestBackoff, longest: configuration.longestBackoff),
        slowness: sharing > 1 ? configuration.slowness : .seconds(3600), metrics: metrics)
    }
    reads = pool(
      parameters, connections: configuration.readConnections, sharing: configuration.readsPerConnection,
      waiters: configuration.readWaiters, metrics.reads)
    writes = pool(
      parameters, connections: configuration.writeConnections, waiters: configuration.waiters, metrics.writes)
    slow = pool(
      slowParameters, connections: configuration.slowConnections, waiters: configuration.waiters, metrics.slow
    )
    for pool in [reads, writes, slow] {
      pool.onAnswer = { [unowned self] in
        if breaker.heard(at: loop.turnStart) { metrics.openBreakers.add(-1) }
      }
    }
  }

  /// Closes every connection; later calls throw `unavailable`.
  func close() {
    watch.clear()
    for pool in [reads, writes, slow] { pool.close() }
  }

  /// A place on one of the pool's connections, unless the server is known to hang.
  func acquire(from pool: ConnectionPool) async throws(DatabaseError) -> Connection {
    guard judge() == .refuse else {
      if watch.deadline == .never { watch.set(after: configuration.hangTimeout / 4) }
      return try await pool.acquire()
    }
    pool.countRefusal()
    throw .silent
  }

  /// Whether the server is worth asking. When it becomes known that it is not, those who wait for it are refused.
  private func judge() -> Breaker.Verdict {
    let wasOpen = breaker.isOpen
    let (verdict, probe) = breaker.judge(
      at: loop.turnStart, reads: reads.silentSince,
      others: [writes, slow].compactMap(\.silentSince).min())
    if probe { self.probe() }
    if verdict == .refuse, !wasOpen {
      metrics.openBreakers.add(1)
      // A transaction that has begun may have been committed: its answer is waited for.
      for pool in [reads, writes, slow] { pool.giveUp(.silent, reads: pool !== writes) }
    }
    return verdict
  }

  private func watchIsDue() {
    // Also while it is open: then it has a probe sent from time to time.
    guard judge() == .refuse || [reads, writes, slow].contains(where: { $0.silentSince != nil }) else {
      return
    }
    watch.set(after: configuration.hangTimeout / 4)
  }

  /// Asks the server for a sign of life; nobody waits for it.
  private func probe() {
    Task.immediate(executorPreference: loop) { [self] in
      guard let connection = try? await reads.acquire() else { return }
      defer { reads.release(connection) }
      _ = try? await connection.run(.read, [Statement(Self.probeSQL)], silence: silence())
    }
  }

  private static let probeSQL = SQL("select 1")

  /// Runs one statement that changes nothing, is quick and brings little, on a connection shared with others.
  func read(_ sql: SQL, _ values: [Value] = []) async throws(DatabaseError) -> QueryResult {
    let connection = try await acquire(from: reads)
    defer { reads.release(connection) }
    return try await connection.run(.read, [Statement(sql, values)], silence: silence()).only()
  }

  /// Runs one statement that changes nothing and may take its time.
  func slowRead(_ statement: Statement) async throws(DatabaseError) -> QueryResult {
    let connection = try await acquire(from: slow)
    defer { slow.release(connection) }
    let silence = silence(configuration.slowStatementTimeout)
    return try await connection.runAlone(statement, silence: silence).only()
  }

  /// How long the server may be silent, given how long it lets a statement run.
  func silence(_ statementTimeout: Duration? = nil) -> Duration {
    (statementTimeout ?? configuration.statementTimeout) + configuration.answerGrace
  }

  /// Lets other work of the loop go on for so long.
  func pause(_ duration: Duration) async {
    await withCheckedContinuation { continuation in
      LoopTimer(loop: loop) { continuation.resume() }.set(after: duration)
    }
  }
}

extension [QueryResult] {
  /// The result of the one statement that was sent.
  func only() throws(DatabaseError) -> QueryResult {
    guard count == 1 else { throw .malformed("\(count) results of one statement") }
    return self[0]
  }
}
