internal import Inventory
internal import JSON

extension Reservations {
  private static let quantities: [Schema.Property] = [
    Schema.Property("held", Schema.copies.about("Promised, and there."), isRequired: true),
    Schema.Property("backordered", Schema.copies.about("Waited for."), isRequired: true),
    Schema.Property("fulfilled", Schema.copies.about("Handed out."), isRequired: true),
    Schema.Property("released", Schema.copies.about("Freed."), isRequired: true),
    Schema.Property("expired", Schema.copies.about("Freed because the time ran out."), isRequired: true),
    Schema.Property(
      "short", Schema.copies.about("Taken by a forced decrease although they were held."),
      isRequired: true),
  ]

  static let schema = Schema.named(
    "Reservation",
    .object([
      Schema.Property("id", .identifier("res"), isRequired: true),
      Schema.Property("reference", Schema.text(1...255).orNull, isRequired: true),
      Schema.Property("state", .values(ReservationState.allCases.map(\.rawValue)), isRequired: true),
      Schema.Property(
        "expires_at", Schema.text(format: "date-time").orNull.about("Null: never."), isRequired: true),
      Schema.Property("partial", .boolean, isRequired: true),
      Schema.Property("allow_backorder", .boolean, isRequired: true),
      Schema.Property("note", Schema.text(1...1000).orNull, isRequired: true),
      Schema.Property("lines", .list(of: line), isRequired: true),
      Schema.Property("created_at", Schema.text(format: "date-time"), isRequired: true),
      Schema.Property("updated_at", Schema.text(format: "date-time"), isRequired: true),
    ]))

  private static let line = Schema.named(
    "ReservationLine",
    .object(
      [
        Schema.Property("index", .integer(0...499), isRequired: true),
        Schema.Property("item", .identifier("itm"), isRequired: true),
        Schema.Property(
          "sku", Schema.text(SKU.length).about("As it was when the copies were asked for."),
          isRequired: true),
        Schema.Property(
          "location",
          Schema.text(LocationCode.length).orNull.about("As asked for; null: the service chose."),
          isRequired: true),
        Schema.Property("quantity", Schema.copies.about("Asked for."), isRequired: true),
        Schema.Property(
          "missing", Schema.copies.about("Asked for, but not there when a part was enough."),
          isRequired: true),
      ] + quantities + [
        Schema.Property("allocations", .list(of: allocation), isRequired: true)
      ]))

  private static let allocation = Schema.named(
    "HoldAllocation",
    .object(
      [Schema.Property("location", Schema.text(LocationCode.length), isRequired: true)] + quantities))

  static func write(_ reservation: Reservation, to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", reservation.id)
    json.member("reference", reservation.reference)
    json.member("state", reservation.state.rawValue)
    json.member("expires_at", reservation.expiresAt)
    json.member("partial", reservation.partial)
    json.member("allow_backorder", reservation.allowBackorder)
    json.member("note", reservation.note)
    json.name("lines")
    json.beginArray()
    for (index, line) in reservation.lines.enumerated() { write(line, index, to: &json) }
    json.endArray()
    json.member("created_at", reservation.createdAt)
    json.member("updated_at", reservation.updatedAt)
    json.endObject()
  }

  private static func write(_ line: ReservationLine, _ index: Int, to json: inout JSONWriter) {
    let total = line.total
    json.beginObject()
    json.member("index", Int64(index))
    json.member("item", line.itemID)
    json.member("sku", line.sku)
    json.member("location", line.locationCode)
    json.member("quantity", line.quantity)
    json.member("missing", max(0, line.quantity - total.everything))
    write(total, to: &json)
    json.name("allocations")
    json.beginArray()
    for allocation in line.allocations {
      json.beginObject()
      json.member("location", allocation.locationCode)
      write(allocation.quantities, to: &json)
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  private static func write(_ quantities: HoldQuantities, to json: inout JSONWriter) {
    json.member("held", quantities.held)
    json.member("backordered", quantities.backordered)
    json.member("fulfilled", quantities.fulfilled)
    json.member("released", quantities.released)
    json.member("expired", quantities.expired)
    json.member("short", quantities.short)
  }

  // MARK: Availability

  static let availabilitySchema = Schema.named(
    "Availability",
    .object([
      Schema.Property(
        "fits", Schema.boolean.about("Whether every line could be held now."), isRequired: true),
      Schema.Property(
        "lines",
        .list(
          of: .object([
            Schema.Property("index", .integer(0...499), isRequired: true),
            Schema.Property("item", .identifier("itm"), isRequired: true),
            Schema.Property("sku", Schema.text(SKU.length), isRequired: true),
            Schema.Property("wanted", .copies, isRequired: true),
            Schema.Property(
              "available", Schema.copies.about("Up to what is wanted, with the lines before it served."),
              isRequired: true),
            Schema.Property(
              "allocations",
              .list(
                of: .object([
                  Schema.Property("location", Schema.text(LocationCode.length), isRequired: true),
                  Schema.Property("quantity", .copies, isRequired: true),
                ])), isRequired: true),
          ])), isRequired: true),
    ]))

  static func write(_ availability: Availability, to json: inout JSONWriter) {
    json.beginObject()
    json.member("fits", availability.fits)
    json.name("lines")
    json.beginArray()
    for (index, line) in availability.lines.enumerated() {
      json.beginObject()
      json.member("index", Int64(index))
      json.member("item", line.itemID)
      json.member("sku", line.sku)
      json.member("wanted", line.wanted)
      json.member("available", line.available)
      json.name("allocations")
      json.beginArray()
      for allocation in line.allocations {
        json.beginObject()
        json.member("location", allocation.locationCode)
        json.member("quantity", allocation.quantities.held)
        json.endObject()
      }
      json.endArray()
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }
}
