internal import Importing

/// The file of rejected rows, made with the first of them.
final class RejectsFile: ByteSink {
  let path: String
  private var file: File?

  init(_ path: String) { self.path = path }

  var wasMade: Bool { file != nil }

  func write(_ bytes: [UInt8]) throws {
    let file = try self.file ?? File.writing(path)
    self.file = file
    try file.write(bytes)
  }
}

extension File: ByteSource {}
