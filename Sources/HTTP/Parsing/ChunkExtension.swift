/// Where in the extensions of a chunk a decoder is: `;name`, `;name=token` or `;name="text"`, with white space
/// around `;` and `=` (RFC 9112 §7.1.1).
enum ChunkExtension: Hashable, Sendable {
  case start, name, nameSpace
  case valueStart, token, quoted, escaped, quotedEnd, valueSpace

  /// Whether the line may end here; white space stands only before something.
  var mayEnd: Bool {
    switch self {
    case .name, .token, .quotedEnd: true
    default: false
    }
  }

  /// Behind one more byte; nil when it must not stand here.
  func next(_ byte: UInt8) -> ChunkExtension? {
    switch self {
    case .quoted:
      switch byte {
      case UInt8(ascii: "\""): .quotedEnd
      case UInt8(ascii: "\\"): .escaped
      default: HeadReader.isFieldByte(byte) ? .quoted : nil
      }
    case .escaped: HeadReader.isFieldByte(byte) ? .quoted : nil
    case .start: Self.isBlank(byte) ? .start : HeadReader.isToken(byte) ? .name : nil
    case .valueStart:
      if byte == UInt8(ascii: "\"") {
        .quoted
      } else {
        Self.isBlank(byte) ? .valueStart : HeadReader.isToken(byte) ? .token : nil
      }
    case .name, .nameSpace:
      if byte == UInt8(ascii: "=") { .valueStart } else { behind(byte, self == .name, .name, .nameSpace) }
    case .token: behind(byte, true, .token, .valueSpace)
    case .quotedEnd, .valueSpace: behind(byte, false, .token, .valueSpace)
    }
  }

  /// More of a token, white space, or the next extension.
  private func behind(
    _ byte: UInt8, _ isInToken: Bool, _ more: ChunkExtension, _ space: ChunkExtension
  ) -> ChunkExtension? {
    if byte == UInt8(ascii: ";") { return .start }
    if Self.isBlank(byte) { return space }
    return isInToken && HeadReader.isToken(byte) ? more : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == Byte.space || byte == Byte.tab }
}
