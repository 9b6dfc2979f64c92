extension BackupReader {
  /// Loads everything into a database and commits when the file has turned out to be whole; else nothing is
  /// changed.
  public func load(into target: some BackupTarget) throws(BackupError) {
    do throws(BackupError) {
      try target.begin()
      let present = target.tables
      while let table = try nextTable() {
        try Self.check(table, against: present)
        try target.load(table) { () throws(BackupError) in try nextRow() }
      }
      try target.commit()
    } catch {
      target.rollback()
      throw error
    }
  }

  /// Whether the table's rows can be loaded: an older backup may lack columns that have a default.
  private static func check(_ table: BackupTable, against present: [LoadableTable]) throws(BackupError) {
    guard let loadable = present.first(where: { $0.name == table.name }) else {
      throw .refused("the backup has a table \(table.name), and the database does not")
    }
    if let unknown = table.columns.first(where: { name in !loadable.columns.contains { $0.name == name } }) {
      throw .refused("the backup has a column \(unknown) of \(table.name), and the database does not")
    }
    if let missing = loadable.columns.first(where: { $0.isRequired && !table.columns.contains($0.name) }) {
      throw .refused(
        "the database's table \(table.name) needs a column \(missing.name), and the backup does not have it")
    }
  }
}
