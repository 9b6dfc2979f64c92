internal import Inventory

/// The state of one run: the mapping, the batch that is being filled, and the counts.
struct ImportRun {
  typealias Failure = ImportFailure.Reason.Thrown

  /// A row of the batch: sent to the repository, or known to be rejected; kept in the order of the file.
  private enum Entry {
    case record(SourceRow)
    case rejected(SourceRow, InvalidValue)
  }

  var summary = ImportSummary()
  private let importer: Importer
  private let observer: ImportObserver
  private var rejects: RejectWriter
  private var converter: RowConverter?
  private var seen = SeenReferences()
  private var entries: [Entry] = []
  private var records: [ImportRecord] = []
  /// The size of the rows of the batch, which may be long ones.
  private var heldBytes = 0
  private static let maximumHeldBytes = 4 * 1024 * 1024

  init(_ importer: Importer, rejects: RejectWriter, observer: ImportObserver) {
    self.importer = importer
    self.rejects = rejects
    self.observer = observer
  }

  mutating func take(_ element: CSVReader.Element) async throws(Failure) {
    guard let converter else { return try readHeader(element) }
    summary.rows += 1
    switch element {
    case .malformed(let problem):
      hold(
        SourceRow(line: problem.recordLine, fields: problem.fields),
        InvalidValue(code: problem.code, detail: problem.detail))
    case .record(let record):
      convert(SourceRow(line: record.line, fields: record.fields), converter)
    }
    let isFull =
      records.count >= importer.options.batchSize || entries.count >= importer.options.batchSize * 2
    if isFull || heldBytes >= Self.maximumHeldBytes { try await flush() }
  }

  /// Sends what is left. A file without a first line is no catalogue.
  mutating func finish() async throws(Failure) {
    guard converter != nil else {
      throw .init(.file(ImportError("The file is empty; its first line must name the columns.")))
    }
    try await flush()
  }

  // MARK: Rows

  private mutating func readHeader(_ element: CSVReader.Element) throws(Failure) {
    do throws(ImportError) {
      let header = try Self.header(element, delimiter: importer.options.csv.delimiter)
      let mapping =
        if let columns = importer.options.columns {
          try ColumnMapping(specification: columns, header: header)
        } else {
          try ColumnMapping(recognising: header)
        }
      rejects.header = header
      converter = RowConverter(mapping: mapping, options: importer.options)
      observer.mapped(mapping)
    } catch { throw .init(.file(error)) }
  }

  private static func header(
    _ element: CSVReader.Element, delimiter: UInt8
  ) throws(ImportError) -> [String] {
    switch element {
    case .record(let record):
      if record.fields.count == 1, let other = otherDelimiter(in: record.fields[0], than: delimiter) {
        throw ImportError(
          "The first line has one column only, “\(record.fields[0].prefix(80))”. Columns seem to be separated by"
            + " \(other); say so with --delimiter.")
      }
      return record.fields.map(trimmed)
    case .malformed(let problem):
      // A ZIP archive is what a spreadsheet's own format is.
      let looksLikeSpreadsheet = problem.fields.first?.hasPrefix("PK\u{3}\u{4}") ?? false
      let advice = looksLikeSpreadsheet ? "The file looks like a spreadsheet; save" : "Save"
      throw ImportError(
        "The first line, which must name the columns, cannot be read. \(problem.detail) \(advice) it as CSV in"
          + " UTF-8.")
    }
  }

  private static func otherDelimiter(in header: String, than delimiter: UInt8) -> String? {
    for (byte, name) in [(UInt8(ascii: ";"), "semicolons"), (0x09, "tabs"), (UInt8(ascii: ","), "commas")]
    where byte != delimiter && header.utf8.contains(byte) {
      return name
    }
    return nil
  }

  private mutating func convert(_ row: SourceRow, _ converter: RowConverter) {
    do throws(InvalidValue) {
      let converted = try converter.convert(row.fields)
      if let first = seen.insert(converted.reference, line: row.line) {
        throw InvalidValue(
          code: "duplicate-reference",
          detail: "The reference \(converted.reference) stands already on line \(first).")
      }
      let overlay = converted.overlay
      records.append(
        ImportRecord(
          sender: importer.options.sender, reference: converted.reference, fingerprint: overlay.fingerprint,
          isbn: overlay.isbn, merge: { overlay.applied(to: $0) }, quantity: converted.quantity,
          location: converted.location))
      hold(row, nil)
    } catch { hold(row, error) }
  }

  private mutating func hold(_ row: SourceRow, _ reason: InvalidValue?) {
    entries.append(reason.map { .rejected(row, $0) } ?? .record(row))
    for field in row.fields { heldBytes += field.utf8.count }
  }

  // MARK: Batches

  private mutating func flush() async throws(Failure) {
    if Task.isCancelled { throw .init(.cancelled) }
    guard !entries.isEmpty else { return }
    let outcomes = records.isEmpty ? [] : try await importer.send(records)
    guard outcomes.count == records.count else {
      let detail = "\(records.count) records have \(outcomes.count) outcomes"
      throw .init(.database(.unexpected(detail)))
    }
    var next = outcomes.makeIterator()
    for entry in entries {
      switch entry {
      case .rejected(let row, let reason): try count(row, .rejected(reason))
      case .record(let row):
        if let outcome = next.next() { try count(row, outcome) }
      }
    }
    entries.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    heldBytes = 0
    observer.progressed(summary)
  }

  private mutating func count(_ row: SourceRow, _ outcome: ImportOutcome) throws(Failure) {
    switch outcome {
    case .created: summary.created += 1
    case .updated: summary.updated += 1
    case .unchanged: summary.unchanged += 1
    case .rejected(let reason):
      summary.rejected += 1
      summary.reasons[reason.code, default: 0] += 1
      do { try rejects.write(row, reason) } catch { throw .init(.inputOutput(error)) }
    }
  }
}
