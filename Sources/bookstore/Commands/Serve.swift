internal import API
internal import CLinux
internal import Crypto
internal import EventLoop
internal import Glibc
internal import HTTPServer
internal import Inventory
internal import Metrics
internal import Migrations
internal import TimeZones

/// Answers requests until a signal comes.
struct Serve {
  /// How much longer than the grace period everything that ends may take, before the process is ended.
  private static let closingTime = Duration.seconds(10)

  let configuration: Configuration

  func run() async -> ExitCode {
    let signals: Signals
    let log: Log
    do throws(SystemError) {
      // Before any other thread is started, so that all have the signals blocked.
      signals = try Signals()
      log = try Log(level: configuration.logLevel, format: configuration.logFormat)
    } catch {
      Output.message("\(error)")
      return .failure
    }
    defer { log.close() }
    do throws(Failure) {
      try await serve(signals, log)
      return .success
    } catch {
      log.write(.error, error.message)
      if !Output.isTerminal { Output.message(error.message) }
      return .failure
    }
  }

  private func serve(_ signals: Signals, _ log: Log) async throws(Failure) {
    log.write(configuration)
    if !TimeZones.system.isInstalled {
      log.write(.warning, "no time zone files: embargoes end when the day has begun everywhere") {
        $0.field("package", "tzdata")
      }
    }
    // Each connection is a descriptor, and many systems allow 1,024 where nobody asks for more.
    clinux_raise_descriptor_limit()
    clinux_return_large_memory()
    // Before the database is touched: without its certificate the service is not what was asked for.
    let certificates = try configuration.tlsFiles.map { files throws(Failure) in try Certificates(files) }
    let database = try DatabaseAccess(configuration: configuration)
    let applied = try await database.migrate { reason in
      log.write(.warning, "waiting for the database") { $0.field("reason", reason) }
    }
    for migration in applied { log.write(.info, "applied migration \(migration.name)") }
    let loops = try startLoops()
    let repository = try database.open(loops: loops)
    let isDraining = Lock(false)
    let figures = ServiceMetrics(loops: loops, repository: repository)
    let api = api(repository, log, figures) { isDraining.withLock { $0 } }
    let server = HTTPServer(
      configuration: serverConfiguration, group: loops, tls: certificates?.current, handler: api)
    figures.add(server)
    if let certificates { figures.add(certificates) }
    let port = try await listen(server)
    let sweeper = Sweeper(every: configuration.sweepInterval, of: repository, log: log)
    let keyUses = KeyUseRecorder(of: api, log: log)
    await warnWithoutKeys(repository, log)
    certificates?.reload(on: signals, for: server, log: log)
    signals.arm()
    log.write(
      .info, "listening on \(certificates == nil ? "http" : "https")://\(configuration.host.urlHost):\(port)"
    ) {
      $0.field("port", Int64(port))
    }

    let signal = await signals.wait()
    log.write(.info, "stopping") { $0.field("signal", Signals.name(signal)) }
    endForcibly(log)
    isDraining.withLock { $0 = true }
    if configuration.shutdownDelay > .zero {
      await server.announceShutdown()
      try? await Task.sleep(for: configuration.shutdownDelay)
    }
    await server.shutdown(grace: configuration.shutdownGrace)
    await sweeper.stop()
    await keyUses.stop()
    await repository.close()
    loops.shutdown()
    log.write(.info, "stopped")
  }

  /// A service that asks for keys and has none answers nobody.
  private func warnWithoutKeys(_ repository: any InventoryRepository, _ log: Log) async {
    guard configuration.authentication == .key, configuration.apiKey.isEmpty else { return }
    guard let keys = try? await repository.apiKeys(page: PageRequest(limit: 1)), keys.elements.isEmpty else {
      return
    }
    log.write(
      .warning, "there is no API key yet; make one with `bookstore key create --name NAME --scopes admin`")
  }

  private func startLoops() throws(Failure) -> EventLoopGroup {
    do throws(SystemError) {
      return try EventLoopGroup(
        count: configuration.loops > 0 ? configuration.loops : EventLoopGroup.coreCount)
    } catch {
      throw Failure("\(error)")
    }
  }

  private func listen(_ server: HTTPServer) async throws(Failure) -> UInt16 {
    do throws(SystemError) {
      return try await server.start()
    } catch {
      let hint = error.number == EADDRINUSE ? "; set BOOKSTORE_PORT to another port" : ""
      throw Failure("\(error)\(hint)")
    }
  }

  private func api(
    _ repository: any InventoryRepository, _ log: Log, _ metrics: ServiceMetrics,
    isDraining: @escaping @Sendable () -> Bool
  ) -> API {
    var settings = APIConfiguration(version: Version.number, revision: Version.revision)
    if configuration.authentication == .key {
      let key = configuration.apiKey
      settings.authentication = .keys(configured: key.isEmpty ? nil : SHA256.digest(Array(key.utf8)))
    }
    settings.requiresClientCertificate = !configuration.tlsClientCA.isEmpty
    settings.keyCacheLifetime = configuration.keyCache
    settings.keyRateLimit = configuration.keyRateLimit
    settings.addressRateLimit = configuration.addressRateLimit
    settings.failureRateLimit = configuration.failedKeyLimit
    settings.trustedProxies = TrustedProxies(configuration.trustedProxies) ?? .none
    settings.requiresIdempotencyKey = configuration.idempotency == .required
    settings.maximumContent = configuration.maximumBody
    settings.maximumExports = configuration.maximumExports
    settings.origins = configuration.corsOrigins.list
    settings.isDraining = isDraining
    settings.metrics = [metrics]
    return API(
      repository: repository, configuration: settings, clock: SystemClock(),
      report: { log.write($0) }, audit: { log.write($0) }, record: { log.write($0) })
  }

  private var serverConfiguration: ServerConfiguration {
    var server = ServerConfiguration()
    server.address = configuration.host.text
    server.port = configuration.port
    server.maximumConnections = configuration.maximumConnections
    server.gzipMinimum = configuration.gzipMinimum
    if configuration.maximumConnectionsPerAddress > 0 {
      server.maximumConnectionsPerAddress = configuration.maximumConnectionsPerAddress
    }
    server.maximumHandling = configuration.maximumHandling
    server.maximumContentInMemory = configuration.maximumBodies
    server.minimumRate = configuration.minimumRate
    server.bodyGrace = configuration.bodyGrace
    server.idleDeadline = configuration.idleTimeout
    server.headDeadline = configuration.headTimeout
    server.bodyDeadline = configuration.bodyTimeout
    server.handlingDeadline = configuration.handlingTimeout
    server.writeDeadline = configuration.writeTimeout
    return server
  }

  /// However something hangs, the process ends in bounded time.
  private func endForcibly(_ log: Log) {
    let bound = configuration.shutdownDelay + configuration.shutdownGrace + Self.closingTime
    let seconds = UInt32(clamping: bound.components.seconds + 1)
    // Without this thread only the bound is missing.
    _ = try? Thread(name: "end") {
      sleep(seconds)
      log.write(.error, "the end took too long; what still ran was cut off")
      log.close()
      _exit(ExitCode.failure.rawValue)
    }
  }
}
