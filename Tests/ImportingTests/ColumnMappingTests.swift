import Importing
import Testing

@Suite("Column mapping")
struct ColumnMappingTests {
  static let header = ["id", "ISBN 13", "Name", "Written by", "a,b", "x=\"y\"|z", "Stock", "stock"]

  func fields(_ mapping: ColumnMapping) -> [String] {
    mapping.assignments.map { "\($0.field)=\($0.columns.map { String($0.index) }.joined(separator: "|"))" }
  }

  @Test("A specification names every column that is read")
  func specification() throws {
    let mapping = try ColumnMapping(
      specification:
        #"reference=id, isbn = isbn 13 ,title=Name,metadata.note="a,b"|"x=""y""|z",identifiers.own=id,ignore=Written by"#,
      header: Self.header)
    #expect(
      fields(mapping) == ["reference=0", "isbn=1", "title=2", "metadata.note=4|5", "identifiers.own=0"])
    #expect(mapping.unused == ["Stock", "stock"])
  }

  static let faults: [(String, [String])] = [
    ("", ["must be followed by ="]),
    ("title", ["“title” must be followed by ="]),
    ("titel=Name", ["no field “titel”", "title, subtitle", "identifiers.NAME"]),
    ("title=Nam", ["no column “Nam”", "“Name”", "“id”", "for title"]),
    ("title=", ["no column “”"]),
    ("title=Name,", ["“” must be followed by ="]),
    ("reference=id,reference=Name", ["reference stands twice"]),
    ("title=Name", ["No column gives a reference or an ISBN"]),
    ("reference=id;title=Name", ["no column “id;title”"]),
    ("reference=STOCK", ["2 columns “STOCK”"]),
    ("reference=\"id\"x", ["“x” does not fit"]),
    ("identifiers.Bad=id", ["no field “identifiers.Bad”"]),
    ("metadata.=id", ["no field “metadata.”"]),
  ]

  @Test("A specification that does not fit is refused with what there is", arguments: faults)
  func fault(specification: String, parts: [String]) {
    let error = #expect(throws: ImportError.self) {
      try ColumnMapping(specification: specification, header: Self.header)
    }
    for part in parts { #expect(error?.description.contains(part) == true, "\(error?.description ?? "")") }
  }

  @Test("The exact name is preferred to another case")
  func exactName() throws {
    let mapping = try ColumnMapping(specification: "reference=id,quantity=stock", header: Self.header)
    #expect(fields(mapping) == ["reference=0", "quantity=7"])
  }

  @Test("Without a specification the usual names are recognised")
  func recognition() throws {
    let mapping = try ColumnMapping(recognising: [
      "Book ID", "ISBN-13", "isbn", "AUTHORS", "title", "lang", "metadata.shelf", "identifiers.oclc",
      "Rating", "title",
      "identifiers.Bad",
    ])
    #expect(
      fields(mapping) == [
        "reference=0", "isbn=2|1", "title=4|9", "contributors=3", "language=5", "metadata.shelf=6",
        "identifiers.oclc=7",
      ])
    #expect(mapping.unused == ["Rating", "identifiers.Bad"])
  }

  @Test("A file without reference and ISBN is refused")
  func noReference() {
    let error = #expect(throws: ImportError.self) { try ColumnMapping(recognising: ["title", "author"]) }
    #expect(error?.description.contains("“title”, “author”") == true)
  }
}
