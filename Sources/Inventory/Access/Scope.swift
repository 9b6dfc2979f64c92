/// What an API key allows.
public enum Scope: String, CaseIterable, Hashable, Sendable {
  /// Reading books, items and locations.
  case catalogRead = "catalog:read"
  /// Changing them.
  case catalogWrite = "catalog:write"
  /// Reading quantities, ledgers, documents and reports.
  case stockRead = "stock:read"
  /// Adjustments, transfers, counts, returns, policies.
  case stockAdjust = "stock:adjust"
  /// Holds: making, extending, handing out and freeing them.
  case reservationsWrite = "reservations:write"
  /// Orders and receipts.
  case purchasingWrite = "purchasing:write"
  /// What the service says of itself at `/metrics`.
  case metricsRead = "metrics:read"
  /// API keys, and everything else.
  case admin
}

/// What a caller may do.
public struct Permissions: Hashable, Sendable {
  /// Which kinds of requests.
  public var scopes: Set<Scope>
  /// Where quantities may be changed and copies held; nil is everywhere. Reading is not limited by it.
  public var locations: Set<LocationID>?

  /// From its parts.
  public init(scopes: Set<Scope>, locations: Set<LocationID>? = nil) {
    self.scopes = scopes
    self.locations = locations
  }

  /// Everything, everywhere.
  public static let all = Permissions(scopes: [.admin])

  /// Whether requests of this kind are allowed; `admin` allows all.
  public func allow(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }

  /// Whether quantities of this location may be changed.
  public func allow(_ location: LocationID) -> Bool { locations?.contains(location) ?? true }
}
