/// The options of `import`.
struct ImportOptions {
  static let declarations = [
    OptionDeclaration(
      "--columns", value: "MAPPING",
      "Which column holds what, when the names in the file are other ones."),
    OptionDeclaration(
      "--sender", value: "NAME",
      "Whose file it is; records are remembered by sender and reference. Default: the file's name."),
    OptionDeclaration("--currency", value: "CODE", "The currency of prices that name none, such as EUR."),
    OptionDeclaration("--quantity", value: "N", "A first quantity for each book that names none."),
    OptionDeclaration("--location", value: "CODE", "Where first quantities are. Default: main."),
    OptionDeclaration(
      "--delimiter", value: "C", "What separates the columns: a character, or tab. Default: comma."),
    OptionDeclaration("--rejects", value: "FILE", "Where rejected rows go. Default: FILE.rejected.csv."),
    OptionDeclaration("--dry-run", "Say what would happen, and change nothing."),
  ]
}
