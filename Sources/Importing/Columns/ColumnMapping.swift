/// Which columns of a file hold which fields.
public struct ColumnMapping: Hashable, Sendable {
  /// A column of the file.
  public struct Column: Hashable, Sendable {
    /// Its place in the record, from 0.
    public var index: Int
    /// Its name in the first line.
    public var name: String
  }

  /// A field and where it is; the first column with a usable value wins.
  public struct Assignment: Hashable, Sendable {
    /// What is held.
    public var field: ImportField
    /// Where, in the order in which they are looked at.
    public var columns: [Column]
  }

  /// In the order of the mapping, `ignore` left out.
  public let assignments: [Assignment]
  /// Columns that nothing is read from and that nobody said to ignore.
  public let unused: [String]

  /// Where a field is; empty when it is nowhere.
  func columns(of field: ImportField) -> [Column] {
    assignments.first { $0.field == field }?.columns ?? []
  }

  init(_ assignments: [Assignment], of header: [String]) throws(ImportError) {
    let used = Set(assignments.flatMap(\.columns).map(\.index))
    unused = header.enumerated().filter { !used.contains($0.offset) }.map(\.element)
    self.assignments = assignments.filter { $0.field != .ignore }
    guard !columns(of: .reference).isEmpty || !columns(of: .isbn).isEmpty else {
      throw ImportError(
        "No column gives a reference or an ISBN, so records could not be found again. The file has the columns "
          + "\(Self.list(header)); say which one with --columns, such as reference=id,title=name.")
    }
  }

  /// Column names in quotation marks, cut where there are very many.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(50).map { "“\($0)”" }.joined(separator: ", ")
    return names.count > 50 ? shown + " and \(names.count - 50) more" : shown
  }
}

/// Why a file cannot be imported at all; one sentence that says what to do.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}
