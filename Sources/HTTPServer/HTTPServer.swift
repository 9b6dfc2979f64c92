internal import CLinux
public import EventLoop
public import HTTP
public import TLS

/// An HTTP/1.1 server on plain sockets: on each loop a listener and the connections it accepted.
public final class HTTPServer: Sendable {
  private let configuration: ServerConfiguration
  private let handler: any RequestHandler
  private let group: EventLoopGroup
  private let tls: TLSContext?
  private let listeners = Lock<[LoopServer]>([])

  /// The servers of the loops, while they listen.
  var servers: [LoopServer] { listeners.withLock { $0 } }

  /// A server that does not listen yet; with `tls` it speaks HTTPS only.
  public init(
    configuration: ServerConfiguration, group: EventLoopGroup, tls: TLSContext? = nil,
    handler: any RequestHandler
  ) {
    self.configuration = configuration
    self.group = group
    self.tls = tls
    self.handler = handler
  }

  /// Listens on every loop of the group and returns the port. Throws ``SystemError``, for instance of
  /// `bind` when the port is taken.
  public func start() async throws(SystemError) -> UInt16 {
    var configuration = self.configuration
    configuration.maximumConnections = max(1, configuration.maximumConnections / group.loops.count)
    configuration.maximumContentInMemory /= group.loops.count
    let addresses = AddressTable()
    do throws(SystemError) {
      try requireFreePort()
      for loop in group.loops {
        let server = LoopServer(
          loop: loop, configuration: configuration, tls: tls, handler: handler, addresses: addresses)
        listeners.withLock { $0.append(server) }
        // The first listener finds the port, the others share it.
        configuration.port = try await server.listen()
      }
    } catch {
      await shutdown(grace: .zero)
      throw error
    }
    return configuration.port
  }

  /// The listeners share their port, and would share it with those of another process of this user as well:
  /// clients would get to one or the other by chance (SO_REUSEPORT, socket(7)).
  private func requireFreePort() throws(SystemError) {
    guard configuration.port != 0 else { return }
    let result = unsafe clinux_port_is_free(configuration.address, configuration.port)
    guard result == 0 else {
      throw SystemError(call: "listen on \(configuration.address):\(configuration.port)", number: -result)
    }
  }

  /// Makes new connections secure with other certificates; those that are open keep theirs. For servers that were
  /// made with a context.
  public func use(_ context: TLSContext) async {
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.use(context) } }
    }
  }

  /// The end will come: connections that are used are told to close with their next response, so that clients that
  /// keep them look for another server before this one stops accepting.
  public func announceShutdown() async {
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.announceShutdown() } }
    }
  }

  /// Stops accepting, closes idle connections, lets running requests end and answers what has been sent,
  /// with `Connection: close`; after `grace` closes what is left. Returns when no connection is open.
  public func shutdown(grace: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      for server in servers { group.addTask { await server.shutdown(grace: grace) } }
    }
    listeners.withLock { $0 = [] }
  }
}
