/// Finds what is declared for a method and a path. Built once, then only read: a tree in flat arrays.
///
/// Patterns are absolute paths whose segments are literal or a parameter in braces: `/v1/books/{book}`.
/// A literal wins over a parameter. Parameters are percent-decoded after matching, so an encoded slash is
/// part of a value and never splits a segment (RFC 3986 §2.2).
public struct Router<Value: Sendable>: Sendable {
  /// What a path and method lead to.
  public enum Match: Sendable {
    /// The value and the parameters' values in pattern order.
    case found(Value, [String])
    /// The path exists, with these methods (HEAD where GET is, and OPTIONS).
    case methodNotAllowed(allow: [Method])
    case notFound
    /// A parameter is badly percent-encoded or not UTF-8.
    case badEncoding
  }

  private struct Node: Sendable {
    var literals: [(segment: [UInt8], node: Int)] = []
    var parameter: Int?
    var values: [(method: Method, value: Value)] = []
  }
  private var nodes: [Node] = [Node()]

  /// An empty router.
  public init() {}

  /// Declares a value; the same method and pattern may be declared only once.
  public mutating func add(_ method: Method, _ pattern: String, _ value: Value) {
    precondition(pattern.utf8.first == UInt8(ascii: "/"), "pattern must start with /: \(pattern)")
    var node = 0
    for segment in pattern.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      if segment.first == UInt8(ascii: "{") {
        if nodes[node].parameter == nil {
          nodes[node].parameter = nodes.count
          nodes.append(Node())
        }
        node = nodes[node].parameter ?? 0
      } else if let known = nodes[node].literals.first(where: { $0.segment.elementsEqual(segment) }) {
        node = known.node
      } else {
        nodes[node].literals.append((Array(segment), nodes.count))
        node = nodes.count
        nodes.append(Node())
      }
    }
    precondition(!nodes[node].values.contains { $0.method == method }, "declared twice: \(method) \(pattern)")
    nodes[node].values.append((method, value))
  }

  /// Looks a path up. HEAD finds what is declared for GET.
  public func match(_ method: Method, _ path: ArraySlice<UInt8>) -> Match {
    guard path.first == UInt8(ascii: "/") else { return .notFound }
    var captures: [ArraySlice<UInt8>] = []
    guard let node = find(path.dropFirst(), from: 0, captures: &captures) else { return .notFound }
    let wanted = method == .head ? Method.get : method
    guard let (_, value) = nodes[node].values.first(where: { $0.method == wanted }) else {
      return .methodNotAllowed(allow: allowed(node))
    }
    var parameters: [String] = []
    for capture in captures {
      guard let decoded = PercentEncoding.decode(capture) else { return .badEncoding }
      parameters.append(decoded)
    }
    return .found(value, parameters)
  }

  private func allowed(_ node: Int) -> [Method] {
    let declared = nodes[node].values.map(\.method)
    return Method.allCases.filter { $0 == .options || declared.contains($0 == .head ? .get : $0) }
  }

  private func find(_ rest: ArraySlice<UInt8>, from node: Int, captures: inout [ArraySlice<UInt8>]) -> Int? {
    let end = rest.firstIndex(of: UInt8(ascii: "/"))
    let segment = rest[rest.startIndex..<(end ?? rest.endIndex)]
    func descend(_ next: Int) -> Int? {
      guard let end else { return nodes[next].values.isEmpty ? nil : next }
      return find(rest[(end + 1)...], from: next, captures: &captures)
    }
    for literal in nodes[node].literals where literal.segment.elementsEqual(segment) {
      if let found = descend(literal.node) { return found }
    }
    guard let parameter = nodes[node].parameter, !segment.isEmpty else { return nil }
    captures.append(segment)
    if let found = descend(parameter) { return found }
    captures.removeLast()
    return nil
  }
}
