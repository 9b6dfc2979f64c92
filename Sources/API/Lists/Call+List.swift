internal import HTTP
internal import Inventory
internal import JSON

/// What all lists have.
enum Lists {
  static let maximumLimit = 200
  static let defaultLimit = 50

  static let limit = QueryParameter<Int64>(
    "limit", .integer(1...Int64(maximumLimit)).default(.number(String(defaultLimit))),
    "How many rows at most.", example: 2
  ) { text throws(InvalidValue) in
    try QueryParameter<Int64>.integer("limit", 1...Int64(maximumLimit), "").parse(text)
  }

  static let cursor = QueryParameter<String>.text(
    "cursor", 1...8000, "Where to go on: next_cursor of the page before, with the same filters and sort.")

  /// The declarations that every list adds to its filters.
  static let parameters = [limit.declaration, cursor.declaration]

  /// `{data, has_more, next_cursor}`, with what some lists have besides.
  static func schema(of element: Schema, adding properties: [Schema.Property] = []) -> Schema {
    .object(
      [
        Schema.Property("data", .list(of: element, count: 0...maximumLimit), isRequired: true),
        Schema.Property(
          "has_more", .boolean.about("Whether there is another page."), isRequired: true),
        Schema.Property(
          "next_cursor", Schema.text(1...8000).orNull.about("For cursor; null on the last page."),
          isRequired: true),
      ] + properties)
  }

  /// An example page with one row.
  static func example(_ row: JSONValue) -> JSONValue {
    ["data": [row], "has_more": false, "next_cursor": nil]
  }
}

extension Call {
  /// Which part of the list is wanted, whose sort values are of this kind; throws ``Problem``.
  func page(sortedBy kind: PageKey.Kind = .text) throws -> PageRequest {
    let limit = Int(try query(Lists.limit) ?? Int64(Lists.defaultLimit))
    guard let text = try query(Lists.cursor) else { return PageRequest(limit: limit) }
    guard let key = Cursor.decode(text, binding: cursorBinding), key.value.kind == kind else {
      throw Problem(
        .invalidCursor, "The cursor is not one of this list with these filters and this sort.",
        errors: [FieldError(.parameter("cursor"), "invalid-cursor", "Take next_cursor of the page before.")])
    }
    return PageRequest(limit: limit, after: key)
  }

  /// A page as JSON, with a Link to the next (RFC 8288).
  func list<Element>(
    _ page: Page<Element>, adding extra: (inout JSONWriter) -> Void = { _ in },
    write: (Element, inout JSONWriter) -> Void
  ) -> Response {
    let cursor = page.next.map { Cursor.encode($0, binding: cursorBinding) }
    var json = JSONWriter(capacity: 256 + 768 * page.elements.count)
    json.beginObject()
    json.name("data")
    json.beginArray()
    for element in page.elements { write(element, &json) }
    json.endArray()
    json.member("has_more", cursor != nil)
    json.member("next_cursor", cursor)
    extra(&json)
    json.endObject()
    var response = Response.json(json.bytes)
    if let cursor { response.fields.append("link", "<\(linkTarget(cursor: cursor))>; rel=\"next\"") }
    if route.mediaTypes.count > 1 { response.fields.append("vary", "Accept") }
    return response
  }

  private var cursorBinding: [UInt8] { Cursor.binding(path: head.path, query.parameters) }

  private func linkTarget(cursor: String) -> String {
    let kept = query.parameters.filter { $0.name != "cursor" } + [("cursor", cursor)]
    return head.path + "?" + kept.map(PercentEncoding.encode(parameter:)).joined(separator: "&")
  }
}
