internal import Crypto
internal import Glibc

/// A folder of migrations, `NNNN_name.sql`.
public enum MigrationDirectory {
  /// The largest file that is read, in bytes; a migration is a page of SQL.
  static let maximumFileSize = 1 << 20

  /// Reads the folder's migrations in order. Other files are left alone, but a `.sql` file that is no
  /// numbered step is an error: it was meant to be one.
  public static func read(_ path: String) throws(MigrationError) -> [Migration] {
    var files: [MigrationFile] = []
    for name in try names(in: path) where name.hasSuffix(".sql") {
      files.append(MigrationFile(name: name, bytes: try contents(of: "\(path)/\(name)")))
    }
    guard !files.isEmpty else {
      throw MigrationError(
        "the migrations folder \(path) holds no .sql file; MIGRATIONS_DIR must name the folder that has the "
          + "sub-folders postgres and sqlite")
    }
    return try MigrationFile.ordered(files)
  }

  private static func names(in path: String) throws(MigrationError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      throw MigrationError("cannot open the migrations folder \(path): \(systemMessage())")
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      // d_name is an array that imports as a tuple; the C string starts where the tuple does.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func contents(of path: String) throws(MigrationError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw MigrationError("cannot open \(path): \(systemMessage())") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw MigrationError("cannot read \(path): \(systemMessage())") }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= maximumFileSize else {
        throw MigrationError("\(path) is larger than \(maximumFileSize) bytes; split it into smaller steps")
      }
    }
  }

  private static func systemMessage() -> String { unsafe String(cString: strerror(errno)) }
}

/// A file of a migrations folder, not yet judged.
struct MigrationFile {
  var name: String
  var bytes: [UInt8]

  /// Checks names and numbers and puts the files in order.
  static func ordered(_ files: [MigrationFile]) throws(MigrationError) -> [Migration] {
    var migrations: [Migration] = []
    for file in files { migrations.append(try file.migration()) }
    migrations.sort { ($0.version, $0.name) < ($1.version, $1.name) }
    for (index, migration) in migrations.enumerated() where migration.version != index + 1 {
      if index > 0, migrations[index - 1].version == migration.version {
        throw MigrationError(
          "\(migrations[index - 1].name).sql and \(migration.name).sql have the same number; "
            + "give one of them the next free number")
      }
      throw MigrationError(
        "\(migration.name).sql follows \(index == 0 ? "nothing" : "\(migrations[index - 1].name).sql"); "
          + "steps are numbered from 0001 without gaps, so number \(index + 1) is missing")
    }
    return migrations
  }

  private func migration() throws(MigrationError) -> Migration {
    guard let version = Self.version(name) else {
      throw MigrationError(
        "\(name) is not a migration's name; it must be four digits, an underscore, a name of a-z, 0-9 and "
          + "underscores, and .sql, such as 0001_initial.sql")
    }
    guard let sql = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw MigrationError("\(name) is not UTF-8 text")
    }
    return Migration(
      version: version, name: String(name.dropLast(4)), sql: sql, checksum: SHA256.hex(bytes))
  }

  /// The number in `NNNN_name.sql`; nil when the name has another form.
  private static func version(_ name: String) -> Int? {
    let stem = name.utf8.dropLast(4)
    let digits = stem.prefix(4)
    let rest = stem.dropFirst(4)
    guard digits.count == 4, rest.count > 1, rest.first == UInt8(ascii: "_") else { return nil }
    for byte in rest.dropFirst() {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        continue
      default: return nil
      }
    }
    var version = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      version = version * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return version
  }
}
