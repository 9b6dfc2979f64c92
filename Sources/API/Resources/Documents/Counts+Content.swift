internal import Inventory
internal import JSON

extension Counts {
  private static let location = Member.defaulted(
    "location", .locationReference, .string(Location.mainCode), "The location's id or code.")
  private static let items = Member.optional(
    "items", .list(of: .itemReference, count: 1...Adjustment.maximumLines),
    "Which items; without it every item with a level at the location, at most \(Count.maximumLines).")
  private static let blind = Member<Bool>.defaulted(
    "blind", .boolean, false, "Hide what is expected until the count is completed.")

  static let input = Format<CountRequest>.object(
    .named(
      "CountInput",
      .object([
        location.property, items.property, blind.property, Documents.reference.property,
        Documents.note.property,
      ]))
  ) { reader in
    let location = reader.value(of: location) ?? .code(Location.mainCode)
    let items = reader.value(of: items)
    if let items { Documents.reportRepeated(items, in: "items", reader.issues) }
    return CountRequest(
      location: location, items: items, blind: reader.value(of: blind) ?? false,
      reference: reader.value(of: Documents.reference), note: reader.value(of: Documents.note),
      origin: Origin(actor: ""))
  }

  // MARK: What was found

  private static let counted = Member.required(
    "counted", .integer(0...Adjustment.maximumQuantity),
    "Copies that are physically there, whatever their state.")
  private static let countedAt = Member.optional(
    "counted_at", .instant, "When they were; now unless said otherwise. Not in the future.")
  private static let line = Format<CountedItem>.object(
    .named(
      "CountedItem", .object([Documents.item.property, counted.property, countedAt.property]))
  ) { reader in
    let item = reader.value(of: Documents.item)
    let counted = reader.value(of: counted)
    let countedAt = reader.value(of: countedAt)
    guard let item, let counted else { return nil }
    return CountedItem(item: item, counted: counted, countedAt: countedAt)
  }
  private static let lines = Member.required(
    "lines", .list(of: line, count: 1...Adjustment.maximumLines),
    "Each item at most once; an item that was counted before is counted anew.")

  static let found = Format<[CountedItem]>.object(.named("CountedItems", .object([lines.property]))) {
    reader in
    let lines = reader.value(of: lines)
    if let lines { Documents.reportRepeated(lines.map(\.item), in: "lines", reader.issues) }
    return lines
  }

  // MARK: The end

  private static let force = Member<Bool>.defaulted(
    "force", .boolean, false,
    "Take what is not there even if it is held; the newest holds lose theirs, which are marked short.",
    isWriteOnly: true)
  private static let uncounted = Member<CountChange.Uncounted>.defaulted(
    "uncounted", .oneOf, "keep", "Whether items that nobody counted stay as they are, or are not there.",
    isWriteOnly: true)

  static let completion = Format<CountChange.Action>.object(
    .named("CountCompletion", .object([force.property, uncounted.property]))
  ) { reader in
    .complete(
      force: reader.value(of: force) ?? false, uncounted: reader.value(of: uncounted) ?? .keep)
  }

  static let nothing = Format<Bool>.object(.named("CountAction", .object([]))) { _ in true }

  // MARK: Output

  private static let head: [Schema.Property] = [
    Schema.Property("id", .identifier("cnt"), isRequired: true),
    Schema.Property("state", .values(CountState.allCases.map(\.rawValue)), isRequired: true),
    Schema.Property(
      "location", Schema.text(LocationCode.length).about("The code, as it is now."), isRequired: true),
    Schema.Property("blind", .boolean, isRequired: true),
    Schema.Property(
      "everything", Schema.boolean.about("Every item at the location; others that are found can be added."),
      isRequired: true),
    Schema.Property("lines_total", .integer(0...Int64(Count.maximumLines)), isRequired: true),
    Schema.Property("lines_counted", .integer(0...Int64(Count.maximumLines)), isRequired: true),
  ]
  private static let linesProperty = Schema.Property("lines", .list(of: outputLine), isRequired: true)

  static let summarySchema = Schema.named("CountSummary", .object(head + Documents.properties))
  static let schema = Schema.named("Count", .object(head + [linesProperty] + Documents.properties))
  static let resultSchema = Schema.named(
    "CompletedCount",
    .object(
      head + [
        linesProperty,
        Schema.Property(
          "movements",
          Schema.list(of: Movements.schema).about("Of the variances, in the order of the lines."),
          isRequired: true),
      ] + Documents.properties))

  private static let outputLine = Schema.named(
    "CountLine",
    .object(
      Documents.lineProperties + [
        Schema.Property("counted", Schema.copies.orNull.about("Null: not yet."), isRequired: true),
        Schema.Property("counted_at", Schema.text(format: "date-time").orNull, isRequired: true),
        Schema.Property(
          "expected",
          Schema.copies.orNull.about(
            "On hand when it was counted, by the ledger; null while a blind count is open."),
          isRequired: true),
        Schema.Property(
          "variance",
          Schema.integer(-Adjustment.maximumQuantity...Adjustment.maximumQuantity).orNull.about(
            "counted − expected."), isRequired: true),
      ]))

  static func write(
    _ count: Count, withLines: Bool = true, movements: [Movement]? = nil, to json: inout JSONWriter
  ) {
    json.beginObject()
    json.member("id", count.id)
    json.member("state", count.state.rawValue)
    json.plainMember("location", count.locationCode)
    json.member("blind", count.blind)
    json.member("everything", count.everything)
    json.member("lines_total", Int64(count.total))
    json.member("lines_counted", Int64(count.counted))
    if withLines { write(count.lines, to: &json) }
    if let movements {
      json.name("movements")
      json.beginArray()
      for movement in movements { Movements.write(movement, to: &json) }
      json.endArray()
    }
    json.member("reference", count.reference)
    json.member("note", count.note)
    json.member("actor", count.actor)
    json.member("version", count.version)
    json.member("created_at", count.createdAt)
    json.member("updated_at", count.updatedAt)
    json.endObject()
  }

  private static func write(_ lines: [CountLine], to json: inout JSONWriter) {
    json.name("lines")
    json.beginArray()
    for (index, line) in lines.enumerated() {
      json.beginObject()
      json.member("index", Int64(index))
      json.member("item", line.itemID)
      json.member("sku", line.sku)
      json.member("counted", line.counted)
      json.member("counted_at", line.countedAt)
      json.member("expected", line.expected)
      json.member("variance", line.variance)
      json.endObject()
    }
    json.endArray()
  }
}
