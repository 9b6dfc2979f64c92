internal import EventLoop
internal import HTTP
internal import TLS

/// A client's connection: reads requests, runs the handler for one after the other, writes the responses in
/// order. Loop-confined.
///
/// The socket is watched edge-triggered and registered once: `isReadable` and `isWritable` remember what the
/// kernel said last, so no system call changes the interest, and not reading is all that backpressure takes.
final class Connection: @unchecked Sendable {
  /// How many pipelined requests are answered before the other connections have their turn.
  static let requestsPerTurn = 32
  /// In a turn that has lasted so long already, because many pipeline, each has one.
  static let longTurn = Duration.milliseconds(5)

  enum State {
    /// TLS is being agreed on; there is nothing of a request yet.
    case handshaking
    /// Between requests, with nothing of the next one.
    case idle
    /// A part of a head is in the input.
    case head
    /// A handler runs, or its response is being streamed.
    case handling(Exchange)
    /// The response is out; the content that the handler left unread is discarded.
    case discarding(Exchange, taken: Int)
    /// The last response waits to be sent; then the connection is closed, or lingers first.
    case closing(linger: Bool)
    /// The last response is sent and the sending side shut down; input is discarded until the client closes,
    /// since closing on unread input would reset the connection and destroy the response (RFC 9112 §9.6).
    case lingering
    case closed
  }

  let server: LoopServer
  let peer: String
  /// Where the address table counts the connection; nil where it does not.
  let network: UInt64?
  /// Counts the connections of the loop.
  let number: Int64
  private var transport: Transport
  private var watch: Watch?
  private var timer: LoopTimer?
  var state = State.idle
  /// The client has shown a certificate of an authority that the server knows.
  private(set) var hasClientCertificate = false
  /// When the present state must be over.
  private var stateDeadline = MonotonicTime.never
  /// When to look how much of the output the client has taken; `never` while none waits.
  private var writeDeadline = MonotonicTime.never
  private var uptake: Uptake?

  var input: [UInt8] = []
  /// How much of `input` the head parser has seen.
  var scannedInput = 0
  private(set) var isReadable = true
  private var isWritable = true
  private var peerEndedInput = false
  var isAdvancing = false

  var output = OutputBuffer()
  /// The last response ends before it should.
  var isCutOff = false
  /// The end of the connection would look like that of the response, which it is not.
  var mustReset = false
  private var flushIsScheduled = false
  /// Records of responses whose last byte is not sent yet.
  private var unsentRecords: [(end: Int, record: ExchangeRecord, startedAt: MonotonicTime)] = []

  /// A handler that waits for content, or for room in the output.
  var waiter: CheckedContinuation<Void, Never>?

  init(transport: Transport, peer: String, network: UInt64?, number: Int64, server: LoopServer) {
    self.transport = transport
    self.peer = peer
    self.network = network
    self.number = number
    self.server = server
  }

  var loop: EventLoop { server.loop }

  var isClosed: Bool {
    if case .closed = state { true } else { false }
  }

  // MARK: Life

  func open() {
    timer = LoopTimer(loop: loop) { [unowned self] in deadlinePassed() }
    do throws(SystemError) {
      watch = try loop.watch(
        transport.descriptor, for: [.read, .write, .readClosed], edgeTriggered: true
      ) { [unowned self] readiness in ready(readiness) }
    } catch {
      return close()
    }
    if transport.isSecure {
      enter(.handshaking, deadline: server.configuration.headDeadline)
    } else {
      enter(.idle, deadline: server.configuration.idleDeadline)
    }
    advance()
  }

