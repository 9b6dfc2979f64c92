import Foundation

/// A Postgres for tests, started by `scripts/test-postgres` and gone when this process is gone: the script
/// ends when its standard input does.
///
/// With `BOOKSTORE_TEST_POSTGRES` set to a URL the shared server is that one. Without a Postgres from Debian's
/// packages tests are skipped visibly, unless `BOOKSTORE_REQUIRE_POSTGRES` is 1: then they fail.
public final class PostgresServer: Sendable {
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
  private let process: ChildProcess?

  private init(url: String) {
    self.url = url
    process = nil
  }

  /// Starts a server of its own, for tests that stop it.
  public init(options: [String] = []) throws(StartFailure) {
    let process: ChildProcess
    do throws(ChildProcess.Failure) {
      process = try ChildProcess(["\(Project.root)/scripts/test-postgres"] + options, messages: .inherited)
    } catch {
      throw StartFailure(isMissing: false, description: error.description)
    }
    guard let line = Self.line(from: process.output) else {
      let code = Self.end(process)
      throw StartFailure(
        isMissing: code == 69, description: "scripts/test-postgres ended with status \(code)")
    }
    url = line
    self.process = process
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
    guard let process else {
      throw StartFailure(isMissing: false, description: "this server was not started by the tests")
    }
    ChildProcess.send("\(command.rawValue)\n", to: process.input)
    guard Self.line(from: process.output) != nil else {
      throw StartFailure(isMissing: false, description: "scripts/test-postgres ended during \(command)")
    }
  }

  /// Ends the server and waits until its folder is gone. To be called once.
  public func end() {
    if let process { _ = Self.end(process) }
  }

  private static func end(_ process: ChildProcess) -> Int32 {
    close(process.input)
    defer { close(process.output) }
    return process.waitForEnd()
  }

  private static func line(from descriptor: Int32) -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
  }
}
