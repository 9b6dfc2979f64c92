/// The prefix of the text form.
public enum APIKeyIDKind: IdentifierKind {
  /// `key`.
  public static let prefix = "key"
}
/// Names API keys: `key_…`. It stays the same when the key is rotated, so it is what ledgers record.
public typealias APIKeyID = Identifier<APIKeyIDKind>

/// What is kept of a secret.
public struct KeySecret: Hashable, Sendable {
  /// What the key begins with; unique, not secret.
  public var prefix: String
  /// SHA-256 of the key, in 64 hexadecimal digits.
  public var digest: String

  /// From its parts.
  public init(prefix: String, digest: String) {
    self.prefix = prefix
    self.digest = digest
  }
}

/// A client's right to ask.
public struct APIKey: Hashable, Sendable {
  /// A secret that is still taken for a while after it was replaced.
  public struct Previous: Hashable, Sendable {
    /// The secret.
    public var secret: KeySecret
    /// From when on it is refused.
    public var until: Instant

    /// From its parts.
    public init(secret: KeySecret, until: Instant) {
      self.secret = secret
      self.until = until
    }
  }

  /// Names the key.
  public var id: APIKeyID
  /// For people.
  public var name: String
  /// What it allows.
  public var permissions: Permissions
  /// The secret.
  public var secret: KeySecret
  /// The secret before the last rotation.
  public var previous: Previous?
  /// Who made it.
  public var actor: String
  /// By the database's clock.
  public var createdAt: Instant
  /// From when on it is refused; nil is never.
  public var expiresAt: Instant?
  /// When the secret was replaced last.
  public var rotatedAt: Instant?
  /// When it was taken back.
  public var revokedAt: Instant?
  /// When a request with it was answered last, give or take a minute.
  public var lastUsedAt: Instant?

  /// From its parts.
  public init(
    id: APIKeyID, name: String, permissions: Permissions, secret: KeySecret, previous: Previous? = nil,
    actor: String, createdAt: Instant, expiresAt: Instant? = nil, rotatedAt: Instant? = nil,
    revokedAt: Instant? = nil, lastUsedAt: Instant? = nil
  ) {
    self.id = id
    self.name = name
    self.permissions = permissions
    self.secret = secret
    self.previous = previous
    self.actor = actor
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.rotatedAt = rotatedAt
    self.revokedAt = revokedAt
    self.lastUsedAt = lastUsedAt
  }
}

/// A key that is to be made.
public struct APIKeyRequest: Sendable {
  /// For people.
  public var name: String
  /// What it allows.
  public var scopes: Set<Scope>
  /// Where it may change quantities; nil is everywhere.
  public var locations: [LocationReference]?
  /// Until when it is taken.
  public var expiry: Expiry
  /// What is to be kept of its secret.
  public var secret: KeySecret
  /// Who makes it.
  public var actor: String

  /// From its parts.
  public init(
    name: String, scopes: Set<Scope>, locations: [LocationReference]? = nil, expiry: Expiry = .never,
    secret: KeySecret, actor: String
  ) {
    self.name = name
    self.scopes = scopes
    self.locations = locations
    self.expiry = expiry
    self.secret = secret
    self.actor = actor
  }
}

/// A key's new secret.
public struct APIKeyRotation: Sendable {
  /// Which key.
  public var id: APIKeyID
  /// What is to be kept of the new secret.
  public var secret: KeySecret
  /// How long the old one is taken beside it, in microseconds.
  public var overlap: Int64

  /// From its parts.
  public init(id: APIKeyID, secret: KeySecret, overlap: Int64) {
    self.id = id
    self.secret = secret
    self.overlap = overlap
  }
}

extension APIKey {
  /// Why the key is no longer taken at an instant: `revoked` or `expired`; nil when it still is.
  public func endState(at now: Instant) -> String? {
    if revokedAt != nil { return "revoked" }
    if let expiresAt, expiresAt <= now { return "expired" }
    return nil
  }
}
