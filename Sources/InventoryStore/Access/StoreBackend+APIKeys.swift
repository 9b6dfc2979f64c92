public import Inventory

extension StoreBackend {
  /// See `AccessRepository`.
  public func createAPIKey(_ request: APIKeyRequest) async throws(InventoryError) -> APIKey {
    try await transact { (transaction) async throws(InventoryError) -> APIKey in
      let asked = request.locations ?? []
      let named = try await transaction.named(items: [], locations: Set(asked)).0
      var unknown: [Int: String] = [:]
      for (index, location) in asked.enumerated() where named.locations[location] == nil {
        unknown[index] = location.description
      }
      guard unknown.isEmpty else { throw .unknownLocations(unknown) }
      let locations = request.locations.map { Set($0.compactMap { named.locations[$0]?.id }) }
      let now = try await transaction.now()
      let key = APIKey(
        id: .generate(at: now), name: request.name,
        permissions: Permissions(scopes: request.scopes, locations: locations), secret: request.secret,
        actor: request.actor, createdAt: now, expiresAt: try request.expiry.instant(at: now))
      transaction.putOff([key.insertion])
      return key
    }
  }

  /// See `AccessRepository`.
  public func apiKey(_ id: APIKeyID) async throws(InventoryError) -> APIKey? {
    try await query([StoreStatement(APIKeySQL.byID, [.id(id)])], slow: false).first?.first.map {
      (row) throws(InventoryError) in
      var row = row
      return try APIKey(&row)
    }
  }

  /// See `AccessRepository`.
  public func apiKey(prefix: String) async throws(InventoryError) -> APIKey? {
    try await query([StoreStatement(APIKeySQL.byPrefix, [.text(prefix)])], slow: false).first?.first.map {
      (row) throws(InventoryError) in
      var row = row
      return try APIKey(&row)
    }
  }

  /// See `AccessRepository`.
  public func apiKeys(page: PageRequest) async throws(InventoryError) -> Page<APIKey> {
    let statement = StoreStatement(APIKeySQL.list, [.text(page.after?.id), page.rows])
    var keys: [APIKey] = []
    for var row in try await query([statement], slow: true).first ?? [] { keys.append(try APIKey(&row)) }
    return Page(keys, limit: page.limit) {
      PageKey(value: .text($0.id.description), id: $0.id.description)
    }
  }

  /// See `AccessRepository`.
  public func rotateAPIKey(_ rotation: APIKeyRotation) async throws(InventoryError) -> APIKey {
    try await transact { (transaction) async throws(InventoryError) -> APIKey in
      var key = try await transaction.lockedKey(rotation.id)
      let now = try await transaction.now()
      if let state = key.endState(at: now) {
        throw .invalidState(.apiKey, id: key.id.description, state: state)
      }
      let (until, overflow) = now.microseconds.addingReportingOverflow(rotation.overlap)
      key.previous = APIKey.Previous(
        secret: key.secret, until: Instant(microseconds: overflow ? .max : until))
      key.secret = rotation.secret
      key.rotatedAt = now
      transaction.putOff([key.update])
      return key
    }
  }

  /// See `AccessRepository`.
  public func revokeAPIKey(_ id: APIKeyID) async throws(InventoryError) -> APIKey {
    try await transact { (transaction) async throws(InventoryError) -> APIKey in
      var key = try await transaction.lockedKey(id)
      guard key.revokedAt == nil else { return key }
      key.revokedAt = try await transaction.now()
      transaction.putOff([key.update])
      return key
    }
  }

  /// See `AccessRepository`.
  public func recordUse(of keys: [APIKeyID: Instant]) async throws(InventoryError) {
    guard !keys.isEmpty else { return }
    // In a fixed order, so that instances that do the same do not wait for each other in a circle.
    let uses = keys.sorted { $0.key < $1.key }
      .map { StoreStatement(APIKeySQL.recordUse, [.id($0.key), .instant($0.value)]) }
    try await transact { (transaction) async throws(InventoryError) in transaction.putOff(uses) }
  }
}

