internal import CLibPQ

/// A connection that blocks its thread, for work outside the loops: migrations, and the preparations of
/// tests.
package final class BlockingConnection {
  let session: Session

  /// Connects; no time-outs but those of the URL and for connecting. Throws ``BlockingConnectionError``.
  package init(url: String) throws(BlockingConnectionError) {
    do {
      var configuration = PostgresConfiguration(url: url)
      configuration.lockTimeout = .zero
      configuration.idleInTransactionTimeout = .zero
      session = try Session(connecting: try ConnectionParameters(configuration, statementTimeout: .zero))
    } catch let error as InvalidURL {
      throw BlockingConnectionError(sqlState: "", message: error.description)
    } catch let error as ConnectFailure {
      throw BlockingConnectionError(sqlState: "", message: error.reason)
    } catch {
      throw BlockingConnectionError(sqlState: "", message: "\(error)")
    }
  }

  /// Runs one or more statements without parameters; returns the rows of the last as texts.
  @discardableResult
  package func execute(_ sql: String) throws(BlockingConnectionError) -> [[String?]] {
    try unsafe rows(of: PQexec(session.handle, sql))
  }

  /// Runs one statement with text parameters, `$1` and so on.
  @discardableResult
  package func execute(
    _ sql: String, _ parameters: [String]
  ) throws(BlockingConnectionError) -> [[String?]] {
    let values = CStrings(parameters)
    return try unsafe rows(
      of: PQexecParams(
        session.handle, sql, Int32(parameters.count), nil, values.pointers, nil, nil, 0))
  }

  private func rows(of pointer: OpaquePointer?) throws(BlockingConnectionError) -> [[String?]] {
    guard let pointer = unsafe pointer else {
      throw BlockingConnectionError(sqlState: "", message: session.errorMessage)
    }
    let result = unsafe QueryResult(owning: pointer)
    switch result.status {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
    default:
      let error = result.serverError
      throw BlockingConnectionError(
        sqlState: error.sqlState,
        message: [error.message, error.detail].compactMap(\.self).joined(separator: "; "))
    }
    do {
      let columns = result.columnCount
      return try result.rows { (row) throws(DatabaseError) in
        var texts: [String?] = []
        for _ in 0..<columns { texts.append(try row.optionalText()) }
        return texts
      }
    } catch {
      throw BlockingConnectionError(sqlState: "", message: "\(error)")
    }
  }
}

/// What went wrong, in the words of libpq or the server.
package struct BlockingConnectionError: Error, CustomStringConvertible, Hashable {
  /// Empty when the server said nothing.
  package let sqlState: String
  /// One line.
  package let message: String

  package var description: String { sqlState.isEmpty ? message : "\(message) (SQLSTATE \(sqlState))" }
}
