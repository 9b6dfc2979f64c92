internal import Inventory

/// A cell without the white space around it.
func trimmed(_ text: String) -> String {
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
    let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
  else { return "" }
  return String(scalars[first...last])
}

/// Text of one line: white space inside, line ends included, becomes single spaces. Throws `too-long`,
/// `control-character`.
func singleLine(_ text: String, limit: Int) throws(InvalidValue) -> String {
  let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  let count = line.unicodeScalars.count
  guard count <= limit else {
    throw InvalidValue(code: "too-long", detail: "At most \(limit) characters; there are \(count).")
  }
  guard !line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
    throw InvalidValue(code: "control-character", detail: "Control characters are not allowed here.")
  }
  return line
}

/// What a spreadsheet wrote for a text of digits: `="0439023483"` without its wrapping, `2008.0` without its
/// fraction of zeros.
func withoutSpreadsheetMarks(_ text: String) -> String {
  if text.hasPrefix("=\""), text.hasSuffix("\""), text.utf8.count > 2 {
    return trimmed(String(text.dropFirst(2).dropLast()))
  }
  let parts = text.split(separator: ".", omittingEmptySubsequences: false)
  guard parts.count == 2, !parts[1].isEmpty, parts[1].utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
    return text
  }
  return String(parts[0])
}
