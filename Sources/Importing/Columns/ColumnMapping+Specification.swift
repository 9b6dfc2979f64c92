extension ColumnMapping {
  /// Reads `field=column,field=column|column,…`; every column that is to be read must be named.
  ///
  /// Several columns, the first usable one wins, are separated by `|`; a name with `,`, `|` or `=` in it goes
  /// into quotation marks. Columns are found by their exact name, else whatever their case.
  public init(specification: String, header: [String]) throws(ImportError) {
    var assignments: [Assignment] = []
    var scanner = SpecificationScanner(specification)
    repeat {
      let name = scanner.word()
      guard scanner.take("=") else {
        throw ImportError("--columns: “\(name)” must be followed by = and a column, such as title=name.")
      }
      guard let field = ImportField(name) else {
        throw ImportError("--columns: there is no field “\(name)”. The fields are \(ImportField.list).")
      }
      guard field == .ignore || !assignments.contains(where: { $0.field == field }) else {
        throw ImportError("--columns: the field \(name) stands twice; separate its columns by |.")
      }
      var columns: [Column] = []
      repeat {
        columns.append(try Self.column(scanner.word(), of: header, for: name))
      } while scanner.take("|")
      assignments.append(Assignment(field: field, columns: columns))
    } while scanner.take(",")
    guard scanner.isAtEnd else {
      throw ImportError("--columns: “\(scanner.rest)” does not fit; write field=column,field=column.")
    }
    try self.init(assignments, of: header)
  }

  private static func column(
    _ name: String, of header: [String], for field: String
  ) throws(ImportError) -> Column {
    for matches: (String) -> Bool in [{ $0 == name }, { $0.lowercased() == name.lowercased() }] {
      let found = header.indices.filter { matches(header[$0]) }
      guard found.count < 2 else {
        throw ImportError("--columns: the file has \(found.count) columns “\(name)” (for \(field)).")
      }
      if let index = found.first { return Column(index: index, name: header[index]) }
    }
    throw ImportError(
      "--columns: the file has no column “\(name)” (for \(field)). It has \(list(header)).")
  }
}

/// Cuts a specification into words and the marks between them.
private struct SpecificationScanner {
  private(set) var rest: Substring

  init(_ text: String) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ mark: Character) -> Bool {
    guard rest.first == mark else { return false }
    rest.removeFirst()
    return true
  }

  /// Text up to the next mark, or in quotation marks (doubled inside).
  mutating func word() -> String {
    rest = rest.drop { $0 == " " }
    guard take("\"") else {
      let word = rest.prefix { !"=,|".contains($0) }
      rest = rest[word.endIndex...]
      return trimmed(String(word))
    }
    var word = ""
    while let character = rest.popFirst() {
      if character == "\"", !take("\"") { break }
      word.append(character)
    }
    return word
  }
}
