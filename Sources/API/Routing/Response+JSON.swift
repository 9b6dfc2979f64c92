internal import HTTP
internal import JSON

/// How long an answer may be used without asking again, and by whom (RFC 9111 §5.2.2).
enum CachePolicy: String, Sendable {
  /// Kept by who asked for it, and checked by ETag before each use: rows and lists.
  case revalidate = "private, no-cache"
  /// The same for everybody, but another one after the next start.
  case noCache = "no-cache"
  /// The same for everybody, and no harm when it is some minutes old: what the service says of itself.
  case description = "public, max-age=300"
  /// Gone with the moment: probes, exports, problems.
  case noStore = "no-store"
}

extension Response {
  /// An answer with JSON.
  static func json(
    _ bytes: [UInt8], _ status: Status = .ok, cache: CachePolicy = .revalidate, etag: EntityTag? = nil
  ) -> Response {
    var fields: Fields = ["content-type": MediaType.json, "cache-control": cache.rawValue]
    if let etag { fields.append("etag", etag.description) }
    return Response(status, fields: fields, content: .bytes(bytes))
  }
}

extension Route.Answer {
  /// 200 with JSON.
  static func ok(
    _ schema: Schema, _ about: String, example: JSONValue, fields: [ResponseField] = []
  ) -> Self {
    Self(
      status: .ok, about: about, mediaType: MediaType.json, schema: schema, example: example, fields: fields)
  }

  /// 201 with JSON.
  static func created(
    _ schema: Schema, _ about: String, example: JSONValue, fields: [ResponseField]
  ) -> Self {
    Self(
      status: .created, about: about, mediaType: MediaType.json, schema: schema, example: example,
      fields: fields)
  }

  /// 204.
  static func noContent(_ about: String, fields: [ResponseField] = []) -> Self {
    Self(status: .noContent, about: about, mediaType: nil, schema: .any, example: nil, fields: fields)
  }

  /// 304.
  static let notModified = Self(
    status: .notModified, about: "If-None-Match names the present version.", mediaType: nil, schema: .any,
    example: nil, fields: [.etag])
}
