import HTTP

/// Paths and queries are decoded once, as a plain decoder does it, and no way of writing leads to a segment that
/// means another place.
enum TargetInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    for plusIsSpace in [false, true] {
      let decoded = PercentEncoding.decode(input[...], plusIsSpace: plusIsSpace)
      try requireEqual(
        decoded.map { Array($0.utf8) }, ReferencePercent.decode(input[...], plusIsSpace: plusIsSpace),
        "a plain decoder finds the same")
      guard let decoded else { continue }
      let encoded = PercentEncoding.encode(decoded)
      try require(
        encoded.utf8.allSatisfy(isUnreservedOrPercent), "only unreserved characters stay: \(encoded)")
      try requireEqual(
        PercentEncoding.decode(Array(encoded.utf8)[...], plusIsSpace: plusIsSpace).map { Array($0.utf8) },
        Array(decoded.utf8), "what was encoded is decoded again")
    }
    try checkQuery(input[...])
    // With a space in it, it would be more than a target.
    for method in ["GET", "OPTIONS"] where !input.contains(32) {
      guard let head = head(method, input) else { continue }
      try requireEqual(Array(head.target.utf8), input, "the target is what was sent")
      try checkPath(head, method)
      try checkRoutes(head)
      try checkQuery(head.rawQuery)
    }
  }

  private static func head(_ method: String, _ target: [UInt8]) -> RequestHead? {
    var scanned = 0
    let message = Array("\(method) ".utf8) + target + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    guard case .complete(let head, _, _) = HeadParser.parse(message, scanned: &scanned) else { return nil }
    return head
  }

  private static func checkPath(_ head: RequestHead, _ method: String) throws(Violation) {
    let path = Array(head.rawPath)
    if path == Array("*".utf8) { return }
    try requireEqual(path.first, UInt8(ascii: "/"), "a path starts with a slash")
    let segments = try segments(of: path)
    for segment in segments {
      try require(segment != [46] && segment != [46, 46], "no segment is . or ..: \(quoted(path))")
      try require(!segment.contains(0), "no segment has a NUL: \(quoted(path))")
    }
    // The path in the one way in which this program would write it.
    var normal: [UInt8] = []
    for segment in segments {
      normal += Array("/".utf8) + PercentEncoding.encode(String(decoding: segment, as: UTF8.self)).utf8
    }
    guard normal.count <= HeadParser.Limits().target else { return }
    guard let again = self.head(method, normal) else { throw Violation("\(quoted(normal)) is a path") }
    try requireEqual(Array(again.rawPath), normal, "a normal path stays as it is")
    try requireEqual(try self.segments(of: normal), segments, "a normal path has the same segments")
  }

  /// The segments, decoded.
  private static func segments(of path: [UInt8]) throws(Violation) -> [[UInt8]] {
    var segments: [[UInt8]] = []
    for raw in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let segment = ReferencePercent.decode(raw) else {
        throw Violation("every path that is taken can be decoded: \(quoted(path))")
      }
      segments.append(segment)
    }
    return segments
  }

  /// What was decoded is written out, and reads the same.
  private static func checkQuery(_ bytes: ArraySlice<UInt8>?) throws(Violation) {
    guard let query = Query(bytes) else {
      let pairs = (bytes ?? []).split { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "=") }
      try require(
        pairs.contains { ReferencePercent.decode($0, plusIsSpace: true) == nil },
        "a query is refused for a reason")
      return
    }
    let parameters = query.parameters.map { [Array($0.name.utf8), Array($0.value.utf8)] }
    try require(parameters.allSatisfy { !$0[0].contains(0) && !$0[1].contains(0) }, "no NUL in a query")
    let written = query.parameters.map {
      "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))"
    }
    let again = Query(Array(written.joined(separator: "&").utf8)[...])
    try requireEqual(
      again?.parameters.map { [Array($0.name.utf8), Array($0.value.utf8)] }, parameters,
      "a query that is written again reads the same")
  }

  // MARK: Routes

  private static let patterns = [
    "/", "/v1/books", "/v1/books/{book}", "/v1/{a}/x", "/v1/{a}/{b}", "/{a}", "/a//b",
  ]

  private static let router: Router<String> = {
    var router = Router<String>()
    for pattern in patterns { router.add(.get, pattern, pattern) }
    return router
  }()

  /// A path leads to a pattern that it fits, with the decoded segments as parameters, or to none when it fits none.
  private static func checkRoutes(_ head: RequestHead) throws(Violation) {
    let path = Array(head.rawPath)
    guard path.first == UInt8(ascii: "/") else { return }
    let fitting = patterns.filter { parameters(of: path, in: $0) != nil }
    switch router.match(.get, head.rawPath) {
    case .found(let pattern, let found):
      let expected = parameters(of: path, in: pattern)
      try requireEqual(found.map { Array($0.utf8) }, expected ?? [[0]], "the parameters of \(pattern)")
    case .notFound: try requireEqual(fitting, [], "what fits is found")
    case .methodNotAllowed, .badEncoding: throw Violation("a path that is taken can be decoded")
    }
  }

  private static func parameters(of path: [UInt8], in pattern: String) -> [[UInt8]]? {
    let slash = UInt8(ascii: "/")
    let segments = path.split(separator: slash, omittingEmptySubsequences: false)
    let wanted = Array(pattern.utf8).split(separator: slash, omittingEmptySubsequences: false)
    guard segments.count == wanted.count else { return nil }
    var parameters: [[UInt8]] = []
    for (segment, want) in zip(segments, wanted) {
      if want.first == UInt8(ascii: "{") {
        guard !segment.isEmpty, let decoded = ReferencePercent.decode(segment) else { return nil }
        parameters.append(decoded)
      } else if !segment.elementsEqual(want) {
        return nil
      }
    }
    return parameters
  }

  private static func isUnreservedOrPercent(_ byte: UInt8) -> Bool {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%".utf8.contains(byte)
  }
}

/// Percent-decoding by the text of RFC 3986 §2.1; nil for bad triplets, NUL and what is not UTF-8.
enum ReferencePercent {
  static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte == UInt8(ascii: "+") && plusIsSpace ? 32 : byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      decoded.append(value)
      rest = rest.dropFirst(2)
    }
    // A repaired text is longer or differs; so does one with a NUL from what is allowed.
    guard Array(String(decoding: decoded, as: UTF8.self).utf8) == decoded else { return nil }
    return decoded.contains(0) ? nil : decoded
  }
}
