internal import EventLoop
internal import HTTP
internal import HTTPServer

struct Serve {
  let configuration: Configuration
  func run() async -> ExitCode { .failure }
}
struct Migrate {
  let configuration: Configuration
  func run(_ arguments: Arguments) async -> ExitCode { .failure }
}
struct Verify {
  let configuration: Configuration
  func run() async -> ExitCode { .failure }
}
struct Import {
  let configuration: Configuration
  init(configuration: Configuration, _ arguments: Arguments) throws(UsageError) {
    self.configuration = configuration
  }
  func run() async throws(UsageError) -> ExitCode { .failure }
}
