internal import Inventory
internal import JSON
internal import Migrations

/// Brings the schema up to date, or tells where it is.
struct Migrate {
  let configuration: Configuration

  func run(_ arguments: Arguments) async -> ExitCode {
    do throws(Failure) {
      let database = try DatabaseAccess(configuration: configuration)
      var applied: [Migration] = []
      if !arguments.has("--status") {
        applied = try await database.migrate { Output.message("waiting for the database: \($0)") }
      }
      let status = try await database.status { Output.message("waiting for the database: \($0)") }
      if arguments.has("--json") {
        Output.print(Self.json(status, database: database, justApplied: applied))
      } else if arguments.has("--status") {
        Output.print(Self.table(status, database: database))
      } else {
        Output.print(Self.report(status, justApplied: applied))
      }
      return .success
    } catch {
      Output.message(error.message)
      return .failure
    }
  }

  static func report(_ status: MigrationStatus, justApplied: [Migration]) -> String {
    let lines = justApplied.map { "applied \($0.name)\n" }.joined()
    return lines + "up to date: \(status.applied.last?.name ?? "no steps")\n"
  }

  static func table(_ status: MigrationStatus, database: DatabaseAccess) -> String {
    var rows = status.applied.map { ($0.name, "applied", Instant(microseconds: $0.appliedAt).description) }
    rows += status.pending.map { ($0.name, "pending", "") }
    let width = max(4, rows.map(\.0.count).max() ?? 0)
    var text = "\(database.name): \(status.applied.count) applied, \(status.pending.count) pending\n"
    for (name, state, time) in [("STEP", "STATE", "APPLIED AT")] + rows {
      let line = pad(name, width) + "  " + pad(state, 7) + "  " + time
      text += "\(line)".trimmingEnd + "\n"
    }
    return text
  }

  static func json(_ status: MigrationStatus, database: DatabaseAccess, justApplied: [Migration]) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.member("database", database.name)
    json.name("just_applied")
    json.beginArray()
    for migration in justApplied { json.string(migration.name) }
    json.endArray()
    json.name("applied")
    json.beginArray()
    for step in status.applied {
      json.beginObject()
      json.member("version", Int64(step.version))
      json.member("name", step.name)
      json.member("checksum", step.checksum)
      json.member("applied_at", Instant(microseconds: step.appliedAt).description)
      json.endObject()
    }
    json.endArray()
    json.name("pending")
    json.beginArray()
    for step in status.pending {
      json.beginObject()
      json.member("version", Int64(step.version))
      json.member("name", step.name)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
