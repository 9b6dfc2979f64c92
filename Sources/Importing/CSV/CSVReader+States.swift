extension CSVReader {
  mutating func take(_ bytes: ArraySlice<UInt8>, _ elements: inout [Element]) {
    for byte in bytes {
      let endsPair = previousWasCarriageReturn && byte == Self.lineFeed
      previousWasCarriageReturn = byte == Self.carriageReturn
      switch state {
      case .quoted: takeQuoted(byte)
      case .fieldStart, .unquoted, .quoteSeen, .skipping:
        // The record ended with the carriage return before.
        if endsPair { continue }
        takeUnquoted(byte, &elements)
      }
      if previousWasCarriageReturn || byte == Self.lineFeed && !endsPair { line += 1 }
    }
  }

  private mutating func takeQuoted(_ byte: UInt8) {
    if byte == Self.quote { state = .quoteSeen } else { append(byte) }
  }

  private mutating func takeUnquoted(_ byte: UInt8, _ elements: inout [Element]) {
    if fieldEnds.isEmpty, content.isEmpty, case .fieldStart = state { recordLine = line }
    let isLineEnd = byte == Self.lineFeed || byte == Self.carriageReturn
    switch state {
    case .skipping(let problem):
      if isLineEnd { endMalformed(problem, &elements) } else { appendWithinLimits(byte) }
    case _ where isLineEnd:
      endRecord(&elements)
    case _ where byte == options.delimiter:
      endField()
    case .fieldStart where byte == Self.quote:
      state = .quoted
      quoteLine = line
    case .quoteSeen where byte == Self.quote:
      state = .quoted
      append(byte)
    case .unquoted where byte == Self.quote:
      fail("stray-quote", "Line \(line) has a quotation mark inside a field that does not begin with one.")
      appendWithinLimits(byte)
    case .quoteSeen:
      fail("stray-quote", "Line \(line) has text behind the closing quotation mark of a field.")
      appendWithinLimits(byte)
    default:
      state = .unquoted
      append(byte)
    }
  }

  mutating func finish(_ elements: inout [Element]) {
    switch state {
    case .quoted:
      fail(
        "unterminated-quote",
        "The quotation mark that opens a field on line \(quoteLine) is not closed before the end of the file;"
          + " everything behind it counts to that field.", line: quoteLine)
      if case .skipping(let problem) = state { endMalformed(problem, &elements) }
    case .skipping(let problem): endMalformed(problem, &elements)
    case .fieldStart, .unquoted, .quoteSeen: endRecord(&elements)
    }
  }

  // MARK: Fields and records

  private var fieldStart: Int { fieldEnds.last ?? 0 }

  private mutating func append(_ byte: UInt8) {
    guard content.count - fieldStart < options.maximumField else {
      return fail(
        "field-too-long",
        "A field that begins on line \(fieldLine) is longer than \(options.maximumField) bytes"
          + " (is a quotation mark not closed?).", line: fieldLine)
    }
    guard content.count < options.maximumRecord else {
      return fail(
        "record-too-long",
        "The record that begins on line \(recordLine) is longer than \(options.maximumRecord) bytes.",
        line: recordLine)
    }
    content.append(byte)
  }

  /// The line on which the field begins that is being read.
  private var fieldLine: Int {
    if case .quoted = state { quoteLine } else { line }
  }

  /// Keeps the rest of a faulty line for the report, as far as it may be long.
  private mutating func appendWithinLimits(_ byte: UInt8) {
    if content.count - fieldStart < options.maximumField, content.count < options.maximumRecord {
      content.append(byte)
    }
  }

  private mutating func endField() {
    guard fieldEnds.count + 1 < options.maximumColumns else {
      return fail("too-many-columns", "Line \(line) has more than \(options.maximumColumns) columns.")
    }
    fieldEnds.append(content.count)
    state = .fieldStart
  }

  private mutating func fail(_ code: String, _ detail: String, line: Int? = nil) {
    state = .skipping(
      CSVProblem(code: code, detail: detail, line: line ?? self.line, recordLine: recordLine, fields: []))
  }

  private mutating func endMalformed(_ problem: CSVProblem, _ elements: inout [Element]) {
    fieldEnds.append(content.count)
    var problem = problem
    problem.fields = repairedFields()
    elements.append(.malformed(problem))
    reset()
  }

  private mutating func endRecord(_ elements: inout [Element]) {
    if case .fieldStart = state, fieldEnds.isEmpty { return }
    fieldEnds.append(content.count)
    elements.append(element())
    reset()
  }

  private mutating func reset() {
    content.removeAll(keepingCapacity: true)
    fieldEnds.removeAll(keepingCapacity: true)
    state = .fieldStart
  }

  /// Judges the record that has been read.
  private mutating func element() -> Element {
    var fields: [String] = []
    fields.reserveCapacity(fieldEnds.count)
    var start = 0
    for end in fieldEnds {
      guard let field = String(validating: content[start..<end], as: UTF8.self) else {
        return malformed("not-utf8", "Column \(fields.count + 1) of the record is not UTF-8 text.")
      }
      guard !content[start..<end].contains(0) else {
        return malformed(
          "nul-character", "Column \(fields.count + 1) of the record contains the character U+0000.")
      }
      fields.append(field)
      start = end
    }
    let expected = columnCount ?? fields.count
    columnCount = expected
    guard fields.count == expected else {
      return malformed(
        "wrong-column-count", "The record has \(fields.count) columns; the first line has \(expected).")
    }
    return .record(CSVRecord(line: recordLine, fields: fields))
  }

  private func malformed(_ code: String, _ detail: String) -> Element {
    .malformed(
      CSVProblem(
        code: code, detail: detail, line: recordLine, recordLine: recordLine, fields: repairedFields()))
  }

  private func repairedFields() -> [String] {
    var start = 0
    return fieldEnds.map { end in
      defer { start = end }
      return String(decoding: content[start..<end], as: UTF8.self)
    }
  }

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D
}
