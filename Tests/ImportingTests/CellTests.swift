import Inventory
import Testing

@testable import Importing

@Suite("Cells")
struct CellTests {
  @Test(
    "An ISBN is found in what spreadsheets make of it",
    arguments: [
      ("0439023483", "9780439023481"), ("439023483", "9780439023481"), ("439023483.0", "9780439023481"),
      ("978-0-439-02348-1", "9780439023481"), ("9780439023481.0", "9780439023481"),
      ("=\"0439023483\"", "9780439023481"), ("9.780439023481e+12", "9780439023481"),
      ("9.780439023481E12", "9780439023481"), ("80442957X", "9780804429573"), ("80442957x", "9780804429573"),
      ("6281060", "9780006281061"),
    ])
  func isbn(cell: String, digits: String) throws {
    #expect(try ISBNCell(cell) == .isbn(ISBN(digits)))
  }

  @Test(
    "The apostrophe that keeps a spreadsheet from computing is not part of the text",
    arguments: [
      ("'=1+1", "=1+1"), ("'-ismi", "-ismi"), ("'+1", "+1"), ("'@War", "@War"), ("'Tis", "'Tis"), ("'", "'"),
      ("''=1", "''=1"), ("=1", "=1"), ("", ""),
    ])
  func formulaGuard(cell: String, text: String) {
    #expect(withoutFormulaGuard(cell) == text)
  }

  @Test(
    "A number that lost digits, or nothing, is no ISBN",
    arguments: [
      "", "  ", "=\"\"", "9.78043902348e+12", "9.7804390234e+12", "9.78e+12", "9e12", "9.7804390234810e+12",
      "97893806587.0", "978043902348.0",
    ])
  func noISBN(cell: String) {
    #expect(ISBNCell(cell) == .none)
  }

  @Test(
    "Anything else is invalid with the reason",
    arguments: [
      ("812971060", "bad-check-digit"), ("9780439023482", "bad-check-digit"), ("123456", "wrong-length"),
      ("97893806587", "wrong-length"), ("n/a", "bad-character"), ("9770317847001", "not-an-isbn"),
      ("9.780439023482e+12", "bad-check-digit"), ("4390X3483", "wrong-length"),
      ("04390X3483", "bad-character"),
    ])
  func invalidISBN(cell: String, code: String) {
    guard case .invalid(let reason) = ISBNCell(cell) else {
      Issue.record("\(ISBNCell(cell))")
      return
    }
    #expect(reason.code == code)
  }

  @Test(
    "Dates are put into the form of the domain",
    arguments: [
      ("2008", "2008"), ("2008.0", "2008"), ("-720.0", "-0720"), ("-1750.0", "-1750"), ("8.0", "0008"),
      ("800", "0800"), ("2008-09", "2008-09"), ("2008-09-14", "2008-09-14"), ("2008/9/4", "2008-09-04"),
      ("20080914", "2008-09-14"), ("200809", "2008-09"), ("2008-09-14T10:00:00Z", "2008-09-14"),
      ("2008-09-14 10:00", "2008-09-14"), ("14.09.2008", "14.09.2008"), ("9/14/2008", "9/14/2008"),
      ("2008.5", "2008.5"), ("20081", "20081"), ("soon", "soon"), ("", ""),
    ])
  func dates(cell: String, expected: String) {
    #expect(DateCell.normalised(cell) == expected)
  }

  @Test(
    "Names are separated by semicolons, else by commas",
    arguments: [
      ("Suzanne Collins", ["Suzanne Collins"]),
      ("J.K. Rowling, Mary  GrandPré", ["J.K. Rowling", "Mary GrandPré"]),
      ("Rowling, J.K.; GrandPré, Mary", ["Rowling, J.K.", "GrandPré, Mary"]), ("A, , B,", ["A", "B"]),
      ("A, B, A", ["A", "B"]),
      ("Martin Luther King, Jr., Coretta King", ["Martin Luther King, Jr.", "Coretta King"]),
    ])
  func names(cell: String, expected: [String]) throws {
    let contributors = try NameList.contributors(cell)
    #expect(contributors == expected.map { Contributor(role: .author, name: $0) })
  }

  @Test("Too many or too long names are refused")
  func tooManyNames() {
    #expect(throws: InvalidValue.self) {
      try NameList.contributors((0...200).map { "name\($0)" }.joined(separator: ","))
    }
    #expect(throws: InvalidValue.self) { try NameList.contributors(String(repeating: "x", count: 501)) }
  }

  @Test(
    "Forms of books are read as code or as word",
    arguments: [("bc", "BC"), ("Paperback", "BC"), ("Hard-cover", "BB")])
  func productForms(cell: String, code: String) throws {
    #expect(try ProductFormCell.read(cell).code == code)
  }
}
