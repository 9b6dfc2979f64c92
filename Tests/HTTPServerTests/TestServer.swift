import EventLoop
import Glibc
import HTTP
import HTTPServer
import Testing

/// A server on a free port of the loopback address, with a handler made of a closure.
final class TestServer: Sendable {
  let group: EventLoopGroup
  let server: HTTPServer
  let handler: ClosureHandler
  let port: UInt16

  init(
    loops: Int = 1, configuration: ServerConfiguration = .with { _ in },
    _ respond: @escaping @Sendable (Request) async -> Response = TestServer.echo
  ) async throws {
    group = try EventLoopGroup(count: loops)
    handler = ClosureHandler(respond)
    server = HTTPServer(configuration: configuration, group: group, handler: handler)
    port = try await server.start()
  }

  func stop(grace: Duration = .seconds(5)) async {
    await server.shutdown(grace: grace)
    group.shutdown()
  }

  func connect() throws -> TestClient { try TestClient(port: port) }

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
  /// The defaults on a free port, but for what the closure changes.
  static func with(_ change: (inout ServerConfiguration) -> Void) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.port = 0
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

  func didRespond(_ exchange: ExchangeRecord) { records.withLock { $0.append(exchange) } }
}

/// A blocking client that says byte for byte what a test wants said. Reads give up after 20 s.
final class TestClient {
  let socket: Int32

  /// Whether somebody listens on the port.
  static func isAccepted(port: UInt16) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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

  init(port: UInt16) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(Self.connect(socket, to: port))
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(socket) }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
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

  func endOutput() { shutdown(socket, Int32(SHUT_WR)) }

  /// Reads until the text has been seen; what was read so far when the server closes first.
  func read(until end: String) -> String {
    var text: [UInt8] = []
    let end = Array(end.utf8)
    var byte: UInt8 = 0
    while !text.suffix(end.count).elementsEqual(end), recv(socket, &byte, 1, 0) == 1 { text.append(byte) }
    return String(decoding: text, as: UTF8.self)
  }

  func read(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes[filled...].withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
      guard got > 0 else { break }
      filled += got
    }
    return Array(bytes[..<filled])
  }

  /// Everything until the server closes.
  func readToEnd() -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let got = recv(socket, &buffer, buffer.count, 0), got > 0 { text += buffer[..<got] }
    return String(decoding: text, as: UTF8.self)
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
