/// A request's start line and fields: the bytes as they came, and where in them everything is.
///
/// Nothing is copied out before it is asked for. Made by ``HeadParser``, which has checked the syntax.
public final class RequestHead: Sendable {
  /// The head's bytes, through the empty line.
  let bytes: [UInt8]
  let layout: HeadLayout

  /// The method.
  public let method: Method

  init(bytes: [UInt8], layout: HeadLayout, method: Method) {
    self.bytes = bytes
    self.layout = layout
    self.method = method
  }

  /// The minor version of HTTP/1: 0 or 1.
  public var minorVersion: Int { Int(layout.minorVersion) }

  /// The path as it was sent, still percent-encoded; starts with `/` except for `*`. A URL without a path
  /// has the path `/` (RFC 9110 §4.2.3).
  public var rawPath: ArraySlice<UInt8> {
    layout.isPathEmpty ? (layout.isWholeServer ? Self.wholeServer : Self.root) : bytes[layout.path.range]
  }

  private static let root = [Byte.slash][...]
  private static let wholeServer = [Byte.asterisk][...]

  /// The query as it was sent, without its `?`; nil when there is no `?`.
  public var rawQuery: ArraySlice<UInt8>? { layout.hasQuery ? bytes[layout.query.range] : nil }

  /// Path and query as they were sent, for logs and `instance`.
  public var target: String { String(decoding: bytes[layout.target.range], as: UTF8.self) }

  /// How many field lines there are.
  public var fieldCount: Int { Int(layout.fieldCount) }

  /// The first value of a field, without the white space around it. The name in lower case; only fields
  /// that are allowed once should be read so.
  public func first(_ name: String) -> String? {
    for index in 0..<fieldCount where fieldName(index, is: name) {
      return value(index)
    }
    return nil
  }

  /// All values of a field, in order.
  public func values(_ name: String) -> [String] {
    var found: [String] = []
    for index in 0..<fieldCount where fieldName(index, is: name) {
      found.append(value(index))
    }
    return found
  }

  /// Whether the field is there at all; the name in lower case.
  public func has(_ name: String) -> Bool { (0..<fieldCount).contains { fieldName($0, is: name) } }

  /// All field lines in order, as bytes: names as they were sent, values without the white space around them.
  package var lines: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
    (0..<fieldCount).map { index in
      let field = layout.fields[index]
      return (bytes[field.name.range], bytes[field.value.range])
    }
  }

  func value(_ index: Int) -> String {
    String(decoding: bytes[layout.fields[index].value.range], as: UTF8.self)
  }

  func fieldName(_ index: Int, is name: String) -> Bool {
    let field = layout.fields[index].name
    guard field.count == name.utf8.count else { return false }
    var offset = Int(field.start)
    for expected in name.utf8 {
      let byte = bytes[offset]
      guard (byte >= 65 && byte <= 90 ? byte | 0x20 : byte) == expected else { return false }
      offset += 1
    }
    return true
  }
}

/// Offsets into a head's bytes; heads are smaller than 64 KiB.
struct HeadRange: Sendable {
  var start: UInt16 = 0
  var end: UInt16 = 0

  var range: Range<Int> { Int(start)..<Int(end) }
  var count: Int { Int(end) - Int(start) }
}

/// Where everything is in a head.
struct HeadLayout: Sendable {
  static let maximumFields = 64

  struct Field: Sendable {
    var name = HeadRange()
    var value = HeadRange()
  }

  var method = HeadRange()
  var target = HeadRange()
  var path = HeadRange()
  var query = HeadRange()
  var hasQuery = false
  /// The target is a URL without a path, for which `/` stands, or `*` when it is the whole server.
  var isPathEmpty = false
  var isWholeServer = false
  var minorVersion: UInt8 = 1
  var fieldCount: UInt8 = 0
  var fields = InlineArray<64, Field>(repeating: Field())
}
