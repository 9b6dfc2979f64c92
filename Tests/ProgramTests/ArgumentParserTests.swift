import Testing

@testable import bookstore

@Suite("Command lines")
struct ArgumentParserTests {
  static let options = [
    OptionDeclaration("--columns", value: "MAPPING", ""),
    OptionDeclaration("--quantity", value: "N", ""),
    OptionDeclaration("--dry-run", ""),
  ]

  @Test(
    "options and operands are told apart, in every spelling",
    arguments: [
      (["a.csv"], [:], ["a.csv"]),
      (["--dry-run", "a.csv"], ["--dry-run": ""], ["a.csv"]),
      (["a.csv", "--columns", "x=y"], ["--columns": "x=y"], ["a.csv"]),
      (["--columns=x=y", "a.csv"], ["--columns": "x=y"], ["a.csv"]),
      (["--columns=", "a.csv"], ["--columns": ""], ["a.csv"]),
      (["--columns=--dry-run"], ["--columns": "--dry-run"], []),
      (["-", "--columns", "-"], ["--columns": "-"], ["-"]),
      (["--dry-run", "--", "--columns"], ["--dry-run": ""], ["--columns"]),
      ([], [:], []),
    ] as [([String], [String: String], [String])])
  func accepted(words: [String], options: [String: String], operands: [String]) throws {
    let arguments = try ArgumentParser.parse(words, options: Self.options, operands: 0...1)
    #expect(arguments == Arguments(options: options, operands: operands))
  }

  @Test(
    "what is wrong is named, with what was most likely meant",
    arguments: [
      (["--colums", "x"], "unknown option --colums; did you mean --columns?"),
      (["--colums=x"], "unknown option --colums; did you mean --columns?"),
      (["--dryrun"], "unknown option --dryrun; did you mean --dry-run?"),
      (["--frobnicate"], "unknown option --frobnicate"),
      (["-x"], "unknown option -x"),
      (["--dry-run", "--dry-run"], "--dry-run is given twice"),
      (["--dry-run=yes"], "--dry-run takes no value"),
      (["--columns"], "--columns needs a value: --columns MAPPING"),
      (["--columns", "--dry-run"], "--columns needs a value: --columns MAPPING"),
      (["a.csv", "b.csv"], "unexpected argument \"b.csv\""),
    ] as [([String], String)])
  func refused(words: [String], message: String) {
    #expect(throws: UsageError(message: message)) {
      try ArgumentParser.parse(words, options: Self.options, operands: 0...1)
    }
  }

  @Test(
    "numbers are whole and in their range",
    arguments: [
      ("0", 0), ("7", 7), ("-1", nil), ("8", nil), ("1.5", nil), ("", nil), ("9223372036854775808", nil),
    ]
      as [(String, Int64?)])
  func numbers(text: String, number: Int64?) throws {
    let arguments = Arguments(options: ["--quantity": text])
    if let number {
      #expect(try arguments.number("--quantity", in: 0...7) == number)
    } else {
      #expect(
        throws: UsageError(message: "--quantity is \"\(text)\"; it must be a whole number from 0 to 7")
      ) { try arguments.number("--quantity", in: 0...7) }
    }
    #expect(try arguments.number("--other", in: 0...7) == nil)
  }

  @Test(
    "every command's help names its options, settings and exit codes, within 80 columns",
    arguments: Command.allCases)
  func help(command: Command) {
    let text = Help.text(for: command)
    for option in command.options { #expect(text.contains("  \(option.name)")) }
    for setting in command.settings { #expect(text.contains("  \(setting.name)=")) }
    for code in command.exitCodes { #expect(text.contains("\n  \(code.rawValue)  \(code.meaning)\n")) }
    #expect(text.contains("--help"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test("the overview lists every command, within 80 columns")
  func overview() {
    for command in Command.allCases { #expect(Help.overview.contains("\n  \(command.rawValue) ")) }
    for line in (Help.overview + Help.configuration).split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }
}
