/// Response fields in the order they are sent. Names are constants of the program, in lower case. Values may
/// be made of what a client sent: ``append(_:_:)`` replaces control characters by spaces (RFC 9110 §5.5), so
/// that none ends its line and starts another.
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
    assert(!name.isEmpty && name.utf8.allSatisfy(HeadReader.isToken), "no name of a field: \(name)")
    let isClean = value.utf8.allSatisfy(HeadReader.isFieldByte)
    lines.append((name, isClean ? value : Self.cleaned(value)))
  }

  /// Adds an element to a field whose value is a list, which stays on one line.
  public mutating func append(_ element: String, toListOf name: String) {
    guard let index = lines.firstIndex(where: { $0.name == name }) else { return append(name, element) }
    replace(name, with: lines[index].value + ", " + element)
  }

  /// Gives a field that is there another value.
  public mutating func replace(_ name: String, with value: String) {
    guard let index = lines.firstIndex(where: { $0.name == name }) else { return }
    var others = lines
    let behind = others[(index + 1)...]
    others.removeSubrange(index...)
    lines = others
    append(name, value)
    lines += behind
  }

  /// The first value of a field; the name in lower case.
  public subscript(name: String) -> String? { lines.first { $0.name == name }?.value }

  private static func cleaned(_ value: String) -> String {
    String(decoding: value.utf8.map { HeadReader.isFieldByte($0) ? $0 : Byte.space }, as: UTF8.self)
  }
}