  /// Closes the descriptor, once; a running handler is cancelled, one that waits is told.
  func close() {
    guard !isClosed else { return }
    var isWhole = output.isEmpty && !isCutOff
    var waiting: Exchange?
    if case .handling(let exchange) = state {
      exchange.task?.cancel()
      isWhole = false
      if exchange.isWaiting { waiting = exchange }
    }
    state = .closed
    // After the state has changed: those who have gone are told by it.
    if let waiting { server.leaveWaitingRoom(waiting) }
    timer?.clear()
    timer = nil
    watch?.cancel()
    watch = nil
    if mustReset { transport.resetAtClose() }
    transport.close(isWhole: isWhole)
    let size = input.count + output.count
    input = []
    output = OutputBuffer()
    reportRecords(sent: .max)
    resumeWaiter()
    server.remove(self, holding: size)
  }

  /// Closes because a limit is reached.
  func giveUp(_ limit: ConnectionEnd) {
    server.count(limit)
    close()
  }

  /// The server is shutting down: an idle connection closes, another one after its response. A request that
  /// waits until the client has taken the responses before it is answered too.
  func beginDraining() {
    // What has arrived in this very moment is a request too, though the loop has not been told of it yet.
    becomeReadable()
    if case .handling = state { return }
    advance()
  }

  /// Nothing of a request and nothing of a response is here.
  var mayGiveWay: Bool {
    if case .idle = state { output.isEmpty && input.isEmpty } else { false }
  }

  /// Since when the connection is idle, if it is.
  var idleSince: MonotonicTime { stateDeadline }

  /// Makes room for another connection, unless a request has just arrived.
  func giveWay() {
    becomeReadable()
    advance()
    if mayGiveWay { giveUp(.room) }
  }

  func enter(_ state: State, deadline: Duration) {
    self.state = state
    setDeadline(loop.turnStart.advanced(by: deadline))
  }

  func setDeadline(_ deadline: MonotonicTime) {
    stateDeadline = deadline
    timer?.set(min(stateDeadline, writeDeadline))
  }

  private func deadlinePassed() {
    let now = loop.turnStart
    if writeDeadline <= now, !checkUptake(at: now) { return giveUp(.output) }
    guard stateDeadline <= now else { return setDeadline(stateDeadline) }
    switch state {
    case .handshaking: giveUp(.handshake)
    case .head:
      server.count(.head)
      refuse(HeadParser.Refusal(.requestTimeout, "The head of the request took too long."))
    case .handling(let exchange): overdue(exchange)
    case .idle:
      // A response that is still being taken keeps its connection; the client's pace is watched elsewhere.
      if output.isEmpty { giveUp(.idle) } else { enter(.idle, deadline: server.configuration.idleDeadline) }
    case .discarding:
      server.count(.discarding)
      closeAfterOutput(linger: true)
    case .lingering: giveUp(.discarding)
    case .closing, .closed: break
    }
  }

  // MARK: Reading

  /// Goes on with the handshake; false when that is all for now.
  func handshake() -> Bool {
    switch transport.handshake() {
    case .complete:
      server.countHandshake(succeeded: true)
      hasClientCertificate = transport.hasClientCertificate
      enter(.idle, deadline: server.configuration.idleDeadline)
      return true
    case .incomplete: return false
    case .plainHTTP:
      server.countHandshake(succeeded: false)
      transport.becomePlain()
      refuse(HeadParser.Refusal(.badRequest, "This port speaks HTTPS: the URL must begin with https://."))
      return true
    case .failed:
      server.countHandshake(succeeded: false)
      close()
      return false
    }
  }

