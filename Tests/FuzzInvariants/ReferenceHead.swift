import HTTP

/// Reads the head of a request line by line, without any cleverness, and refuses what RFC 9112 forbids: what the
/// parser takes must be taken here too, and be the same. It may take what the parser refuses.
enum ReferenceHead {
  static func read(_ message: ArraySlice<UInt8>) throws(Violation) -> ObservedHead {
    let lines = try lines(of: message)
    let parts = lines[0].split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
    try require(parts.count == 3, "a request line has three parts")
    let version = String(decoding: parts[2], as: UTF8.self)
    try require(
      version.count == 8 && version.hasPrefix("HTTP/1.") && "0123456789".contains(version.last ?? "x"),
      "the version is HTTP/1.x: \(version)")
    let method = String(decoding: parts[0], as: UTF8.self)
    try require(
      ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method), "the method is known")
    var fields: [ObservedHead.Field] = []
    for line in lines.dropFirst() { fields.append(try field(line)) }
    let minorVersion = version.last == "0" ? 0 : 1
    let (path, query) = try pathAndQuery(of: parts[1], method)
    return ObservedHead(
      method: method, target: parts[1], path: path, query: query, minorVersion: minorVersion, fields: fields,
      framing: try framing(fields, minorVersion),
      keepsAlive: keepsAlive(fields, minorVersion),
      expectsContinue: minorVersion == 1 && elements(fields, "expect").contains("100-continue"))
  }

  /// The lines before the empty line that ends the head; an empty line in front is dropped.
  private static func lines(of message: ArraySlice<UInt8>) throws(Violation) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var rest = message.starts(with: [13, 10]) ? message.dropFirst(2) : message
    while let byte = rest.popFirst() {
      if byte == 13, rest.first == 10 {
        rest.removeFirst()
        lines.append([])
      } else {
        try require(byte != 13 && byte != 10 && byte != 0, "no bare CR, bare LF or NUL is taken")
        lines[lines.count - 1].append(byte)
      }
    }
    try require(lines.suffix(2) == [[], []], "a head ends with an empty line")
    lines.removeLast(2)
    try require(!lines.isEmpty && lines.allSatisfy { !$0.isEmpty }, "only the last line is empty")
    return lines
  }

  private static let tokenCharacters = Set(
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

  private static func field(_ line: [UInt8]) throws(Violation) -> ObservedHead.Field {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw Violation("a field has a colon") }
    let name = line[..<colon]
    try require(
      !name.isEmpty && name.allSatisfy(tokenCharacters.contains), "a name is a token: \(quoted(name))")
    var value = line[(colon + 1)...]
    while let first = value.first, first == 32 || first == 9 { value.removeFirst() }
    while let last = value.last, last == 32 || last == 9 { value.removeLast() }
    try require(
      value.allSatisfy { $0 == 9 || (32...126).contains($0) || $0 >= 128 },
      "a value has no control character: \(quoted(value))")
    return ObservedHead.Field(
      name: Array(String(decoding: name, as: UTF8.self).lowercased().utf8), value: Array(value))
  }

  private static func pathAndQuery(
    of target: [UInt8], _ method: String
  ) throws(Violation) -> (path: [UInt8], query: [UInt8]?) {
    if target == Array("*".utf8) {
      try requireEqual(method, "OPTIONS", "only OPTIONS asks for *")
      return (target, nil)
    }
    let parts = target.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    let query = parts.count == 2 ? Array(parts[1]) : nil
    var path = Array(parts[0])
    if path.first != UInt8(ascii: "/") {
      let pieces = path.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
      let scheme = pieces.first.map { String(decoding: $0, as: UTF8.self).lowercased() }
      try require(
        pieces.count >= 3 && (scheme == "http:" || scheme == "https:") && pieces[1].isEmpty
          && !pieces[2].isEmpty && !pieces[2].contains(UInt8(ascii: "@")),
        "a target that is no path is a URL with a host: \(quoted(target))")
      if pieces.count == 4 {
        path = [UInt8(ascii: "/")] + pieces[3]
      } else {
        path = Array((method == "OPTIONS" && query == nil ? "*" : "/").utf8)
      }
    }
    return (path, query)
  }

  /// RFC 9112 §6.3.
  private static func framing(
    _ fields: [ObservedHead.Field], _ minorVersion: Int
  ) throws(Violation) -> BodyFraming {
    let hosts = values(fields, "host")
    try require(hosts.count == 1 || hosts.isEmpty && minorVersion == 0, "there is one Host")
    let codings = values(fields, "transfer-encoding")
    let lengths = values(fields, "content-length")
    if let coding = codings.first {
      try require(lengths.isEmpty && codings.count == 1 && minorVersion == 1, "a coding stands alone, in 1.1")
      try requireEqual(coding.lowercased(), "chunked", "the coding is chunked")
      return .chunked
    }
    guard let length = lengths.first else { return .length(0) }
    try require(lengths.count == 1 && !length.isEmpty, "there is one length")
    var value = 0
    for digit in length.unicodeScalars {
      guard ("0"..."9").contains(digit), value < 100_000_000_000_000_000 else {
        throw Violation("a length is a decimal number that can be counted: \(length)")
      }
      value = value * 10 + Int(digit.value - 48)
    }
    return .length(value)
  }

  private static func keepsAlive(_ fields: [ObservedHead.Field], _ minorVersion: Int) -> Bool {
    let options = elements(fields, "connection")
    return !options.contains("close") && (minorVersion == 1 || options.contains("keep-alive"))
  }

  private static func values(_ fields: [ObservedHead.Field], _ name: String) -> [String] {
    fields.filter { $0.name == Array(name.utf8) }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// Of all lists of that name, in lower case. Bytes that are no ASCII are no part of a name that is looked for.
  private static func elements(_ fields: [ObservedHead.Field], _ name: String) -> Set<String> {
    var elements: Set<String> = []
    for field in fields where field.name == Array(name.utf8) {
      for element in field.value.split(separator: UInt8(ascii: ",")) where element.allSatisfy({ $0 < 128 }) {
        var text = String(decoding: element, as: UTF8.self).lowercased()
        while text.hasPrefix(" ") || text.hasPrefix("\t") { text.removeFirst() }
        while text.hasSuffix(" ") || text.hasSuffix("\t") { text.removeLast() }
        elements.insert(text)
      }
    }
    return elements
  }
}
