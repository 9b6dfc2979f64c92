internal import Crypto
internal import HTTP

/// A strong entity tag (RFC 9110 §8.8.3): `"3"`, the version of the row, or `"3-5f1d…"` where the
/// representation holds more than the row.
struct EntityTag: Hashable, Sendable, CustomStringConvertible {
  let description: String

  private init(_ description: String) { self.description = description }

  /// The tag of the same content behind gzip; its version is the same.
  var coded: EntityTag { EntityTag(CodedTag.gzip(of: description)) }

  init(version: Int64) { description = "\"\(version)\"" }

  /// The version and a digest of the representation, for one that shows more than the row.
  init(version: Int64, digestOf bytes: [UInt8]) {
    description = "\"\(version)-\(SHA256.hex(bytes).prefix(16))\""
  }
}

/// The value of If-Match or If-None-Match (RFC 9110 §13.1).
enum EntityTagCondition: Hashable, Sendable {
  /// `*`
  case any
  case tags([Tag])

  struct Tag: Hashable, Sendable {
    let isWeak: Bool
    /// With its quotation marks.
    let text: Substring

    /// The version in a tag of ``EntityTag``; nil for a weak tag, which If-Match never accepts, and for a
    /// tag that was not made here.
    var version: Int64? {
      guard !isWeak else { return nil }
      let opaque = text.dropFirst().dropLast()
      let digits = opaque.prefix { $0 != "-" }
      guard !digits.isEmpty, digits.utf8.allSatisfy(isDigit) else { return nil }
      return Int64(digits)
    }
  }

  /// Reads all lines of a field; nil when they are not `*` or a list of entity tags.
  init?(_ values: [String]) {
    let text = values.joined(separator: ",")
    if trimmed(text) == "*" {
      self = .any
      return
    }
    var tags: [Tag] = []
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
      guard !rest.isEmpty else { break }
      let isWeak = rest.hasPrefix("W/")
      if isWeak { rest = rest.dropFirst(2) }
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
      tags.append(Tag(isWeak: isWeak, text: rest[...end]))
      rest = rest[rest.index(after: end)...].drop { $0 == " " || $0 == "\t" }
      guard rest.isEmpty || rest.first == "," else { return nil }
    }
    guard !tags.isEmpty else { return nil }
    self = .tags(tags)
  }

  /// Strong comparison (RFC 9110 §8.8.3.2), as If-Match asks for, with the content coded or not.
  func matchesStrongly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags):
      tags.contains { !$0.isWeak && [tag.description[...], tag.coded.description[...]].contains($0.text) }
    }
  }

  /// Weak comparison (RFC 9110 §8.8.3.2), as If-None-Match asks for.
  func matchesWeakly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): tags.contains { $0.text == tag.description[...] }
    }
  }
}