  private func ready(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: .closed) { return close() }
    if !readiness.isDisjoint(with: .readClosed) { peerEndedInput = true }
    // By TLS a read may have waited for room, and a write for something to read (SSL_get_error(3)).
    let isEither = transport.isSecure
    if isEither || !readiness.isDisjoint(with: [.read, .readClosed]) { becomeReadable() }
    if isEither || readiness.contains(.write), !isWritable {
      isWritable = true
      flush()
    }
    if case .handling = state { resumeWaiter() } else { advance() }
  }

  private func becomeReadable() {
    isReadable = true
    transport.socketIsReadable(hasEnded: peerEndedInput)
  }

  /// Whether the client has ended its side and everything it sent has been taken.
  var inputIsExhausted: Bool { peerEndedInput && !isReadable }

  /// Receives once into the input; false when there is nothing to receive now, or ever again.
  func fill() -> Bool {
    guard isReadable, !isClosed else { return false }
    let received = unsafe server.scratch.withUnsafeMutableBytes { unsafe transport.receive(into: $0) }
    switch received {
    case .bytes(let count, let isDrained):
      if isDrained, !peerEndedInput { isReadable = false }
      input.append(contentsOf: server.scratch[..<count])
      return true
    case .nothing: isReadable = false
    case .end:
      peerEndedInput = true
      isReadable = false
    case .failed: close()
    }
    return false
  }

  // MARK: Writing

  /// Sends the output at the end of the loop's turn, once, however many responses it holds by then.
  func scheduleFlush() {
    guard !flushIsScheduled else { return }
    flushIsScheduled = true
    loop.atEndOfTurn { [self] in
      flushIsScheduled = false
      flush()
    }
  }

  private func flush() {
    guard isWritable, !isClosed, !output.isEmpty else { return }
    let wasOverLimit = output.count >= server.configuration.maximumOutput
    loop: while !output.isEmpty {
      switch unsafe output.withUnsentBytes({ unsafe transport.send($0, isMore: $1) }) {
      case .bytes(let count): output.didSend(count)
      case .nothing:
        isWritable = false
        break loop
      case .failed: return close()
      }
    }
    watchUptake()
    reportRecords(sent: output.totalSent)
    if output.isEmpty, case .closing(let linger) = state { return outputIsOut(linger: linger) }
    if wasOverLimit, output.count < server.configuration.maximumOutput {
      if case .handling = state { resumeWaiter() } else { advance() }
    }
  }

  /// While output waits, its client is held to the minimum rate and the write deadline.
  private func watchUptake() {
    guard !output.isEmpty else {
      uptake = nil
      writeDeadline = .never
      return
    }
    guard uptake == nil else { return }
    let uptake = Uptake(
      taken: output.totalSent - transport.unacknowledged, at: loop.turnStart, server.configuration)
    self.uptake = uptake
    writeDeadline = uptake.deadline
    timer?.set(min(stateDeadline, writeDeadline))
  }

  /// Whether the client has taken enough of the output to be waited for further.
  private func checkUptake(at now: MonotonicTime) -> Bool {
    guard var uptake else { return true }
    uptake.has(taken: output.totalSent - transport.unacknowledged, at: now)
    self.uptake = uptake
    writeDeadline = uptake.deadline
    timer?.set(min(stateDeadline, writeDeadline))
    return writeDeadline > now
  }

  /// No request is read any more; closes as soon as the output is sent, for which the client has its usual time.
  func closeAfterOutput(linger: Bool) {
    state = .closing(linger: linger)
    setDeadline(.never)
    if output.isEmpty { outputIsOut(linger: linger) } else { scheduleFlush() }
  }

  private func outputIsOut(linger: Bool) {
    guard linger, !inputIsExhausted, !mustReset else { return close() }
    transport.endOutput(isWhole: !isCutOff)
    input = []
    enter(.lingering, deadline: server.configuration.lingerDeadline)
    advance()
  }

  func resumeWaiter() {
    let waiter = self.waiter
    self.waiter = nil
    waiter?.resume()
  }

  // MARK: Records

  /// Reports an exchange when its response has been handed to the kernel, or at once when the client is gone.
  func recordExchange(_ record: ExchangeRecord, startedAt: MonotonicTime) {
    unsentRecords.append((output.totalAppended, record, startedAt))
    if isClosed { reportRecords(sent: .max) }
  }

  private func reportRecords(sent: Int) {
    guard let first = unsentRecords.first, first.end <= sent else { return }
    let now = MonotonicTime.now()
    let reported = unsentRecords.prefix { $0.end <= sent }
    for (_, record, startedAt) in reported {
      var record = record
      record.duration = now.since(startedAt)
      server.handler.didRespond(record)
    }
    unsentRecords.removeFirst(reported.count)
  }
}
