import Foundation

/// A Postgres for tests, started by `scripts/test-postgres` and gone when this process is gone: the script
/// ends when its standard input does.
///
/// With `BOOKSTORE_TEST_POSTGRES` set to a URL the shared server is that one. Without a Postgres from Debian's
/// packages tests are skipped visibly, unless `BOOKSTORE_REQUIRE_POSTGRES` is 1: then they fail.
public final class PostgresServer: @unchecked Sendable {
  /// Why there is no server.
  public struct StartFailure: Error, CustomStringConvertible {
    /// True when no Postgres is installed, false when one is broken.
    public var isMissing: Bool
    /// What the script said.
    public var description: String
  }

  /// For `.enabled(if:)`, with ``skipReason``.
  public static var isAvailable: Bool {
    if ProcessInfo.processInfo.environment["BOOKSTORE_REQUIRE_POSTGRES"] == "1" { return true }
    guard case .failure(let failure) = shared else { return true }
    return !failure.isMissing
  }

  /// Why tests of Postgres are skipped.
  public static let skipReason =
    "no Postgres server is installed (Debian: apt-get install postgresql) and BOOKSTORE_TEST_POSTGRES is not set"

  /// The server of this test process, for tests that use schemas of their own.
  public static let shared: Result<PostgresServer, StartFailure> = {
    if let url = ProcessInfo.processInfo.environment["BOOKSTORE_TEST_POSTGRES"], !url.isEmpty {
      return .success(PostgresServer(url: url))
    }
    return Result { () throws(StartFailure) in try PostgresServer(options: ["--fast"]) }
  }()

  /// `postgres://…`, without a password.
  public let url: String
  private let process: Process?
  private let input: FileHandle?
  private let output: FileHandle?

  private init(url: String) {
    self.url = url
    (process, input, output) = (nil, nil, nil)
  }

  /// Starts a server of its own, for tests that stop it.
  public init(options: [String] = []) throws(StartFailure) {
    let process = Process()
    process.executableURL = URL(filePath: "\(Project.root)/scripts/test-postgres")
    process.arguments = options
    let (input, output) = (Pipe(), Pipe())
    // Programs that other tests start must not keep the server alive.
    _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    process.standardInput = input
    process.standardOutput = output
    do {
      try process.run()
    } catch {
      throw StartFailure(isMissing: false, description: "scripts/test-postgres: \(error)")
    }
    guard let line = Self.line(from: output.fileHandleForReading) else {
      process.waitUntilExit()
      throw StartFailure(
        isMissing: process.terminationStatus == 69,
        description: "scripts/test-postgres ended with status \(process.terminationStatus)")
    }
    url = line
    self.process = process
    self.input = input.fileHandleForWriting
    self.output = output.fileHandleForReading
  }

  /// What can be done to a server that was started for it.
  public enum Command: String, Sendable {
    /// Ends it as a crash would.
    case stop
    /// Starts it again, with the same data, on the same port.
    case start
    /// Stops all its processes: it hangs.
    case pause
    /// Lets them go on.
    case resume
  }

  /// Has the script carry out a command; returns when it is done.
  public func perform(_ command: Command) throws(StartFailure) {
    guard let input, let output else {
      throw StartFailure(isMissing: false, description: "this server was not started by the tests")
    }
    input.write(Data("\(command.rawValue)\n".utf8))
    guard Self.line(from: output) != nil else {
      throw StartFailure(isMissing: false, description: "scripts/test-postgres ended during \(command)")
    }
  }

  /// Ends the server and waits until its folder is gone.
  public func end() {
    try? input?.close()
    process?.waitUntilExit()
  }

  private static func line(from handle: FileHandle) -> String? {
    var line = Data()
    while let byte = try? handle.read(upToCount: 1), !byte.isEmpty {
      if byte[byte.startIndex] == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }
}
