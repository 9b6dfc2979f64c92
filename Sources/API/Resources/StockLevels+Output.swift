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
            "version",
            Schema.integer(0...Int64.max).orNull.about("0 where nothing was ever stocked; null with as_of."),
            isRequired: true),
          Schema.Property("updated_at", Schema.text(format: "date-time").orNull, isRequired: true),
        ]))

  static func write(_ level: StockLevel, to json: inout JSONWriter) {
    write(level, version: level.version, to: &json)
  }

  /// A level as it was: quantities alone are known of it.
  static func writePast(_ level: StockLevel, to json: inout JSONWriter) {
    write(level, version: nil, to: &json)
  }

  private static func write(_ level: StockLevel, version: Int64?, to json: inout JSONWriter) {
    json.beginObject()
    json.member("item_id", level.itemID)
    json.member("sku", level.sku)
    json.member("book_id", level.bookID)
    json.plainMember("isbn", level.isbn?.digits)
    json.member("location_id", level.locationID)
    json.plainMember("location_code", level.locationCode)
    write(level.quantities, available: level.available, to: &json)
    writePolicy(level.policy, to: &json)
    json.member("version", version)
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

extension StockLevels {
  /// For CSV; JSON groups the quantities.
  static let table = Table<StockLevel>(
    name: "stock", columns: columns + [.init("version") { .integer($0.version) }])

  /// A version is of the present.
  static let pastTable = Table<StockLevel>(
    name: "stock", columns: columns + [.init("version") { _ in .integer(nil) }])

  private static let columns: [Table<StockLevel>.Column] = [
    .init("item_id") { .text($0.itemID.description) },
    .init("sku") { .text($0.sku) },
    .init("book_id") { .text($0.bookID.description) },
    .init("isbn") { .text($0.isbn?.digits) },
    .init("location_id") { .text($0.locationID.description) },
    .init("location_code") { .text($0.locationCode) },
    .init("on_hand") { .integer($0.quantities.onHand) },
    .init("damaged") { .integer($0.quantities.damaged) },
    .init("inspection") { .integer($0.quantities.inspection) },
    .init("held_back") { .integer($0.quantities.heldBack) },
    .init("held") { .integer($0.quantities.held) },
    .init("available") { .integer($0.available) },
    .init("incoming") { .integer($0.quantities.incoming) },
    .init("in_transit") { .integer($0.quantities.inTransit) },
    .init("backordered") { .integer($0.quantities.backordered) },
    .init("reorder_point") { .integer($0.policy.reorderPoint) },
    .init("safety_stock") { .integer($0.policy.safetyStock) },
    .init("bin") { .text($0.policy.bin) },
    .init("updated_at") { .text($0.updatedAt?.description) },
  ]
}
