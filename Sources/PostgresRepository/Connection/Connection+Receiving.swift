internal import CLibPQ
internal import EventLoop

extension Connection {
  /// Takes what the socket has and hands out the answers that are complete.
  func receive() {
    guard unsafe PQconsumeInput(session.handle) == 1 else {
      return close(.lost("the connection to the database was lost: \(session.errorMessage)"))
    }
    while !isClosed, !pipeline.isEmpty, unsafe PQisBusy(session.handle) == 0 {
      // Null separates the answers of two statements.
      guard let result = unsafe PQgetResult(session.handle) else { continue }
      unsafe handle(QueryResult(owning: result))
    }
    // Behind the loop, which takes its time when there is much: what came meanwhile is not read yet.
    lastAnswer = .now()
    onAnswer()
  }

  private func handle(_ result: QueryResult) {
    switch result.status {
    case PGRES_PIPELINE_SYNC: act(on: pipeline.synced())
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK: act(on: pipeline.received(.rows(result)))
    case PGRES_PIPELINE_ABORTED: act(on: pipeline.received(.aborted))
    default:
      let error = result.serverError
      act(on: pipeline.received(.failure(error)))
      if error.endsConnection {
        close(.lost("the database ends the connection: \(error.message)"), error: error)
      }
    }
  }

  private func act(on action: Pipeline<Request, PreparedStatement, QueryResult>.Action) {
    switch action {
    case .none: break
    case .prepared(let preparation, let error):
      // Whoever needs it next tries again.
      if let error {
        prepared[ObjectIdentifier(preparation.sql)] = nil
        failedPreparations[ObjectIdentifier(preparation.sql)] = error
      }
    case .complete(let request, .success(let results)): request.complete(.success(results))
    case .complete(let request, .failure(let error)):
      request.complete(.failure(.server(explained(error, of: request))))
    case .repeatRead(let request):
      request.isRepeated = true
      send(request)
    case .outOfStep:
      close(.lost("the database's answers are out of step"))
    }
  }
}

extension Connection {
  /// Names the statement that failed. One that is unknown (26000) was refused when it was prepared.
  private func explained(_ error: ServerError, of request: Request) -> ServerError {
    guard request.statements.indices.contains(error.statement) else { return error }
    let statement = request.statements[error.statement]
    var explained = error
    if error.sqlState == "26000", case .prepared(let sql) = statement.text {
      explained = failedPreparations[ObjectIdentifier(sql)] ?? error
    }
    explained.sql = statement.sql
    return explained
  }
}

extension QueryResult {
  var status: ExecStatusType { unsafe PQresultStatus(pointer) }

  /// What the server reported instead of a result.
  var serverError: ServerError {
    ServerError(
      sqlState: field("C") ?? "08006", message: field("M") ?? plainMessage, detail: field("D"),
      constraint: field("n"))
  }

  /// A field of the error report, by its letter in the protocol
  /// (https://www.postgresql.org/docs/current/protocol-error-fields.html).
  private func field(_ letter: Character) -> String? {
    guard let code = letter.asciiValue, let text = unsafe PQresultErrorField(pointer, Int32(code)) else {
      return nil
    }
    return unsafe String(cString: text)
  }

  /// libpq's own errors, such as a lost connection, have no fields.
  private var plainMessage: String {
    guard let text = unsafe PQresultErrorMessage(pointer) else { return "no reason given" }
    return unsafe String(cString: text).onOneLine
  }
}
