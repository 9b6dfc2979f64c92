/// Why a text is not I-JSON (RFC 7493).
public struct JSONSyntaxError: Error, Hashable, Sendable {
  /// Kebab case: `syntax`, `duplicate-name`, `not-utf8`, `nul-character`, `lone-surrogate`, `noncharacter`,
  /// `too-deep`, `trailing-bytes`, `empty`.
  public let code: String
  /// One sentence that says what is wrong and where.
  public let detail: String
  /// The byte at fault, from 0.
  public let offset: Int
  /// RFC 6901 pointer to the value being read.
  public let pointer: String

  /// From its parts.
  public init(code: String, detail: String, offset: Int, pointer: String) {
    self.code = code
    self.detail = detail
    self.offset = offset
    self.pointer = pointer
  }

  /// The same error, seen from the array or object around the value.
  func within(_ token: String) -> Self {
    // Bytes, not characters: with an accent behind it a slash is another character.
    let mustEscape = token.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
    let escaped = mustEscape ? Self.escape(token) : token
    return Self(code: code, detail: detail, offset: offset, pointer: "/" + escaped + pointer)
  }

  /// RFC 6901 §3.
  private static func escape(_ token: String) -> String {
    var escaped = ""
    for scalar in token.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension JSONValue {
  /// Reads I-JSON (RFC 7493 on RFC 8259): UTF-8 without a byte order mark, unique names, nothing behind the
  /// value, no U+0000, no lone surrogates, no noncharacters, nested at most `maximumDepth` deep.
  ///
  /// Names are compared as Swift compares strings, so two that are canonically equivalent are duplicates.
  public init(parsing bytes: [UInt8], maximumDepth: Int = 32) throws(JSONSyntaxError) {
    var parser = JSONParser(maximumDepth: maximumDepth)
    self = try parser.document(bytes.span)
  }
}

/// Walks over the bytes once; an error is thrown without a pointer and gets it on its way out.
struct JSONParser {
  var position = 0
  private var depth = 0
  private let maximumDepth: Int

  init(maximumDepth: Int) { self.maximumDepth = maximumDepth }

  mutating func document(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONValue {
    skipSpace(bytes)
    guard position < bytes.count else {
      throw JSONSyntaxError(code: "empty", detail: "There is no JSON value.", offset: position, pointer: "")
    }
    if bytes[0] == 0xEF {
      throw error("JSON must not start with a byte order mark (RFC 8259 §8.1).")
    }
    let value = try value(bytes)
    skipSpace(bytes)
    guard position == bytes.count else {
      throw error("There is more behind the value, from byte \(position).", code: "trailing-bytes")
    }
    return value
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONValue {
    guard position < bytes.count else { throw unexpected("a value", bytes) }
    switch bytes[position] {
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "{"): return .object(try object(bytes))
    case UInt8(ascii: "["): return .array(try array(bytes))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(bytes))
    case UInt8(ascii: "t"): return try literal("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try literal("null", .null, bytes)
    default: throw unexpected("a value", bytes)
    }
  }

  // MARK: Containers

  private mutating func object(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> [JSONMember] {
    try enter()
    var members: [JSONMember] = []
    // Only large objects need a set; in small ones looking through is faster.
    var names: Set<String> = []
    skipSpace(bytes)
    if take(UInt8(ascii: "}"), bytes) { return leave(members) }
    members.reserveCapacity(8)
    repeat {
      skipSpace(bytes)
      let start = position
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw unexpected("a name in quotation marks", bytes)
      }
      let name = try string(bytes)
      if members.count == Self.namesToLookThrough { names = Set(members.map(\.name)) }
      let isDuplicate =
        members.count < Self.namesToLookThrough
        ? members.contains { $0.name == name } : !names.insert(name).inserted
      if isDuplicate {
        throw JSONSyntaxError(
          code: "duplicate-name",
          detail: "The name “\(name.prefix(100))” stands twice, again at byte \(start).",
          offset: start, pointer: ""
        ).within(name)
      }
      skipSpace(bytes)
      guard take(UInt8(ascii: ":"), bytes) else { throw unexpected("a colon behind the name", bytes) }
      skipSpace(bytes)
      do throws(JSONSyntaxError) {
        members.append(JSONMember(name: name, value: try value(bytes)))
      } catch { throw error.within(name) }
      skipSpace(bytes)
    } while take(UInt8(ascii: ","), bytes)
    guard take(UInt8(ascii: "}"), bytes) else { throw unexpected("a comma or a closing brace", bytes) }
    return leave(members)
  }

  private mutating func array(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    skipSpace(bytes)
    if take(UInt8(ascii: "]"), bytes) { return leave(elements) }
    repeat {
      skipSpace(bytes)
      do throws(JSONSyntaxError) {
        elements.append(try value(bytes))
      } catch { throw error.within(String(elements.count)) }
      skipSpace(bytes)
    } while take(UInt8(ascii: ","), bytes)
    guard take(UInt8(ascii: "]"), bytes) else { throw unexpected("a comma or a closing bracket", bytes) }
    return leave(elements)
  }

  private static let namesToLookThrough = 24

  private mutating func enter() throws(JSONSyntaxError) {
    guard depth < maximumDepth else {
      throw error("Values are nested more than \(maximumDepth) deep, at byte \(position).", code: "too-deep")
    }
    depth += 1
    position += 1
  }

  private mutating func leave<Container>(_ container: Container) -> Container {
    depth -= 1
    return container
  }

  // MARK: Scalars

  /// RFC 8259 §6.
  private mutating func number(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"), bytes)
    if take(UInt8(ascii: "0"), bytes) {
      if position < bytes.count, Self.isDigit(bytes[position]) {
        throw error("A number does not start with 0 before other digits, at byte \(position).")
      }
    } else {
      try digits(bytes)
    }
    if take(UInt8(ascii: "."), bytes) { try digits(bytes) }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if !take(UInt8(ascii: "+"), bytes) { _ = take(UInt8(ascii: "-"), bytes) }
      try digits(bytes)
    }
    return try Self.text(bytes.extracting(start..<position), at: start)
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONSyntaxError) {
    let start = position
    while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
    guard position > start else { throw unexpected("a digit", bytes) }
  }

  private mutating func literal(
    _ word: String, _ value: JSONValue, _ bytes: Span<UInt8>
  ) throws(JSONSyntaxError) -> JSONValue {
    for byte in word.utf8 {
      guard take(byte, bytes) else { throw unexpected("“\(word)”", bytes) }
    }
    return value
  }

  // MARK: Bytes

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  // MARK: Errors

  func error(_ detail: String, code: String = "syntax") -> JSONSyntaxError {
    JSONSyntaxError(code: code, detail: detail, offset: position, pointer: "")
  }

  /// What should stand at the position, and what stands there.
  func unexpected(_ expected: String, _ bytes: Span<UInt8>) -> JSONSyntaxError {
    guard position < bytes.count else {
      return error("The text ends at byte \(position), where \(expected) must follow.")
    }
    let byte = bytes[position]
    let found =
      0x20...0x7E ~= byte
      ? "“\(Character(Unicode.Scalar(byte)))”" : "the byte 0x" + String(byte, radix: 16, uppercase: true)
    return error("Expected \(expected), found \(found) at byte \(position).")
  }
}
