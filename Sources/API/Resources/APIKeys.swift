internal import HTTP
public import Inventory
public import JSON

/// Who may ask, and for what: `/v1/api-keys`.
enum APIKeys {
  private static let path = [
    Parameter.path("key", "The key's id.", example: .string(Examples.apiKeyID.description))
  ]

  static let routes = [
    Route(
      .post, "/v1/api-keys", "createAPIKey", tag: .access, summary: "Make an API key",
      about: "The answer is the only place that ever shows the key itself, as token.",
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.apiKeyInput),
      answers: [.created(newSchema, "The key.", example: Examples.newAPIKey, fields: [.location])],
      scope: .admin, handler: create),
    Route(
      .get, "/v1/api-keys", "listAPIKeys", tag: .access, summary: "List API keys",
      about: "Newest first, also those that were taken back. Secrets are not kept, so none is shown.",
      parameters: Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of keys.", example: Lists.example(Examples.apiKey),
          fields: [.link])
      ], scope: .admin, handler: list),
    Route(
      .get, "/v1/api-keys/{key}", "getAPIKey", tag: .access, summary: "Read an API key",
      about: "What it allows, and when it was used last.", parameters: path,
      answers: [.ok(schema, "The key.", example: Examples.apiKey)], scope: .admin, handler: read),
    Route(
      .post, "/v1/api-keys/{key}/rotate", "rotateAPIKey", tag: .access, summary: "Replace a key's secret",
      about:
        "The key keeps its id and what it allows. The old secret is taken beside the new one for overlap "
        + "seconds, so that clients can change over one after the other.",
      parameters: path,
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: rotation.schema, example: ["overlap": 86_400], isOptional: true),
      answers: [.ok(newSchema, "The key with its new token.", example: Examples.newAPIKey)],
      problems: [.invalidState], scope: .admin, handler: rotate),
    Route(
      .delete, "/v1/api-keys/{key}", "revokeAPIKey", tag: .access, summary: "Take an API key back",
      about:
        "It is refused from now on: here at once, by other instances after BOOKSTORE_KEY_CACHE at the latest. "
        + "Again changes nothing.",
      parameters: path, answers: [.ok(schema, "The key as it is now.", example: Examples.revokedAPIKey)],
      scope: .admin, handler: revoke),
  ]

  // MARK: Declarations

  fileprivate static let nameFormat = Format<String>.line(1...200)
  private static let name = Member.required("name", nameFormat, "Who uses it, for people.")
  private static let scopes = Member.required(
    "scopes", .list(of: Format<Scope>.oneOf, count: 1...Scope.allCases.count),
    "What it allows; admin allows everything.")
  private static let locations = Member.optional(
    "locations", .list(of: Format<LocationReference>.locationReference, count: 1...200),
    "Where it may change quantities and hold copies, by id or code; without it, everywhere. Reading is not "
      + "limited by it.")
  private static let expiresAt = Member.optional(
    "expires_at", .instant, "From when on it is refused; in the future. Without it, never.")
  private static let overlap = Member.defaulted(
    "overlap", .integer(0...2_592_000), 86_400, "For how many seconds the old secret is taken, too.")

  static let input = Format<APIKeyRequest>.object(
    .named(
      "APIKeyInput",
      .object([name.property, scopes.property, locations.property, expiresAt.property]))
  ) { reader in
    let name = reader.value(of: name)
    let scopes = reader.value(of: scopes)
    let locations = reader.value(of: locations)
    let expiresAt = reader.value(of: expiresAt)
    guard let name, let scopes, reader.issues.isEmpty else { return nil }
    return APIKeyRequest(
      name: name, scopes: Set(scopes), locations: locations, expiry: expiresAt.map(Expiry.at) ?? .never,
      secret: KeySecret(prefix: "", digest: ""), actor: "")
  }

  static let rotation = Format<Int64>.object(.named("APIKeyRotation", .object([overlap.property]))) {
    reader in reader.value(of: overlap) ?? 86_400
  }

  // MARK: Output

  private static let instant = Schema.text(format: "date-time")

  private static let properties = [
    Schema.Property("id", .identifier("key"), isRequired: true),
    Schema.Property("name", .text(1...200), isRequired: true),
    Schema.Property("prefix", Schema.text(1...20).about("What the key begins with."), isRequired: true),
    Schema.Property("scopes", .list(of: .values(Scope.allCases.map(\.rawValue))), isRequired: true),
    Schema.Property("locations", Schema.list(of: .identifier("loc")).orNull, isRequired: true),
    Schema.Property("created_by", .text(1...255), isRequired: true),
    Schema.Property("created_at", instant, isRequired: true),
    Schema.Property("expires_at", instant.orNull, isRequired: true),
    Schema.Property("rotated_at", instant.orNull, isRequired: true),
    Schema.Property(
      "previous_until", instant.orNull.about("Until when the secret before is taken."), isRequired: true),
    Schema.Property("revoked_at", instant.orNull, isRequired: true),
    Schema.Property(
      "last_used_at", instant.orNull.about("Written once a minute at most."), isRequired: true),
  ]

  static let schema = Schema.named("APIKey", .object(properties))

  private static let newSchema = Schema.named(
    "NewAPIKey",
    .object(
      properties + [
        Schema.Property(
          "token", Schema.text(58...58).about("The key itself; shown this once."), isRequired: true)
      ]))

  static func write(_ key: APIKey, token: KeyToken?, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", key.id)
    json.member("name", key.name)
    json.member("prefix", key.secret.prefix)
    json.name("scopes")
    json.beginArray()
    for scope in Scope.allCases where key.permissions.scopes.contains(scope) { json.string(scope.rawValue) }
    json.endArray()
    json.name("locations")
    if let locations = key.permissions.locations {
      json.beginArray()
      for location in locations.sorted() { json.string(location.description) }
      json.endArray()
    } else {
      json.null()
    }
    json.member("created_by", key.actor)
    json.member("created_at", key.createdAt)
    json.member("expires_at", key.expiresAt)
    json.member("rotated_at", key.rotatedAt)
    json.member("previous_until", key.previous?.until)
    json.member("revoked_at", key.revokedAt)
    json.member("last_used_at", key.lastUsedAt)
    if let token { json.member("token", token.text) }
    json.endObject()
  }

  private static func bytes(of key: APIKey, token: KeyToken? = nil) -> [UInt8] {
    var json = JSONWriter(capacity: 1024)
    write(key, token: token, to: &json)
    return json.bytes
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    var request = try await call.content(input)
    let token = KeyToken.generate()
    request.secret = token.secret
    request.actor = call.caller.actor
    let key = try await call.repository.createAPIKey(request)
    call.audit(.keyCreated, key)
    var response = Response.json(bytes(of: key, token: token), .created, cache: .noStore)
    response.fields.append("location", "/v1/api-keys/\(key.id)")
    return response
  }

  private static func list(_ call: Call) async throws -> Response {
    let page = try await call.repository.apiKeys(page: call.page())
    return call.list(page) { key, json in write(key, token: nil, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let key = try await call.repository.apiKey(try call.keyID()) else {
      throw InventoryError.notFound(.apiKey, call.path[0])
    }
    return .json(bytes(of: key))
  }

  private static func rotate(_ call: Call) async throws -> Response {
    let (overlap, _) = try await call.optionalContent(rotation)
    let token = KeyToken.generate()
    let key = try await call.repository.rotateAPIKey(
      APIKeyRotation(id: try call.keyID(), secret: token.secret, overlap: overlap * 1_000_000))
    call.services.access.cache.forget()
    call.audit(.keyRotated, key)
    return .json(bytes(of: key, token: token), cache: .noStore)
  }

  private static func revoke(_ call: Call) async throws -> Response {
    let before = try await call.repository.apiKey(try call.keyID())
    let key = try await call.repository.revokeAPIKey(try call.keyID())
    call.services.access.cache.forget()
    if before?.revokedAt == nil { call.audit(.keyRevoked, key) }
    return .json(bytes(of: key))
  }
}

extension API {
  /// Writes a key as the API shows it; `token` only for one that was just made.
  public static func write(_ key: APIKey, token: KeyToken?, to json: inout JSONWriter) {
    APIKeys.write(key, token: token, to: &json)
  }

  /// Whether a key may have this name: 1 to 200 characters in one line.
  public static func isKeyName(_ text: String) -> Bool {
    APIKeys.nameFormat.read(.string(text), Issues()) != nil
  }
}

extension Call {
  fileprivate func keyID() throws -> APIKeyID {
    guard let id = APIKeyID(path[0]) else { throw InventoryError.notFound(.apiKey, path[0]) }
    return id
  }
}
