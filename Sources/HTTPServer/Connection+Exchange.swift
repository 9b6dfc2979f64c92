internal import Compression
internal import EventLoop
internal import HTTP

extension Connection {
  // MARK: Requests

  /// Goes on as far as input and output allow.
  func advance() {
    // A handler that answers at once gets here again; the outer call goes on.
    guard !isAdvancing else { return }
    isAdvancing = true
    defer { isAdvancing = false }
    var requests = 0
    while true {
      switch state {
      case .handshaking:
        guard server.mayHandshake() else { return loop.execute { self.advance() } }
        guard handshake() else { return }
      case .idle, .head:
        guard output.count < server.configuration.maximumOutput else { return }
        if requests > 0, isTurnUp(after: requests) { return loop.execute { self.advance() } }
        if input.isEmpty || scannedInput == input.count {
          guard fill() else { return inputEndedBetweenRequests() }
        }
        if parseHead() { requests += 1 }
      case .discarding(let exchange, let taken):
        guard discard(exchange, taken: taken) else { return }
      case .lingering:
        input = []
        guard fill() else {
          if inputIsExhausted { close() }
          return
        }
      case .handling, .closing, .closed: return
      }
    }
  }

  private func isTurnUp(after requests: Int) -> Bool {
    requests == Self.requestsPerTurn || loop.turnStart.advanced(by: Self.longTurn) <= .now()
  }

  private func inputEndedBetweenRequests() {
    if inputIsExhausted { return closeAfterOutput(linger: false) }
    if server.isDraining, case .idle = state { closeAfterOutput(linger: false) }
  }

  /// Parses a head and starts its exchange; false when more input is needed.
  private func parseHead() -> Bool {
    switch HeadParser.parse(input, scanned: &scannedInput, limits: server.configuration.head) {
    case .incomplete:
      if case .idle = state { enter(.head, deadline: server.configuration.headDeadline) }
      return false
    case .refused(let refusal):
      refuse(refusal)
      return true
    case .complete(let head, let framing, let consumed):
      scannedInput = 0
      if consumed == input.count { input = [] } else { input.removeFirst(consumed) }
      start(Exchange(head: head, framing: framing, startedAt: .now()))
      return true
    }
  }

  private func start(_ exchange: Exchange) {
    state = .handling(exchange)
    exchange.lane = server.handler.lane(of: exchange.head)
    // The server does not forget one that waits, and its client is not late.
    if server.admit(exchange, of: self) { handle(exchange) } else { setDeadline(.never) }
  }

  /// A request that waited has its place, or is to be refused.
  func proceed(_ exchange: Exchange) {
    if exchange.task == nil { handle(exchange) } else { resumeWaiter() }
  }

  /// Runs the handler.
  private func handle(_ exchange: Exchange) {
    setDeadline(loop.turnStart.advanced(by: server.configuration.handlingDeadline))
    let body: any RequestBody =
      exchange.content.isDone ? NoBody() : ExchangeBody(connection: self, exchange: exchange)
    let request = Request(
      head: exchange.head, body: body, peer: peer, isExcess: exchange.isExcess,
      hasClientCertificate: hasClientCertificate)
    exchange.task = Task.immediate(executorPreference: loop) { [self] in
      let response = await server.handler.respond(to: request)
      server.endHandling(exchange)
      server.contentInMemory -= exchange.contentInMemory
      await respond(response, to: exchange)
    }
  }

  /// Answers a message that is not HTTP and closes; no byte behind it is read as a request.
  func refuse(_ refusal: HeadParser.Refusal) {
    let response = server.handler.response(toMalformedRequest: refusal.status, reason: refusal.reason)
    var content: [UInt8] = []
    if case .bytes(let bytes) = response.content { content = bytes }
    let framing = ResponseEncoder.Framing.length(content.count)
    if HeadParser.isHead(input) { content = [] }
    output.append { output in
      ResponseEncoder.appendHead(
        of: response, date: server.dateLine, framing: framing, persistence: .close, to: &output)
      output += content
    }
    recordExchange(
      ExchangeRecord(
        head: nil, peer: peer, status: response.status, requestID: response.fields["x-request-id"],
        bytes: content.count, duration: .zero, label: response.label), startedAt: .now())
    scannedInput = 0
    closeAfterOutput(linger: true)
  }

  /// The handler's time is up: cancel it, and when that does not help, close.
  func overdue(_ exchange: Exchange) {
    if exchange.waitsForContent {
      server.count(.body)
      return resumeWaiter()
    }
    guard !exchange.isOverdue, !exchange.responded else { return giveUp(.handling) }
    exchange.isOverdue = true
    exchange.task?.cancel()
    setDeadline(loop.turnStart.advanced(by: server.configuration.handlingDeadline))
  }

