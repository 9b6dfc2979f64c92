public import Inventory

extension SQLiteRepository {
  /// See ``LocationRepository``.
  public func createLocation(_ details: LocationDetails) async throws(InventoryError) -> Location {
    try await database.write { [clock] (connection) throws(InventoryError) in
      if let twin = try connection.location(code: details.code) {
        throw .duplicateLocationCode(details.code, twin: twin.id)
      }
      let now = clock.now()
      let location = Location(
        id: .generate(at: now), details: details, version: 1, createdAt: now, updatedAt: now)
      try connection.run(
        """
        insert into location (
          id,
          version,
          created_at,
          updated_at,
          code,
          name,
          kind,
          time_zone,
          priority,
          active
        ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          SQLiteValue(location.id), .integer(location.version), SQLiteValue(now), SQLiteValue(now),
        ] + details.arguments)
      return location
    }
  }

  /// See ``LocationRepository``.
  public func location(_ reference: LocationReference) async throws(InventoryError) -> Location? {
    try await database.read { (connection) throws(InventoryError) in try connection.location(reference) }
  }

  /// See ``LocationRepository``.
  public func locations(
    _ query: LocationQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Location> {
    try await database.read { (connection) throws(InventoryError) in
      var conditions = ["true"]
      var arguments: [SQLiteValue] = []
      if let active = query.active {
        conditions.append("active = ?")
        arguments.append(SQLiteValue(active))
      }
      if let after = page.after {
        conditions.append("(priority, id) > (?, ?)")
        arguments += [after.value.argument, .text(after.id)]
      }
      let locations = try connection.all(
        """
        select
          \(Location.columns)
        from location
        where \(conditions.joined(separator: "\n  and "))
        order by priority, id
        limit ?
        """, arguments + [SQLiteValue(page.limit + 1)], Location.init)
      return Page(locations, limit: page.limit) { location in
        PageKey(value: .integer(location.details.priority), id: location.id.description)
      } element: {
        $0
      }
    }
  }

  /// See ``LocationRepository``.
  public func replaceLocation(
    _ id: LocationID, with details: LocationDetails, version: Int64
  ) async throws(InventoryError) -> Location {
    try await database.write { [clock] (connection) throws(InventoryError) in
      guard var location = try connection.location(id) else {
        throw .notFound(.location, id.description)
      }
      guard location.version == version else { throw .versionMismatch(current: location.version) }
      if let twin = try connection.location(code: details.code), twin.id != id {
        throw .duplicateLocationCode(details.code, twin: twin.id)
      }
      let now = clock.now()
      let changed = try connection.run(
        """
        update location
        set code = ?,
          name = ?,
          kind = ?,
          time_zone = ?,
          priority = ?,
          active = ?,
          version = version + 1,
          updated_at = ?
        where id = ?
          and version = ?
        """, details.arguments + [SQLiteValue(now), SQLiteValue(id), .integer(version)])
      guard changed == 1 else { throw .unexpected("location \(id) changed under the write lock") }
      location.details = details
      location.version += 1
      location.updatedAt = now
      return location
    }
  }
}

extension Connection {
  func location(_ reference: LocationReference) throws(InventoryError) -> Location? {
    switch reference {
    case .id(let id): try location(id)
    case .code(let code): try location(code: code)
    }
  }

  func location(_ id: LocationID) throws(InventoryError) -> Location? {
    try first(Self.locationByID, [SQLiteValue(id)], Location.init)
  }

  private static let locationByID = SQL.constant(
    """
    select
      \(Location.columns)
    from location
    where id = ?
    """)

  fileprivate func location(code: String) throws(InventoryError) -> Location? {
    try first(Self.locationByCode, [.text(code)], Location.init)
  }

  private static let locationByCode = SQL.constant(
    """
    select
      \(Location.columns)
    from location
    where code = ?
    """)
}

extension Location {
  /// The columns that ``init(_:)`` reads, in its order.
  fileprivate static let columns = """
    id,
    version,
    created_at,
    updated_at,
    code,
    name,
    kind,
    time_zone,
    priority,
    active
    """

  /// Reads the columns of ``columns``.
  fileprivate init(_ row: inout Row) throws(InventoryError) {
    let id: LocationID = try row.identifier()
    let version = row.integer()
    let createdAt = row.instant()
    let updatedAt = row.instant()
    var details = LocationDetails(code: row.text(), name: row.text())
    details.kind = try row.word()
    details.timeZone = row.text()
    details.priority = row.integer()
    details.active = row.bool()
    self.init(id: id, details: details, version: version, createdAt: createdAt, updatedAt: updatedAt)
  }
}

extension LocationDetails {
  /// The values of code, name, kind, time_zone, priority, active.
  fileprivate var arguments: [SQLiteValue] {
    [
      .text(code), .text(name), .text(kind.rawValue), .text(timeZone), .integer(priority),
      SQLiteValue(active),
    ]
  }
}
