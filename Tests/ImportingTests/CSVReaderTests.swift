import Importing
import Testing

@Suite("CSV reader")
struct CSVReaderTests {
  /// What a text gives: records as their fields, malformed ones as their code and lines.
  enum Outcome: Hashable, CustomTestStringConvertible {
    case record(Int, [String])
    case malformed(String, line: Int, recordLine: Int)

    init(_ element: CSVReader.Element) {
      switch element {
      case .record(let record): self = .record(record.line, record.fields)
      case .malformed(let problem):
        self = .malformed(problem.code, line: problem.line, recordLine: problem.recordLine)
      }
    }

    var testDescription: String {
      switch self {
      case .record(let line, let fields): "\(line): \(fields)"
      case .malformed(let code, let line, let recordLine): "\(code) on \(line), record of \(recordLine)"
      }
    }
  }

  static func read(
    _ bytes: [UInt8], chunk: Int = .max, options: CSVReader.Options = CSVReader.Options()
  ) -> [Outcome] {
    var reader = CSVReader(options)
    var outcomes: [Outcome] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      outcomes += reader.feed(Array(rest.prefix(chunk))).map(Outcome.init)
      rest = rest.dropFirst(chunk)
    }
    return outcomes + reader.finish().map(Outcome.init)
  }

  static let examples: [(String, [Outcome])] = [
    ("", []),
    ("\n\r\n\n", []),
    ("a,b", [.record(1, ["a", "b"])]),
    ("a,b\r\n", [.record(1, ["a", "b"])]),
    ("\u{FEFF}a,b\n1,2\n", [.record(1, ["a", "b"]), .record(2, ["1", "2"])]),
    ("a,b\r1,2\r", [.record(1, ["a", "b"]), .record(2, ["1", "2"])]),
    ("a,b\n\n\r\n1,2", [.record(1, ["a", "b"]), .record(4, ["1", "2"])]),
    ("a,b\n,\n", [.record(1, ["a", "b"]), .record(2, ["", ""])]),
    ("a,b\n1,", [.record(1, ["a", "b"]), .record(2, ["1", ""])]),
    ("a\n\"\"\n", [.record(1, ["a"]), .record(2, [""])]),
    ("\"a\",\"b\"\r\n\"1\",\"2\"", [.record(1, ["a", "b"]), .record(2, ["1", "2"])]),
    ("a,b\n\"x, y\",\"\"\"q\"\"\"\n", [.record(1, ["a", "b"]), .record(2, ["x, y", "\"q\""])]),
    (
      "a,b\n\"1\r\n2\n3\r4\",x\nz,w",
      [.record(1, ["a", "b"]), .record(2, ["1\r\n2\n3\r4", "x"]), .record(6, ["z", "w"])]
    ),
    ("a, b \n 1,2 ", [.record(1, ["a", " b "]), .record(2, [" 1", "2 "])]),
    ("é,😀\nü,漢", [.record(1, ["é", "😀"]), .record(2, ["ü", "漢"])]),
    (
      "a,b\n1\n1,2,3\n1,2",
      [
        .record(1, ["a", "b"]), .malformed("wrong-column-count", line: 2, recordLine: 2),
        .malformed("wrong-column-count", line: 3, recordLine: 3), .record(4, ["1", "2"]),
      ]
    ),
    (
      "a,b\nx\"y,2\n1,2",
      [.record(1, ["a", "b"]), .malformed("stray-quote", line: 2, recordLine: 2), .record(3, ["1", "2"])]
    ),
    (
      "a,b\r\n\"x\"y,2\r\n1,2",
      [.record(1, ["a", "b"]), .malformed("stray-quote", line: 2, recordLine: 2), .record(3, ["1", "2"])]
    ),
    (
      "a,b\n\"1\n2\" ,x\n1,2",
      [.record(1, ["a", "b"]), .malformed("stray-quote", line: 3, recordLine: 2), .record(4, ["1", "2"])]
    ),
    (
      "a,b\n1,2\nx,\"y\nz,w\n",
      [
        .record(1, ["a", "b"]), .record(2, ["1", "2"]),
        .malformed("unterminated-quote", line: 3, recordLine: 3),
      ]
    ),
    (
      "a,b\nx\n\n\"1\n,\"",
      [
        .record(1, ["a", "b"]), .malformed("wrong-column-count", line: 2, recordLine: 2),
        .malformed("wrong-column-count", line: 4, recordLine: 4),
      ]
    ),
    ("a,b\n1,\u{0}", [.record(1, ["a", "b"]), .malformed("nul-character", line: 2, recordLine: 2)]),
  ]

  @Test("reads records with their lines, whatever the pieces are", arguments: examples)
  func reading(text: String, expected: [Outcome]) {
    let bytes = Array(text.utf8)
    #expect(Self.read(bytes) == expected)
    for chunk in 1...max(1, bytes.count) { #expect(Self.read(bytes, chunk: chunk) == expected, "\(chunk)") }
  }

  @Test("goes on behind a record that is not UTF-8, and says which column it is")
  func invalidUTF8() throws {
    for sequence in [[0xFF], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
      var reader = CSVReader()
      let bytes = Array("a,b\n1,x".utf8) + sequence + Array("\n1,2\n".utf8)
      let elements = reader.feed(bytes) + reader.finish()
      #expect(elements.count == 3)
      guard case .malformed(let problem) = elements[1] else { throw CancellationError() }
      #expect(problem.code == "not-utf8")
      #expect(problem.detail.contains("Column 2"))
      #expect(problem.fields[0] == "1")
      #expect(elements[2] == .record(CSVRecord(line: 3, fields: ["1", "2"])))
    }
  }

  @Test("keeps what can be read of a malformed record")
  func rest() throws {
    var reader = CSVReader()
    let elements = reader.feed(Array("a,b,c\n1,\"x\"y,z\n".utf8))
    guard case .malformed(let problem) = elements.last else { throw CancellationError() }
    #expect(problem.fields == ["1", "xy,z"])
  }

  @Test("separates by semicolons or tabs when told so", arguments: [UInt8(ascii: ";"), 0x09])
  func delimiters(delimiter: UInt8) {
    var options = CSVReader.Options()
    options.delimiter = delimiter
    let mark = String(Unicode.Scalar(delimiter))
    let text = "a,b\(mark)c\n\"1\(mark)2\"\(mark)3"
    #expect(
      Self.read(Array(text.utf8), options: options) == [
        .record(1, ["a,b", "c"]), .record(2, ["1\(mark)2", "3"]),
      ])
  }

  @Test("bounds fields, records and columns, and goes on with the next line")
  func limits() {
    var options = CSVReader.Options()
    options.maximumField = 8
    options.maximumRecord = 12
    options.maximumColumns = 3
    func read(_ text: String) -> [Outcome] { Self.read(Array(text.utf8), options: options) }
    #expect(read("a,b\n12345678,1\n") == [.record(1, ["a", "b"]), .record(2, ["12345678", "1"])])
    #expect(
      read("a,b\n123456789,1\n1,2") == [
        .record(1, ["a", "b"]), .malformed("field-too-long", line: 2, recordLine: 2), .record(3, ["1", "2"]),
      ])
    #expect(
      read("a,b\n1,\"45\n789abc,1\n1,2") == [
        .record(1, ["a", "b"]), .malformed("field-too-long", line: 2, recordLine: 2), .record(4, ["1", "2"]),
      ])
    #expect(
      read("a,b\n1234567,123456\n1,2") == [
        .record(1, ["a", "b"]), .malformed("record-too-long", line: 2, recordLine: 2),
        .record(3, ["1", "2"]),
      ])
    #expect(read("a,b,c") == [.record(1, ["a", "b", "c"])])
    #expect(read("a,b,c,d\n") == [.malformed("too-many-columns", line: 1, recordLine: 1)])
  }

  @Test("holds no more than a field when a quotation mark is never closed")
  func runawayQuote() {
    var reader = CSVReader()
    var elements = reader.feed(Array("a,b\n1,\"".utf8))
    let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
    for _ in 0..<100 { elements += reader.feed(filler) }
    elements += reader.feed(Array("\n1,2\n".utf8)) + reader.finish()
    #expect(elements.count == 3)
    guard case .malformed(let problem) = elements[1] else { return }
    #expect(problem.code == "field-too-long")
    #expect(problem.fields.joined().utf8.count <= CSVReader.Options().maximumField + 1)
  }

  @Test(
    "reads what the writer writes where there is one column, or a byte order mark that is text",
    arguments: [
      [["a"], [""], ["b"]], [["\u{FEFF}a"], ["\u{FEFF}"]], [["\u{FEFF}", ""], ["", "\u{FEFF}"]],
    ])
  func writtenEdges(records: [[String]]) {
    let read = Self.read(records.flatMap { CSVWriter.line($0) })
    #expect(read == records.enumerated().map { .record($0.offset + 1, $0.element) })
  }

  @Test("reads what the writer writes")
  func roundTrip() {
    let records = [
      ["plain", "with,comma", "with \"quotes\""], ["line\nend", "carriage\rreturn", "both\r\n"],
      ["", " ", "é"],
      ["\"", "\"\"", ",\n\""],
    ]
    let bytes = records.flatMap { CSVWriter.line($0) }
    let read = Self.read(bytes)
    #expect(
      read.map { outcome in
        if case .record(_, let fields) = outcome { fields } else { [] }
      } == records)
  }
}
