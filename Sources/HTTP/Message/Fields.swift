/// Response fields in the order they are sent. Names are written in lower case by convention here; values
/// must not hold CR, LF or NUL, which ``append(_:_:)`` replaces by spaces (RFC 9110 §5.5).
public struct Fields: Sendable, ExpressibleByDictionaryLiteral {
  /// Name and value of each field line.
  public private(set) var lines: [(name: String, value: String)] = []

  /// No fields.
  public init() {}

  /// From its parts.
  public init(dictionaryLiteral elements: (String, String)...) {
    lines.reserveCapacity(elements.count + 2)
    for (name, value) in elements { append(name, value) }
  }

  /// Adds a field line.
  public mutating func append(_ name: String, _ value: String) {
    let isClean = value.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 }
    lines.append((name, isClean ? value : Self.cleaned(value)))
  }

  /// The first value of a field; the name in lower case.
  public subscript(name: String) -> String? { lines.first { $0.name == name }?.value }

  private static func cleaned(_ value: String) -> String {
    String(decoding: value.utf8.map { $0 == 0 || $0 == 10 || $0 == 13 ? 32 : $0 }, as: UTF8.self)
  }
}