  // MARK: Content

  /// The next piece of the content, for the exchange's handler.
  func nextContent(of exchange: Exchange) async throws(BodyError) -> [UInt8]? {
    do throws(BodyError) {
      return try await readContent(of: exchange)
    } catch {
      exchange.contentFailed = true
      throw error
    }
  }

  private func readContent(of exchange: Exchange) async throws(BodyError) -> [UInt8]? {
    loop.preconditionIsCurrent()
    while !exchange.content.isDone {
      guard case .handling(let current) = state, current === exchange else { throw .incomplete }
      let piece = try exchange.content.take(from: &input)
      if !piece.isEmpty {
        try account(for: piece.count, of: exchange)
        try await goOn(with: exchange)
        return piece
      }
      if exchange.content.isDone || fill() { continue }
      guard !isClosed, !inputIsExhausted else { throw .incomplete }
      try await waitForContent(of: exchange)
    }
    try await goOn(with: exchange)
    return nil
  }

  /// A request whose content was waited for, and is there, is one among many again.
  private func goOn(with exchange: Exchange) async throws(BodyError) {
    guard exchange.content.isDone, !exchange.isWorkedOn else { return }
    guard !server.admit(exchange, of: self) else { return }
    setDeadline(.never)
    // Whatever else happens on the connection, only the server ends the wait, or its end.
    while exchange.isWaiting, !isClosed { await withCheckedContinuation { waiter = $0 } }
    guard !isClosed else { throw .incomplete }
    setDeadline(loop.turnStart.advanced(by: server.configuration.handlingDeadline))
    guard !exchange.isExcess else { throw .overloaded }
  }

  /// Contents are bounded together, not only each: as many as there may be connections could come at a time.
  private func account(for count: Int, of exchange: Exchange) throws(BodyError) {
    guard server.contentInMemory + count <= server.configuration.maximumContentInMemory else {
      throw .overloaded
    }
    server.contentInMemory += count
    exchange.contentInMemory += count
    exchange.pace?.moved(count, at: loop.turnStart)
  }

  private func waitForContent(of exchange: Exchange) async throws(BodyError) {
    if exchange.owesContinue {
      exchange.owesContinue = false
      output.append { $0 += ResponseEncoder.continueResponse }
      scheduleFlush()
    }
    let now = loop.turnStart
    let configuration = server.configuration
    let whole = exchange.contentDeadline ?? now.advanced(by: configuration.bodyDeadline)
    exchange.contentDeadline = whole
    var pace = exchange.pace ?? Pace(rate: configuration.minimumRate, slack: configuration.bodyGrace)
    pace.start(at: now)
    exchange.pace = pace
    let deadline = min(whole, pace.deadline)
    guard deadline > now else { throw .incomplete }
    setDeadline(deadline)
    exchange.waitsForContent = true
    server.endHandling(exchange)
    await withCheckedContinuation { waiter = $0 }
    exchange.waitsForContent = false
    exchange.pace?.stop(at: loop.turnStart)
    guard !isClosed, deadline > loop.turnStart || isReadable else { throw .incomplete }
    setDeadline(loop.turnStart.advanced(by: configuration.handlingDeadline))
  }

  /// Discards what the handler left unread; false when more input is needed.
  private func discard(_ exchange: Exchange, taken: Int) -> Bool {
    guard !input.isEmpty || fill() else {
      if inputIsExhausted { closeAfterOutput(linger: false) }
      return false
    }
    do throws(BodyError) {
      let before = input.count
      _ = try exchange.content.take(from: &input)
      let taken = taken + before - input.count
      if exchange.content.isDone {
        enter(.idle, deadline: server.configuration.idleDeadline)
      } else if taken > server.configuration.maximumDiscardedContent {
        closeAfterOutput(linger: true)
      } else {
        state = .discarding(exchange, taken: taken)
      }
    } catch {
      closeAfterOutput(linger: true)
    }
    return true
  }

  // MARK: Responses

