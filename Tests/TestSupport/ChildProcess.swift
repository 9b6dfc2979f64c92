import Foundation
import Glibc

/// A program as a process of its own, found by the path of commands.
///
/// Not Foundation's `Process`: before it starts a program it reads 256 bytes of each entry of `/proc/self/fd`, past
/// the end of the directory's buffer when many descriptors are open, and that ends the tests now and then.
public struct ChildProcess: Sendable {
  /// Why it was not started.
  public struct Failure: Error, CustomStringConvertible {
    /// The call and the reason.
    public let description: String
  }

  /// How a process ended, and all that it wrote.
  public struct Ending: Sendable {
    /// The exit code, or 128 and the signal's number, as a shell says it.
    public var code: Int32
    /// Standard output and standard error in one.
    public var output: String
  }

  /// Its number.
  public let id: pid_t
  /// This side's ends of its standard input, output and error, each to be closed once by whoever started it; -1 where
  /// there is none.
  public let input, output, messages: Int32

  /// Starts a program, in this process's environment or another. Throws ``Failure`` when it cannot be started.
  public init(
    _ words: [String], environment: [String: String] = ProcessInfo.processInfo.environment,
    messages kind: Messages = .apart
  ) throws(Failure) {
    let (source, target) = (try Ends(), try Ends())
    let errors: Ends? = kind == .apart ? try Ends() : nil
    let theirErrors = errors?.writing ?? (kind == .inherited ? STDERR_FILENO : target.writing)
    defer {
      for descriptor in [source.reading, target.writing, errors?.writing ?? -1] { close(descriptor) }
    }
    (input, output, messages) = (source.writing, target.reading, errors?.reading ?? -1)
    do throws(Failure) {
      id = try Self.spawn(words, environment, descriptors: [source.reading, target.writing, theirErrors])
    } catch {
      for descriptor in [input, output, messages] { close(descriptor) }
      throw error
    }
  }

  /// Where standard error goes.
  public enum Messages: Sendable {
    /// To a stream of its own.
    case apart
    /// To the same as standard output.
    case withOutput
    /// To this process's.
    case inherited
  }

  /// Runs a program to its end, with nothing on its standard input but the text.
  public static func run(_ words: [String], input text: String = "") throws(Failure) -> Ending {
    let process = try ChildProcess(words, messages: .withOutput)
    defer { close(process.output) }
    // It is small, and what the program says before it has read it is too: nobody waits for the other.
    send(text, to: process.input)
    close(process.input)
    var said: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(process.output, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      said += piece[..<count]
    }
    return Ending(code: process.waitForEnd(), output: String(decoding: said, as: UTF8.self))
  }

  /// Writes a text; what nobody reads any more is left out.
  public static func send(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits for its end, once; returns the exit code, or 128 and the signal's number.
  public func waitForEnd() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 && errno == EINTR {}
    let (signal, code) = (status & 0x7F, status >> 8 & 0xFF)
    return signal == 0 ? code : 128 + signal
  }

  /// Starts a program with these descriptors as its 0, 1 and 2.
  private static func spawn(
    _ words: [String], _ environment: [String: String], descriptors: [Int32]
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The child starts with the signals of a shell's child, whatever this process ignores or blocks.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    let result = posix_spawnp(&process, words[0], &actions, &attributes, arguments, variables)
    guard result == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(result)))") }
    return process
  }
}

/// A stream that no other child inherits: a pipe would be inheritable for a moment, and another child that
/// starts in that moment would keep it open.
private struct Ends {
  let reading: Int32
  let writing: Int32

  init() throws(ChildProcess.Failure) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ChildProcess.Failure(description: "socketpair: \(String(cString: strerror(errno)))")
    }
    (reading, writing) = (ends[0], ends[1])
  }
}
