internal import Glibc

/// A file that appears under its name when it is complete and on the disk. Until then, and for good when it
/// is given up, there is only one with a temporary name beside it.
final class NewFile {
  let path: String
  private let file: File
  private let replacesOld: Bool
  private var isFinished = false

  /// Makes the temporary file. Fails where there is a file with this name, unless it may be replaced, or
  /// something that is no file.
  init(_ path: String, replacingOld replacesOld: Bool) throws(FileError) {
    try Self.judge(path, replacesOld)
    self.path = path
    self.replacesOld = replacesOld
    file = try File.creating("\(path).\(getpid()).partial")
  }

  deinit {
    if !isFinished { unsafe unlink(file.path) }
  }

  func write(_ bytes: [UInt8]) throws(FileError) { try file.write(bytes) }

  /// Puts the file on the disk and gives it its name.
  func finish() throws(FileError) {
    try file.synchronize()
    if replacesOld { try rename() } else { try renameIfNew() }
    isFinished = true
    try synchronizeFolder()
  }

  private static func judge(_ path: String, _ replacesOld: Bool) throws(FileError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError("\(path) is not a file; `-` writes to standard output")
    }
    guard replacesOld else { throw exists(path) }
  }

  private static func exists(_ path: String) -> FileError {
    FileError("\(path) is there already; --force replaces it")
  }

  private func rename() throws(FileError) {
    guard unsafe Glibc.rename(file.path, path) == 0 else { throw FileError(path, errno) }
  }

  /// A rename would replace a file that was made meanwhile; a link never does (link(2)).
  private func renameIfNew() throws(FileError) {
    if unsafe link(file.path, path) == 0 {
      unsafe unlink(file.path)
      return
    }
    guard errno != EEXIST else { throw Self.exists(path) }
    // Not every file system has links.
    try Self.judge(path, replacesOld)
    try rename()
  }

  /// The name is on the disk when the folder is (fsync(2)).
  private func synchronizeFolder() throws(FileError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(folder, errno) }
    defer { close(descriptor) }
    // Some file systems cannot, and say so by EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError(folder, errno) }
  }
}
