/// The texts of `help` and `--help`.
enum Help {
  private static let width = 80

  /// What `bookstore` alone prints.
  static var overview: String {
    var text =
      "bookstore: the inventory service of a bookshop\n\nUsage: bookstore COMMAND [options]\n\nCommands:\n"
    text += columns(Command.allCases.map { ($0.rawValue, $0.summary) })
    text += """

      `bookstore COMMAND --help` explains a command, `bookstore help configuration`
      lists the environment variables that set it up. To try it out:

        bookstore serve &
        curl http://127.0.0.1:8080/readyz

      """
    return text
  }

  /// What `bookstore COMMAND --help` prints.
  static func text(for command: Command) -> String {
    var text = "bookstore \(command.rawValue): \(command.summary)\n\nUsage: \(command.usage)\n"
    if !command.details.isEmpty { text += "\n\(command.details)\n" }
    text += "\nOptions:\n"
    let help = OptionDeclaration("--help", "Print this.")
    text += columns(
      (command.options + [help]).map { option in
        (option.value.map { "\(option.name) \($0)" } ?? option.name, option.meaning)
      })
    if !command.settings.isEmpty {
      text += "\nEnvironment:\n" + settingColumns(command.settings)
    }
    text += "\nExit codes:\n" + columns(command.exitCodes.map { ("\($0.rawValue)", $0.meaning) })
    return text
  }

  /// What `bookstore help configuration` prints.
  static var configuration: String {
    """
    bookstore is set up by environment variables; an empty one counts as not set.
    A wrong value, or a BOOKSTORE_… variable that is not listed here, is an error.


    """ + settingColumns(Setting.all)
  }

  private static func settingColumns(_ settings: [Setting]) -> String {
    settings.map { setting in
      let standard = setting.defaultText.isEmpty ? "not set" : setting.defaultText
      return "  \(setting.name)=\(setting.form)\n"
        + wrapped("\(setting.meaning) Default: \(standard).", indent: 6)
    }.joined()
  }

  /// Two columns; the second is wrapped.
  static func columns(_ rows: [(String, String)]) -> String {
    let first = min(26, (rows.map(\.0.count).max() ?? 0) + 4)
    return rows.map { name, meaning in
      let head = "  \(name)"
      let body = wrapped(meaning, indent: first)
      guard head.count + 2 <= first else { return "\(head)\n\(body)" }
      return head + body.dropFirst(head.count)
    }.joined()
  }

  /// Lines of at most 80 columns, each behind so many spaces.
  static func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    lines.append(line)
    return lines.map { "\(margin)\($0)\n" }.joined()
  }
}
