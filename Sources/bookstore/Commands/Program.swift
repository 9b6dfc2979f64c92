internal import API

/// The program without its process: what the words of a command line lead to.
enum Program {
  /// Does what the command line says and returns how it ended.
  static func run(_ words: [String], environment: [String: String]) async -> ExitCode {
    do throws(UsageError) {
      return try await dispatch(words, environment: environment)
    } catch {
      Output.message(error.message)
      let help = error.command.map { "bookstore \($0) --help" } ?? "bookstore --help"
      Output.rawMessage("Try: \(help)\n")
      return .usage
    }
  }

  private static func dispatch(
    _ words: [String], environment: [String: String]
  ) async throws(UsageError) -> ExitCode {
    guard let first = words.first, !["--help", "-h"].contains(first) else {
      Output.print(Help.overview)
      return .success
    }
    guard let command = Command(rawValue: first == "--version" ? "version" : first) else {
      throw unknown(first)
    }
    let rest = Array(words.dropFirst())
    // Help is given whatever else is wrong with the command line.
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      Output.print(Help.text(for: command))
      return .success
    }
    do throws(UsageError) {
      let arguments = try ArgumentParser.parse(rest, options: command.options, operands: command.operands)
      return try await run(command, arguments, environment: environment)
    } catch {
      throw UsageError(message: "\(command.rawValue): \(error.message)", command: command.rawValue)
    }
  }

  private static func unknown(_ word: String) -> UsageError {
    if word.hasPrefix("-") {
      return UsageError(message: "the command comes first, then its options: \(word)")
    }
    let nearest = closest(to: word, in: Command.allCases.map(\.rawValue))
    return UsageError(
      message: "there is no command \"\(word)\"" + (nearest.map { "; did you mean \($0)?" } ?? ""))
  }

  private static func run(
    _ command: Command, _ arguments: Arguments, environment: [String: String]
  ) async throws(UsageError) -> ExitCode {
    switch command {
    case .help: return try help(arguments)
    case .version: return version(arguments)
    case .serve, .migrate, .import, .backup, .restore, .key, .verify, .health: break
    }
    let configuration: Configuration
    do throws(ConfigurationError) {
      configuration = try Configuration(environment: environment, readFile: { File.text($0) })
    } catch {
      for problem in error.problems { Output.message(problem) }
      Output.rawMessage("Try: bookstore help configuration\n")
      return .usage
    }
    switch command {
    case .serve: return await Serve(configuration: configuration).run()
    case .migrate: return await Migrate(configuration: configuration).run(arguments)
    case .import:
      return await Import(configuration: configuration, options: try ImportOptions(arguments)).run()
    case .backup: return try await Backup(configuration: configuration, arguments).run()
    case .restore: return try await Restore(configuration: configuration, arguments).run()
    case .key: return try await Key(configuration: configuration, arguments).run()
    case .verify: return await Verify(configuration: configuration).run(arguments)
    default: return Health(configuration: configuration).run()
    }
  }

  private static func help(_ arguments: Arguments) throws(UsageError) -> ExitCode {
    guard let topic = arguments.operands.first else {
      Output.print(Help.overview)
      return .success
    }
    if topic == "configuration" {
      Output.print(Help.configuration)
      return .success
    }
    guard let command = Command(rawValue: topic) else { throw unknown(topic) }
    Output.print(Help.text(for: command))
    return .success
  }

  private static func version(_ arguments: Arguments) -> ExitCode {
    Output.print(arguments.has("--json") ? Version.json : Version.text)
    return .success
  }
}
