internal import Glibc
internal import Migrations

/// Finds the folder with an engine's migrations.
struct MigrationsFolder {
  /// What MIGRATIONS_DIR says.
  let setting: String
  /// The folder of the program's file; nil when it cannot be told.
  var programFolder = MigrationsFolder.folderOfThisProgram

  /// The steps of an engine, in order. Throws ``MigrationError`` that names every place that was looked at.
  func read(_ engine: String) throws(MigrationError) -> [Migration] {
    let tried = candidates.map { "\($0)/\(engine)" }
    guard let found = tried.first(where: Self.isFolder) else {
      throw MigrationError(
        "no migrations: there is no folder \(tried.joined(separator: ", nor ")); set MIGRATIONS_DIR to the folder "
          + "that has the sub-folders postgres and sqlite")
    }
    return try MigrationDirectory.read(found)
  }

  /// What is set counts alone; what nobody has set is also looked for where an installation has it.
  private var candidates: [String] {
    guard setting == Configuration().migrations, let programFolder else { return [setting] }
    return [setting, "\(programFolder)/migrations", "\(programFolder)/../share/bookstore/migrations"]
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static var folderOfThisProgram: String? {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &path, path.count)
    guard count > 0, let slash = path[..<count].lastIndex(of: CChar(UInt8(ascii: "/"))) else { return nil }
    return String(decoding: path[..<slash].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
