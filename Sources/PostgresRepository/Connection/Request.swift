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
  /// How long the server may be silent while this is what it has to answer; then the connection is given up.
  let silence: Duration
  /// Not the start of the loop's turn: a turn that lasted long must not count against the server.
  let sentAt = MonotonicTime.now()
  /// True once a read was skipped because of another's error.
  var isRepeated = false
  private let continuation: CheckedContinuation<Result<[QueryResult], DatabaseError>, Never>

  init(
    _ kind: Kind, _ statements: [Statement], silence: Duration,
    continuation: CheckedContinuation<Result<[QueryResult], DatabaseError>, Never>
  ) {
    self.kind = kind
    self.statements = statements
    self.silence = silence
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
