internal import EventLoop
internal import Glibc

/// The process around ``Program``.
@main
struct Bookstore {
  static func main() {
    Signals.ignoreBrokenPipes()
    let words = Array(CommandLine.arguments.dropFirst())
    exit(onThisThread { await Program.run(words, environment: environment) }.rawValue)
  }

  /// The main thread is a loop of its own until the program ends, so that nothing needs another runtime.
  private static func onThisThread(_ body: @escaping @Sendable () async -> ExitCode) -> ExitCode {
    do throws(SystemError) {
      let loop = try EventLoop()
      let code = Lock(ExitCode.failure)
      loop.execute {
        Task(executorPreference: loop) {
          let result = await body()
          code.withLock { $0 = result }
          loop.stop()
        }
      }
      loop.run()
      return code.withLock { $0 }
    } catch {
      Output.message("\(error)")
      return .failure
    }
  }

  private static var environment: [String: String] {
    var found: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let parts = unsafe String(cString: text).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // The first one counts, as in getenv.
      if parts.count == 2, found[String(parts[0])] == nil { found[String(parts[0])] = String(parts[1]) }
      unsafe entry += 1
    }
    return found
  }
}
