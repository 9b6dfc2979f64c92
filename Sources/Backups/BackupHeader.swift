public import Inventory
internal import JSON

/// What a backup says of itself in its first line.
public struct BackupHeader: Hashable, Sendable {
  /// The form of the files that this program writes, and the newest that it reads.
  public static let currentFormat = 1

  /// How the rest of the file is to be read.
  public var format: Int
  /// The version of the program that wrote it.
  public var program: String
  /// The last step of the schema that the database had.
  public var schema: Int
  /// `sqlite` or `postgres`; for people, since a backup goes into either.
  public var engine: String
  /// When it was begun, RFC 3339.
  public var takenAt: String

  /// Of a backup in the present format.
  public init(program: String, schema: Int, engine: String, takenAt: Instant) {
    format = Self.currentFormat
    self.program = program
    self.schema = schema
    self.engine = engine
    self.takenAt = takenAt.description
  }
}

extension BackupHeader {
  /// What stands behind `bookstore-backup ` in a file.
  var json: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("format", Int64(format))
    json.member("program", program)
    json.member("schema", Int64(schema))
    json.member("engine", engine)
    json.member("taken_at", takenAt)
    json.endObject()
    return json.bytes
  }

  /// Throws `damaged` where the text is not such an object, `refused` where it is one of another format. What
  /// a later program adds to it is passed over.
  init(json bytes: [UInt8]) throws(BackupError) {
    guard let members = JSONMembers(bytes), let format = members.integer("format") else {
      throw .damaged("the first line of the backup cannot be read")
    }
    guard format == Self.currentFormat else {
      throw .refused(
        "the backup is written in format \(format), and this program reads format \(Self.currentFormat): use the "
          + "version of the program that wrote it\(members.text("program").map { ", \($0)" } ?? "")")
    }
    guard let program = members.text("program"), let schema = members.integer("schema"),
      let engine = members.text("engine"), let takenAt = members.text("taken_at"), schema >= 1
    else { throw .damaged("the first line of the backup cannot be read") }
    self.format = format
    self.program = program
    self.schema = schema
    self.engine = engine
    self.takenAt = takenAt
  }
}
