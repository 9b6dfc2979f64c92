internal import HTTP
internal import Inventory
internal import JSON

/// Rows with the same columns in JSON and in CSV.
struct Table<Row: Sendable>: Sendable {
  /// What stands in a cell.
  enum Cell {
    /// Null and an empty cell when there is none.
    case text(String?)
    /// A number as its digits.
    case number(String?)

    static func integer(_ value: Int64?) -> Cell { .number(value.map(String.init)) }
  }

  struct Column: Sendable {
    let name: String
    let schema: Schema
    let cell: @Sendable (Row) -> Cell

    init(_ name: String, _ schema: Schema = .any, _ cell: @escaping @Sendable (Row) -> Cell) {
      self.name = name
      self.schema = schema
      self.cell = cell
    }
  }

  /// The file's name, without its ending.
  let name: String
  /// How many rows of a file are read at a time.
  var rowsAtOnce = 1000
  let columns: [Column]

  var properties: [Schema.Property] {
    columns.map { Schema.Property($0.name, $0.schema, isRequired: true) }
  }

  func write(_ row: Row, to json: inout JSONWriter) {
    json.beginObject()
    for column in columns {
      switch column.cell(row) {
      case .text(let text): json.member(column.name, text)
      case .number(let digits):
        json.name(column.name)
        json.value(digits.map(JSONValue.number) ?? .null)
      }
    }
    json.endObject()
  }

  var header: [UInt8] { CSV.line(columns.map(\.name)) }

  func line(_ row: Row) -> [UInt8] {
    CSV.line(
      columns.map { column in
        switch column.cell(row) {
        case .text(let text): CSV.inert(text ?? "")
        case .number(let digits): digits ?? ""
        }
      })
  }
}

extension Call {
  /// A page as JSON or, with Accept: text/csv, all of it as CSV.
  func table<Row>(
    _ table: Table<Row>, write: ((Row, inout JSONWriter) -> Void)? = nil,
    _ read: @escaping @Sendable (PageRequest) async throws -> Page<Row>
  ) async throws -> Response {
    guard mediaType == MediaType.csv else {
      return list(try await read(page())) { row, json in
        if let write { write(row, &json) } else { table.write(row, to: &json) }
      }
    }
    return try await export("\(table.name).csv", MediaType.csvFile, header: table.header) { key in
      let page = try await read(PageRequest(limit: table.rowsAtOnce, after: key))
      return ExportPiece(bytes: page.elements.flatMap(table.line), next: page.next)
    }
  }
}

extension Route.Answer {
  /// All rows of a list, as CSV.
  static func csv(_ about: String) -> Route.Answer {
    Route.Answer(
      status: .ok, about: about, mediaType: MediaType.csv, schema: .text(0...Int.max), example: nil,
      fields: [])
  }
}
