/// The text of a corpus: one input a line, bytes that are not printable ASCII as `\n`, `\r`, `\t` or `\xHH`, the
/// backslash as `\\`. Lines that begin with `#` are comments.
public enum Corpus {
  /// The inputs; nil where a line is not written so.
  public static func inputs(in text: String) -> [[UInt8]]? {
    var inputs: [[UInt8]] = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      guard let input = unescaped(line) else { return nil }
      inputs.append(input)
    }
    return inputs
  }

  /// An input as a line of a corpus.
  public static func line(_ input: [UInt8]) -> String {
    var line = ""
    for (position, byte) in input.enumerated() {
      let isAtEdge = position == 0 || position == input.count - 1
      switch byte {
      case UInt8(ascii: "\\"): line += "\\\\"
      case 10: line += "\\n"
      case 13: line += "\\r"
      case 9: line += "\\t"
      case 33...126 where byte != UInt8(ascii: "#") || position > 0, 32 where !isAtEdge:
        line.unicodeScalars.append(Unicode.Scalar(byte))
      default: line += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return line
  }

  private static func unescaped(_ line: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(line)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}
