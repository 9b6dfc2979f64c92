internal import Glibc
internal import TLS

/// Asks the server on this machine whether it is ready, for health checks of containers without curl.
struct Health {
  private static let patience = 3

  let configuration: Configuration

  func run() -> ExitCode {
    guard configuration.port != 0 else {
      Output.message("BOOKSTORE_PORT is 0, so the server's port is not known here; set it to the real one")
      return .usage
    }
    let place = "\(configuration.host.local) port \(configuration.port)"
    do throws(FileError) {
      let status = try ask()
      guard status == 200 else {
        Output.message("not ready: /readyz answered \(status) on \(place)")
        return .failure
      }
      Output.print("ready\n")
      return .success
    } catch {
      Output.message("no answer on \(place): \(error.message)")
      return .failure
    }
  }

  /// The status of `GET /readyz`.
  private func ask() throws(FileError) -> Int {
    let family = configuration.host.isVersion6 ? AF_INET6 : AF_INET
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw FileError("socket", errno) }
    defer { close(descriptor) }
    var time = timeval(tv_sec: Self.patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    try connect(descriptor)
    let request = "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    let session = try configuration.tlsFiles == nil ? nil : handshake(over: descriptor)
    try send(request, to: descriptor, session)
    return try status(of: receiveStart(from: descriptor, session))
  }

  /// The server's certificate is not looked at: it is for other names, and this machine is trusted to be itself.
  private func handshake(over descriptor: Int32) throws(FileError) -> TLSSession {
    guard let session = TLSContext.unverifiedClient()?.session(over: descriptor) else {
      throw FileError("no memory for TLS")
    }
    guard case .complete = session.handshake() else {
      throw FileError("there is no TLS, or it took too long")
    }
    return session
  }

  private func connect(_ descriptor: Int32) throws(FileError) {
    let port = configuration.port.bigEndian
    let text = configuration.host.local
    let result: Int32
    if configuration.host.isVersion6 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port
      unsafe inet_pton(AF_INET6, text, &address.sin6_addr)
      result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port
      unsafe inet_pton(AF_INET, text, &address.sin_addr)
      result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    guard result == 0 else { throw FileError("connect", errno) }
  }

  private func send(_ text: String, to descriptor: Int32, _ session: TLSSession?) throws(FileError) {
    let bytes = Array(text.utf8)
    if let session {
      guard case .bytes(bytes.count) = unsafe bytes.withUnsafeBytes({ unsafe session.send($0) }) else {
        throw FileError("send: the connection was closed, or it took too long")
      }
      return
    }
    let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    guard sent == bytes.count else { throw FileError("send", errno) }
  }

  /// The first bytes of the answer, as many as a status line's beginning has.
  private func receiveStart(from descriptor: Int32, _ session: TLSSession?) throws(FileError) -> [UInt8] {
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64)
    while answer.count < "HTTP/1.1 200".utf8.count {
      let count = try receive(&piece, from: descriptor, session)
      guard count > 0 else { throw FileError("the connection was closed before an answer came") }
      answer += piece[..<count]
    }
    return answer
  }

  private func receive(
    _ piece: inout [UInt8], from descriptor: Int32, _ session: TLSSession?
  ) throws(FileError) -> Int {
    if let session {
      switch unsafe piece.withUnsafeMutableBytes({ unsafe session.receive(into: $0) }) {
      case .bytes(let count): return count
      case .end: return 0
      case .nothing: throw FileError("receive", EAGAIN)
      case .failed: throw FileError("receive: the connection broke")
      }
    }
    while true {
      let count = unsafe recv(descriptor, &piece, piece.count, 0)
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileError("receive", errno) }
    }
  }

  private func status(of answer: [UInt8]) throws(FileError) -> Int {
    let line = String(decoding: answer, as: UTF8.self)
    guard line.hasPrefix("HTTP/1."), let status = Int(line.dropFirst("HTTP/1.1 ".count).prefix(3)) else {
      throw FileError("the answer is not HTTP")
    }
    return status
  }
}
