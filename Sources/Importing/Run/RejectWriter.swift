internal import Inventory

/// A row with its place in the file.
struct SourceRow {
  var line: Int
  var fields: [String]
}

/// Writes rejected rows as CSV: line, reason code, detail, then the fields as they were. The first line is
/// written with the first of them, so that a sink which makes its file late makes none for a clean run.
struct RejectWriter {
  let sink: any ByteSink
  var header: [String] = []
  private var isStarted = false

  init(sink: any ByteSink) { self.sink = sink }

  mutating func write(_ row: SourceRow, _ reason: InvalidValue) throws {
    if !isStarted {
      isStarted = true
      try sink.write(CSVWriter.line(["line", "reason", "detail"] + header))
    }
    // A row that broke off gets the columns it lacks, so that the rejected rows are CSV again.
    let missing = repeatElement("", count: max(0, header.count - row.fields.count))
    try sink.write(CSVWriter.line([String(row.line), reason.code, reason.detail] + row.fields + missing))
  }
}
