/// The paths of a router as a tree of segments, apart from what they lead to, so that walking it is not generic.
struct PathTree: Sendable {
  private struct Node: Sendable {
    var literals: [(segment: [UInt8], node: Int)] = []
    var parameter: Int?
    var leaf: Int?
  }
  private var nodes = [Node()]
  private var leafCount = 0

  /// The leaf of a pattern, numbered from 0 in the order of insertion; known patterns have theirs already.
  mutating func insert(_ pattern: String) -> Int {
    precondition(pattern.utf8.first == Byte.slash, "a pattern must start with /: \(pattern)")
    var node = 0
    for segment in pattern.utf8.dropFirst().split(separator: Byte.slash, omittingEmptySubsequences: false) {
      node = child(of: node, for: Array(segment))
    }
    if let leaf = nodes[node].leaf { return leaf }
    nodes[node].leaf = leafCount
    leafCount += 1
    return leafCount - 1
  }

  private mutating func child(of node: Int, for segment: [UInt8]) -> Int {
    if segment.first == UInt8(ascii: "{") {
      if let known = nodes[node].parameter { return known }
      nodes[node].parameter = nodes.count
    } else {
      if let known = nodes[node].literals.first(where: { $0.segment == segment }) { return known.node }
      nodes[node].literals.append((segment, nodes.count))
    }
    nodes.append(Node())
    return nodes.count - 1
  }

  /// The leaf of a path, and where in the path its parameters are.
  func find(_ path: ArraySlice<UInt8>) -> (leaf: Int, captures: [Range<Int>])? {
    let span = path.span
    guard span.count > 0, span[0] == Byte.slash else { return nil }
    var captures: [Range<Int>] = []
    guard let leaf = find(span, from: 1, at: 0, &captures) else { return nil }
    return (leaf, captures)
  }

  /// A literal wins over a parameter; when it leads nowhere the parameter is tried.
  private func find(_ path: Span<UInt8>, from start: Int, at node: Int, _ captures: inout [Range<Int>])
    -> Int?
  {
    var end = start
    while end < path.count, path[end] != Byte.slash { end += 1 }
    for literal in nodes[node].literals where Self.isEqual(literal.segment, path, start..<end) {
      if let leaf = descend(path, end, literal.node, &captures) { return leaf }
    }
    guard let parameter = nodes[node].parameter, end > start else { return nil }
    captures.append(start..<end)
    if let leaf = descend(path, end, parameter, &captures) { return leaf }
    captures.removeLast()
    return nil
  }

  private func descend(_ path: Span<UInt8>, _ end: Int, _ node: Int, _ captures: inout [Range<Int>]) -> Int? {
    end == path.count ? nodes[node].leaf : find(path, from: end + 1, at: node, &captures)
  }

  private static func isEqual(_ segment: [UInt8], _ path: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard segment.count == range.count else { return false }
    for offset in segment.indices where segment[offset] != path[range.lowerBound + offset] { return false }
    return true
  }
}
