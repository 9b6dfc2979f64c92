internal import EventLoop

/// What a connection waits for, in the order in which it was sent: a pure value that turns answers into
/// what is to be done with them.
///
/// In pipeline mode the server answers each statement in order, up to a Sync. After an error it skips
/// everything up to the next Sync, and what was skipped is reported as aborted
/// (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html). Statements between two Syncs are one
/// implicit transaction.
///
/// - A *read* is complete with its own answer. Reads of one turn share a Sync; one that was skipped because
///   of another's error had no effect and is sent again.
/// - A *transaction* is complete with the Sync behind its statements, because only that commits it.
/// - A *preparation* has a Sync of its own, so that no other statement's error skips it.
struct Pipeline<Request, Preparation, Answer> {
  /// What was sent.
  enum Entry {
    case preparation(Preparation)
    case read(Request)
    /// A statement of the transaction whose Sync follows.
    case part
    /// A statement of the connection's own, with a Sync of its own, whose answer nobody waits for.
    case housekeeping
    case sync(Request?)
  }

  /// What the server says of one statement.
  enum Reply {
    case rows(Answer)
    case failure(ServerError)
    case aborted
  }

  /// What is to be done with an answer.
  enum Action {
    case none
    case prepared(Preparation, ServerError?)
    case complete(Request, Result<[Answer], ServerError>)
    /// The read was skipped: send it again, with a Sync of its own.
    case repeatRead(Request)
    /// The connection's answers do not belong to what was sent.
    case outOfStep
  }

  private var entries = Queue<Entry>()
  /// The answers to the transaction whose Sync is awaited.
  private var answers: [Answer] = []
  private var failure: ServerError?

  var isEmpty: Bool { entries.isEmpty }
  /// Statements and Syncs that are not answered yet.
  var count: Int { entries.count }

  /// The first whose answer is not complete.
  var firstRequest: Request? {
    for entry in entries {
      switch entry {
      case .read(let request), .sync(let request?): return request
      case .preparation, .part, .housekeeping, .sync(nil): continue
      }
    }
    return nil
  }

  /// Notes that something was sent.
  mutating func sent(_ entry: Entry) { entries.append(entry) }

  /// The server answered a statement.
  mutating func received(_ reply: Reply) -> Action {
    guard let head = entries.first else { return .outOfStep }
    if case .sync = head {
      // The Sync itself failed: the commit did. The Sync's own answer is still to come.
      guard case .failure(let error) = reply else { return .outOfStep }
      failure = failure ?? error
      return .none
    }
    _ = entries.popFirst()
    switch (head, reply) {
    case (.preparation(let preparation), .rows): return .prepared(preparation, nil)
    case (.preparation(let preparation), .failure(let error)): return .prepared(preparation, error)
    case (.preparation, .aborted): return .outOfStep
    case (.read(let request), .rows(let answer)): return .complete(request, .success([answer]))
    case (.read(let request), .failure(let error)): return .complete(request, .failure(error))
    case (.read(let request), .aborted): return .repeatRead(request)
    case (.part, .rows(let answer)): answers.append(answer)
    case (.part, .failure(var error)):
      error.statement = answers.count
      failure = failure ?? error
    case (.part, .aborted), (.housekeeping, _): break
    case (.sync, _): return .outOfStep
    }
    return .none
  }

  /// The server answered a Sync.
  mutating func synced() -> Action {
    guard case .sync(let request) = entries.popFirst() else { return .outOfStep }
    defer {
      answers = []
      failure = nil
    }
    guard let request else { return .none }
    if let failure { return .complete(request, .failure(failure)) }
    return .complete(request, .success(answers))
  }

  /// The connection is gone: everybody who still waits.
  mutating func takeAll() -> [Request] {
    var requests: [Request] = []
    while let entry = entries.popFirst() {
      switch entry {
      case .read(let request), .sync(let request?): requests.append(request)
      case .preparation, .part, .housekeeping, .sync(nil): break
      }
    }
    answers = []
    failure = nil
    return requests
  }
}
