public import Inventory

extension PostgresRepository {
  /// See ``LocationRepository``.
  public func location(_ reference: LocationReference) async throws(InventoryError) -> Location? {
    try await run { (database) throws(DatabaseError) in try await database.location(reference) }
  }

  /// See ``LocationRepository``.
  public func locations(
    _ query: LocationQuery, page: PageRequest
  ) async throws(InventoryError) -> Page<Location> {
    try await run { (database) throws(DatabaseError) in
      var list = ListStatement()
      if let active = query.active { list.require("active = \(list.bind(.bool(active)))") }
      if let after = page.after {
        list.require("(priority, id) > (\(list.bind(after.value.bound)), \(list.bind(.text(after.id))))")
      }
      let limit = list.bind(.integer(Int64(page.limit) + 1))
      let locations = try await database.slowRead(
        list.statement(
          """
          select
            \(Location.columns)
          from location
          where \(list.conjunction)
          order by priority, id
          limit \(limit)
          """)
      ).rows(Location.init)
      return Page(locations, limit: page.limit) { location in
        PageKey(value: .integer(location.details.priority), id: location.id.description)
      } element: {
        $0
      }
    }
  }

  /// See ``LocationRepository``.
  public func createLocation(_ details: LocationDetails) async throws(InventoryError) -> Location {
    try await run { [clock] (database) throws(DatabaseError) in
      let id = LocationID.generate(at: clock.now())
      do throws(DatabaseError) {
        return try await database.write([Statement(Self.insert, [.id(id)] + details.values)]).only()
          .only(Location.init)
      } catch {
        throw try await database.explained(error, code: details.code)
      }
    }
  }

  private static let insert = SQL(
    """
    insert into location (
      id,
      code,
      name,
      kind,
      time_zone,
      priority,
      active,
      version,
      created_at,
      updated_at
    )
    select $1, $2, $3, $4, $5, $6, $7, 1, moment.now, moment.now
    from (select now_microseconds() as now) as moment
    returning
      \(Location.columns)
    """)

  /// See ``LocationRepository``.
  public func replaceLocation(
    _ id: LocationID, with details: LocationDetails, version: Int64
  ) async throws(InventoryError) -> Location {
    try await run { (database) throws(DatabaseError) in
      do throws(DatabaseError) {
        let update = Statement(Self.update, [.id(id), .integer(version)] + details.values)
        if let location = try await database.write([update]).only().first(Location.init) { return location }
      } catch {
        throw try await database.explained(error, code: details.code)
      }
      guard let present = try await database.location(.id(id)) else {
        throw .answer(.notFound(.location, id.description))
      }
      throw .answer(.versionMismatch(current: present.version))
    }
  }

  private static let update = SQL(
    """
    update location
    set code = $3,
      name = $4,
      kind = $5,
      time_zone = $6,
      priority = $7,
      active = $8,
      version = version + 1,
      updated_at = now_microseconds()
    where id = $1
      and version = $2
    returning
      \(Location.columns)
    """)
}

extension LoopDatabase {
  func location(_ reference: LocationReference) async throws(DatabaseError) -> Location? {
    switch reference {
    case .id(let id): try await read(LocationSQL.byID, [.id(id)]).first(Location.init)
    case .code(let code): try await read(LocationSQL.byCode, [.text(code)]).first(Location.init)
    }
  }

  /// The domain's word for a code that is taken; other errors as they are.
  fileprivate func explained(
    _ error: DatabaseError, code: String
  ) async throws(DatabaseError) -> DatabaseError {
    guard case .server(let reason) = error, reason.constraint == "location_code_unique",
      let twin = try await location(.code(code))
    else { return error }
    return .answer(.duplicateLocationCode(code, twin: twin.id))
  }
}

private enum LocationSQL {
  static let byID = SQL(
    """
    select
      \(Location.columns)
    from location
    where id = $1
    """)

  static let byCode = SQL(
    """
    select
      \(Location.columns)
    from location
    where code = $1
    """)
}

extension Location {
  /// The columns that ``init(_:)`` reads, in its order.
  fileprivate static let columns = """
    location.id,
    location.version,
    location.created_at,
    location.updated_at,
    location.code,
    location.name,
    location.kind,
    location.time_zone,
    location.priority,
    location.active
    """

  /// Reads the columns of ``columns``.
  fileprivate init(_ row: inout Row) throws(DatabaseError) {
    let id: LocationID = try row.id()
    let version = try row.integer()
    let createdAt = try row.instant()
    let updatedAt = try row.instant()
    var details = LocationDetails(code: try row.text(), name: try row.text())
    details.kind = try row.word()
    details.timeZone = try row.text()
    details.priority = try row.integer()
    details.active = try row.bool()
    self.init(id: id, details: details, version: version, createdAt: createdAt, updatedAt: updatedAt)
  }
}

extension LocationDetails {
  /// The values of code, name, kind, time_zone, priority, active.
  fileprivate var values: [Value] {
    [
      .text(code), .text(name), .text(kind.rawValue), .text(timeZone), .integer(priority), .bool(active),
    ]
  }
}
