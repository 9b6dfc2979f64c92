import API
import Importing

/// A file is read the same however it is cut, as a plain reader does it, and comes back when it is written.
enum CSVInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    var choices = Choices(input)
    var options = CSVReader.Options()
    options.delimiter = [UInt8(ascii: ","), UInt8(ascii: ";"), 9][choices.below(3)]
    options.maximumField = 8
    options.maximumRecord = 12
    options.maximumColumns = 3
    for options in [CSVReader.Options(), options] {
      let whole = read([input[...]], options)
      for pieces in choices.cuttings(of: input) {
        try requireEqual(read(pieces, options), whole, "whole = cut as \(pieces.map(\.count))")
      }
      for element in whole { try check(element, input, options) }
    }
    let whole = read([input[...]], CSVReader.Options())
    try checkReference(input, whole)
    try checkWritten(whole)
  }

  static func read(_ pieces: [ArraySlice<UInt8>], _ options: CSVReader.Options) -> [CSVReader.Element] {
    var reader = CSVReader(options)
    var elements: [CSVReader.Element] = []
    for piece in pieces { elements += reader.feed(Array(piece)) }
    return elements + reader.finish()
  }

  private static func check(
    _ element: CSVReader.Element, _ input: [UInt8], _ options: CSVReader.Options
  ) throws(Violation) {
    let lines = 1 + input.count { $0 == 10 || $0 == 13 }
    switch element {
    case .record(let record):
      try require((1...lines).contains(record.line), "a record is on a line of the file")
      try require(record.fields.count <= options.maximumColumns, "no more columns than allowed")
      try require(
        record.fields.allSatisfy { $0.utf8.count <= options.maximumField && !$0.utf8.contains(0) },
        "no field is longer than allowed or has a NUL")
      try require(
        record.fields.map(\.utf8.count).reduce(0, +) <= options.maximumRecord,
        "no record is longer than allowed")
    case .malformed(let problem):
      try require(
        problem.recordLine >= 1 && problem.recordLine <= problem.line && problem.line <= lines,
        "a problem is on a line of its record: \(problem)")
      try require(problem.detail.last == ".", "a problem is explained")
      // What is not UTF-8 is replaced, by three bytes for one at most.
      let kept = problem.fields.map(\.utf8.count).reduce(0, +)
      try require(kept <= 3 * (options.maximumRecord + 1), "no more is kept than allowed")
    }
  }

  private static func checkReference(_ input: [UInt8], _ whole: [CSVReader.Element]) throws(Violation) {
    guard input.count < CSVReader.Options().maximumColumns else { return }
    let records = records(of: whole)
    try requireEqual(
      records?.map { Fields($0.fields, line: $0.line) }, ReferenceCSV.read(input),
      "a plain reader finds the same")
  }

  /// All records; nil when one is malformed.
  private static func records(of elements: [CSVReader.Element]) -> [CSVRecord]? {
    var records: [CSVRecord] = []
    for element in elements {
      guard case .record(let record) = element else { return nil }
      records.append(record)
    }
    return records
  }

  /// The records that are whole are written, by both writers that there are, and read again.
  private static func checkWritten(_ elements: [CSVReader.Element]) throws(Violation) {
    let fields = elements.compactMap { element -> [String]? in
      if case .record(let record) = element { record.fields } else { nil }
    }
    let written = fields.map { CSVWriter.line($0) }
    try requireEqual(
      fields.map { CSV.line($0) }, written, "both writers write the same")
    let again = records(of: read([Array(written.joined())[...]], CSVReader.Options()))
    try requireEqual(
      again?.map { Fields($0.fields, line: 0) }, fields.map { Fields($0, line: 0) },
      "what is written reads the same")
  }
}

/// The fields of a record as bytes, since texts compare by canonical equivalence.
struct Fields: Hashable {
  var bytes: [[UInt8]]
  var line: Int

  init(_ fields: [String], line: Int) {
    bytes = fields.map { Array($0.utf8) }
    self.line = line
  }
}

/// Reads a file that is there as a whole; nil when anything in it is malformed.
enum ReferenceCSV {
  static func read(_ input: [UInt8]) -> [Fields]? {
    var bytes = input[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var records: [Fields] = []
    var line = 1
    while !bytes.isEmpty {
      if takeLineEnd(&bytes) {
        line += 1
        continue
      }
      let start = bytes
      guard let fields = record(&bytes) else { return nil }
      records.append(Fields(fields, line: line))
      guard fields.count == records[0].bytes.count else { return nil }
      line += lineEnds(in: start.prefix(start.count - bytes.count))
    }
    return records
  }

  private static func record(_ bytes: inout ArraySlice<UInt8>) -> [String]? {
    var fields: [String] = []
    while true {
      guard let content = bytes.first == UInt8(ascii: "\"") ? quotedField(&bytes) : plainField(&bytes) else {
        return nil
      }
      let text = String(decoding: content, as: UTF8.self)
      guard text.utf8.elementsEqual(content), !content.contains(0) else { return nil }
      fields.append(text)
      if bytes.first == UInt8(ascii: ",") {
        bytes.removeFirst()
      } else if bytes.isEmpty || takeLineEnd(&bytes) {
        return fields
      } else {
        return nil
      }
    }
  }

  private static func quotedField(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
    let quote = UInt8(ascii: "\"")
    var content: [UInt8] = []
    bytes.removeFirst()
    while let byte = bytes.popFirst() {
      if byte != quote {
        content.append(byte)
      } else if bytes.first == quote {
        content.append(quote)
        bytes.removeFirst()
      } else {
        return content
      }
    }
    return nil
  }

  private static func plainField(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
    let content = bytes.prefix { $0 != UInt8(ascii: ",") && $0 != 10 && $0 != 13 }
    bytes = bytes.dropFirst(content.count)
    return content.contains(UInt8(ascii: "\"")) ? nil : Array(content)
  }

  /// CR LF, LF or CR.
  private static func takeLineEnd(_ bytes: inout ArraySlice<UInt8>) -> Bool {
    guard let byte = bytes.first, byte == 10 || byte == 13 else { return false }
    bytes = bytes.dropFirst(bytes.starts(with: [13, 10]) ? 2 : 1)
    return true
  }

  private static func lineEnds(in bytes: ArraySlice<UInt8>) -> Int {
    var rest = bytes
    var count = 0
    while !rest.isEmpty {
      if takeLineEnd(&rest) { count += 1 } else { rest.removeFirst() }
    }
    return count
  }
}
