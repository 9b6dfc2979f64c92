internal import Inventory

/// A cell without the white space around it.
func trimmed(_ text: String) -> String {
  if let first = text.utf8.first, let last = text.utf8.last, isPrintable(first), isPrintable(last) {
    return text
  }
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
    let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
  else { return "" }
  return String(scalars[first...last])
}

/// Text of one line: white space inside, line ends included, becomes single spaces. Throws `too-long`,
/// `control-character`.
func singleLine(_ text: String, limit: Int) throws(InvalidValue) -> String {
  let isSimple = isSimple(text)
  let line = isSimple ? text : text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  let count = isSimple ? line.utf8.count : line.unicodeScalars.count
  guard count <= limit else {
    throw InvalidValue(code: "too-long", detail: "At most \(limit) characters; there are \(count).")
  }
  guard isSimple || !line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
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

/// A text without the apostrophe that exports put before what a spreadsheet would take for a formula.
func withoutFormulaGuard(_ text: String) -> String {
  guard text.utf8.first == UInt8(ascii: "'"), let second = text.utf8.dropFirst().first,
    "=+-@".utf8.contains(second)
  else { return text }
  return String(text.dropFirst())
}

/// ASCII that is neither white space nor control.
private func isPrintable(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

/// Whether a text is printable ASCII with single spaces inside, as most are.
private func isSimple(_ text: String) -> Bool {
  var last: UInt8 = 0x20
  for byte in text.utf8 {
    guard isPrintable(byte) || byte == 0x20 && last != 0x20 else { return false }
    last = byte
  }
  return last != 0x20
}