  private func respond(_ response: Response, to exchange: Exchange) async {
    guard case .handling(let current) = state, current === exchange else {
      // Nobody is left to be answered, but what the handler did is done.
      return record(response, to: exchange, bytes: 0, isCutOff: true)
    }
    exchange.responded = true
    var response = response
    exchange.coder = code(&response, for: exchange.head)
    defer { takeBackCoder(of: exchange) }
    let isHead = exchange.head.method == .head
    let (framing, content) = frame(response, to: exchange)
    let keepsAlive = mayKeepAlive(after: exchange, framing: framing)
    var sent = 0
    output.append { output in
      ResponseEncoder.appendHead(
        of: response, date: server.dateLine, framing: framing,
        persistence: keepsAlive ? (exchange.head.minorVersion == 0 ? .keepAlive : .implied) : .close,
        to: &output)
    }
    if !isHead {
      output.append(content: content)
      sent = content.count
    }
    scheduleFlush()
    var isComplete = true
    if case .stream(let body) = response.content, !isHead, !response.status.forbidsContent {
      let start = output.totalAppended
      isComplete = await stream(body, of: exchange, chunked: framing == .chunked)
      guard !isClosed else { return record(response, to: exchange, bytes: 0, isCutOff: true) }
      sent = output.totalAppended - start
    }
    record(response, to: exchange, bytes: sent, isCutOff: !isComplete)
    isCutOff = !isComplete
    mustReset = isCutOff && framing == .untilClose
    finish(exchange, keepsAlive: keepsAlive && isComplete)
  }

  private func record(_ response: Response, to exchange: Exchange, bytes: Int, isCutOff: Bool) {
    recordExchange(
      ExchangeRecord(
        head: exchange.head, peer: peer, status: response.status,
        requestID: response.fields["x-request-id"], bytes: bytes, isCutOff: isCutOff, duration: .zero,
        label: response.label, actor: response.actor),
      startedAt: exchange.startedAt)
  }

  private func frame(
    _ response: Response, to exchange: Exchange
  ) -> (ResponseEncoder.Framing, content: [UInt8]) {
    if response.status.forbidsContent { return (.none, []) }
    switch response.content {
    case .none: return (.length(0), [])
    case .bytes(let bytes): return (.length(bytes.count), bytes)
    case .stream: return (exchange.head.minorVersion > 0 ? .chunked : .untilClose, [])
    }
  }

  private func mayKeepAlive(after exchange: Exchange, framing: ResponseEncoder.Framing) -> Bool {
    guard exchange.head.wantsKeepAlive, framing != .untilClose else { return false }
    // What the client had sent before the end began is answered, too.
    let unread = input.count
    if exchange.content.isDone { return !server.isLeaving || unread > 0 }
    if exchange.contentFailed { return false }
    // A client that still waits for 100 Continue may or may not send its content now.
    guard !exchange.owesContinue, let remainder = exchange.content.knownRemainder else { return false }
    return remainder <= server.configuration.maximumDiscardedContent
      && (!server.isLeaving || unread > remainder)
  }

  private func finish(_ exchange: Exchange, keepsAlive: Bool) {
    if !keepsAlive {
      // Pipelined requests that are not answered are input that would reset the connection, as content is.
      closeAfterOutput(linger: !exchange.content.isDone || !input.isEmpty)
    } else if exchange.content.isDone {
      enter(.idle, deadline: server.configuration.idleDeadline)
      advance()
    } else {
      enter(.discarding(exchange, taken: 0), deadline: server.configuration.bodyGrace)
      advance()
    }
  }

  // MARK: Streams

  private func stream(
    _ body: (any ResponseWriter) async throws -> Void, of exchange: Exchange, chunked: Bool
  ) async -> Bool {
    do {
      try await body(StreamWriter(connection: self, exchange: exchange, isChunked: chunked))
      if let rest = exchange.coder?.finish() {
        takeBackCoder(of: exchange)
        try await write(rest, of: exchange, chunked: chunked)
      }
      if chunked { output.append { $0 += ResponseEncoder.lastChunk } }
      scheduleFlush()
      return true
    } catch {
      // Without the last chunk the client sees that the content is incomplete (RFC 9112 §8).
      return false
    }
  }

  /// Sends a piece of a streamed response and waits while too much of it is unsent.
  func write(_ bytes: [UInt8], of exchange: Exchange, chunked: Bool) async throws(ConnectionClosed) {
    loop.preconditionIsCurrent()
    guard case .handling(let current) = state, current === exchange else { throw ConnectionClosed() }
    let bytes = exchange.coder?.update(bytes) ?? bytes
    output.append { output in
      if chunked { ResponseEncoder.appendChunk(bytes, to: &output) } else { output += bytes }
    }
    scheduleFlush()
    // A stream that makes progress is not overdue, however long it takes.
    setDeadline(loop.turnStart.advanced(by: server.configuration.handlingDeadline))
    while output.count >= server.configuration.maximumOutput {
      setDeadline(.never)
      await withCheckedContinuation { waiter = $0 }
      guard !isClosed else { throw ConnectionClosed() }
    }
    setDeadline(loop.turnStart.advanced(by: server.configuration.handlingDeadline))
  }
}
