internal import EventLoop
internal import Metrics

/// Opens, shares out and replaces the connections of one kind on one loop. Loop-confined; ``Pool`` decides.
final class ConnectionPool: @unchecked Sendable {
  /// How a request gets its connection, or why not.
  typealias Lease = Result<Connection, DatabaseError>

  private let loop: EventLoop
  private let parameters: ConnectionParameters
  private var pool: Pool<CheckedContinuation<Lease, Never>>
  private var connections: [Connection?]
  private let metrics: PoolMetrics
  /// A shared connection whose first answer is awaited for so long gets nothing more to do.
  private let slowness: Duration
  /// Told of every sign of life of the server.
  var onAnswer: () -> Void = {}
  private var isClosed = false
  /// Where the requests of this turn go, so that they share a Sync and a write.
  private var turn = (start: MonotonicTime.never, slot: 0, requests: 0)
  /// Why the last attempt to connect failed.
  private var lastFailure = "not connected yet"
  private lazy var retry = LoopTimer(loop: loop) { [weak self] in self?.retryIsDue() }
  private lazy var patience = LoopTimer(loop: loop) { [weak self] in self?.expire() }

  init(
    loop: EventLoop, parameters: ConnectionParameters, limits: PoolLimits,
    backoff: Backoff, slowness: Duration = .seconds(3600), metrics: PoolMetrics = PoolMetrics()
  ) {
    self.loop = loop
    self.parameters = parameters
    self.metrics = metrics
    self.slowness = slowness
    pool = Pool(limits: limits, backoff: backoff)
    connections = Array(repeating: nil, count: limits.connections)
  }

  /// A connection, with one place on it taken; ``release(_:)`` gives the place back.
  func acquire() async throws(DatabaseError) -> Connection { try await lease().get() }

  private func lease() async -> Lease {
    loop.preconditionIsCurrent()
    guard !isClosed else { return .failure(closed) }
    // The continuation is made only for those who wait: most do not.
    let prefersTurn = turn.start == loop.turnStart && turn.requests < Connection.readsPerSync
    let (grant, connect) = pool.acquire(
      at: loop.turnStart, preferring: prefersTurn ? turn.slot : nil, isSlow: isSlow)
    if let connect { open(connect) }
    switch grant {
    case .granted(let slot):
      metrics.waits.observe(0)
      return granted(slot)
    case .refusedAsFull:
      metrics.refusedAsFull.increment()
      return .failure(.unavailable(reason: "too many requests wait for the database", retryAfter: 1))
    case .refusedAsDown(let until):
      metrics.refusedAsDown.increment()
      return .failure(down(until: until))
    case .mayQueue: return await wait()
    }
  }

