internal import API
internal import CLinux
internal import EventLoop
internal import HTTP
internal import Inventory

extension Log {
  /// What the program runs with: everything for machines, what is not at its default for people.
  func write(_ configuration: Configuration) {
    write(.info, "bookstore \(Version.number)") { record in
      record.field("revision", Version.revision)
      for (name, value) in record.isJSON ? configuration.summary : configuration.shortSummary {
        record.field(name, value)
      }
    }
  }

  /// A failure that the client was told nothing of, or only that it passes; of the latter ten a second. The access log
  /// has every answer.
  func write(_ failure: InternalFailure) {
    var suppressed: Int64 = 0
    if failure.isPassing {
      let second = clinux_realtime_microseconds() / 1_000_000
      guard let count = passingFailures.withLock({ $0.next(second: second) }) else { return }
      suppressed = count
    }
    write(failure.isPassing ? .warning : .error, failure.message) { record in
      record.field("method", failure.method)
      // Without the query, as in the access log.
      record.field(
        "path", KeyToken.masked(Array(failure.target.utf8.prefix { $0 != UInt8(ascii: "?") })[...]))
      record.field("request_id", failure.requestID)
      if suppressed > 0 { record.field("suppressed", suppressed) }
    }
  }

  /// The audit log: who changed who may ask. Written at every level.
  func write(_ audit: AuditRecord) {
    write(.info, "audit", isAudit: true) { record in
      record.field("event", audit.event.rawValue)
      record.field("key", audit.key.id.description)
      record.field("name", audit.key.name)
      let scopes = Scope.allCases.filter(audit.key.permissions.scopes.contains)
      record.field("scopes", scopes.map(\.rawValue).joined(separator: ","))
      record.field("actor", audit.actor)
      record.field("peer", audit.address)
      record.field("request_id", audit.requestID)
    }
  }

  /// The access log: one record for each response.
  ///
  /// The path is written without its query, which may hold what people search for. Health probes are not
  /// worth a line every few seconds; they are written at `debug`.
  func write(_ exchange: ExchangeRecord) {
    let level = Self.level(of: exchange)
    write(level, exchange.head == nil ? "malformed request" : "request") { record in
      if let head = exchange.head {
        record.field("method", head.method.rawValue)
        record.field("path", KeyToken.masked(head.rawPath))
      }
      record.field("status", Int64(exchange.status.code))
      record.field("duration_ms", milliseconds: exchange.duration)
      record.field("bytes", Int64(exchange.bytes))
      if exchange.isCutOff { record.field("cut_off", "true") }
      record.field("peer", exchange.peer)
      if let actor = exchange.actor { record.field("actor", actor) }
      if let requestID = exchange.requestID { record.field("request_id", requestID) }
    }
  }

  private static let probes = ["/livez", "/readyz"].map { Array($0.utf8) }

  private static func level(of exchange: ExchangeRecord) -> LogLevel {
    if let path = exchange.head?.rawPath, probes.contains(where: { path.elementsEqual($0) }) { return .debug }
    // What is not HTTP as it should be is the client's doing, 501 and 505 included.
    return exchange.status.code >= 500 && exchange.head != nil ? .error : .info
  }
}
