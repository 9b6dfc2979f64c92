/// Requests that are refused whatever the state is; nothing of them may be left.
enum Refusals {
  typealias Refused = Operation.Refused

  static let all: [Refused] = quantities + changes + reservations + queries + others

  private static let isbn = Generator.isbn(1)

  private static let quantities: [Refused] = ["0", "-1", "1.5", "1000000001", "\"3\"", "null"].map {
    quantity in
    post("/v1/reservations", line(quantity))
  }

  private static let changes: [Refused] = [
    "\"delta\": 0", "\"delta\": 1000000001", "\"set\": 3", "\"delta\": 1, \"expected\": 0", "\"delta\": 0.5",
  ].map { post("/v1/adjustments", adjustment($0)) }

  private static let reservations: [Refused] = [
    post("/v1/reservations", String(line("1").dropLast()), 400, "invalid-json"),
    post("/v1/reservations", "{\"lines\": []}"),
    post("/v1/reservations", "{}"),
    post("/v1/reservations", line("1", "\"expires_at\": \"2031-01-01T00:00:00\"")),
    post("/v1/reservations", line("1", "\"expires_in\": 0")),
    post("/v1/reservations", line("1", "\"expires_in\": 1, \"expires_at\": \"2031-01-01T00:00:00Z\"")),
    post("/v1/reservations", line("1", "\"expiers_in\": 1")),
    post("/v1/availability", tooMany),
  ]

  private static let queries: [Refused] = [
    get("/v1/stock?itme=1", 400, "invalid-parameter"),
    get("/v1/stock?limit=0", 400, "invalid-parameter"),
    get("/v1/movements?cursor=AAAA", 400, "invalid-cursor"),
    get("/v1/reservations?state=gone", 400, "invalid-parameter"),
    get("/v1/reservations/res_1", 404, "not-found"),
    get("/v1/nothing", 404, "no-such-route"),
  ]

  private static let others: [Refused] = [
    Refused(method: "DELETE", target: "/v1/stock", status: 405, code: "method-not-allowed"),
    Refused(
      method: "PATCH", target: "/v1/locations/main", body: "{\"code\": \"other\"}", status: 422,
      code: "invalid-content"),
    Refused(
      method: "POST", target: "/v1/adjustments", body: adjustment("\"delta\": 1"),
      headers: ["Idempotency-Key": "\"open"], status: 400, code: "invalid-header"),
    post("/v1/returns", supplierReturn(ofReceipt: "po_01kdvdna00e008000000000000")),
    Refused(
      method: "POST", target: "/v1/availability", body: line("1"), headers: ["Idempotency-Key": "key"],
      status: 400, code: "idempotency-not-supported"),
  ]

  private static func post(
    _ target: String, _ body: String, _ status: Int = 422, _ code: String = "invalid-content"
  ) -> Refused {
    Refused(method: "POST", target: target, body: body, status: status, code: code)
  }

  private static func get(_ target: String, _ status: Int, _ code: String) -> Refused {
    Refused(method: "GET", target: target, status: status, code: code)
  }

  private static func line(_ quantity: String, _ more: String? = nil) -> String {
    let rest = more.map { ", " + $0 } ?? ""
    return "{\"lines\": [{\"item\": \"\(isbn)\", \"quantity\": \(quantity)}]\(rest)}"
  }

  private static func supplierReturn(ofReceipt id: String) -> String {
    "{\"kind\": \"supplier\", \"receipt\": \"\(id)\", " + line("1").dropFirst()
  }

  private static let tooMany: String = {
    let lines = (0...500).map { "{\"item\": \"A\($0)\", \"quantity\": 1}" }
    return "{\"lines\": [" + lines.joined(separator: ",") + "]}"
  }()

  private static func adjustment(_ change: String) -> String {
    "{\"reason\": \"found\", \"lines\": [{\"item\": \"\(isbn)\", \(change)}]}"
  }
}
