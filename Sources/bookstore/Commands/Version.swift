internal import CBuild
internal import JSON

/// Which program this is.
enum Version {
  /// By semver.org.
  static let number = unsafe String(cString: cbuild_version())
  /// The commit it was built from, or `unknown`.
  static let revision = unsafe String(cString: cbuild_revision())

  static var text: String { "bookstore \(number) (\(revision))\n" }

  static var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("version", number)
    json.member("revision", revision)
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }
}