extension StoreTransaction {
  fileprivate func lockedKey(_ id: APIKeyID) async throws(InventoryError) -> APIKey {
    guard var row = try await run(StoreStatement(APIKeySQL.lock, [.id(id)])).first else {
      throw .notFound(.apiKey, id.description)
    }
    return try APIKey(&row)
  }
}

extension APIKey {
  /// Reads a row of ``APIKeySQL/columns``.
  fileprivate init(_ row: inout StoreRow) throws(InventoryError) {
    self.init(
      id: try row.id(), name: try row.text(),
      permissions: Permissions(
        scopes: try Self.scopes(try row.text()), locations: try row.optionalText().map(Self.locations)),
      secret: KeySecret(prefix: try row.text(), digest: try row.text()),
      previous: try Self.previous(&row), actor: try row.text(), createdAt: try row.instant(),
      expiresAt: try row.optionalInstant(), rotatedAt: try row.optionalInstant(),
      revokedAt: try row.optionalInstant(), lastUsedAt: try row.optionalInstant())
  }

  /// A scope that only a newer release knows allows nothing here.
  private static func scopes(_ text: String) throws(InventoryError) -> Set<Scope> {
    Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
  }

  private static func locations(_ text: String) throws(InventoryError) -> Set<LocationID> {
    var locations: Set<LocationID> = []
    for word in text.split(separator: " ") {
      guard let id = LocationID(String(word)) else { throw .unexpected("\(word) is no location") }
      locations.insert(id)
    }
    return locations
  }

  private static func previous(_ row: inout StoreRow) throws(InventoryError) -> Previous? {
    let (prefix, digest) = (try row.optionalText(), try row.optionalText())
    guard let until = try row.optionalInstant(), let prefix, let digest else { return nil }
    return Previous(secret: KeySecret(prefix: prefix, digest: digest), until: until)
  }

  fileprivate var insertion: StoreStatement {
    let scopes = permissions.scopes.map(\.rawValue).sorted().joined(separator: " ")
    let locations = permissions.locations.map { $0.sorted().map(\.description).joined(separator: " ") }
    return StoreStatement(
      APIKeySQL.insert,
      [
        .id(id), .text(name), .text(scopes), .text(locations), .text(secret.prefix), .text(secret.digest),
        .text(actor), .instant(createdAt), .instant(expiresAt),
      ])
  }

  fileprivate var update: StoreStatement {
    StoreStatement(
      changingOneRow: APIKeySQL.update,
      [
        .id(id), .text(secret.prefix), .text(secret.digest), .text(previous?.secret.prefix),
        .text(previous?.secret.digest), .instant(previous?.until), .instant(rotatedAt), .instant(revokedAt),
      ])
  }
}

private enum APIKeySQL {
  static let columns = """
    id, name, scopes, locations, prefix, digest, previous_prefix, previous_digest, previous_until, actor,
    created_at, expires_at, rotated_at, revoked_at, last_used_at
    """

  static let byID = StoreSQL("select \(columns) from api_key where id = $1")
  static let lock = StoreSQL("select \(columns) from api_key where id = $1", lock: .update("api_key"))

  static let byPrefix = StoreSQL(
    """
    select \(columns)
    from api_key
    where prefix = $1 or previous_prefix = $1
    """)

  static let list = StoreSQL(
    """
    select \(columns)
    from api_key
    where $1 is null or id < $1
    order by id desc
    limit $2
    """)

  static let insert = StoreSQL(
    """
    insert into api_key (id, name, scopes, locations, prefix, digest, actor, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    """)

  static let update = StoreSQL(
    """
    update api_key
    set prefix = $2,
      digest = $3,
      previous_prefix = $4,
      previous_digest = $5,
      previous_until = $6,
      rotated_at = $7,
      revoked_at = $8
    where id = $1
    returning 1
    """)

  static let recordUse = StoreSQL(
    """
    update api_key
    set last_used_at = $2
    where id = $1
      and (last_used_at is null or last_used_at < $2)
    """)
}
