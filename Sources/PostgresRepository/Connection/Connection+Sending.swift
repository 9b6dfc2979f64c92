internal import CLibPQ
internal import EventLoop

extension Connection {
  /// Puts the statements of a request into the pipeline; they are written at the end of the turn.
  func send(_ request: Request) {
    guard !isClosed else { return request.complete(.failure(lost)) }
    guard discardPlans() else { return refuse(request) }
    for statement in request.statements {
      guard prepare(statement) else { return refuse(request) }
    }
    switch request.kind {
    case .read:
      guard execute(request.statements[0]) else { return refuse(request) }
      pipeline.sent(.read(request))
      unsyncedReads += 1
      if request.isRepeated || unsyncedReads >= Self.readsPerSync { sync() }
    case .transaction:
      sync()
      for statement in request.statements {
        guard execute(statement) else { return refuse(request) }
        pipeline.sent(.part)
      }
      sync(request)
    }
    watchDeadline(of: request)
    scheduleFlush()
  }

  /// Ends the reads that were sent since the last Sync.
  func sync() {
    guard unsyncedReads > 0 else { return }
    sync(nil)
  }

  private func sync(_ request: Request?) {
    unsyncedReads = 0
    // This flushes too; what the socket does not take is written when it is ready.
    guard unsafe PQpipelineSync(session.handle) == 1 else {
      request?.complete(.failure(lost))
      return close(.lost(lostReason))
    }
    pipeline.sent(.sync(request))
  }

  /// Sends the preparation of a statement that this connection has not seen, between Syncs of its own.
  private func prepare(_ statement: Statement) -> Bool {
    guard case .prepared(let sql) = statement.text, prepared[ObjectIdentifier(sql)] == nil else {
      return true
    }
    sync()
    preparedCount += 1
    let preparation = PreparedStatement(sql: sql, name: "s\(preparedCount)")
    let types = statement.values.map(\.type)
    let sent = unsafe PQsendPrepare(session.handle, preparation.name, sql.text, Int32(types.count), types)
    guard sent == 1, unsafe PQpipelineSync(session.handle) == 1 else { return false }
    prepared[ObjectIdentifier(sql)] = preparation
    pipeline.sent(.preparation(preparation))
    pipeline.sent(.sync(nil))
    return true
  }

  /// Has the server plan again from time to time: it plans for the size that a table has then.
  private func discardPlans() -> Bool {
    guard !prepared.isEmpty, plansSince.advanced(by: planLifetime) <= loop.turnStart else { return true }
    plansSince = loop.turnStart
    sync()
    let sent = unsafe PQsendQueryParams(session.handle, "discard plans", 0, nil, nil, nil, nil, 1)
    guard sent == 1, unsafe PQpipelineSync(session.handle) == 1 else { return false }
    pipeline.sent(.housekeeping)
    pipeline.sent(.sync(nil))
    return true
  }

  /// Sends a statement with its values; results come in binary format.
  private func execute(_ statement: Statement) -> Bool {
    parameters.encode(statement.values)
    let count = Int32(parameters.count)
    return unsafe parameters.withPointers { values, lengths, formats, types in
      switch statement.text {
      case .prepared(let sql):
        guard let name = prepared[ObjectIdentifier(sql)]?.name else { return false }
        return unsafe PQsendQueryPrepared(session.handle, name, count, values, lengths, formats, 1) == 1
      case .once(let sql):
        return unsafe PQsendQueryParams(session.handle, sql, count, types, values, lengths, formats, 1) == 1
      }
    }
  }

  /// libpq takes nothing more, because the connection or the memory is at its end.
  private func refuse(_ request: Request) {
    request.complete(.failure(lost))
    close(.lost(lostReason))
  }

  private var lostReason: String { "the connection to the database was lost: \(session.errorMessage)" }

  private var lost: DatabaseError { .unavailable(reason: lostReason, retryAfter: 1) }
}
