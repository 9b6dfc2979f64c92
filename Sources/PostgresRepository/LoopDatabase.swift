internal import EventLoop

/// The database as one event loop sees it: three kinds of connections, each for work that must not wait for
/// the others. Loop-confined.
final class LoopDatabase: @unchecked Sendable {
  let loop: EventLoop
  let configuration: PostgresConfiguration
  /// Shared: a read by key joins those that are under way.
  private let reads: ConnectionPool
  /// Leased to one transaction at a time.
  let writes: ConnectionPool
  /// Leased to one slow statement at a time.
  let slow: ConnectionPool

  /// Opens nothing yet. Throws ``InvalidURL``.
  init(
    loop: EventLoop, configuration: PostgresConfiguration, metrics: PostgresMetrics = PostgresMetrics()
  ) throws(InvalidURL) {
    self.loop = loop
    self.configuration = configuration
    let parameters = try ConnectionParameters(
      configuration, for: .byKey, statementTimeout: configuration.statementTimeout)
    let slowParameters = try ConnectionParameters(
      configuration, statementTimeout: configuration.slowStatementTimeout)
    func pool(
      _ parameters: ConnectionParameters, connections: Int, sharing: Int, _ metrics: PoolMetrics
    ) -> ConnectionPool {
      ConnectionPool(
        loop: loop, parameters: parameters,
        limits: PoolLimits(
          connections: max(1, connections), sharing: sharing, waiters: configuration.waiters,
          patience: configuration.patience),
        backoff: Backoff(shortest: configuration.shortestBackoff, longest: configuration.longestBackoff),
        metrics: metrics)
    }
    reads = pool(
      parameters, connections: configuration.readConnections, sharing: configuration.readsPerConnection,
      metrics.reads)
    writes = pool(parameters, connections: configuration.writeConnections, sharing: 1, metrics.writes)
    slow = pool(slowParameters, connections: configuration.slowConnections, sharing: 1, metrics.slow)
  }

  /// Closes every connection; later calls throw `unavailable`.
  func close() {
    for pool in [reads, writes, slow] { pool.close() }
  }

  /// Runs one statement that changes nothing, is quick and brings little, on a connection shared with others.
  func read(_ sql: SQL, _ values: [Value] = []) async throws(DatabaseError) -> QueryResult {
    let connection = try await reads.acquire()
    defer { reads.release(connection) }
    return try await connection.run(.read, [Statement(sql, values)], silence: silence()).only()
  }

  /// Runs one statement that changes nothing and may take its time.
  func slowRead(_ statement: Statement) async throws(DatabaseError) -> QueryResult {
    let connection = try await slow.acquire()
    defer { slow.release(connection) }
    let silence = silence(configuration.slowStatementTimeout)
    return try await connection.run(.read, [statement], silence: silence).only()
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
