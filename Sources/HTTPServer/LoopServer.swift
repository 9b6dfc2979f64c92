internal import CLinux
internal import Compression
internal import EventLoop
internal import Glibc
internal import HTTP
internal import TLS

/// The listener of one loop, its connections, and what they share. Loop-confined but for the two async
/// methods.
final class LoopServer: @unchecked Sendable {
  /// How many connections one event accepts before the others have their turn.
  private static let acceptsPerEvent = 64
  /// A step of a handshake takes up to a millisecond, and many may come at once: so many of them are made in a turn.
  private static let handshakesPerTurn = 8
  private static let acceptPause = Duration.milliseconds(100)
  /// When connections that have gone held so many KiB, the memory is given back to the system a little later.
  private static let freedPerTrim = 1000
  private static let trimDelay = Duration.seconds(2)
  /// How many requests that waited are begun in a turn.
  private static let admissionsPerTurn = 64
  /// Refusing costs nearly as much as answering: so many are refused at a time, 1,000 a second.
  private static let refusalsPerTime = 20
  private static let refusalInterval = Duration.milliseconds(20)

  let loop: EventLoop
  let configuration: ServerConfiguration
  let handler: any RequestHandler
  private let addresses: AddressTable
  /// What new connections are made secure with, if they are.
  private var tls: TLSContext?
  private var handshakes = (turn: MonotonicTime.never, count: 0)
  /// Who is worked on, and who waits.
  private struct LaneState {
    var handling = 0
    var waitingRoom: WaitingRoom<(connection: Connection, exchange: Exchange)>
  }
  /// By ``Lane``.
  private var lanes: [LaneState]
  private var admissionIsScheduled = false
  private var refusalTimer: LoopTimer?
  /// Bytes of content that unfinished requests have brought.
  var contentInMemory = 0
  /// What a read is received into; the connections of a loop take turns.
  var scratch = [UInt8](repeating: 0, count: 64 * 1024)
  /// The connections of a loop take turns here too.
  let gzip = GzipPool()
  /// Coded contents of responses that are always the same, by entity tag.
  var codedConstants: [String: [UInt8]] = [:]
  private(set) var isDraining = false
  /// Connections are to end with their next response.
  private(set) var isLeaving = false
  private var counts = ServerFigures()
  /// Where accept writes the peer's address.
  private var addressText = [CChar](repeating: 0, count: 64)

  private var listener: Int32 = -1
  private var listenerWatch: Watch?
  /// KiB that connections held, about, that have gone since memory was given back last.
  private var freed = 0
  private var trimTimer: LoopTimer?
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var drained: CheckedContinuation<Void, Never>?
  private var acceptTimer: LoopTimer?
  private var graceTimer: LoopTimer?
  private var date = (second: Int64.min, line: [UInt8]())

  init(
    loop: EventLoop, configuration: ServerConfiguration, tls: TLSContext?, handler: any RequestHandler,
    addresses: AddressTable
  ) {
    self.loop = loop
    self.configuration = configuration
    self.tls = tls
    self.handler = handler
    self.addresses = addresses
    lanes = Lane.allCases.map { _ in
      LaneState(waitingRoom: WaitingRoom(patience: configuration.patience) { !$0.connection.isClosed })
    }
  }

  /// The Date field line of this second (RFC 9110 §6.6.1), with its CR LF.
  var dateLine: [UInt8] {
    let second = clinux_realtime_microseconds() / 1_000_000
    if second != date.second {
      date = (second, Array("date: \(HTTPDate.text(secondsSince1970: second))\r\n".utf8))
    }
    return date.line
  }

  // MARK: Listening

  func listen() async throws(SystemError) -> UInt16 {
    try await withTaskExecutorPreference(loop) { () throws(SystemError) -> UInt16 in
      var port: UInt16 = 0
      listener = unsafe clinux_listen(
        configuration.address, configuration.port, configuration.backlog, true, &port)
      guard listener >= 0 else {
        throw SystemError(call: "listen on \(configuration.address):\(configuration.port)", number: -listener)
      }
      refusalTimer = LoopTimer(loop: loop) { [weak self] in self?.refuseLate() }
      trimTimer = LoopTimer(loop: loop) { [weak self] in self?.trimMemory() }
      acceptTimer = LoopTimer(loop: loop) { [weak self] in self?.resumeAccepting() }
      graceTimer = LoopTimer(loop: loop) { [unowned self] in
        for connection in connections.values { connection.close() }
      }
      listenerWatch = try watchListener()
      return port
    }
  }

  private func watchListener() throws(SystemError) -> Watch {
    try loop.watch(listener, for: .read) { [unowned self] _ in accept() }
  }

