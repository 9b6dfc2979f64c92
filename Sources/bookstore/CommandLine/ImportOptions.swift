internal import Importing
internal import Inventory

/// What the command line of `import` says.
struct ImportOptions {
  static let declarations = [
    OptionDeclaration(
      "--columns", value: "MAPPING",
      "What the columns hold, as FIELD=COLUMN,FIELD=COLUMN|COLUMN,… (of several the first usable one wins); "
        + "columns that are not named are not read. Without it the usual names are recognised. The fields: "
        + "\(ImportField.list)."),
    OptionDeclaration(
      "--sender", value: "NAME",
      "Whose file it is; records are remembered by sender and reference. Default: made from the file's name."),
    OptionDeclaration("--currency", value: "CODE", "The currency of prices that name none, such as EUR."),
    OptionDeclaration("--quantity", value: "N", "A first quantity for each book whose row names none."),
    OptionDeclaration(
      "--location", value: "CODE", "Where first quantities are. Default: \(Location.mainCode)."),
    OptionDeclaration(
      "--delimiter", value: "C", "What separates columns: a character, or the word tab. Default: a comma."),
    OptionDeclaration(
      "--rejects", value: "FILE", "Where rejected rows go. Default: the name of FILE and .rejected.csv, here."
    ),
    OptionDeclaration("--dry-run", "Say what would happen, and change nothing."),
  ]

  /// The file; nil for standard input.
  let path: String?
  let rejects: String
  let importer: Importer.Options

  /// Reads what the parser has sorted. Throws ``UsageError``.
  init(_ arguments: Arguments) throws(UsageError) {
    guard let operand = arguments.operands.first else {
      throw UsageError(message: "which file? \(Command.import.usage)")
    }
    path = operand == "-" ? nil : operand
    // In the working directory: the folder of the input may be read-only, and is not ours to write into.
    rejects =
      arguments.options["--rejects"]
      ?? "\((path ?? "stdin").split(separator: "/").last ?? "stdin").rejected.csv"
    guard let sender = arguments.options["--sender"] ?? path.map({ Importer.sender(ofFile: $0) }) else {
      throw UsageError(message: "standard input has no name; say whose file it is with --sender NAME")
    }
    var options = Importer.Options(sender: sender)
    options.columns = arguments.options["--columns"]
    options.quantity = try arguments.number("--quantity", in: 0...Adjustment.maximumQuantity)
    options.dryRun = arguments.has("--dry-run")
    if let code = arguments.options["--location"] { options.location = .code(code) }
    if let code = arguments.options["--currency"] { options.currency = try Self.currency(code) }
    if let text = arguments.options["--delimiter"] { options.csv.delimiter = try Self.delimiter(text) }
    importer = options
  }

  private static func currency(_ code: String) throws(UsageError) -> Currency {
    do throws(InvalidValue) {
      return try Currency(code)
    } catch {
      throw UsageError(message: "--currency: \(error.detail)")
    }
  }

  private static func delimiter(_ text: String) throws(UsageError) -> UInt8 {
    if text == "tab" { return UInt8(ascii: "\t") }
    guard let byte = text.utf8.first, text.utf8.count == 1, (0x20..<0x7F).contains(byte),
      byte != UInt8(ascii: "\"")
    else {
      throw UsageError(
        message: "--delimiter is \"\(text)\"; it must be one ASCII character such as ; or the word tab")
    }
    return byte
  }
}
