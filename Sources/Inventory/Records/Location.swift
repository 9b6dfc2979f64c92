/// Whether customers walk in.
public enum LocationKind: String, Sendable, CaseIterable {
  case store, warehouse
}

/// What a client may say of a location.
public struct LocationDetails: Hashable, Sendable {
  /// 1–32 characters of `a-z 0-9 - _`, unique.
  public var code: String
  /// For people; up to 200 characters.
  public var name: String
  /// Whether customers walk in.
  public var kind: LocationKind = .store
  /// An IANA zone name, such as `Europe/Vienna`; calendar days at the location are days of this zone.
  public var timeZone: String = "UTC"
  /// Lower is served first when a hold may choose.
  public var priority: Int64 = 100
  /// An inactive location takes no new stock and promises none.
  public var active: Bool = true

  /// From its parts.
  public init(code: String, name: String) {
    self.code = code
    self.name = name
  }
}

/// A place that holds stock. `main` exists from the start.
public struct Location: Hashable, Sendable {
  /// The code of the location that exists from the start and is meant where none is named.
  public static let mainCode = "main"

  /// Names the location.
  public let id: LocationID
  /// What clients may say of it.
  public var details: LocationDetails
  /// Starts at 1, grows by one with each change.
  public var version: Int64
  /// When it was made.
  public var createdAt: Instant
  /// When it was last changed.
  public var updatedAt: Instant

  /// From its parts.
  public init(
    id: LocationID, details: LocationDetails, version: Int64, createdAt: Instant, updatedAt: Instant
  ) {
    self.id = id
    self.details = details
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
