/// A response status code (RFC 9110 §15).
public struct Status: Hashable, Sendable {
  /// Three digits, 100–599.
  public let code: Int

  /// Wraps a code; it must have three digits.
  public init(_ code: Int) {
    precondition((100...599).contains(code), "not a status code: \(code)")
    self.code = code
  }

  /// 200, RFC 9110 §15.3.1.
  public static let ok = Status(200)
  /// 201, RFC 9110 §15.3.2.
  public static let created = Status(201)
  /// 202, RFC 9110 §15.3.3.
  public static let accepted = Status(202)
  /// 204, RFC 9110 §15.3.5.
  public static let noContent = Status(204)
  /// 304, RFC 9110 §15.4.5.
  public static let notModified = Status(304)
  /// 400, RFC 9110 §15.5.1.
  public static let badRequest = Status(400)
  /// 401, RFC 9110 §15.5.2.
  public static let unauthorized = Status(401)
  /// 403, RFC 9110 §15.5.4.
  public static let forbidden = Status(403)
  /// 404, RFC 9110 §15.5.5.
  public static let notFound = Status(404)
  /// 405, RFC 9110 §15.5.6.
  public static let methodNotAllowed = Status(405)
  /// 406, RFC 9110 §15.5.7.
  public static let notAcceptable = Status(406)
  /// 408, RFC 9110 §15.5.9.
  public static let requestTimeout = Status(408)
  /// 409, RFC 9110 §15.5.10.
  public static let conflict = Status(409)
  /// 412, RFC 9110 §15.5.13.
  public static let preconditionFailed = Status(412)
  /// 413, RFC 9110 §15.5.14.
  public static let contentTooLarge = Status(413)
  /// 414, RFC 9110 §15.5.15.
  public static let uriTooLong = Status(414)
  /// 415, RFC 9110 §15.5.16.
  public static let unsupportedMediaType = Status(415)
  /// 417, RFC 9110 §15.5.18.
  public static let expectationFailed = Status(417)
  /// 422, RFC 9110 §15.5.21.
  public static let unprocessableContent = Status(422)
  /// RFC 6585 §3.
  public static let preconditionRequired = Status(428)
  /// RFC 6585 §4.
  public static let tooManyRequests = Status(429)
  /// RFC 6585 §5.
  public static let requestHeaderFieldsTooLarge = Status(431)
  /// 500, RFC 9110 §15.6.1.
  public static let internalServerError = Status(500)
  /// 501, RFC 9110 §15.6.2.
  public static let notImplemented = Status(501)
  /// 503, RFC 9110 §15.6.4.
  public static let serviceUnavailable = Status(503)
  /// 505, RFC 9110 §15.6.6.
  public static let httpVersionNotSupported = Status(505)

  /// The registered reason phrase (RFC 9110 §15, RFC 6585); empty for a code that is not used here.
  public var reason: String {
    switch code {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 428: "Precondition Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
  }

  /// True where a response never has content (RFC 9110 §6.4.1).
  public var forbidsContent: Bool { code < 200 || code == 204 || code == 304 }
}
