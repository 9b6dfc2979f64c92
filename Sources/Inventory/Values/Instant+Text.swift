extension Instant: CustomStringConvertible {
  /// Reads RFC 3339 with an offset or Z; a local time is refused. Fractions beyond microseconds are cut.
  public init(_ text: String) throws(InvalidValue) { throw InvalidValue(code: "todo", detail: text) }

  /// RFC 3339 in UTC with six decimals: `2026-11-24T16:15:06.123456Z`.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text form, without an intermediate string.
  public func append(to bytes: inout [UInt8]) {}
}
