/// Where a backup comes from: one snapshot of a database, from when this was made until it goes. Belongs to
/// one thread at a time, which it blocks.
public protocol BackupSource {
  /// `sqlite` or `postgres`.
  var engine: String { get }
  /// The last step of the schema that the database has.
  var schema: Int { get }
  /// What there is to back up, in an order in which it can be loaded: a row's references point at earlier
  /// tables.
  var tables: [BackupTable] { get }

  /// Calls the body with each row, a line of ``CopyText`` without its end, in the order of the table's key.
  func forEachRow(
    of table: BackupTable, _ body: ([UInt8]) throws(BackupError) -> Void
  ) throws(BackupError)
}

/// Where a backup goes: a database that is migrated and empty. Belongs to one thread at a time, which it
/// blocks.
public protocol BackupTarget {
  /// Throws `notEmpty` unless the database holds nothing but what the migrations put there.
  func requireEmpty() throws(BackupError)
  /// Begins the one transaction in which everything is loaded, keeps others from writing, and looks once more
  /// whether the database is empty.
  func begin() throws(BackupError)
  /// The tables of the database.
  var tables: [LoadableTable] { get }
  /// Loads the rows that `next` returns until it returns nil.
  func load(_ table: BackupTable, _ next: () throws(BackupError) -> [UInt8]?) throws(BackupError)
  /// Makes it stay.
  func commit() throws(BackupError)
  /// Undoes everything since ``begin()``, which may itself have thrown.
  func rollback()
}

/// A table that rows can be loaded into.
public struct LoadableTable: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// All columns but those that the database or the target fill by themselves.
  public var columns: [LoadableColumn]

  /// From its parts.
  public init(name: String, columns: [LoadableColumn]) {
    self.name = name
    self.columns = columns
  }
}

/// A column that values can be loaded into.
public struct LoadableColumn: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// It has no default and takes no null.
  public var isRequired: Bool

  /// From its parts.
  public init(name: String, isRequired: Bool) {
    self.name = name
    self.isRequired = isRequired
  }
}

/// What the migrations themselves put into a database; a backup brings its own.
public enum SeededRows {
  /// The only table that is not empty at first.
  public static let table = "location"
  /// True of what is in it at first, as long as nobody has changed it.
  public static let condition = "id = 'loc_01kdvdna00e008000000000000' and version = 1"
}

/// A name as SQL takes it, whatever is in it; the same on both engines.
public func quotedName(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
