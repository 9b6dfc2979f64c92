internal import EventLoop
internal import Inventory
internal import JSON
internal import Migrations

/// Recomputes every balance from the ledgers and the holds.
struct Verify {
  /// How many differences a report lists at most.
  private static let listed = 1000

  let configuration: Configuration

  func run(_ arguments: Arguments) async -> ExitCode {
    do throws(Failure) {
      let report = try await verify()
      Output.print(arguments.has("--json") ? Self.json(report) : Self.text(report))
      guard report.drift.isEmpty else {
        Output.message("balances differ from the sums of what explains them")
        return .failure
      }
      return .success
    } catch {
      Output.message(error.message)
      return .failure
    }
  }

  /// Compares balances and ledger.
  func verify() async throws(Failure) -> VerificationReport {
    let database = try DatabaseAccess(configuration: configuration)
    let status = try await database.status { Output.message("waiting for the database: \($0)") }
    if let pending = status.pending.first {
      throw Failure(
        "\(database.name) lacks step \(pending.name) of the schema; run `bookstore migrate` first")
    }
    let result: Result<VerificationReport, InventoryError> = try await database.use { repository in
      do throws(InventoryError) {
        return .success(try await repository.verify())
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let report): return report
    case .failure(let error): throw Failure("\(database.name): \(error.sentence)")
    }
  }

  static func text(_ report: VerificationReport) -> String {
    var text =
      "\(grouped(report.levelsChecked)) levels checked against \(grouped(report.movementsRead)) movements: "
    guard !report.drift.isEmpty else { return text + "no drift\n" }
    let isCut = report.drift.count >= listed
    text += "\(isCut ? "at least " : "")\(grouped(Int64(report.drift.count))) drifted\n"
    for drift in report.drift {
      text +=
        "  \(drift.item) at \(drift.location) \(drift.bucket.name): balance \(drift.balance), "
        + "\(noun(drift.explanation)) add up to \(drift.sum)\n"
    }
    return text
  }

  private static func noun(_ explanation: VerificationReport.Explanation) -> String {
    switch explanation {
    case .ledger: "movements"
    case .holds: "holds"
    }
  }

  static func json(_ report: VerificationReport) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.member("levels_checked", report.levelsChecked)
    json.member("movements_read", report.movementsRead)
    json.name("drift")
    json.beginArray()
    for drift in report.drift {
      json.beginObject()
      json.member("item", drift.item.description)
      json.member("location", drift.location.description)
      json.member("bucket", drift.bucket.name)
      json.member("balance", drift.balance)
      json.member(drift.explanation.rawValue, drift.sum)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }
}
