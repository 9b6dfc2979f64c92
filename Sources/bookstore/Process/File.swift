internal import Glibc

/// Why a file could not be read or written; names the file.
struct FileError: Error, Hashable {
  let message: String

  init(_ path: String, _ number: Int32) {
    message = "\(path): \(unsafe String(cString: strerror(number)))"
  }

  init(_ message: String) { self.message = message }
}

/// A descriptor that is closed when nobody holds it any more.
final class File: Sendable {
  let descriptor: Int32
  let path: String

  private init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
  }

  static let standardInput = File(descriptor: STDIN_FILENO, path: "standard input")
  static let standardOutput = File(descriptor: STDOUT_FILENO, path: "standard output")

  /// Opens a file for reading.
  static func reading(_ path: String) throws(FileError) -> File {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, errno) }
    return File(descriptor: descriptor, path: path)
  }

  /// Makes a file, or empties it, for writing.
  static func writing(_ path: String) throws(FileError) -> File {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path, errno) }
    return File(descriptor: descriptor, path: path)
  }

  /// Makes a file that nobody else may read or write; fails where there is one.
  static func creating(_ path: String) throws(FileError) -> File {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(path, errno) }
    return File(descriptor: descriptor, path: path)
  }

  /// Puts what was written on the disk.
  func synchronize() throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(path, errno) }
  }

  /// The file's size in bytes; nil for what is no regular file.
  var size: Int64? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int64(status.st_size)
  }

  /// The next bytes, at most `count`; none at the end.
  func read(_ count: Int) throws(FileError) -> [UInt8] {
    var number: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      var received: Int
      repeat {
        received = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
      } while received < 0 && errno == EINTR
      if received < 0 { number = errno }
      initialized = max(0, received)
    }
    guard number == 0 else { throw FileError(path, number) }
    return bytes
  }

  /// Writes all of the bytes.
  func write(_ bytes: [UInt8]) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { throw FileError(path, errno) }
      rest = rest.dropFirst(written)
    }
  }

  /// The whole text of a small file.
  static func text(_ path: String, limit: Int = 64 * 1024) -> Result<String, FileError> {
    do throws(FileError) {
      let file = try reading(path)
      var content: [UInt8] = []
      while true {
        let piece = try file.read(limit + 1)
        if piece.isEmpty { break }
        content += piece
        guard content.count <= limit else { throw FileError("\(path): larger than \(limit) bytes") }
      }
      guard let text = String(validating: content, as: UTF8.self) else {
        throw FileError("\(path): not UTF-8 text")
      }
      return .success(text)
    } catch {
      return .failure(error)
    }
  }
}
