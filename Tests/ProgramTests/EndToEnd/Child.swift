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

  private let process: pid_t
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
    let source = try Ends()
    let output = try Ends()
    let messages = try Ends()
    process = try Self.spawn(
      (before, words), environment, folder: folder,
      descriptors: [source.reading, output.writing, messages.writing])
    for descriptor in [source.reading, output.writing, messages.writing] { close(descriptor) }
    try collect(output.reading, into: \.output)
    try collect(messages.reading, into: \.messages)
    let writing = source.writing
    _ = try Thread(name: "input") {
      Self.write(input, to: writing)
      close(writing)
    }
    let (state, process) = (state, process)
    _ = try Thread(name: "wait") {
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
      let (signal, code) = (status & 0x7F, status >> 8 & 0xFF)
      Self.change(state) { $0.code = signal == 0 ? code : 128 + signal }
    }
  }

  deinit {
    // A test that failed half-way leaves no process behind.
    if state.withLock({ $0.code == nil }) { kill(process, SIGKILL) }
  }

  /// Runs the program to its end.
  static func run(
    _ words: [String], _ environment: [String: String] = [:], in folder: String, input: String = ""
  ) async throws -> Ending {
    try await Child(words, environment, in: folder, input: input).ending()
  }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process, number) }

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

  private static func write(_ text: String, to descriptor: Int32) {
    // A program that ends without reading must not end the tests.
    Glibc.signal(SIGPIPE, SIG_IGN)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

/// A stream that no other child inherits: a pipe would be inheritable for a moment, and another child that
/// starts in that moment would keep it open.
private struct Ends {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let result = socketpair(AF_UNIX, kind, 0, &ends)
    try #require(result == 0, "socketpair")
    (reading, writing) = (ends[0], ends[1])
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

  /// Starts the program with these descriptors as its 0, 1 and 2.
  private static func spawn(
    _ words: (before: [String], after: [String]), _ environment: [String: String], folder: String,
    descriptors: [Int32]
  ) throws -> pid_t {
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

    let executable = try executable()
    // `env` changes to the folder, then becomes the program.
    let arguments =
      (["env", "--chdir=\(folder)"] + words.before + [executable] + words.after).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    let result = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, arguments, variables)
    try #require(result == 0, "posix_spawn: errno \(result)")
    return process
  }
}
