internal import Inventory
internal import JSON

extension StockLevels {
  private static let quantityProperties = [
    Schema.Property(
      "on_hand", Schema.copies.about("Everything physically there, whatever its state."), isRequired: true),
    Schema.Property(
      "unavailable",
      Schema.object(
        ["damaged", "inspection", "held_back"].map { Schema.Property($0, .copies, isRequired: true) }
      ).about("Parts of on_hand that cannot be sold."), isRequired: true),
    Schema.Property("held", Schema.copies.about("Promised to somebody, still here."), isRequired: true),
    Schema.Property(
      "available",
      Schema.copies.about("on_hand − unavailable − held − safety_stock, never below 0."), isRequired: true),
    Schema.Property("incoming", Schema.copies.about("Ordered from suppliers."), isRequired: true),
    Schema.Property("in_transit", Schema.copies.about("On the way from another location."), isRequired: true),
    Schema.Property("backordered", Schema.copies.about("Promised beyond what is here."), isRequired: true),
  ]

  /// The sums over all items and locations of a book.
  static let totalsSchema = Schema.named("StockTotals", .object(quantityProperties))

  /// A level as answers show it.
  static let schema = Schema.named(
    "StockLevel",
    .object(
      [
        Schema.Property("item_id", .identifier("itm"), isRequired: true),
        Schema.Property("sku", .text(SKU.length), isRequired: true),
        Schema.Property("book_id", .identifier("bk"), isRequired: true),
        Schema.Property("isbn", Schema.text(13...13).orNull, isRequired: true),
        Schema.Property("location_id", .identifier("loc"), isRequired: true),
        Schema.Property("location_code", .text(LocationCode.length), isRequired: true),
      ] + quantityProperties
        + policyProperties.map { Schema.Property($0.name, $0.schema, isRequired: true) } + [
          Schema.Property(
            "version", Schema.integer(0...Int64.max).about("0 where nothing was ever stocked."),
            isRequired: true),
          Schema.Property("updated_at", Schema.text(format: "date-time").orNull, isRequired: true),
        ]))

  static func write(_ level: StockLevel, to json: inout JSONWriter) {
    json.beginObject()
    json.member("item_id", level.itemID)
    json.member("sku", level.sku)
    json.member("book_id", level.bookID)
    json.plainMember("isbn", level.isbn?.digits)
    json.member("location_id", level.locationID)
    json.plainMember("location_code", level.locationCode)
    write(level.quantities, available: level.available, to: &json)
    writePolicy(level.policy, to: &json)
    json.member("version", level.version)
    json.member("updated_at", level.updatedAt)
    json.endObject()
  }

  static func write(_ totals: StockTotals, to json: inout JSONWriter) {
    json.beginObject()
    write(totals.quantities, available: totals.available, to: &json)
    json.endObject()
  }

  static func writePolicy(_ policy: StockPolicy, to json: inout JSONWriter) {
    json.member("reorder_point", policy.reorderPoint)
    json.member("safety_stock", policy.safetyStock)
    json.member("bin", policy.bin)
  }

  private static func write(_ quantities: Quantities, available: Int64, to json: inout JSONWriter) {
    json.member("on_hand", quantities.onHand)
    json.name("unavailable")
    json.beginObject()
    json.member("damaged", quantities.damaged)
    json.member("inspection", quantities.inspection)
    json.member("held_back", quantities.heldBack)
    json.endObject()
    json.member("held", quantities.held)
    json.member("available", available)
    json.member("incoming", quantities.incoming)
    json.member("in_transit", quantities.inTransit)
    json.member("backordered", quantities.backordered)
  }
}
