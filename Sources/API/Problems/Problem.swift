internal import HTTP
internal import JSON

/// A refusal, as RFC 9457 writes it.
struct Problem: Error, Sendable {
  var code: ProblemCode
  /// One or two sentences about this occurrence.
  var detail: String
  var errors: [FieldError] = []
  /// Fields that the response carries besides those of every problem.
  var fields = Fields()
  /// Members that only some problems have, such as `twin` and `lines`.
  var extensions: [JSONMember] = []

  init(_ code: ProblemCode, _ detail: String, errors: [FieldError] = [], fields: Fields = Fields()) {
    self.code = code
    self.detail = detail
    self.errors = errors
    self.fields = fields
  }

  static let mediaType = "application/problem+json"

  /// The response; `instance` is the request's target, nil when it could not be read.
  func response(instance: String?, requestID: String) -> Response {
    let entry = code.entry
    var json = JSONWriter()
    json.beginObject()
    json.member("type", code.typeURI)
    json.member("title", entry.title)
    json.member("status", Int64(entry.status.code))
    json.member("detail", detail)
    if let instance { json.member("instance", instance) }
    json.member("code", code.rawValue)
    json.member("request_id", requestID)
    if !errors.isEmpty {
      json.name("errors")
      json.beginArray()
      for error in errors { error.write(to: &json) }
      json.endArray()
    }
    for member in extensions {
      json.name(escaping: member.name)
      json.value(member.value)
    }
    json.endObject()
    var all: Fields = ["content-type": Self.mediaType, "cache-control": "no-store"]
    for (name, value) in fields.lines { all.append(name, value) }
    return Response(entry.status, fields: all, content: .bytes(json.bytes))
  }
}

/// What is wrong with one part of a request.
struct FieldError: Hashable, Sendable {
  /// Where it stands.
  enum Place: Hashable, Sendable {
    /// In the content, by an RFC 6901 pointer.
    case pointer(String)
    /// In the path or the query, by the parameter's name.
    case parameter(String)
    /// In the head, by the field's name.
    case header(String)
  }

  var place: Place
  /// Stable, kebab case.
  var code: String
  /// A sentence that says what is wrong and what would be right.
  var detail: String

  init(_ place: Place, _ code: String, _ detail: String) {
    self.place = place
    self.code = code
    self.detail = detail
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    switch place {
    case .pointer(let pointer): json.member("pointer", pointer)
    case .parameter(let name): json.member("parameter", name)
    case .header(let name): json.member("header", name)
    }
    json.member("code", code)
    json.member("detail", detail)
    json.endObject()
  }
}
