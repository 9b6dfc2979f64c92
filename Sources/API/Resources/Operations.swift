internal import HTTP
internal import Inventory
internal import JSON
internal import Metrics

/// The service itself: alive, ready, which version.
enum Operations {
  static let routes = [
    Route(
      .get, "/livez", "getLiveness", tag: .operations, summary: "Is the process alive?",
      about: "Says nothing of the database, so that an orchestrator does not restart the process for it.",
      answers: [.ok(statusSchema, "Alive.", example: ["status": "ok"])], scope: nil, isProbe: true,
      handler: live),
    Route(
      .get, "/readyz", "getReadiness", tag: .operations, summary: "Can the process take requests?",
      about: "Ready when the database answers with the schema that this program knows and the process is not "
        + "being stopped.",
      answers: [.ok(statusSchema, "Ready.", example: ["status": "ready"])], problems: [.notReady], scope: nil,
      isProbe: true, handler: ready),
    Route(
      .get, "/version", "getVersion", tag: .operations, summary: "Which program is this?",
      about: "The version and the commit that the program was built from.",
      answers: [
        .ok(
          versionSchema, "The program.",
          example: ["name": "bookstore", "version": "1.0.0", "revision": "0d923b7"])
      ], scope: nil, isProbe: true, handler: version),
    Route(
      .get, "/metrics", "getMetrics", tag: .operations, summary: "What does the process count?",
      about:
        "Requests by route, connections, waiting times, the database's queues and the process itself, in "
        + "the text format of Prometheus. Wants a key where keys are on.",
      answers: [
        Route.Answer(
          status: .ok, about: "The present figures.", mediaType: MetricsText.mediaType,
          schema: .text(0...Int.max), example: nil, fields: [])
      ], scope: .metricsRead, isProbe: true, handler: metrics),
  ]

  private static let statusSchema = Schema.object([
    Schema.Property("status", .text(1...20), isRequired: true)
  ])

  private static let versionSchema = Schema.object([
    Schema.Property("name", .text(1...100), isRequired: true),
    Schema.Property("version", .text(1...100), isRequired: true),
    Schema.Property("revision", .text(0...100).about("Empty when not known."), isRequired: true),
  ])

  private static func live(_ call: Call) async throws -> Response {
    .json(Array(#"{"status":"ok"}"#.utf8), cache: .noStore)
  }

  private static func ready(_ call: Call) async throws -> Response {
    guard !call.services.configuration.isDraining() else {
      throw Problem(.notReady, "The process is being stopped.", fields: ["retry-after": "5"])
    }
    do throws(InventoryError) {
      try await call.repository.checkReadiness()
    } catch {
      call.services.report(error, head: call.head, requestID: call.requestID)
      throw Problem(.notReady, "The database cannot take requests now.", fields: ["retry-after": "5"])
    }
    return .json(Array(#"{"status":"ready"}"#.utf8), cache: .noStore)
  }

  private static func metrics(_ call: Call) async throws -> Response {
    var text = MetricsText()
    call.services.metrics.write(to: &text)
    text.single(
      "bookstore_exports_running", .gauge, "Exports whose content is being sent.",
      Int64(call.services.exports.count))
    for source in call.services.configuration.metrics { await source.writeMetrics(to: &text) }
    let fields: Fields = [
      "content-type": MetricsText.contentType, "cache-control": CachePolicy.noStore.rawValue,
    ]
    return Response(.ok, fields: fields, content: .bytes(text.bytes))
  }

  private static func version(_ call: Call) async throws -> Response {
    var json = JSONWriter(capacity: 128)
    json.beginObject()
    json.member("name", "bookstore")
    json.member("version", call.services.configuration.version)
    json.member("revision", call.services.configuration.revision)
    json.endObject()
    return .json(json.bytes, cache: .noCache)
  }
}
