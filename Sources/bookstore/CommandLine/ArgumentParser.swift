internal import API

/// An option that a command takes.
struct OptionDeclaration: Sendable {
  /// With its dashes.
  let name: String
  /// What stands for the value in the help; nil for an option without a value.
  let value: String?
  /// One sentence for the help.
  let meaning: String

  init(_ name: String, value: String? = nil, _ meaning: String) {
    self.name = name
    self.value = value
    self.meaning = meaning
  }
}

/// A command line that cannot be understood; the program answers with exit code 2.
struct UsageError: Error, Hashable {
  let message: String
  /// Whose `--help` tells more; nil for the program's own.
  var command: String?
}

/// What followed a command's name.
struct Arguments: Hashable {
  /// Values by option name, with its dashes; empty text for options without a value.
  var options: [String: String] = [:]
  /// Everything that is no option, in order.
  var operands: [String] = []

  /// Whether the option was given.
  func has(_ name: String) -> Bool { options[name] != nil }

  /// The value of an option as a whole number in a range; nil when the option was not given.
  func number(_ name: String, in range: ClosedRange<Int64>) throws(UsageError) -> Int64? {
    guard let text = options[name] else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw UsageError(
        message: "\(name) is \"\(text)\"; it must be a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }
}

/// Reads command lines: `--name value`, `--name=value`, `--name`, `--` before operands that look like
/// options, and `-` as an operand.
enum ArgumentParser {
  /// Sorts the words that follow a command's name into options and operands.
  static func parse(
    _ words: [String], options declarations: [OptionDeclaration], operands allowed: ClosedRange<Int> = 0...0
  ) throws(UsageError) -> Arguments {
    var arguments = Arguments()
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments.operands += rest
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        arguments.operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let declaration = declarations.first(where: { $0.name == name }) else {
        throw unknown(name, among: declarations.map(\.name))
      }
      guard !arguments.has(name) else { throw UsageError(message: "\(name) is given twice") }
      let inline = parts.count > 1 ? String(parts[1]) : nil
      arguments.options[name] = try value(of: declaration, inline: inline, rest: &rest)
    }
    guard arguments.operands.count <= allowed.upperBound else {
      let surplus = arguments.operands[allowed.upperBound]
      throw UsageError(message: "unexpected argument \"\(surplus)\"")
    }
    return arguments
  }

  private static func value(
    of declaration: OptionDeclaration, inline: String?, rest: inout ArraySlice<String>
  ) throws(UsageError) -> String {
    guard let placeholder = declaration.value else {
      guard inline == nil else { throw UsageError(message: "\(declaration.name) takes no value") }
      return ""
    }
    if let inline { return inline }
    // A value that looks like an option was most likely forgotten; `--name=-x` says that it is meant.
    guard let next = rest.first, !next.hasPrefix("-") || next == "-" else {
      throw UsageError(message: "\(declaration.name) needs a value: \(declaration.name) \(placeholder)")
    }
    rest.removeFirst()
    return next
  }

  private static func unknown(_ name: String, among names: [String]) -> UsageError {
    guard let nearest = closest(to: name, in: names) else {
      return UsageError(message: "unknown option \(name)")
    }
    return UsageError(message: "unknown option \(name); did you mean \(nearest)?")
  }
}
