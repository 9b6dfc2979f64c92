internal import HTTP
internal import Inventory
internal import JSON

/// Where stock is: `/v1/locations`.
enum Locations {
  static let routes = [
    Route(
      .post, "/v1/locations", "createLocation", tag: .locations, summary: "Add a location",
      about: "A store or a warehouse. The location main exists from the start.", conditions: [.preferMinimal],
      body: Route.Body(mediaTypes: [MediaType.json], schema: details.schema, example: Examples.locationInput),
      answers: [.created(schema, "The location.", example: Examples.location, fields: [.location, .etag])],
      problems: [.duplicateLocationCode], scope: .catalogWrite, handler: create),
    Route(
      .get, "/v1/locations", "listLocations", tag: .locations, summary: "List locations",
      about: "In the order of their priority.", parameters: [active.declaration] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of locations.", example: Lists.example(Examples.location),
          fields: [.link])
      ], scope: .catalogRead, handler: list),
    Route(
      .get, "/v1/locations/{location}", "getLocation", tag: .locations, summary: "Read a location",
      about: "By id or by code.", parameters: [location], conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The location.", example: Examples.location, fields: [.etag]), .notModified],
      scope: .catalogRead, handler: read),
    Route(
      .patch, "/v1/locations/{location}", "changeLocation", tag: .locations, summary: "Change a location",
      about: "A merge patch (RFC 7396). Without If-Match it is applied to whatever the location is at.",
      parameters: [location], conditions: [.ifMatch, .preferMinimal],
      body: Route.Body(
        mediaTypes: [MediaType.mergePatch, MediaType.json], schema: patchSchema,
        example: ["name": "Graz, Herrengasse", "priority": 10]),
      answers: [
        .ok(schema, "The location as it is now.", example: Examples.location, fields: [.etag]),
        .noContent("Changed; Prefer asked for no content.", fields: [.etag, .preferenceApplied]),
      ], problems: [.duplicateLocationCode, .editConflict], scope: .catalogWrite, handler: change),
  ]

  // MARK: Declarations

  private static let location = Parameter.path(
    "location", "The location's id or code.", example: .string("graz"))
  private static let active = QueryParameter<Bool>.boolean(
    "active", "Only active ones, or only inactive ones.")

  private static let code = Member.required(
    "code",
    .parsed(
      Schema(.string(Schema.Text(length: LocationCode.length, pattern: LocationCode.pattern))).example("graz")
    ) { text throws(InvalidValue) in try LocationCode.new(text) }, "Unique.")
  private static let name = Member.required("name", .line(1...200), "For people.")
  private static let kind = Member<LocationKind>.defaulted(
    "kind", .oneOf, "store", "Whether customers walk in.")
  private static let timeZone = Member.defaulted(
    "time_zone",
    .parsed(Schema.text(1...64).example("Europe/Vienna")) { text throws(InvalidValue) in
      try TimeZoneName.check(text)
      return text
    }, "UTC", "A name of the IANA time zone database; days at the location are days of this zone.")
  private static let priority = Member.defaulted(
    "priority", .integer(0...1_000_000), 100, "Lower is served first when a hold may choose.")
  private static let activeMember = Member.defaulted(
    "active", .boolean, true, "An inactive location takes no new stock and promises none.")

  private static let detailProperties = [
    code.property, name.property, kind.property, timeZone.property, priority.property, activeMember.property,
  ]

  private static let notes = Dictionary(
    uniqueKeysWithValues: ["id", "version", "created_at", "updated_at"].map { ($0, MemberNote.readOnly) })

  static let details = Format<LocationDetails>.object(
    .named("LocationInput", .object(detailProperties)), notes: notes
  ) { reader in
    var details = LocationDetails(
      code: reader.value(of: code) ?? "", name: reader.value(of: name) ?? "")
    details.kind = reader.value(of: kind) ?? details.kind
    details.timeZone = reader.value(of: timeZone) ?? details.timeZone
    details.priority = reader.value(of: priority) ?? details.priority
    details.active = reader.value(of: activeMember) ?? details.active
    return reader.issues.isEmpty ? details : nil
  }

  private static let patchSchema = details.schema.mergePatch(named: "LocationPatch")

  // MARK: Output

  static let schema = Schema.named(
    "Location",
    .object(
      [Schema.Property("id", .identifier("loc"), isRequired: true)]
        + detailProperties.map { Schema.Property($0.name, $0.schema, isRequired: true) }
        + StoredFields.properties))

  static func write(_ location: Location, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", location.id)
    writeDetails(location.details, to: &json)
    json.member("version", location.version)
    json.member("created_at", location.createdAt)
    json.member("updated_at", location.updatedAt)
    json.endObject()
  }

  private static func writeDetails(_ details: LocationDetails, to json: inout JSONWriter) {
    json.member("code", details.code)
    json.member("name", details.name)
    json.member("kind", details.kind.rawValue)
    json.member("time_zone", details.timeZone)
    json.member("priority", details.priority)
    json.member("active", details.active)
  }

  // MARK: Handlers

  private static func create(_ call: Call) async throws -> Response {
    let details = try await call.content(details)
    guard call.caller.permissions.locations == nil else {
      throw InventoryError.locationNotAllowed(details.code)
    }
    let location = try await call.repository.createLocation(details)
    return call.created(
      bytes(of: location), at: "/v1/locations/\(location.id)", etag: EntityTag(version: location.version))
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = LocationQuery()
    query.active = try call.query(active)
    let page = try await call.repository.locations(query, page: call.page(sortedBy: .integer))
    return call.list(page) { location, json in write(location, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    let location = try await find(call)
    let tag = EntityTag(version: location.version)
    return try call.notModified(tag) ?? .json(bytes(of: location), etag: tag)
  }

  private static func change(_ call: Call) async throws -> Response {
    let patch = try await call.json()
    let location = try await call.edit {
      try await find(call)
    } _: { location in
      guard call.caller.permissions.allow(location.id) else {
        throw InventoryError.locationNotAllowed(location.details.code)
      }
      let changed = try patched(location, by: patch)
      guard changed != location.details else { return location }
      return try await call.repository.replaceLocation(location.id, with: changed, version: location.version)
    }
    return call.changed(bytes(of: location), etag: EntityTag(version: location.version))
  }

  private static func patched(_ location: Location, by patch: JSONValue) throws -> LocationDetails {
    let issues = Issues()
    MergePatch.reportUnknownRemovals(patch, schema: details.schema, notes: notes, issues: issues)
    let present = JSONValue(written: { json in
      json.beginObject()
      writeDetails(location.details, to: &json)
      json.endObject()
    })
    let merged = MergePatch.apply(patch, to: present)
    // Adjustments without a location mean this one.
    let code = location.details.code
    if code == Location.mainCode, let new = merged["code"], new != .string(code) {
      issues.report(member: "code", "fixed", "The code of the location main cannot be changed.")
    }
    return try Call.read(merged, details, issues: issues)
  }

  private static func find(_ call: Call) async throws -> Location {
    guard let location = try await call.repository.location(call.locationReference()) else {
      throw InventoryError.notFound(.location, call.path[0])
    }
    return location
  }

  private static func bytes(of location: Location) -> [UInt8] {
    var json = JSONWriter()
    write(location, to: &json)
    return json.bytes
  }
}
