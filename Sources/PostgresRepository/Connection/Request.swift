internal import EventLoop

/// Statements that were handed to a connection, and the task that waits for their results.
final class Request {
  /// How the statements belong together.
  enum Kind {
    /// One statement that changes nothing; may share its Sync with others and be sent twice.
    case read
    /// The statements are one transaction, or a part of one that was begun before.
    case transaction
  }

  let kind: Kind
  let statements: [Statement]
  /// When the connection is given up if the answer is not there.
  let deadline: MonotonicTime
  /// True once a read was skipped because of another's error.
  var isRepeated = false
  private let continuation: CheckedContinuation<Result<[QueryResult], DatabaseError>, Never>

  init(
    _ kind: Kind, _ statements: [Statement], deadline: MonotonicTime,
    continuation: CheckedContinuation<Result<[QueryResult], DatabaseError>, Never>
  ) {
    self.kind = kind
    self.statements = statements
    self.deadline = deadline
    self.continuation = continuation
  }

  /// Lets the task go on; to be called once.
  func complete(_ result: Result<[QueryResult], DatabaseError>) { continuation.resume(returning: result) }
}

/// A statement that a connection prepares or has prepared.
final class PreparedStatement {
  let sql: SQL
  let name: String

  init(sql: SQL, name: String) {
    self.sql = sql
    self.name = name
  }
}
