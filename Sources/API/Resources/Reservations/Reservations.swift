internal import HTTP
internal import Inventory
internal import JSON

/// Holds: `/v1/reservations`, and the question whether there is enough: `/v1/availability`.
enum Reservations {
  private static let path = [
    Parameter.path(
      "reservation", "The reservation's id.", example: .string(Examples.reservationID.description))
  ]

  static let routes = [
    Route(
      .post, "/v1/availability", "checkAvailability", tag: .reservations,
      summary: "Ask whether lines would fit",
      about: "Says from which locations the lines would be served, and holds nothing.",
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: availabilityInput.schema,
        example: ["lines": [["item": .string(Examples.isbn), "quantity": 2]]]),
      answers: [.ok(availabilitySchema, "What there is now.", example: Examples.availability)],
      scope: .stockRead, handler: checkAvailability),
    Route(
      .post, "/v1/reservations", "reserve", tag: .reservations, summary: "Hold copies",
      about:
        "All lines or none, unless partial. Without a location the service takes the copies from the active "
        + "locations in the order of their priority, and says which. The same reference with the same lines is "
        + "the same reservation: 200 with what is there. Without expires_in and expires_at a hold never ends.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: input.schema, example: Examples.reservationInput),
      answers: [
        .created(
          schema, "The copies are held.", example: Examples.reservation,
          fields: [.location, .idempotentReplayed]),
        .ok(
          schema, "The reservation was there before.", example: Examples.reservation,
          fields: [.idempotentReplayed]),
      ],
      problems: [.insufficientStock, .referenceInUse], scope: .reservationsWrite, handler: reserve),
    Route(
      .get, "/v1/reservations", "listReservations", tag: .reservations, summary: "List reservations",
      about: "Newest first. What has run out is expired, whether or not anybody has freed it yet.",
      parameters: [
        reference.declaration, state.declaration, item.declaration, location.declaration,
      ] + Lists.parameters,
      answers: [
        .ok(
          Lists.schema(of: schema), "A page of reservations.",
          example: Lists.example(Examples.reservation), fields: [.link])
      ], scope: .stockRead, handler: list),
    Route(
      .get, "/v1/reservations/{reservation}", "getReservation", tag: .reservations,
      summary: "Read a reservation", about: "With what each location keeps for it.", parameters: path,
      answers: [.ok(schema, "The reservation.", example: Examples.reservation)], scope: .stockRead,
      handler: read),
    Route(
      .patch, "/v1/reservations/{reservation}", "editReservation", tag: .reservations,
      summary: "Extend a reservation",
      about: "Another end (null: never) and another note, while the copies are still there.",
      parameters: path,
      body: Route.Body(
        mediaTypes: [MediaType.mergePatch, MediaType.json], schema: editInput.schema,
        example: ["expires_in": 1800]),
      answers: [.ok(schema, "As it is now.", example: Examples.reservation)],
      problems: [.invalidState, .reservationExpired], scope: .reservationsWrite, handler: edit),
    action(
      "confirm", "confirmReservation", "Make a reservation firm",
      "It no longer ends, unless a new end is given. One that has run out is acquired again, or refused.",
      body: expiryInput.schema, example: [:],
      problems: [.referenceInUse, .invalidState, .reservationExpired],
      handler: confirm),
    action(
      "fulfill", "fulfillReservation", "Hand copies out",
      "Takes the copies where they are held; without lines everything that is held. The movements have the "
        + "kind sale.",
      body: partsInput.schema, example: ["lines": [["index": 0, "quantity": 1]]],
      problems: [.insufficientStock, .exceedsRemainder, .embargoed, .invalidState, .reservationExpired],
      handler: fulfill),
    action(
      "release", "releaseReservation", "Free copies",
      "Without lines everything that is left, which always succeeds. Copies that are only waited for are freed "
        + "before those that are there.",
      body: partsInput.schema, example: [:],
      problems: [.exceedsRemainder, .invalidState, .reservationExpired], handler: release),
  ]

  private static func action(
    _ name: String, _ operationID: String, _ summary: String, _ about: String, body: Schema,
    example: JSONValue, problems: [ProblemCode], handler: @escaping Route.Handler
  ) -> Route {
    Route(
      .post, "/v1/reservations/{reservation}/\(name)", operationID, tag: .reservations, summary: summary,
      about: about, parameters: path, conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(
        mediaTypes: [MediaType.json], schema: body, example: example, isOptional: true),
      answers: [
        .ok(schema, "As it is now.", example: Examples.reservation, fields: [.idempotentReplayed])
      ],
      problems: problems, scope: .reservationsWrite, handler: handler)
  }

  private static let reference = QueryParameter<String>.text(
    "reference", 1...255, "With exactly this reference.")
  private static let state = QueryParameter<ReservationState>.oneOf("state", "In this state.")
  private static let item = QueryParameter<ItemReference>(
    "item", .text(1...100), "With copies of this item: its id or SKU.", example: .string(Examples.isbn)
  ) { text throws(InvalidValue) in try ItemReference(text) }
  private static let location = QueryParameter<LocationReference>(
    "location", .text(1...32), "With copies at this location: its id or code."
  ) { text throws(InvalidValue) in try LocationReference(text) }

  // MARK: Handlers

  private static func checkAvailability(_ call: Call) async throws -> Response {
    let lines = try await call.content(availabilityInput)
    var json = JSONWriter()
    write(try await call.repository.availability(of: lines), to: &json)
    return .json(json.bytes, cache: .noStore)
  }

  private static func reserve(_ call: Call) async throws -> Response {
    var (request, content) = try await call.contentWithBytes(input)
    request.origin = call.origin
    try call.check(request.expiry)
    return try await call.once(content, answer: answer) { [request] once in
      try await call.repository.reserve(request, once: once)
    }
  }

  @Sendable private static func answer(_ result: ReservationResult) -> StoredAnswer {
    StoredAnswer(
      status: result.isNew ? 201 : 200,
      location: result.isNew ? "/v1/reservations/\(result.reservation.id)" : nil,
      body: text(result.reservation))
  }

  @Sendable private static func answer(_ reservation: Reservation) -> StoredAnswer {
    StoredAnswer(status: 200, location: nil, body: text(reservation))
  }

  private static func text(_ reservation: Reservation) -> String {
    var json = JSONWriter(capacity: 1024)
    write(reservation, to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = ReservationQuery()
    query.reference = try call.query(reference)
    query.state = try call.query(state)
    query.item = try await call.item(item)?.id
    query.location = try await call.location(location)?.id
    let page = try await call.repository.reservations(query, page: call.page())
    return call.list(page) { reservation, json in write(reservation, to: &json) }
  }

  private static func read(_ call: Call) async throws -> Response {
    guard let reservation = try await call.repository.reservation(try call.reservationID()) else {
      throw InventoryError.notFound(.reservation, call.path[0])
    }
    var json = JSONWriter(capacity: 1024)
    write(reservation, to: &json)
    return .json(json.bytes)
  }

  private static func edit(_ call: Call) async throws -> Response {
    let edit = try await call.content(editInput)
    if let expiry = edit.expiry { try call.check(expiry) }
    let change = ReservationChange(
      id: try call.reservationID(), action: .edit(expiry: edit.expiry, note: edit.note), origin: call.origin)
    guard case .done(let reservation) = try await call.repository.change(change, once: nil) else {
      throw InventoryError.unexpected("an answer was replayed without a key")
    }
    var json = JSONWriter(capacity: 1024)
    write(reservation, to: &json)
    return .json(json.bytes)
  }

  private static func confirm(_ call: Call) async throws -> Response {
    let (expiry, content) = try await call.optionalContent(expiryInput)
    try call.check(expiry)
    return try await change(call, .confirm(expiry), content)
  }

  private static func fulfill(_ call: Call) async throws -> Response {
    let (parts, content) = try await call.optionalContent(partsInput)
    return try await change(call, .fulfill(parts.lines), content)
  }

  private static func release(_ call: Call) async throws -> Response {
    let (parts, content) = try await call.optionalContent(partsInput)
    return try await change(call, .release(parts.lines), content)
  }

  private static func change(
    _ call: Call, _ action: ReservationChange.Action, _ content: Content
  ) async throws -> Response {
    let change = ReservationChange(id: try call.reservationID(), action: action, origin: call.origin)
    return try await call.once(content, answer: answer) { once in
      try await call.repository.change(change, once: once)
    }
  }
}

extension Call {
  /// Who asks, as ledgers record it.
  var origin: Origin {
    Origin(actor: caller.actor, requestID: requestID, locations: caller.permissions.locations)
  }

  fileprivate func reservationID() throws -> ReservationID {
    guard let id = ReservationID(path[0]) else { throw InventoryError.notFound(.reservation, path[0]) }
    return id
  }

  /// A hold ends within a year, whichever way its end is said; what a mistyped year would promise is refused.
  fileprivate func check(_ expiry: Expiry) throws {
    guard case .at(let instant) = expiry else { return }
    let latest = services.clock.now().microseconds + 366 * 86_400 * 1_000_000
    guard instant.microseconds <= latest else {
      throw Problem(
        .invalidContent, "expires_at may be at most 366 days from now.",
        errors: [FieldError(.pointer("/expires_at"), "too-far", "At most 366 days from now.")])
    }
  }
}
