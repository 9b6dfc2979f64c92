internal import HTTP
internal import Inventory

/// Which versions of a row If-Match allows to be changed.
enum ExpectedVersion: Sendable {
  /// If-Match is absent or `*`: whatever it is at.
  case any
  case oneOf([Int64])

  /// Throws 412 when the row is at another version. A tag of a representation with more than the row in it
  /// counts by its version: what is compared is what would be overwritten.
  func check(_ version: Int64) throws(InventoryError) {
    guard case .oneOf(let versions) = self, !versions.contains(version) else { return }
    throw .versionMismatch(current: version)
  }
}

extension Call {
  /// What If-Match says; throws ``Problem``.
  func expectedVersion() throws -> ExpectedVersion {
    let values = head.values("if-match")
    guard !values.isEmpty else { return .any }
    switch try condition("if-match", values) {
    case .any: return .any
    case .tags(let tags): return .oneOf(tags.compactMap(\.version))
    }
  }

  /// The answer 304 when If-None-Match names this tag, or the one that the same content has when it is coded,
  /// provided that the client takes that (RFC 9110 §13.1.2, §8.8.3.3). Throws 412 when If-Match names neither
  /// (§13.1.1, §13.2.2).
  func notModified(_ tag: EntityTag, cache: CachePolicy = .revalidate) throws -> Response? {
    if head.has("if-match") {
      let condition = try condition("if-match", head.values("if-match"))
      guard condition.matchesStrongly(tag) else {
        throw Problem(
          .preconditionFailed, "If-Match names another version than the present one.",
          fields: ["etag": tag.description])
      }
    }
    guard head.has("if-none-match") else { return nil }
    let condition = try condition("if-none-match", head.values("if-none-match"))
    let tags = AcceptEncoding(of: head).prefersGzip ? [tag.coded, tag] : [tag]
    guard let match = tags.first(where: condition.matchesWeakly) else { return nil }
    // With `*` as well: the tag of what would be sent without a coding.
    let shown = condition == .any ? tag : match
    return Response(
      .notModified,
      fields: ["etag": shown.description, "cache-control": cache.rawValue, "vary": "Accept-Encoding"])
  }

  private func condition(_ field: String, _ values: [String]) throws -> EntityTagCondition {
    guard let condition = EntityTagCondition(values) else {
      throw Problem(
        .invalidHeader,
        "\(field) must be * or a list of entity tags, such as \"3\" with its quotation marks.",
        errors: [
          FieldError(.header(field), "bad-entity-tag", "This must be * or a list of quoted entity tags.")
        ])
    }
    return condition
  }

  /// Whether Prefer asks for an answer without content (RFC 7240 §4.2).
  var prefersMinimal: Bool {
    guard head.has("prefer") else { return false }
    for preference in head.values("prefer").flatMap({ $0.split(separator: ",") }) {
      let token = preference.split(separator: ";").first.map(trimmed) ?? ""
      let parts = token.split(separator: "=", maxSplits: 1).map { trimmed($0).lowercased() }
      // The first of several with the same name counts (§2).
      if parts.first == "return" { return parts.last == "minimal" || parts.last == "\"minimal\"" }
    }
    return false
  }

  /// 201, with the representation unless Prefer says otherwise.
  func created(_ bytes: [UInt8], at location: String? = nil, etag: EntityTag? = nil) -> Response {
    var response = written(bytes, full: .created, minimal: .created, etag: etag)
    if let location { response.fields.append("location", location) }
    return response
  }

  /// 200 with the representation, or 204 when Prefer says so.
  func changed(_ bytes: [UInt8], etag: EntityTag) -> Response {
    written(bytes, full: .ok, minimal: .noContent, etag: etag)
  }

  private func written(_ bytes: [UInt8], full: Status, minimal: Status, etag: EntityTag?) -> Response {
    guard prefersMinimal else { return .json(bytes, full, etag: etag) }
    var fields: Fields = ["preference-applied": "return=minimal"]
    if let etag { fields.append("etag", etag.description) }
    return Response(minimal, fields: fields)
  }

  /// Reads, changes and writes a row, again when somebody else was faster and the client did not say which
  /// version it means; a bounded number of times.
  func edit<Row>(
    _ read: () async throws -> Row, _ write: (Row) async throws -> Row
  ) async throws -> Row where Row: Versioned {
    let expected = try expectedVersion()
    for _ in 0..<Self.maximumEdits {
      let row = try await read()
      try expected.check(row.version)
      do {
        return try await write(row)
      } catch let error as InventoryError {
        guard case .versionMismatch = error, case .any = expected else { throw error }
      }
    }
    throw Problem(.editConflict, "Others changed it \(Self.maximumEdits) times meanwhile; send it again.")
  }

  private static var maximumEdits: Int { 5 }
}

/// A row with the version that its ETag is made of.
protocol Versioned: Sendable {
  var version: Int64 { get }
}

extension Book: Versioned {}
extension Item: Versioned {}
extension Location: Versioned {}
extension StockLevel: Versioned {}
