import Dispatch
import EventLoop
import Inventory
import TestSupport
import Testing

import class Foundation.FileManager

@testable import SQLiteRepository

@Suite struct GroupCommitTests {
  private struct Refusal: Error {}

  @Test("a write that fails takes back what it did, and its neighbours of the same commit live")
  func savepoints() async throws {
    try await withSQLiteFile { repository, _ in
      let gate = await WriterGate(repository)
      let first = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("a")
      }
      let failing = repository.enqueue { (connection) throws(InventoryError) in
        try connection.addLocation("b")
        throw .notFound(.location, "b")
      }
      // SQLite itself refuses this one: the code is taken.
      let refused = repository.enqueue { (connection) throws(InventoryError) in
        try connection.addLocation("c")
        try connection.addLocation("a")
      }
      let last = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("d") }
      try await gate.open()
      try await first.value
      await #expect(throws: InventoryError.notFound(.location, "b")) { try await failing.value }
      let error = await #expect(throws: InventoryError.self) { try await refused.value }
      guard case .unexpected(let text) = error else { return #expect(Bool(false), "\(error as Any)") }
      #expect(text.contains("UNIQUE constraint failed"))
      #expect(text.contains("insert into location"))
      try await last.value
      var present: [String] = []
      for code in ["a", "b", "c", "d"] where try await repository.hasLocation(code) { present.append(code) }
      #expect(present == ["a", "d"])
    }
  }

  @Test("nobody hears of a write before its group is committed, and nobody else sees it")
  func acknowledgedAfterCommit() async throws {
    try await withSQLiteFile { repository, _ in
      let gate = await WriterGate(repository)
      let isAcknowledged = Lock(false)
      let release = DispatchSemaphore(value: 0)
      let (reached, reach) = AsyncStream<Void>.makeStream()
      let first = Task.immediate {
        try await repository.database.write { (connection) throws(InventoryError) in
          try connection.addLocation("a")
        }
        isAcknowledged.withLock { $0 = true }
      }
      let second = repository.enqueue { _ in
        reach.finish()
        release.wait()
      }
      let opening = Task { try await gate.open() }
      for await _ in reached {}
      // The first write has run; its group waits for the second.
      #expect(!isAcknowledged.withLock { $0 })
      #expect(try await !repository.hasLocation("a"))
      release.signal()
      try await first.value
      try await second.value
      try await opening.value
      #expect(isAcknowledged.withLock { $0 })
      #expect(try await repository.hasLocation("a"))
    }
  }

  @Test("a commit that fails fails every write of its group, and nothing of them is there")
  func failedCommit() async throws {
    try await withSQLiteFile { repository, _ in
      let gate = await WriterGate(repository)
      let before = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("a")
      }
      // A foreign key that is looked at only at the commit, and then is not there.
      let poison = repository.enqueue { (connection) throws(InventoryError) in
        try connection.execute("pragma defer_foreign_keys = on")
        try connection.run("insert into book_subject (scheme, code, book_id) values ('own', 'x', 'bk_none')")
      }
      let refused = repository.enqueue { (connection) throws(InventoryError) in
        throw .notFound(.location, "x")
      }
      let after = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("b")
      }
      // The gate's own write is of the group, too.
      await #expect(throws: InventoryError.self) { try await gate.open() }
      for task in [before, after] {
        let error = await #expect(throws: InventoryError.self) { try await task.value }
        guard case .unavailable = error else { return #expect(Bool(false), "\(error as Any)") }
      }
      await #expect(throws: InventoryError.self) { try await poison.value }
      // Its refusal rested on a state that never came to be.
      let error = await #expect(throws: InventoryError.self) { try await refused.value }
      guard case .unavailable = error else { return #expect(Bool(false), "\(error as Any)") }
      #expect(try await !repository.hasLocation("a"))
      #expect(try await !repository.hasLocation("b"))
      // And the writer goes on.
      _ = try await repository.createLocation(LocationDetails(code: "c", name: "c"))
      #expect(try await repository.hasLocation("c"))
    }
  }

  @Test("a write whose client is gone before it began is left out")
  func abandoned() async throws {
    try await withSQLiteFile { repository, _ in
      let gate = await WriterGate(repository)
      let gone = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("a") }
      let there = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("b")
      }
      gone.cancel()
      try await gate.open()
      await #expect(throws: InventoryError.self) { try await gone.value }
      try await there.value
      #expect(try await !repository.hasLocation("a"))
      #expect(try await repository.hasLocation("b"))
    }
  }

  @Test("a full disk refuses writes as unavailable and loses nothing that was acknowledged")
  func diskFull() async throws {
    try await withSQLiteFile { repository, _ in
      let (_, item) = try await repository.createBook(BookDetails(title: "A book"), allowDuplicate: false)
      // The smallest that SQLite accepts is the present size of the file.
      try await repository.execute("pragma max_page_count = 1")
      var acknowledged: Int64 = 0
      var failure: InventoryError?
      while failure == nil {
        try #require(acknowledged < 10_000, "the disk never fills")
        do throws(InventoryError) {
          _ = try await repository.adjust(
            Adjustment(
              reason: .found, note: String(repeating: "x", count: 500), actor: "test",
              lines: [line(item.id, 1)]))
          acknowledged += 1
        } catch {
          failure = error
        }
      }
      guard case .unavailable("the disk is full", _) = failure else {
        return #expect(Bool(false), "\(failure as Any)")
      }
      #expect(try await repository.level(.id(item.id), at: .code("main")).quantities.onHand == acknowledged)
      let report = try await repository.verify()
      #expect(report.drift.isEmpty)
      #expect(report.movementsRead == acknowledged)
      // There is room again.
      try await repository.execute("pragma max_page_count = 1000000")
      _ = try await repository.adjust(Adjustment(reason: .found, actor: "test", lines: [line(item.id, 1)]))
      #expect(
        try await repository.level(.id(item.id), at: .code("main")).quantities.onHand == acknowledged + 1)
    }
  }

  @Test("more writes than may wait are refused at once")
  func boundedQueue() async throws {
    try await withSQLiteFile({ $0.writeQueueCapacity = 2 }) { repository, _ in
      let gate = await WriterGate(repository)
      let waiting = ["a", "b"].map { code in
        repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation(code) }
      }
      await #expect(
        throws: InventoryError.unavailable(reason: "too many requests wait for the database", retryAfter: 1)
      ) { try await repository.createLocation(LocationDetails(code: "c", name: "c")) }
      try await gate.open()
      for task in waiting { try await task.value }
      #expect(try await repository.hasLocation("b"))
      #expect(try await !repository.hasLocation("c"))
    }
  }

  @Test("closing finishes the writes that wait and leaves one file")
  func closing() async throws {
    try await withSQLiteFile { repository, configuration in
      let gate = await WriterGate(repository)
      let write = repository.enqueue { (connection) throws(InventoryError) in try connection.addLocation("a")
      }
      let closing = Task { await repository.close() }
      try await gate.open()
      try await write.value
      await closing.value
      guard case .file(let path) = configuration.place else { return }
      // The last connection that closes puts the log into the file and removes it.
      #expect(!FileManager.default.fileExists(atPath: "\(path)-wal"))
      let again = try SQLiteRepository.open(
        configuration, migrations: Project.migrations("sqlite"), clock: TestClock())
      #expect(try await again.hasLocation("a"))
      await again.close()
    }
  }
}
