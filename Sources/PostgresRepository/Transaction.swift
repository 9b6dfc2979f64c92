internal import EventLoop

extension LoopDatabase {
  /// How often a transaction that lost against another one is run again before the caller is told.
  private static let attempts = 8

  /// Runs the statements as one transaction, in one round trip; returns the result of each once the
  /// transaction is committed.
  ///
  /// A connection lost before that leaves open whether it was committed: `outcomeUnknown`, and never tried
  /// again here.
  func write(_ statements: [Statement]) async throws(DatabaseError) -> [QueryResult] {
    try await withWriter { (connection) throws(DatabaseError) in
      do throws(DatabaseError) {
        return try await connection.run(.transaction, statements, silence: self.silence())
      } catch {
        throw error.whileCommitting
      }
    }
  }

  /// Runs the body in a transaction of several round trips and commits it, unless it is only tried
  /// (`keeping` false); an error rolls it back.
  ///
  /// The body runs again when the transaction lost against another one.
  func transaction<Output>(
    keeping: Bool = true, _ body: (Transaction) async throws(DatabaseError) -> Output
  ) async throws(DatabaseError) -> Output {
    try await withWriter { (connection) throws(DatabaseError) in
      let transaction = Transaction(connection: connection, database: self)
      do throws(DatabaseError) {
        let output = try await body(transaction)
        if keeping, !transaction.isGivenUp {
          try await transaction.commit()
        } else {
          await transaction.rollBack()
        }
        return output
      } catch {
        await transaction.rollBack()
        throw error
      }
    }
  }

  /// Leases a connection for the body; runs it again, a bounded number of times, after a deadlock or a
  /// serialization failure.
  private func withWriter<Output>(
    _ body: (Connection) async throws(DatabaseError) -> Output
  ) async throws(DatabaseError) -> Output {
    for attempt in 1... {
      let connection = try await acquire(from: writes)
      do throws(DatabaseError) {
        defer { giveBack(connection, to: writes) }
        return try await body(connection)
      } catch {
        guard case .server(let reason) = error, reason.isRetryable, attempt < Self.attempts else {
          throw error
        }
      }
      // Random, so that two that hit each other do not do it again; longer each time.
      await pause(.milliseconds(1) * Double.random(in: 1...2) * Double(1 << attempt))
    }
    throw .malformed("unreachable")
  }

  /// Ends a lease. A connection that somehow is still in a transaction is not leased again.
  func giveBack(_ connection: Connection, to pool: ConnectionPool) {
    if !connection.isIdle { connection.close(.discarded) }
    pool.release(connection)
  }
}

/// A transaction of several round trips.
final class Transaction {
  private let connection: Connection
  private let database: LoopDatabase
  private var isBegun = false
  private var isCommitted = false
  /// True when the body wants nothing to be kept although it ended well.
  var isGivenUp = false

  fileprivate init(connection: Connection, database: LoopDatabase) {
    self.connection = connection
    self.database = database
  }

  /// Runs statements in one round trip; the result of each. With `committing` the transaction ends with them.
  /// `timeout` is for all of them together, where they are many.
  func run(
    _ statements: [Statement], committing: Bool = false, timeout: Duration? = nil
  ) async throws(DatabaseError) -> [QueryResult] {
    var all = statements
    if !isBegun { all.insert(Statement(Self.begin), at: 0) }
    if committing { all.append(Statement(Self.commit)) }
    let skipped = isBegun ? 0 : 1
    isBegun = true
    let results: [QueryResult]
    do throws(DatabaseError) {
      results = try await connection.run(.transaction, all, silence: database.silence(timeout))
    } catch {
      throw committing ? error.whileCommitting : error
    }
    isCommitted = committing
    return Array(results.dropFirst(skipped).prefix(statements.count))
  }

  fileprivate func commit() async throws(DatabaseError) {
    guard isBegun, !isCommitted else { return }
    _ = try await run([], committing: true)
  }

  fileprivate func rollBack() async {
    guard isBegun, !isCommitted, !connection.isIdle else { return }
    // Should this fail, the connection is not idle and is not used again.
    _ = try? await connection.run(
      .transaction, [Statement(Self.rollback)], silence: database.silence())
  }

  private static let begin = SQL("begin")
  private static let commit = SQL("commit")
  private static let rollback = SQL("rollback")
}
