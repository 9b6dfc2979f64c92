internal import Inventory

/// What `bookstore` can be told to do.
enum Command: String, CaseIterable, Sendable {
  case serve, migrate
  case `import`
  case backup, restore
  case key
  case verify, health, version, help

  /// One line for the list of commands.
  var summary: String {
    switch self {
    case .serve: "answer HTTP requests until SIGTERM or SIGINT"
    case .migrate: "bring the database's schema up to date, or show where it is"
    case .import: "read books from a CSV file into the catalogue"
    case .backup: "write everything in the database to a file"
    case .restore: "load such a file into an empty database, of either engine"
    case .key: "make, list, rotate and revoke API keys"
    case .verify: "recompute every balance from the ledger and report drift"
    case .health: "ask a running server on this machine whether it is ready"
    case .version: "print version and revision"
    case .help: "explain a command, or the settings"
    }
  }

  /// How the command is written.
  var usage: String {
    switch self {
    case .import: "bookstore import FILE|- [options]"
    case .backup: "bookstore backup FILE|- [options]"
    case .restore: "bookstore restore FILE|-"
    case .key: "bookstore key create|list|rotate ID|revoke ID [options]"
    case .help: "bookstore help [COMMAND|configuration]"
    case .migrate, .verify, .version: "bookstore \(rawValue) [options]"
    case .serve, .health: "bookstore \(rawValue)"
    }
  }

  /// What the command does, in a paragraph or two of at most 80 columns.
  var details: String {
    switch self {
    case .serve:
      """
      Brings the schema up to date, then listens. The first SIGTERM or SIGINT ends it
      cleanly: no new connections, running requests are answered, idle connections
      are closed, at most BOOKSTORE_SHUTDOWN_GRACE long. A second one ends it at once.
      Logs go to standard output.
      """
    case .migrate:
      """
      Applies the steps of MIGRATIONS_DIR that the database does not have yet, in
      order, each in a transaction of its own, under a lock: any number of processes
      may do it at the same time. `serve` and `import` do the same when they start.
      """
    case .import:
      """
      Creates and updates books, in batches that are committed as they go. The same
      file a second time changes nothing. A row that cannot be taken is written to
      the file of rejected rows, with its line number and the reason, and the others
      go on. The first line of the file names its columns. `-` reads standard input.
      """
    case .backup:
      """
      Writes all tables, as they are at one moment, while the service goes on. The
      file has the same form for SQLite and Postgres, counts its rows and has a
      SHA-256 at its end. It appears under its name when it is complete and on the
      disk, and only its owner may read it. `-` writes standard output.
      """
    case .restore:
      """
      Loads a backup, of SQLite or of Postgres, into the database of DATABASE_URL,
      which must be empty: a shop that has outgrown SQLite moves to Postgres this way.
      Stop the service first: it must neither go on writing to the database that is
      left, nor work on the one that is being filled. A file that is cut off or
      damaged is refused before anything is changed; from standard input, `-`, it is
      undone, but the empty tables stay. At the end every balance is recomputed, as by
      `verify`.
      """
    case .key:
      """
      `create` makes a key and prints it, this once: the database keeps its SHA-256
      only. `list` shows all keys, `rotate` gives a key a new secret beside the old,
      and `revoke` takes a key back; running services follow within
      BOOKSTORE_KEY_CACHE. Clients send a key as `Authorization: Bearer KEY`, and a
      service asks for it with BOOKSTORE_AUTH=key.
      """
    case .verify:
      """
      Adds up every movement of the ledger and compares the sums with the balances,
      in one consistent snapshot. Prints what was counted, and each difference.
      """
    case .health:
      """
      Sends GET /readyz to BOOKSTORE_PORT on loopback (or on BOOKSTORE_HOST, when that
      is one address) and waits at most 3 seconds. For health checks of containers.
      """
    case .version, .help: ""
    }
  }

  /// All options but `--help`.
  var options: [OptionDeclaration] {
    switch self {
    case .serve, .health, .help, .restore: []
    case .backup: [OptionDeclaration("--force", "Replace a file that is there already.")]
    case .key:
      [
        OptionDeclaration("--name", value: "NAME", "create: who is to use the key."),
        OptionDeclaration(
          "--scopes", value: "SCOPES",
          "create: what it allows, with commas: \(Scope.allCases.map(\.rawValue).joined(separator: ", "))."),
        OptionDeclaration(
          "--locations", value: "CODES",
          "create: where it may change quantities, with commas; everywhere without it."),
        OptionDeclaration(
          "--expires-in", value: "TIME", "create: for how long it is taken, such as 90d; for ever without it."
        ),
        OptionDeclaration(
          "--overlap", value: "TIME", "rotate: how long the old secret is taken, too; 1d without it."),
        OptionDeclaration("--json", "Print JSON."),
      ]
    case .version, .verify: [OptionDeclaration("--json", "Print a JSON object.")]
    case .migrate:
      [
        OptionDeclaration(
          "--status", "Change nothing; list the steps that are applied and those that are not."),
        OptionDeclaration("--json", "Print a JSON object instead of a table."),
      ]
    case .import: ImportOptions.declarations
    }
  }

  /// How many operands the command takes.
  var operands: ClosedRange<Int> {
    switch self {
    case .import, .backup, .restore, .help: 0...1
    case .key: 0...2
    default: 0...0
    }
  }

  /// How the command may end.
  var exitCodes: [ExitCode] {
    switch self {
    case .import: [.success, .failure, .usage, .rowsRejected]
    case .version, .help: [.success, .usage]
    default: [.success, .failure, .usage]
    }
  }

  /// The settings that matter to it.
  var settings: [Setting] {
    switch self {
    case .serve: Setting.all
    case .migrate, .verify, .import, .backup, .restore, .key: Setting.all.filter { $0.group == .database }
    case .health: Setting.all.filter { ["BOOKSTORE_HOST", "BOOKSTORE_PORT"].contains($0.name) }
    case .version, .help: []
    }
  }
}
