import EventLoop
import Inventory
import TestSupport
import Testing

@testable import PostgresRepository

/// What happens when the server goes away or hangs. Each test has a server of its own.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)), .serialized)
struct PostgresOutageTests {
  private static let one = SQL("select 1::bigint")

  private func withServer(_ body: (PostgresServer) async throws -> Void) async throws {
    let server = try PostgresServer()
    defer { server.end() }
    try await body(server)
  }

  @Test(
    "a server that crashes loses nothing that was acknowledged, and everything heals", .endsHangs
  )
  func crash() async throws {
    try await withServer { server in
      let migrations = try Project.migrations("postgres")
      _ = try await PostgresMigrator(url: server.url).migrate(migrations)
      var configuration = PostgresConfiguration(url: server.url)
      configuration.longestBackoff = .milliseconds(500)
      let repository = try PostgresRepository(
        configuration, schemaVersion: migrations.count, loops: TestLoops.group,
        clock: TestClock())
      let (_, item) = try await repository.createBook(BookDetails(title: "A book"), allowDuplicate: false)
      let traffic = Traffic(repository: repository, item: item.id)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 { group.addTask { try await traffic.write(number) } }
        for _ in 0..<8 { group.addTask { try await traffic.read() } }
        group.addTask {
          try await traffic.reach(writes: 50, reads: 50)
          try server.perform(.stop)
          try await traffic.reachRefusals(16)
          await #expect(throws: InventoryError.self) { try await repository.checkReadiness() }
          try server.perform(.start)
          try await traffic.reach(writes: 50, reads: 50)
          traffic.stop()
        }
        try await group.waitForAll()
      }
      // Each kind of connection of each loop heals by itself, some a little later.
      try await healed { try await repository.checkReadiness() }
      let acknowledged = traffic.acknowledged
      let level = try await healed { try await repository.level(.id(item.id), at: .code("main")) }
      #expect(level.quantities.onHand >= Int64(acknowledged.count))
      var stored: Set<MovementID> = []
      var page = PageRequest(limit: 200)
      repeat {
        let wanted = page
        let movements = try await healed { try await repository.movements(MovementQuery(), page: wanted) }
        stored.formUnion(movements.elements.map(\.id))
        page.after = movements.next
      } while page.after != nil
      #expect(acknowledged.isSubset(of: stored))
      #expect(try await healed { try await repository.verify() }.drift == [])
      await repository.close()
    }
  }

  /// Calls the body until it is not refused as unavailable.
  private func healed<Output: Sendable>(_ body: () async throws -> Output) async throws -> Output {
    for _ in 0..<1000 {
      do {
        return try await body()
      } catch let error as InventoryError where DatabaseError.answer(error).isUnavailable {
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    throw NotHealed()
  }

  @Test("while there is no server requests are refused at once, and the reason has no password")
  func neverThere() async throws {
    let configuration = PostgresConfiguration(url: "postgres://ann:geheim@127.0.0.1:1/books")
    try await onLoop(configuration) { database in
      for _ in 0..<20 {
        do throws(DatabaseError) {
          _ = try await database.read(Self.one)
          Issue.record("nobody listens there")
        } catch {
          guard case .unavailable(let reason, let retryAfter) = error.inventoryError else {
            Issue.record("\(error)")
            continue
          }
          #expect(reason.contains("refused"))
          #expect(!reason.contains("geheim"))
          #expect((1...6).contains(retryAfter))
        }
      }
    }
  }

  /// Reads and writes once, as soon as that can be done.
  private func use(_ database: LoopDatabase) async throws {
    _ = try await database.untilAvailable { () throws(DatabaseError) in try await database.read(Self.one) }
    _ = try await database.untilAvailable { () throws(DatabaseError) in
      try await database.write([Statement(Self.one)])
    }
  }

  @Test(
    "a server that hangs is given up at the deadline, and used again when it goes on", .endsHangs
  )
  func hanging() async throws {
    try await withServer { server in
      var configuration = PostgresConfiguration(url: server.url)
      configuration.statementTimeout = .milliseconds(200)
      configuration.slowStatementTimeout = .milliseconds(200)
      configuration.answerGrace = .milliseconds(200)
      configuration.patience = .milliseconds(500)
      configuration.connectTimeout = .seconds(2)
      try await onLoop(configuration) { database in
        try await use(database)
        try server.perform(.pause)
        await withTaskGroup(of: Void.self) { group in
          for kind in ["read", "read", "write", "slow"] {
            group.addTask {
              do throws(DatabaseError) {
                switch kind {
                case "read": _ = try await database.read(Self.one)
                case "write": _ = try await database.write([Statement(Self.one)])
                default: _ = try await database.slowRead(Statement(Self.one))
                }
                Issue.record("a server that stands still has answered")
              } catch {
                #expect(error.isUnavailable)
              }
            }
          }
        }
        try server.perform(.resume)
        try await use(database)
      }
    }
  }

  @Test("those who wait behind others are not given up while answers come")
  func queue() async throws {
    try await withDatabase {
      $0.readConnections = 1
      $0.statementTimeout = .seconds(3)
      $0.answerGrace = .zero
      $0.slowness = .seconds(60)
    } _: { database in
      let nap = SQL("select pg_sleep(0.3)::text")
      _ = try await database.read(nap)
      try await withThrowingTaskGroup(of: Void.self) { group in
        // More than three seconds' work. A turn lies between two of them, so that each has a Sync of its own.
        for _ in 0..<15 {
          group.addTask { _ = try await database.read(nap) }
          await database.pause(.milliseconds(5))
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("a turn of the loop that lasts long does not count against the server")
  func longTurn() async throws {
    try await withDatabase {
      $0.statementTimeout = .seconds(1)
      $0.answerGrace = .zero
    } _: { database in
      _ = try await database.read(Self.one)
      let end = database.loop.turnStart.advanced(by: .milliseconds(1100))
      while MonotonicTime.now() < end {}
      _ = try await database.read(Self.one)
    }
  }

  @Test("of several hosts in the URL one that answers is enough")
  func severalHosts() async throws {
    let url = try PostgresServer.shared.get().url
    // Nobody listens on port 1.
    let several = url.replacing("@", with: "@127.0.0.1:1,", maxReplacements: 1)
    try #require(several != url)
    let configuration = PostgresConfiguration(url: "\(several)?target_session_attrs=read-write")
    try await onLoop(configuration) { database in
      let one = try await database.number(Self.one)
      #expect(one == 1)
    }
  }

  @Test("a server that has become a standby is given up for one that takes writes")
  func readOnly() async throws {
    let url = try PostgresServer.shared.get().url
    let readOnly = "\(url)?options=-cdefault_transaction_read_only%3Don"
    try await onLoop(PostgresConfiguration(url: readOnly)) { database in
      let write = Statement(SQL("create temporary table never (x bigint)"))
      do throws(DatabaseError) {
        _ = try await database.write([write])
        Issue.record("a read-only session has written")
      } catch {
        #expect(error.isUnavailable)
      }
      let one = try await database.number(Self.one)
      #expect(one == 1)
    }
  }

  @Test("one connection that the server ends is replaced, and the others do not notice")
  func terminated() async throws {
    try await withDatabase {
      $0.readConnections = 2
      $0.writeConnections = 1
    } _: { database in
      let backend = SQL("select pg_backend_pid()::bigint")
      let pid = try await database.write([Statement(backend)]).only().only {
        (row) throws(DatabaseError) in try row.integer()
      }
      let end = SQL("select pg_terminate_backend($1::int)::text")
      _ = try await database.read(end, [.integer(pid)])
      let next = try await database.untilAvailable { () throws(DatabaseError) in
        try await database.write([Statement(backend)]).only().only { (row) throws(DatabaseError) in
          try row.integer()
        }
      }
      #expect(next != pid)
    }
  }
}

/// Tasks that read and write until they are stopped, and what became of it.
private final class Traffic: Sendable {
  private struct State {
    var acknowledged: Set<MovementID> = []
    var reads = 0
    var refusals = 0
    var isStopped = false
  }

  private let repository: PostgresRepository
  private let item: ItemID
  private let state = Lock(State())

  init(repository: PostgresRepository, item: ItemID) {
    self.repository = repository
    self.item = item
  }

  var acknowledged: Set<MovementID> { state.withLock { $0.acknowledged } }

  func stop() { state.withLock { $0.isStopped = true } }

  private var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Anything but success, `unavailable` and `outcomeUnknown` ends the test.
  private func attempt(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as InventoryError where DatabaseError.answer(error).isUnavailable {
      state.withLock { $0.refusals += 1 }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func write(_ number: Int) async throws {
    let line = AdjustmentLine(
      item: .id(item), location: .code("main"), bucket: .onHand, change: .delta(1))
    while !isStopped {
      try await attempt {
        let result = try await repository.adjust(
          Adjustment(reason: .found, actor: "writer \(number)", lines: [line]))
        state.withLock { $0.acknowledged.formUnion(result.movements.map(\.id)) }
      }
    }
  }

  func read() async throws {
    while !isStopped {
      try await attempt {
        let found = try await repository.item(.id(item))
        #expect(found != nil)
        state.withLock { $0.reads += 1 }
      }
    }
  }

  /// Waits until so many more writes and reads have succeeded.
  func reach(writes: Int, reads: Int) async throws {
    let start = state.withLock { ($0.acknowledged.count, $0.reads) }
    while state.withLock({ $0.acknowledged.count < start.0 + writes || $0.reads < start.1 + reads }) {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until so many requests were refused.
  func reachRefusals(_ count: Int) async throws {
    while state.withLock({ $0.refusals < count }) { try await Task.sleep(for: .milliseconds(5)) }
  }
}
