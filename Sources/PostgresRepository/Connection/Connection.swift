internal import CLibPQ
internal import EventLoop

/// A connection in pipeline mode on an event loop. Loop-confined.
///
/// ``send(_:)`` puts statements into libpq's buffer; what a turn put there is written once, at its end, with
/// one Sync behind all its reads. The socket is watched for writing only while libpq has bytes left. A
/// server that does not answer in time, or an answer that makes no sense, ends the connection: everybody who
/// waits then gets `unavailable`, and ``onClose`` says why.
final class Connection: @unchecked Sendable {
  /// Reads between two Syncs: more would only make the first of them wait for the last.
  static let readsPerSync = 64
  /// A statement that nobody waits for any more may take so long to end: most do, and opening another connection costs
  /// more than letting them.
  private static let abandonAfter = Duration.milliseconds(100)

  let loop: EventLoop
  let session: Session
  var pipeline = Pipeline<Request, PreparedStatement, QueryResult>()
  var prepared: [ObjectIdentifier: PreparedStatement] = [:]
  /// Why the server refused to prepare a statement, for those that were sent before that was known.
  var failedPreparations: [ObjectIdentifier: ServerError] = [:]
  var preparedCount = 0
  let planLifetime: Duration
  /// When plans were discarded last.
  var plansSince = MonotonicTime.now()
  var parameters = ParameterBuffer()
  /// Reads that were sent since the last Sync.
  var unsyncedReads = 0
  /// When the server was heard of last.
  var lastAnswer = MonotonicTime.now()
  private var flushIsDue = false
  private var watch: Watch?
  private lazy var deadline = LoopTimer(loop: loop) { [weak self] in self?.deadlineIsDue() }
  private(set) var isClosed = false
  private var runs = 0
  /// Why a connection is closed.
  enum End {
    /// It is of no more use, for this reason.
    case lost(String)
    /// What ran on it was given up.
    case discarded
  }
  /// Called once, when the connection is closed.
  var onClose: (End) -> Void = { _ in }
  /// Called whenever the server has said something.
  var onAnswer: () -> Void = {}

  /// Takes over a session that is ready. Throws ``ConnectFailure``.
  init(session: Session, loop: EventLoop, planLifetime: Duration) throws(ConnectFailure) {
    self.session = session
    self.loop = loop
    self.planLifetime = planLifetime
    guard unsafe PQsetnonblocking(session.handle, 1) == 0,
      unsafe PQenterPipelineMode(session.handle) == 1
    else { throw ConnectFailure(reason: session.errorMessage) }
    do {
      watch = try loop.watch(unsafe PQsocket(session.handle), for: [.read]) { [weak self] readiness in
        self?.isReady(readiness)
      }
    } catch {
      throw ConnectFailure(reason: error.description)
    }
  }

  /// True when no answer is awaited and no transaction is open.
  var isIdle: Bool {
    unsafe !isClosed && pipeline.isEmpty && PQtransactionStatus(session.handle) == PQTRANS_IDLE
  }

  /// Gives the connection up; everybody who waits gets `unavailable`, or the server's error where it gave one:
  /// then nothing was committed. Safe to call twice.
  func close(_ end: End, error: ServerError? = nil) {
    guard !isClosed else { return }
    isClosed = true
    // The watch first, the descriptor, which the session owns, later.
    watch?.cancel()
    deadline.clear()
    let waiting = pipeline.takeAll()
    onClose(end)
    let failure: DatabaseError =
      switch (error, end) {
      case (let error?, _): .server(error)
      case (nil, .lost(let reason)): .unavailable(reason: reason, retryAfter: 1)
      case (nil, .discarded): .abandoned
      }
    for request in waiting { request.complete(.failure(failure)) }
  }

  /// When the request was sent whose answer comes next; nil when none is awaited.
  var firstSentAt: MonotonicTime? { isClosed ? nil : pipeline.firstRequest?.sentAt }

  /// Since when the server is silent although an answer is awaited.
  var silentSince: MonotonicTime? { firstSentAt.map { max($0, lastAnswer) } }

  /// As ``run(_:_:silence:)``, for a connection that nobody else uses now: when the task is cancelled and the statement
  /// does not end by itself soon, the server is told to stop, and the connection is closed.
  func runAlone(_ statement: Statement, silence: Duration) async throws(DatabaseError) -> [QueryResult] {
    loop.preconditionIsCurrent()
    // Told apart by the number of what ran before: the cancellation may come when others use the connection.
    runs += 1
    let number = runs
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        send(Request(.read, [statement], silence: silence, continuation: continuation))
      }
    } onCancel: {
      loop.execute { [self] in
        LoopTimer(loop: loop) { [self] in
          guard runs == number, !isClosed, !pipeline.isEmpty else { return }
          session.cancelStatement()
          close(.discarded)
        }.set(after: Self.abandonAfter)
      }
    }.get()
  }

  /// Sends statements and waits for their results; in pipeline mode many tasks may do so at a time.
  func run(
    _ kind: Request.Kind, _ statements: [Statement], silence: Duration
  ) async throws(DatabaseError) -> [QueryResult] {
    loop.preconditionIsCurrent()
    runs += 1
    return try await withCheckedContinuation { continuation in
      send(Request(kind, statements, silence: silence, continuation: continuation))
    }.get()
  }

  // MARK: The socket

  private func isReady(_ readiness: Readiness) {
    if readiness.contains(.write) { flush() }
    guard !isClosed, !readiness.isDisjoint(with: [.read, .readClosed, .closed]) else { return }
    receive()
  }

  /// Writes at the end of the turn.
  func scheduleFlush() {
    guard !flushIsDue else { return }
    flushIsDue = true
    loop.atEndOfTurn { [self] in
      flushIsDue = false
      guard !isClosed else { return }
      sync()
      flush()
    }
  }

  /// Writes what the socket takes now.
  private func flush() {
    switch unsafe PQflush(session.handle) {
    case 0: watch?.update([.read])
    case 1: watch?.update([.read, .write])
    default: close(.lost("the connection to the database was lost: \(session.errorMessage)"))
    }
  }

  // MARK: Deadlines

  /// Watches the deadline of a request that was just sent. The timer is not moved with each answer; when it
  /// fires it looks at who waits then.
  func watchDeadline(of request: Request) {
    let due = due(request)
    if due < deadline.deadline { deadline.set(due) }
  }

  /// When the answer to the first of those who wait is overdue. The server works on one after the other: the
  /// time until it comes to a request is not that request's, as long as answers come.
  private func due(_ request: Request) -> MonotonicTime {
    max(request.sentAt, lastAnswer).advanced(by: request.silence)
  }

  private func deadlineIsDue() {
    guard let first = pipeline.firstRequest else { return }
    let due = due(first)
    if due <= MonotonicTime.now() {
      close(.lost("the database did not answer in time"))
    } else {
      deadline.set(due)
    }
  }
}
