internal import CLinux
internal import Compression
internal import EventLoop
internal import Glibc
internal import HTTP

/// The listener of one loop, its connections, and what they share. Loop-confined but for the two async
/// methods.
final class LoopServer: @unchecked Sendable {
  /// How many connections one event accepts before the others have their turn.
  private static let acceptsPerEvent = 64
  private static let acceptPause = Duration.milliseconds(100)

  let loop: EventLoop
  let configuration: ServerConfiguration
  let handler: any RequestHandler
  /// What a read is received into; the connections of a loop take turns.
  var scratch = [UInt8](repeating: 0, count: 64 * 1024)
  /// The connections of a loop take turns here too.
  let gzip = GzipPool()
  private(set) var isDraining = false
  private var counts = ServerFigures()

  private var listener: Int32 = -1
  private var listenerWatch: Watch?
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var drained: CheckedContinuation<Void, Never>?
  private var acceptTimer: LoopTimer?
  private var graceTimer: LoopTimer?
  private var date = (second: Int64.min, line: [UInt8]())

  init(loop: EventLoop, configuration: ServerConfiguration, handler: any RequestHandler) {
    self.loop = loop
    self.configuration = configuration
    self.handler = handler
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
      acceptTimer = LoopTimer(loop: loop) { [unowned self] in resumeAccepting() }
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
    var address = [CChar](repeating: 0, count: 64)
    for _ in 0..<Self.acceptsPerEvent {
      // A permit before accept: what cannot be served waits in the backlog.
      guard connections.count < configuration.maximumConnections else { return pauseAccepting() }
      let socket = unsafe clinux_accept(listener, &address, Int32(address.count))
      guard socket >= 0 else {
        switch errno {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS:
          // Without a pause a full descriptor table would keep the loop busy with the same event.
          counts.acceptPauses += 1
          pauseAccepting()
          acceptTimer?.set(after: Self.acceptPause)
          return
        case EAGAIN: return
        default: continue
        }
      }
      counts.accepted += 1
      let peer = String(decoding: address.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let connection = Connection(socket: socket, peer: peer, server: self)
      connections[ObjectIdentifier(connection)] = connection
      connection.open()
    }
  }

  private func pauseAccepting() {
    listenerWatch?.cancel()
    listenerWatch = nil
  }

  private func resumeAccepting() {
    guard listenerWatch == nil, listener >= 0, connections.count < configuration.maximumConnections else {
      return
    }
    do throws(SystemError) {
      listenerWatch = try watchListener()
    } catch {
      acceptTimer?.set(after: Self.acceptPause)
    }
  }

  /// Called by a connection that has closed its descriptor.
  func remove(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
    resumeAccepting()
    if isDraining, connections.isEmpty { finishDraining() }
  }

  /// Counts a connection that the server gives up.
  func count(_ end: ConnectionEnd) { counts.ended[end, default: 0] += 1 }

  /// What is counted, and the connections by state; from any thread.
  func figures() async -> ServerFigures {
    await withTaskExecutorPreference(loop) {
      var figures = counts
      for connection in connections.values { figures.states[connection.state.name, default: 0] += 1 }
      return figures
    }
  }

  // MARK: Shutdown

  func shutdown(grace: Duration) async {
    await withTaskExecutorPreference(loop) {
      guard !isDraining else { return }
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
