/// The parameters of a query, `name=value` joined by `&`, in the order they were sent.
public struct Query: Sendable {
  /// Decoded names and values; a name without `=` has the value "".
  public let parameters: [(name: String, value: String)]

  /// Reads a query; nil when a name or value is badly percent-encoded or not UTF-8.
  public init?(_ bytes: ArraySlice<UInt8>?) {
    var parameters: [(name: String, value: String)] = []
    for pair in (bytes ?? []).split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "="))
      guard
        let name = PercentEncoding.decode(pair[..<(equals ?? pair.endIndex)], plusIsSpace: true),
        let value = PercentEncoding.decode(equals.map { pair[($0 + 1)...] } ?? [], plusIsSpace: true)
      else { return nil }
      parameters.append((name, value))
    }
    self.parameters = parameters
  }
}
