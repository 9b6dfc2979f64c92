internal import Inventory
internal import JSON

/// Members that all stored rows have in answers.
enum StoredFields {
  static let properties = [
    Schema.Property(
      "version",
      Schema.integer(1...Int64.max).about("Grows by one with each change; the ETag is made of it."),
      isRequired: true),
    Schema.Property("created_at", .text(format: "date-time"), isRequired: true),
    Schema.Property("updated_at", .text(format: "date-time"), isRequired: true),
  ]
}

extension Schema {
  /// An identifier with this prefix.
  static func identifier(_ prefix: String) -> Schema {
    .text(pattern: "^\(prefix)_[0-7][0-9a-hjkmnp-tv-z]{25}$")
  }

  /// A count of copies.
  static let copies = Schema.integer(0...1_000_000_000_000)
}
