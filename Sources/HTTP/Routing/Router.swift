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

  private var paths = PathTree()
  /// What is declared for each path, by ``PathTree`` leaf.
  private var values: [[(method: Method, value: Value)]] = []

  /// An empty router.
  public init() {}

  /// Declares a value; the same method and pattern may be declared only once.
  public mutating func add(_ method: Method, _ pattern: String, _ value: Value) {
    let leaf = paths.insert(pattern)
    if leaf == values.count { values.append([]) }
    precondition(!values[leaf].contains { $0.method == method }, "declared twice: \(method) \(pattern)")
    values[leaf].append((method, value))
  }

  /// What ``match(_:_:)`` finds, without the parameters, which are not decoded.
  public func value(_ method: Method, _ path: ArraySlice<UInt8>) -> Value? {
    guard let (leaf, _) = paths.find(path) else { return nil }
    return index(of: method, at: leaf).map { values[leaf][$0].value }
  }

  private func index(of method: Method, at leaf: Int) -> Int? {
    let wanted = method == .head ? Method.get : method
    return values[leaf].firstIndex { $0.method == wanted }
  }

  /// Looks a path up. HEAD finds what is declared for GET.
  public func match(_ method: Method, _ path: ArraySlice<UInt8>) -> Match {
    guard let (leaf, captures) = paths.find(path) else { return .notFound }
    guard let index = index(of: method, at: leaf) else {
      let declared = values[leaf].map(\.method)
      return .methodNotAllowed(
        allow: Method.allCases.filter { $0 == .options || declared.contains($0 == .head ? .get : $0) })
    }
    var parameters: [String] = []
    parameters.reserveCapacity(captures.count)
    for capture in captures {
      let segment = path[path.startIndex + capture.lowerBound..<path.startIndex + capture.upperBound]
      guard let decoded = PercentEncoding.decode(segment) else { return .badEncoding }
      parameters.append(decoded)
    }
    return .found(values[leaf][index].value, parameters)
  }
}
