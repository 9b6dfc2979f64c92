import EventLoop
import Inventory
import TestSupport
import Testing

@testable import PostgresRepository

@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.skipReason)))
struct LoopDatabaseTests {
  private static let quotient = SQL("select 100 / $1")
  private static let nonsense = SQL("select nonsense")
  private static let backend = SQL("select pg_backend_pid()::bigint")

  @Test("values of every kind come back as they were sent")
  func values() async throws {
    try await withDatabase { database in
      let texts: [String?] = ["", "a\u{FEFF}ß„'\"\\,{}", nil, "NULL"]
      let echo = SQL("select $1, $2, $3, array_to_json($4)::text, array_to_json($5)::text")
      let result = try await database.read(
        echo, [.text("x\u{1}"), .integer(.min), .bool(true), .texts(texts), .integers([.max, nil, -1])])
      try result.only { (row) throws(DatabaseError) in
        #expect(try row.text() == "x\u{1}")
        #expect(try row.integer() == .min)
        #expect(try row.bool())
        #expect(try row.text() == "[\"\",\"a\u{FEFF}ß„'\\\"\\\\,{}\",null,\"NULL\"]")
        #expect(try row.text() == "[9223372036854775807,null,-1]")
      }
      let nulls = try await database.read(
        echo, [.text(nil), .integer(nil), .bool(nil), .texts([]), .integers([])])
      try nulls.only { (row) throws(DatabaseError) in
        #expect(try row.optionalText() == nil)
        #expect(try row.optionalInteger() == nil)
        #expect(throws: DatabaseError.self) { try row.bool() }
        #expect(try row.text() == "[]")
        #expect(try row.text() == "[]")
      }
    }
  }

