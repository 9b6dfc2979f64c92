import EventLoop
import Glibc
import HTTP
import HTTPServer
import TLS
import Testing

/// A server on a free port of the loopback address, with a handler made of a closure.
final class TestServer: Sendable {
  let group: EventLoopGroup
  let server: HTTPServer
  let handler: ClosureHandler
  let port: UInt16

  init(
    loops: Int = 1, configuration: ServerConfiguration = .with { _ in }, tls: TLSContext? = nil,
    _ respond: @escaping @Sendable (Request) async -> Response = TestServer.echo
  ) async throws {
    group = try EventLoopGroup(count: loops)
    handler = ClosureHandler(respond)
    server = HTTPServer(configuration: configuration, group: group, tls: tls, handler: handler)
    port = try await server.start()
  }

  func stop(grace: Duration = .seconds(5)) async {
    await server.shutdown(grace: grace)
    group.shutdown()
  }

  /// Begins the end and returns once nothing is accepted any more: a test that blocks on what the end brings would
  /// keep it from beginning.
  func beginShutdown() async -> Task<Void, Never> {
    let task = Task { await server.shutdown(grace: .seconds(60)) }
    while TestClient.isAccepted(port: port) { await Task.yield() }
    return task
  }

  func connect(_ tls: TLSContext? = nil) throws -> TestClient { try TestClient(port: port, tls) }

  /// Answers method, target and content of the request.
  static let echo: @Sendable (Request) async -> Response = { request in
    do throws(BodyError) {
      let content = try await request.body.collect(limit: 1 << 20)
      let line = "\(request.head.method.rawValue) \(request.head.target) "
      return Response(.ok, content: .bytes(Array(line.utf8) + content))
    } catch {
      switch error {
      case .tooLarge: return Response(.contentTooLarge)
      case .malformed(let reason): return Response(.badRequest, content: .bytes(Array(reason.utf8)))
      case .overloaded: return Response(.serviceUnavailable)
      case .incomplete: return Response(.requestTimeout)
      }
    }
  }
}

extension ServerConfiguration {
  /// The defaults on a free port and with deadlines that no test reaches, but for what the closure changes.
  static func with(_ change: (inout ServerConfiguration) -> Void) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.idleDeadline = .seconds(3600)
    configuration.headDeadline = .seconds(3600)
    configuration.bodyDeadline = .seconds(3600)
    configuration.bodyGrace = .seconds(3600)
    configuration.handlingDeadline = .seconds(3600)
    configuration.writeDeadline = .seconds(3600)
    change(&configuration)
    return configuration
  }
}

final class ClosureHandler: RequestHandler {
  private let closure: @Sendable (Request) async -> Response
  let records = Lock<[ExchangeRecord]>([])

  init(_ closure: @escaping @Sendable (Request) async -> Response) { self.closure = closure }

  func respond(to request: Request) async -> Response { await closure(request) }

  func response(toMalformedRequest status: Status, reason: String) -> Response {
    Response(status, content: .bytes(Array(reason.utf8)))
  }

  /// `/probe` never waits, `/list` in a lane of its own, as changes do.
  func lane(of head: RequestHead) -> Lane? {
    switch head.target {
    case "/probe": nil
    case "/list": .list
    default: head.method == .get ? .read : .change
    }
  }

  func didRespond(_ exchange: ExchangeRecord) { records.withLock { $0.append(exchange) } }
}

/// Runs what blocks for long, or often, on a thread of its own: there are few that all tests share.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    do {
      try Thread(name: "client") { continuation.resume(with: Swift.Result { try body() }) }.detach()
    } catch {
      continuation.resume(throwing: error)
    }
  }
}

/// A blocking client that says byte for byte what a test wants said, by TLS or without. Reads give up after ten minutes.
final class TestClient {
  let socket: Int32
  private(set) var session: TLSSession?

  /// Whether somebody listens on the port.
  static func isAccepted(port: UInt16) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { Glibc.close(socket) }
    return connect(socket, to: port)
  }

  private static func connect(_ socket: Int32, to port: UInt16) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  init(port: UInt16, _ tls: TLSContext? = nil) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(Self.connect(socket, to: port))
    var limit = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    guard let tls else { return }
    session = tls.session(over: socket)
    let handshake = try #require(session).handshake()
    guard case .complete = handshake else { throw HandshakeFailure() }
  }

  /// The server, or this client, does not agree to a handshake.
  struct HandshakeFailure: Error {}

  deinit { close(socket) }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write($0) }
      guard count > 0 else { return }
      sent += count
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let session else { return Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    if case .bytes(let count) = session.send(bytes) { return count }
    return -1
  }

  /// Reads once; 0 when the server has ended its side as it should, less when the connection broke.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let session else { return recv(socket, buffer.baseAddress, buffer.count, 0) }
    return switch session.receive(into: buffer) {
    case .bytes(let count): count
    case .end: 0
    case .nothing, .failed: -1
    }
  }

  /// Sends what the kernel takes at once.
  func sendWithoutWaiting(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Closing will reset the connection.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  func endOutput() {
    session?.endOutput()
    shutdown(socket, Int32(SHUT_WR))
  }

  /// Reads until the text has been seen; what was read so far when the server closes first.
  func read(until end: String) -> String {
    var text: [UInt8] = []
    let end = Array(end.utf8)
    var byte: UInt8 = 0
    while !text.suffix(end.count).elementsEqual(end),
      withUnsafeMutableBytes(of: &byte, { receive(into: $0) }) == 1
    { text.append(byte) }
    return String(decoding: text, as: UTF8.self)
  }

  func read(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes[filled...].withUnsafeMutableBytes { receive(into: $0) }
      guard got > 0 else { break }
      filled += got
    }
    return Array(bytes[..<filled])
  }

  /// Everything until the server closes.
  func readToEnd() -> String { readToEndOrReset().text }

  /// All that comes, and whether it ended with a reset.
  func readToEndOrReset() -> (text: String, isReset: Bool) {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let got = buffer.withUnsafeMutableBytes { receive(into: $0) }
      if got <= 0 { return (String(decoding: text, as: UTF8.self), got < 0 && errno == ECONNRESET) }
      text += buffer[..<got]
    }
  }

  /// A response with a Content-Length: its status line and its content.
  func readResponse() -> (status: String, head: String, content: String) {
    let head = read(until: "\r\n\r\n")
    let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
      .flatMap { Int($0.dropFirst("content-length: ".count)) }
    let content = String(decoding: read(count: length ?? 0), as: UTF8.self)
    return (String(head.prefix { $0 != "\r\n" }), head, content)
  }
}
