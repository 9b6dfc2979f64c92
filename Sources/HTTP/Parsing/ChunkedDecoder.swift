/// Decodes the chunked transfer coding (RFC 9112 §7.1): a pure value that takes bytes as they come.
///
/// Extensions and trailers are checked, bounded and dropped.
public struct ChunkedDecoder: Sendable {
  /// Bytes of the size line of one chunk, its extensions included: long extensions on tiny chunks cost much
  /// and mean nothing good.
  static let maximumSizeLine = 256
  /// Bytes of all extensions of a content together.
  static let maximumExtensions = 16_384
  /// Bytes of all trailer lines together.
  static let maximumTrailers = 8_192

  private enum State: Hashable, Sendable {
    case size(value: Int, digits: Int)
    case sizeSpace(value: Int)
    case extensions(value: Int, ChunkExtension)
    case sizeLF(value: Int)
    case data(remaining: Int)
    case dataCR, dataLF
    case trailerStart, trailerName, trailerValue, trailerLF
    case endLF
    case done
  }
  private var state = State.size(value: 0, digits: 0)
  private var lineLength = 0
  private var extensionsLength = 0
  private var trailerLength = 0

  /// A decoder at the start of a content.
  public init() {}

  /// Whether the last chunk and the trailers have been read.
  public var isDone: Bool { state == .done }

  /// Takes bytes from `input`, appends content to `output` until that has `limit` bytes, and returns how
  /// many bytes of the input it took. Throws ``BodyError/malformed(_:)``; the decoder is then of no more use.
  public mutating func decode(
    _ input: ArraySlice<UInt8>, into output: inout [UInt8], limit: Int
  ) throws(BodyError) -> Int {
    var index = input.startIndex
    while index < input.endIndex, state != .done {
      if case .data(let remaining) = state {
        let count = min(remaining, input.endIndex - index, limit - output.count)
        if count <= 0 { break }
        output.append(contentsOf: input[index..<index + count])
        index += count
        state = remaining == count ? .dataCR : .data(remaining: remaining - count)
      } else {
        state = try next(input[index])
        index += 1
      }
    }
    return index - input.startIndex
  }

  private mutating func next(_ byte: UInt8) throws(BodyError) -> State {
    switch state {
    case .size, .sizeSpace, .extensions, .sizeLF: return try nextOfSizeLine(byte)
    case .dataCR:
      guard byte == Byte.cr else { throw .malformed("A chunk is longer than its size says.") }
      return .dataLF
    case .dataLF:
      guard byte == Byte.lf else { throw .malformed("A chunk does not end with CR LF.") }
      lineLength = 0
      return .size(value: 0, digits: 0)
    case .trailerStart, .trailerName, .trailerValue, .trailerLF, .endLF: return try nextOfTrailers(byte)
    case .data, .done: return state
    }
  }

  private mutating func nextOfSizeLine(_ byte: UInt8) throws(BodyError) -> State {
    lineLength += 1
    guard lineLength <= Self.maximumSizeLine else { throw .malformed("A chunk's size line is too long.") }
    switch state {
    case .size(let value, let digits):
      if let digit = PercentEncoding.hexValue(byte) {
        // 15 digits are more than any content and cannot overflow 64 bits.
        guard digits < 15 else { throw .malformed("A chunk's size is too large.") }
        return .size(value: value << 4 | Int(digit), digits: digits + 1)
      }
      guard digits > 0 else { throw .malformed("A chunk's size is not a hexadecimal number.") }
      if byte == Byte.cr { return .sizeLF(value: value) }
      return try afterSize(byte, value)
    case .sizeSpace(let value): return try afterSize(byte, value)
    case .extensions(let value, let part): return try nextOfExtensions(byte, value, part)
    case .sizeLF(let value):
      guard byte == Byte.lf else { throw .malformed("A chunk's size line does not end with CR LF.") }
      return value == 0 ? .trailerStart : .data(remaining: value)
    default: return state
    }
  }

  /// White space is allowed only before an extension (RFC 9112 §7.1.1).
  private func afterSize(_ byte: UInt8, _ value: Int) throws(BodyError) -> State {
    switch byte {
    case UInt8(ascii: ";"): return .extensions(value: value, .start)
    case Byte.space, Byte.tab: return .sizeSpace(value: value)
    default: throw .malformed("A chunk's size is not a hexadecimal number.")
    }
  }

  private mutating func nextOfExtensions(
    _ byte: UInt8, _ value: Int, _ part: ChunkExtension
  ) throws(BodyError) -> State {
    extensionsLength += 1
    guard extensionsLength <= Self.maximumExtensions else {
      throw .malformed("The chunk extensions are too long.")
    }
    if byte == Byte.cr, part.mayEnd { return .sizeLF(value: value) }
    guard let next = part.next(byte) else { throw .malformed("A chunk extension is not name=value.") }
    return .extensions(value: value, next)
  }

  private mutating func nextOfTrailers(_ byte: UInt8) throws(BodyError) -> State {
    trailerLength += 1
    guard trailerLength <= Self.maximumTrailers else { throw .malformed("The trailers are too long.") }
    switch state {
    case .trailerStart, .trailerName:
      if byte == Byte.cr, state == .trailerStart { return .endLF }
      if byte == Byte.colon, state == .trailerName { return .trailerValue }
      guard HeadReader.isToken(byte) else { throw .malformed("A trailer's name is not valid.") }
      return .trailerName
    case .trailerValue:
      if byte == Byte.cr { return .trailerLF }
      guard HeadReader.isFieldByte(byte) else { throw .malformed("A trailer has a control character.") }
      return .trailerValue
    case .trailerLF, .endLF:
      guard byte == Byte.lf else { throw .malformed("A trailer line does not end with CR LF.") }
      return state == .endLF ? .done : .trailerStart
    default: return state
    }
  }
}
