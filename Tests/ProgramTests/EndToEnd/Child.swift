import EventLoop
import Glibc
import TestSupport
import Testing

/// The program as a process of its own. What it writes is collected; lines of its standard output can be
/// waited for.
final class Child: Sendable {
  /// How a process ended, and all that it wrote.
  struct Ending: Sendable {
    /// The exit code, or 128 and the signal's number, as a shell says it.
    var code: Int32
    var output: String
    var messages: String
  }

  private struct State {
    var output = ""
    var messages = ""
    var openPipes = 2
    var code: Int32?
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let process: ChildProcess
  private let state = Lock(State())

  /// Starts the program in a folder, with nothing in its environment but what is given here.
  ///
  /// `before` is a command that becomes the program.
  init(
    _ words: [String], _ environment: [String: String] = [:], in folder: String, input: String = "",
    before: [String] = []
  ) throws {
    let environment = ["MIGRATIONS_DIR": "\(Project.root)/migrations"].merging(Self.sanitizers) { $1 }
      .merging(environment) { $1 }
    // `env` changes to the folder, then becomes the program.
    let process = try ChildProcess(
      ["/usr/bin/env", "--chdir=\(folder)"] + before + [Self.executable()] + words, environment: environment)
    self.process = process
    try collect(process.output, into: \.output)
    try collect(process.messages, into: \.messages)
    _ = try Thread(name: "input") {
      ChildProcess.send(input, to: process.input)
      close(process.input)
    }
    let state = state
    _ = try Thread(name: "wait") {
      let code = process.waitForEnd()
      Self.change(state) { $0.code = code }
    }
  }

  deinit {
    // A test that failed half-way leaves no process behind.
    if state.withLock({ $0.code == nil }) { kill(process.id, SIGKILL) }
  }

  /// Runs the program to its end.
  static func run(
    _ words: [String], _ environment: [String: String] = [:], in folder: String, input: String = ""
  ) async throws -> Ending {
    try await Child(words, environment, in: folder, input: input).ending()
  }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.id, number) }

  /// Waits for the end.
  func ending() async -> Ending {
    await wait { $0.code != nil && $0.openPipes == 0 }
    return state.withLock { Ending(code: $0.code ?? -1, output: $0.output, messages: $0.messages) }
  }

  /// Waits for a line of standard output that holds the text; nil when the program ends without one.
  func line(_ text: String) async -> String? {
    func find(_ state: State) -> String? {
      state.output[..<(state.output.lastIndex(of: "\n") ?? state.output.startIndex)].split(separator: "\n")
        .first { $0.contains(text) }.map { String($0) }
    }
    await wait { find($0) != nil || $0.openPipes == 0 }
    return state.withLock { find($0) }
  }

  /// Waits until standard error holds the text; throws when the program ends without it.
  func message(_ text: String) async throws {
    await wait { $0.messages.contains(text) || $0.openPipes == 0 }
    try #require(state.withLock { $0.messages.contains(text) })
  }

  private func wait(until condition: (State) -> Bool) async {
    while !state.withLock({ condition($0) }) {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          if condition(state) { return true }
          state.waiters.append(continuation)
          return false
        }
        if isDone { continuation.resume() }
      }
    }
  }

  private func collect(_ descriptor: Int32, into text: any WritableKeyPath<State, String> & Sendable) throws {
    let state = state
    _ = try Thread(name: "output") {
      var piece = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { break }
        let received = String(decoding: piece[..<count], as: UTF8.self)
        Self.change(state) { $0[keyPath: text] += received }
      }
      close(descriptor)
      Self.change(state) { $0.openPipes -= 1 }
    }
  }

  private static func change(_ state: Lock<State>, _ body: (inout State) -> Void) {
    let waiters = state.withLock { state in
      body(&state)
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}

extension Child {
  /// What scripts/sanitize tells the sanitizers, so that the reports of programs that are started are found too.
  private static var sanitizers: [String: String] {
    var options: [String: String] = [:]
    for name in ["TSAN_OPTIONS", "ASAN_OPTIONS"] {
      if let value = getenv(name) { options[name] = String(cString: value) }
    }
    return options
  }

  /// The executable that was built together with these tests stands beside them.
  private static func executable() throws -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count)
    try #require(count > 0)
    let text = String(decoding: path[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    let parts = text.split(separator: "/")
    return "/" + (parts.dropLast() + ["bookstore"]).joined(separator: "/")
  }
}
