/// A strong entity tag (RFC 9110 §8.8.3): `"3"`, the version of the row, or `"3-5f1d…"` where the
/// representation holds more than the row.
struct EntityTag: Hashable, Sendable, CustomStringConvertible {
  let description: String

  init(version: Int64) { description = "\"\(version)\"" }

  /// The version and a digest of the whole representation, as hexadecimal digits.
  init(version: Int64, digest: String) { description = "\"\(version)-\(digest)\"" }
}
