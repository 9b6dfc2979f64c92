internal import HTTP
internal import Inventory
internal import JSON

/// Changes of quantities: `/v1/adjustments`.
enum Adjustments {
  static let routes = [
    Route(
      .post, "/v1/adjustments", "adjust", tag: .adjustments, summary: "Change quantities",
      about: "All lines or none. A line says by how much a bucket changes (delta), or what it becomes (set), "
        + "provided that it is what you think it is (expected). Movements and levels come back in the order "
        + "of the lines.",
      conditions: [.preferMinimal, .idempotencyKey],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.adjustmentInput),
      answers: [
        .created(
          schema, "What was done.", example: Examples.adjustment, fields: [.idempotentReplayed])
      ],
      problems: [.insufficientStock, .heldStock, .stockChanged, .quantityTooLarge], scope: .stockAdjust,
      handler: adjust)
  ]

  // MARK: Declarations

  private static let item = Member.required(
    "item", .itemReference, "The item's id or SKU; of a book's new item the ISBN in any spelling.")
  private static let location = Member.defaulted(
    "location", .locationReference, .string(Location.mainCode), "The location's id or code.")
  private static let bucket = Member<Bucket>.defaulted(
    "bucket", .oneOf, "on_hand",
    "on_hand is everything physically there; the others are the parts of it that cannot be sold.")
  private static let delta = Member.optional(
    "delta", .integer(-Adjustment.maximumQuantity...Adjustment.maximumQuantity),
    "Add so many copies, or take them when negative; not 0. Either this or set with expected.")
  private static let set = Member.optional(
    "set", .integer(0...Adjustment.maximumQuantity), "Make it so many copies; needs expected.")
  private static let expected = Member.optional(
    "expected", .integer(0...Adjustment.maximumQuantity),
    "What the bucket must have now for set to be done; otherwise 409 stock-changed.")

  private static let line = Format<AdjustmentLine>.object(
    .named(
      "AdjustmentLine",
      .object([
        item.property, location.property, bucket.property, delta.property, set.property, expected.property,
      ]))
  ) { reader in
    let item = reader.value(of: item)
    let location = reader.value(of: location) ?? .code(Location.mainCode)
    let bucket = reader.value(of: bucket) ?? .onHand
    guard let change = change(reader), let item else { return nil }
    return AdjustmentLine(item: item, location: location, bucket: bucket, change: change)
  }

  /// Exactly one of `delta`, and `set` with `expected`: without what it was, a set would undo in silence
  /// whatever was sold meanwhile.
  private static func change(_ reader: ObjectReader) -> AdjustmentLine.Change? {
    let (quantity, target, present) = (
      reader.value(of: delta), reader.value(of: set), reader.value(of: expected)
    )
    let hasDelta = reader.has(delta)
    let hasSet = reader.has(set)
    let hasExpected = reader.has(expected)
    switch (hasDelta, hasSet, hasExpected) {
    case (true, false, false):
      guard let quantity else { return nil }
      guard quantity != 0 else {
        reader.issues.report(member: "delta", "zero", "A delta of 0 changes nothing.")
        return nil
      }
      return .delta(quantity)
    case (false, true, true):
      guard let target, let present else { return nil }
      return .set(to: target, expected: present)
    case (false, true, false):
      reader.issues.report(
        member: "expected", "required", "set needs expected: what you believe the bucket has now.")
    case (false, false, true):
      reader.issues.report(member: "set", "required", "expected is of use only with set.")
    case (false, false, false):
      reader.issues.report("no-change", "A line needs delta, or set with expected.")
    case (true, _, _):
      reader.issues.report("several-changes", "A line has either delta, or set with expected.")
    }
    return nil
  }

  private static let reason = Member<AdjustmentReason>.required("reason", .oneOf, "Why.")
  private static let reference = Member.optional(
    "reference", .line(1...255), "Your own number, such as of an order.")
  private static let note = Member.optional("note", .lines(1...1000), "A remark for people.")
  private static let occurredAt = Member.optional(
    "occurred_at", .instant, "When it happened; now unless said otherwise. Not in the future.")
  private static let force = Member<Bool>.defaulted(
    "force", .boolean, false,
    "Take copies even if they are held; the newest holds lose theirs, which are marked short.",
    isWriteOnly: true)
  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines),
    "Each bucket of an item at a location at most once.")

  static let input = Format<Adjustment>.object(
    .named(
      "AdjustmentInput",
      .object([
        reason.property, reference.property, note.property, occurredAt.property,
        force.property, lines.property,
      ]))
  ) { reader in
    let reason = reader.value(of: reason)
    let reference = reader.value(of: reference)
    let note = reader.value(of: note)
    let occurredAt = reader.value(of: occurredAt)
    let force = reader.value(of: force) ?? false
    let lines = reader.value(of: lines)
    if let lines { reportRepeated(lines, reader.issues) }
    guard let reason, let lines, reader.issues.isEmpty else { return nil }
    return Adjustment(
      reason: reason, reference: reference, note: note, occurredAt: occurredAt, actor: "",
      force: force, lines: lines)
  }

  private static func reportRepeated(_ lines: [AdjustmentLine], _ issues: Issues) {
    struct Key: Hashable {
      let item: ItemReference
      let location: LocationReference
      let bucket: Bucket
    }
    var first: [Key: Int] = [:]
    for (index, line) in lines.enumerated() {
      let key = Key(item: line.item, location: line.location, bucket: line.bucket)
      guard let earlier = first[key] else {
        first[key] = index
        continue
      }
      issues.within("lines") {
        issues.within(index) {
          issues.report(
            "duplicate-line",
            "/lines/\(earlier) and /lines/\(index) change the same bucket of the same item at the same location; "
              + "make one line of them.")
        }
      }
    }
  }

  private static let schema = Schema.named(
    "Adjustment",
    .object([
      Schema.Property("id", .identifier("adj"), isRequired: true),
      Schema.Property("movements", .list(of: Movements.schema), isRequired: true),
      Schema.Property(
        "levels", Schema.list(of: StockLevels.schema).about("As they are after all lines."), isRequired: true),
    ]))

  static func write(_ result: AdjustmentResult, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", result.id)
    json.name("movements")
    json.beginArray()
    for movement in result.movements { Movements.write(movement, to: &json) }
    json.endArray()
    json.name("levels")
    json.beginArray()
    for level in result.levels { StockLevels.write(level, to: &json) }
    json.endArray()
    json.endObject()
  }

  // MARK: Handlers

  private static func adjust(_ call: Call) async throws -> Response {
    var (adjustment, content) = try await call.contentWithBytes(input)
    adjustment.origin = call.origin
    if let occurredAt = adjustment.occurredAt {
      let latest = call.services.clock.now().microseconds + clockTolerance
      guard occurredAt.microseconds <= latest else {
        throw Problem(
          .invalidContent, "occurred_at lies in the future.",
          errors: [FieldError(.pointer("/occurred_at"), "in-the-future", "This lies in the future.")])
      }
    }
    return try await call.once(content, answer: answer) { [adjustment] once in
      try await call.repository.adjust(adjustment, once: once)
    }
  }

  @Sendable private static func answer(_ result: AdjustmentResult) -> StoredAnswer {
    var json = JSONWriter(capacity: 1024 * result.movements.count)
    write(result, to: &json)
    return StoredAnswer(
      status: Status.created.code, location: nil, body: String(decoding: json.bytes, as: UTF8.self))
  }

  /// How far a client's clock may be ahead: five minutes, in microseconds.
  private static let clockTolerance: Int64 = 5 * 60 * 1_000_000
}