  @Test("a text with U+0000 is refused, not cut")
  func nul() async throws {
    try await withDatabase { database in
      let error = await #expect(throws: DatabaseError.self) {
        try await database.read(SQL("select $1"), [.text("a\0b")])
      }
      #expect(error?.sqlState == "22021")
    }
  }

  @Test("reads of one turn share a connection, and one that fails fails alone", arguments: [1, 3])
  func failingRead(connections: Int) async throws {
    try await withDatabase {
      $0.readConnections = connections
    } _: { database in
      _ = try await database.number(Self.backend)
      try await withThrowingTaskGroup(of: (Int64, Int64?).self) { group in
        for number in Int64(0)..<200 {
          group.addTask {
            // Every fifth divides by zero.
            let divisor = number % 5
            do throws(DatabaseError) {
              return (divisor, try await database.number(Self.quotient, [.integer(divisor)]))
            } catch {
              #expect(error.sqlState == "22012")
              return (divisor, nil)
            }
          }
        }
        for try await (divisor, quotient) in group {
          #expect(quotient == (divisor == 0 ? nil : 100 / divisor))
        }
      }
    }
  }

  @Test("a statement that cannot be prepared is refused with the reason, and hurts no other")
  func failingPreparation() async throws {
    try await withDatabase {
      $0.readConnections = 1
    } _: { database in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask { () async throws -> Void in
            guard number % 2 == 0 else {
              let quotient = try await database.number(Self.quotient, [.integer(4)])
              #expect(quotient == 25)
              return
            }
            let error = await #expect(throws: DatabaseError.self) { try await database.read(Self.nonsense) }
            #expect(error?.sqlState == "42703")
            if case .server(let reason) = error { #expect(reason.sql == Self.nonsense.text) }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("a transaction that fails leaves nothing behind, and its connection is used again")
  func failingTransaction() async throws {
    try await withDatabase {
      $0.writeConnections = 1
    } _: { database in
      let first = try await database.write([Statement(Self.backend)]).only().only {
        (row) throws(DatabaseError) in try row.integer()
      }
      let insert = SQL("update location set name = $1")
      let error = await #expect(throws: DatabaseError.self) {
        try await database.write([Statement(insert, [.text("x")]), Statement(Self.quotient, [.integer(0)])])
      }
      #expect(error?.sqlState == "22012")
      if case .server(let reason) = error { #expect(reason.statement == 1) }
      await #expect(throws: DatabaseError.answer(.unexpected("no"))) {
        try await database.transaction { (transaction) throws(DatabaseError) in
          _ = try await transaction.run([Statement(insert, [.text("y")])])
          throw .answer(.unexpected("no"))
        }
      }
      try await database.transaction(keeping: false) { (transaction) throws(DatabaseError) in
        _ = try await transaction.run([Statement(insert, [.text("z")])])
      }
      let changed = SQL("select count(*) from location where name in ('x', 'y', 'z')")
      #expect(try await database.number(changed) == 0)
      let last = try await database.write([Statement(Self.backend)]).only().only {
        (row) throws(DatabaseError) in try row.integer()
      }
      #expect(first == last)
    }
  }

  @Test("of two transactions that wait for each other one is run again, and nobody is told")
  func deadlock() async throws {
    try await withDatabase {
      $0.writeConnections = 2
    } _: { database in
      let make = SQL(
        "insert into location select 'loc_' || n, n, n, 'store', 'UTC', 1, true, 1, 1, 1 from unnest($1) as n"
      )
      _ = try await database.write([Statement(make, [.texts(["a", "b"])])])
      let update = SQL("update location set version = version + 1 where code = $1")
      let meeting = Meeting(size: 2)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for order in [["a", "b"], ["b", "a"]] {
          group.addTask {
            try await database.transaction { (transaction) throws(DatabaseError) in
              _ = try await transaction.run([Statement(update, [.text(order[0])])])
              await meeting.join()
              _ = try await transaction.run([Statement(update, [.text(order[1])])])
            }
          }
        }
        try await group.waitForAll()
      }
      let sum = SQL("select sum(version)::bigint from location where code in ('a', 'b')")
      #expect(try await database.number(sum) == 6)
    }
  }

  @Test("a transaction that loses again and again is given up, and its caller may try again")
  func losesAlways() async throws {
    try await withDatabase {
      $0.writeConnections = 1
    } _: { database in
      let lose = SQL("do $$ begin raise serialization_failure; end $$")
      var attempts = 0
      let error = await #expect(throws: DatabaseError.self) {
        try await database.transaction { (transaction) throws(DatabaseError) in
          attempts += 1
          // Whoever comes so far has no bound.
          if attempts < 12 { _ = try await transaction.run([Statement(lose)]) }
        }
      }
      #expect(error?.isUnavailable == true, "\(String(describing: error))")
      #expect((2...10).contains(attempts))
    }
  }

  @Test("a statement that takes too long is ended, and so is one that waits too long for a lock")
  func timeouts() async throws {
    try await withDatabase {
      $0.statementTimeout = .milliseconds(300)
      $0.lockTimeout = .milliseconds(100)
    } _: { database in
      let endless = await #expect(throws: DatabaseError.self) {
        try await database.read(SQL("select pg_sleep(60)::text"))
      }
      #expect(endless?.sqlState == "57014")
      #expect(endless?.isUnavailable == true)
      let update = SQL("update location set version = version + 1")
      try await database.transaction { (transaction) throws(DatabaseError) in
        _ = try await transaction.run([Statement(update)])
        do throws(DatabaseError) {
          _ = try await database.write([Statement(update)])
          Issue.record("a locked row was written")
        } catch {
          #expect(error.sqlState == "55P03")
          #expect(error.isUnavailable)
        }
      }
      #expect(try await database.number(Self.quotient, [.integer(10)]) == 10)
    }
  }

  @Test("who waits for a connection waits for a bounded time, among a bounded number")
  func bounds() async throws {
    try await withDatabase {
      $0.writeConnections = 1
      $0.waiters = 1
      $0.patience = .milliseconds(50)
    } _: { database in
      // The first may wait in vain for the connection to be opened.
      let lease = try await database.untilAvailable { () throws(DatabaseError) in
        try await database.writes.acquire()
      }
      let reasons = await withTaskGroup(of: String.self) { group in
        for _ in 0..<2 {
          group.addTask {
            do throws(DatabaseError) {
              _ = try await database.write([Statement(Self.backend)])
              return "had the connection"
            } catch {
              guard case .unavailable(let reason, _) = error else { return "\(error)" }
              return reason
            }
          }
        }
        return await group.reduce(into: [String]()) { $0.append($1) }
      }
      #expect(
        reasons.sorted() == [
          "no database connection became free in time", "too many requests wait for the database",
        ])
      database.writes.release(lease)
      _ = try await database.write([Statement(Self.backend)])
    }
  }

  @Test("reads by key wait in a queue of their own length, whatever that of transactions is")
  func boundOfReads() async throws {
    try await withDatabase {
      $0.readConnections = 1
      $0.readsPerConnection = 1
      $0.readWaiters = 2
      $0.waiters = 0
    } _: { database in
      let lease = try await database.untilAvailable { () throws(DatabaseError) in
        try await database.reads.acquire()
      }
      let reads = (0..<3).map { _ in
        Task.immediate(executorPreference: database.loop) { try await database.number(Self.backend) }
      }
      // The third found two before it.
      let error = await #expect(throws: DatabaseError.self) { try await reads[2].value }
      guard case .unavailable("too many requests wait for the database", _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      database.reads.release(lease)
      for read in reads[..<2] { _ = try await read.value }
    }
  }

  @Test("closing ends what is under way and refuses what comes after")
  func close() async throws {
    try await withDatabase { database in
      _ = try await database.number(Self.backend)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          let error = await #expect(throws: DatabaseError.self) {
            try await database.read(SQL("select pg_sleep(60)::text"))
          }
          #expect(error?.isUnavailable == true)
        }
        group.addTask {
          await database.pause(.milliseconds(20))
          database.close()
        }
      }
      let later = await #expect(throws: DatabaseError.self) { try await database.number(Self.backend) }
      #expect(later?.isUnavailable == true)
    }
  }

  @Test("who is cancelled while it waits for a connection is out of the queue, and nothing is leaked")
  func cancelledWaiter() async throws {
    try await withDatabase {
      $0.writeConnections = 1
      $0.waiters = 1
    } _: { database in
      let (held, continuation) = AsyncStream.makeStream(of: Void.self)
      let (release, releaseContinuation) = AsyncStream.makeStream(of: Void.self)
      let holder = Task.immediate(executorPreference: database.loop) {
        try await database.transaction { (transaction) throws(DatabaseError) in
          _ = try await transaction.run([Statement(SQL("select 1"))])
          continuation.yield()
          for await _ in release { break }
        }
      }
      for await _ in held { break }
      for _ in 0..<3 {
        let waiter = Task.immediate(executorPreference: database.loop) {
          try await database.write([Statement(SQL("select 1"))])
        }
        waiter.cancel()
        // Were it still in the queue, the next would not have a place there.
        await #expect(throws: DatabaseError.abandoned) { try await waiter.value }
      }
      releaseContinuation.yield()
      try await holder.value
      _ = try await database.write([Statement(SQL("select 1"))])
    }
  }

  @Test(
    "a search whose client is gone is stopped at the server, its connection replaced, and the next one served"
  )
  func cancelledSearch() async throws {
    try await withDatabase {
      $0.slowConnections = 1
      $0.slowStatementTimeout = .seconds(600)
    } _: { database in
      let before = try await database.slowRead(Statement(Self.backend)).only { (row) throws(DatabaseError) in
        try row.integer()
      }
      let search = Task.immediate(executorPreference: database.loop) {
        try await database.slowRead(Statement(SQL("select pg_sleep(600)::text")))
      }
      let isSleeping = SQL(
        "select count(*) from pg_stat_activity where pid = $1 and state = 'active' and query like '%pg_sleep%'"
      )
      while try await database.number(isSleeping, [.integer(before)]) == 0 {
        await database.pause(.milliseconds(1))
      }
      let next = Task.immediate(executorPreference: database.loop) {
        try await database.slowRead(Statement(Self.backend)).only { (row) throws(DatabaseError) in
          try row.integer()
        }
      }
      search.cancel()
      await #expect(throws: DatabaseError.abandoned) { try await search.value }
      while try await database.number(isSleeping, [.integer(before)]) == 1 {
        await database.pause(.milliseconds(1))
      }
      let after = try await next.value
      #expect(after != before)
    }
  }
}