  private func accept() {
    // The event says that somebody waits; whether another one does is known with the next event.
    if connections.count >= configuration.maximumConnections, !makeRoom() { return waitForRoom() }
    for _ in 0..<Self.acceptsPerEvent {
      // A permit before accept: what cannot be served waits in the backlog.
      guard connections.count < configuration.maximumConnections else { return }
      var network: UInt64 = 0
      var isLocal = false
      let socket = unsafe clinux_accept(
        listener, &addressText, Int32(addressText.count), &network, &isLocal)
      guard socket >= 0 else {
        switch errno {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS:
          counts.acceptFailures += 1
          if makeRoom() { continue }
          return waitForRoom()
        case EAGAIN: return
        default: continue
        }
      }
      counts.accepted += 1
      admit(socket, network: network, isLocal: isLocal)
    }
  }

  private func admit(_ socket: Int32, network: UInt64, isLocal: Bool) {
    let limit =
      configuration.maximumConnectionsPerAddress ?? (isLocal ? nil : ServerConfiguration.usualPerAddress)
    if let limit, !addresses.enter(network, limit: limit) { return refuse(socket) }
    let session = tls?.session(over: socket)
    guard tls == nil || session != nil else {
      // There is no memory for it.
      counts.acceptFailures += 1
      if limit != nil { addresses.leave(network) }
      Glibc.close(socket)
      return
    }
    let peer = String(decoding: addressText.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let connection = Connection(
      transport: Transport(descriptor: socket, session: session), peer: peer,
      network: limit == nil ? nil : network, number: counts.accepted,
      server: self)
    connections[ObjectIdentifier(connection)] = connection
    connection.open()
  }

  /// Says why, as far as the socket takes it at once, and closes. By TLS that would take a handshake.
  private func refuse(_ socket: Int32) {
    count(.address)
    var transport = Transport(descriptor: socket)
    guard tls == nil else { return transport.close(isWhole: false) }
    let response = handler.response(
      toMalformedRequest: .serviceUnavailable, reason: "Too many connections come from this address.")
    var content: [UInt8] = []
    if case .bytes(let bytes) = response.content { content = bytes }
    var output: [UInt8] = []
    ResponseEncoder.appendHead(
      of: response, date: dateLine, framing: .length(content.count), persistence: .close, to: &output)
    output += content
    _ = unsafe output.withUnsafeBytes { unsafe transport.send($0) }
    transport.endOutput(isWhole: true)
    transport.close(isWhole: true)
  }

  /// Without a pause a full table would keep the loop busy with the same event.
  private func waitForRoom() {
    pauseAccepting()
    acceptTimer?.set(after: Self.acceptPause)
  }

  /// Closes the connections that were idle for longest, a part of them at a time: looking for them takes as long
  /// for many as for one. False when there was none.
  private func makeRoom() -> Bool {
    let before = connections.count
    let idle = connections.values.filter(\.mayGiveWay).sorted {
      ($0.idleSince, $0.number) < ($1.idleSince, $1.number)
    }
    for connection in idle.prefix(max(1, idle.count / 32)) { connection.giveWay() }
    return connections.count < before
  }

  private func pauseAccepting() {
    listenerWatch?.cancel()
    listenerWatch = nil
  }

  private func resumeAccepting() {
    guard listenerWatch == nil, listener >= 0 else { return }
    do throws(SystemError) {
      listenerWatch = try watchListener()
    } catch {
      acceptTimer?.set(after: Self.acceptPause)
    }
  }

  private func trimMemory() {
    freed = 0
    // Beside the loop, for which it takes too long; without a thread the memory is merely kept.
    _ = try? Thread(name: "trim") { clinux_trim_memory() }.detach()
  }

  /// Called by a connection that has closed its descriptor; `size` is what it held, in bytes.
  func remove(_ connection: Connection, holding size: Int) {
    if let network = connection.network { addresses.leave(network) }
    connections[ObjectIdentifier(connection)] = nil
    freed += 1 + size >> 10
    if freed >= Self.freedPerTrim, trimTimer?.deadline == .never { trimTimer?.set(after: Self.trimDelay) }
    if connections.count < configuration.maximumConnections { resumeAccepting() }
    if isDraining, connections.isEmpty { finishDraining() }
  }

  /// Whether a step of a handshake may be made in this turn, which then counts; another turn always comes.
  func mayHandshake() -> Bool {
    if handshakes.turn != loop.turnStart { handshakes = (loop.turnStart, 0) }
    handshakes.count += 1
    return handshakes.count <= Self.handshakesPerTurn
  }

  /// Counts a handshake of TLS.
  func countHandshake(succeeded: Bool) {
    if succeeded { counts.handshakes += 1 } else { counts.failedHandshakes += 1 }
  }

  /// Counts a connection that the server gives up.
  func count(_ end: ConnectionEnd) { counts.ended[end, default: 0] += 1 }

  // MARK: Handlers

  /// Gives a request a place to be worked on, if it needs one. False: it waits, and ``Connection/proceed(_:)`` is called
  /// later.
  func admit(_ exchange: Exchange, of connection: Connection) -> Bool {
    guard let lane = exchange.lane?.rawValue else { return true }
    if lanes[lane].handling < configuration.maximumHandling, lanes[lane].waitingRoom.isEmpty {
      takePlace(exchange, lane)
      return true
    }
    counts.excess += 1
    exchange.isWaiting = true
    lanes[lane].waitingRoom.enter((connection, exchange), at: loop.turnStart)
    if refusalTimer?.deadline == .never { setRefusalTimer(notBefore: loop.turnStart) }
    return false
  }

  private func takePlace(_ exchange: Exchange, _ lane: Int) {
    exchange.isWorkedOn = true
    lanes[lane].handling += 1
  }

  /// A connection with a request that waits is closed.
  func leaveWaitingRoom(_ exchange: Exchange) {
    if let lane = exchange.lane?.rawValue { lanes[lane].waitingRoom.left() }
  }

  /// A handler ends, or waits for content: its place is free, if it has one.
  func endHandling(_ exchange: Exchange) {
    guard exchange.isWorkedOn, let lane = exchange.lane?.rawValue else { return }
    exchange.isWorkedOn = false
    lanes[lane].handling -= 1
    if !lanes[lane].waitingRoom.isEmpty { scheduleAdmission() }
  }

  private func scheduleAdmission() {
    guard !admissionIsScheduled else { return }
    admissionIsScheduled = true
    loop.atEndOfTurn { [weak self] in self?.admitWaiting() }
  }

  private func admitWaiting() {
    admissionIsScheduled = false
    var isMore = false
    for lane in lanes.indices {
      for _ in 0..<Self.admissionsPerTurn {
        guard lanes[lane].handling < configuration.maximumHandling,
          let next = lanes[lane].waitingRoom.next(at: loop.turnStart)
        else { break }
        next.exchange.isWaiting = false
        takePlace(next.exchange, lane)
        next.connection.proceed(next.exchange)
      }
      if !lanes[lane].waitingRoom.isEmpty, lanes[lane].handling < configuration.maximumHandling {
        isMore = true
      }
    }
    if isMore { scheduleAdmission() }
  }

  /// The lanes take turns.
  private func refuseLate() {
    var count = 0
    var isAnyLate = true
    while isAnyLate {
      isAnyLate = false
      for lane in lanes.indices where count < Self.refusalsPerTime {
        for (connection, exchange) in lanes[lane].waitingRoom.refused(at: loop.turnStart, atMost: 1) {
          count += 1
          isAnyLate = true
          exchange.isWaiting = false
          exchange.isExcess = true
          connection.proceed(exchange)
        }
      }
    }
    setRefusalTimer(notBefore: loop.turnStart.advanced(by: Self.refusalInterval))
  }

  private func setRefusalTimer(notBefore earliest: MonotonicTime) {
    if let deadline = lanes.compactMap(\.waitingRoom.nextDeadline).min() {
      refusalTimer?.set(max(deadline, earliest))
    }
  }

  /// What is counted, and the connections by state; from any thread.
  func figures() async -> ServerFigures {
    await withTaskExecutorPreference(loop) {
      var figures = counts
      for lane in Lane.allCases {
        figures.handling[lane] = Int64(lanes[lane.rawValue].handling)
        figures.waiting[lane] = Int64(lanes[lane.rawValue].waitingRoom.count)
      }
      figures.content = Int64(contentInMemory)
      for connection in connections.values { figures.states[connection.state.name, default: 0] += 1 }
      return figures
    }
  }

  /// New connections are made secure with this from now on.
  func use(_ context: TLSContext) async {
    await withTaskExecutorPreference(loop) { tls = context }
  }

  // MARK: Shutdown

  func announceShutdown() async {
    await withTaskExecutorPreference(loop) { isLeaving = true }
  }

  func shutdown(grace: Duration) async {
    await withTaskExecutorPreference(loop) {
      guard !isDraining else { return }
      isLeaving = true
      // What the kernel has accepted already would be reset by the close: take it first.
      if listenerWatch != nil { accept() }
      isDraining = true
      pauseAccepting()
      if listener >= 0 { Glibc.close(listener) }
      listener = -1
      for connection in connections.values { connection.beginDraining() }
      guard !connections.isEmpty else { return }
      graceTimer?.set(MonotonicTime.now().advanced(by: grace))
      await withCheckedContinuation { drained = $0 }
    }
  }

  private func finishDraining() {
    graceTimer?.clear()
    drained?.resume()
    drained = nil
  }
}