  private func wait() async -> Lease {
    let start = loop.turnStart
    let ticket = pool.ticket()
    metrics.waiting.add(1)
    let lease = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        pool.enqueue(continuation, ticket: ticket, at: start)
        setPatience()
      }
    } onCancel: {
      loop.execute { [self] in withdraw(ticket) }
    }
    metrics.waiting.add(-1)
    guard case .success(let connection) = lease else { return lease }
    guard !Task.isCancelled else {
      metrics.abandoned.increment()
      release(connection)
      return .failure(.abandoned)
    }
    metrics.waits.observe(loop.turnStart.since(start))
    return lease
  }

  /// Whoever waited is not interested any more.
  private func withdraw(_ ticket: UInt64) {
    guard let waiter = pool.withdraw(ticket) else { return }
    metrics.abandoned.increment()
    waiter.resume(returning: .failure(.abandoned))
  }

  /// Gives a place back. A connection that is gone has no places.
  func release(_ connection: Connection) {
    guard let slot = connections.firstIndex(where: { $0 === connection }) else { return }
    let isSlow = isSlow(slot)
    if let waiter = pool.released(slot, isSlow: isSlow) { waiter.resume(returning: .success(connection)) }
    guard !isSlow, pool.waiting > 0 else { return }
    for waiter in pool.admitted(slot) { waiter.resume(returning: .success(connection)) }
  }

  private func isSlow(_ slot: Int) -> Bool {
    guard let since = connections[slot]?.firstSentAt else { return false }
    return since.advanced(by: slowness) <= loop.turnStart
  }

  /// Since when the first of those that wait on a connection waits in silence.
  var silentSince: MonotonicTime? {
    var first: MonotonicTime?
    for case let connection? in connections {
      if let since = connection.silentSince { first = min(first ?? since, since) }
    }
    return first
  }

  /// The server does not answer: refuses those who wait for a connection and, with `reads`, which change nothing, ends
  /// those that wait for an answer.
  func giveUp(_ error: DatabaseError, reads: Bool) {
    for waiter in pool.takeAll() {
      metrics.refusedAsDown.increment()
      waiter.resume(returning: .failure(error))
    }
    guard reads else { return }
    for connection in connections { connection?.close(.lost("the database does not answer")) }
  }

  /// Counts a request that was refused before it came here.
  func countRefusal() { metrics.refusedAsDown.increment() }

  /// Refuses those who wait, closes every connection and opens none again.
  func close() {
    loop.preconditionIsCurrent()
    guard !isClosed else { return }
    isClosed = true
    retry.clear()
    patience.clear()
    for waiter in pool.takeAll() { waiter.resume(returning: .failure(closed)) }
    for connection in connections { connection?.close(.lost("the database connections are closed")) }
  }

  private func granted(_ slot: Int) -> Lease {
    guard let connection = connections[slot] else {
      return .failure(.malformed("an open slot has no connection"))
    }
    let isSame = turn.start == loop.turnStart && turn.slot == slot
    turn = (loop.turnStart, slot, isSame ? turn.requests + 1 : 1)
    return .success(connection)
  }

  // MARK: Opening and losing

  private func open(_ slot: Int) {
    Session.open(parameters, on: loop) { [weak self] result in self?.opened(slot, result) }
  }

  private func opened(_ slot: Int, _ result: Result<Session, ConnectFailure>) {
    guard !isClosed else { return }
    do throws(ConnectFailure) {
      let connection = try Connection(
        session: try result.get(), loop: loop, planLifetime: parameters.planLifetime)
      connection.onClose = { [weak self, unowned connection] end in self?.ended(connection, end) }
      connection.onAnswer = { [weak self] in self?.onAnswer() }
      onAnswer()
      connections[slot] = connection
      metrics.open.add(1)
      for waiter in pool.connected(slot) { waiter.resume(returning: .success(connection)) }
    } catch {
      lastFailure = error.reason
      let (refused, retryAfter) = pool.connectFailed(slot, at: loop.turnStart, random: .random(in: 0..<1))
      refuse(refused)
      retry.set(after: retryAfter)
    }
  }

  private func ended(_ connection: Connection, _ end: Connection.End) {
    guard let slot = connections.firstIndex(where: { $0 === connection }) else { return }
    connections[slot] = nil
    metrics.open.add(-1)
    guard !isClosed else { return }
    switch end {
    case .discarded:
      if let slot = pool.discarded(slot, at: loop.turnStart) { open(slot) }
    case .lost(let reason):
      lastFailure = reason
      let (refused, retryAfter) = pool.lost(slot, at: loop.turnStart, random: .random(in: 0..<1))
      refuse(refused)
      if let retryAfter { retry.set(after: retryAfter) }
    }
  }

  private func retryIsDue() {
    guard !isClosed, let slot = pool.retryIsDue(at: loop.turnStart) else { return }
    open(slot)
  }

  // MARK: Waiting

  private func setPatience() {
    if let deadline = pool.nextDeadline { patience.set(deadline) }
  }

  private func expire() {
    for waiter in pool.expired(at: loop.turnStart) {
      metrics.refusedAsLate.increment()
      waiter.resume(
        returning: .failure(.unavailable(reason: "no database connection became free in time", retryAfter: 1))
      )
    }
    setPatience()
  }

  private func refuse(_ waiters: [CheckedContinuation<Lease, Never>]) {
    for waiter in waiters {
      metrics.refusedAsDown.increment()
      waiter.resume(returning: .failure(down(until: loop.turnStart)))
    }
  }

  private func down(until: MonotonicTime) -> DatabaseError {
    let seconds = until.since(loop.turnStart).components.seconds
    return .unavailable(
      reason: "the database cannot be reached: \(lastFailure)", retryAfter: Int(max(0, seconds)) + 1)
  }

  private var closed: DatabaseError {
    .unavailable(reason: "the database connections are closed", retryAfter: 1)
  }
}
