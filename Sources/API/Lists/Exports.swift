internal import EventLoop
internal import HTTP
internal import Inventory

/// The files that are being sent. Each holds a page of rows, and zlib's memory where it is compressed, for as long as its
/// client takes: so there are only so many at a time, and one caller cannot have all of them.
final class Exports: Sendable {
  /// A place for one file; given back with ``end()``, or when nobody has it any more.
  final class Place: Sendable {
    private let exports: Exports
    private let caller: String
    private let isTaken = Lock(true)

    fileprivate init(_ exports: Exports, _ caller: String) {
      self.exports = exports
      self.caller = caller
    }

    /// Again changes nothing.
    func end() {
      let wasTaken = isTaken.withLock { isTaken in
        defer { isTaken = false }
        return isTaken
      }
      if wasTaken { exports.leave(caller) }
    }

    deinit { end() }
  }

  /// How many there may be.
  let limit: Int
  /// How many one key, or one address where there are no keys, may have of them.
  let limitPerCaller: Int
  private let running = Lock<[String: Int]>([:])

  init(limit: Int) {
    self.limit = limit
    limitPerCaller = max(1, limit / 4)
  }

  /// How many there are.
  var count: Int { running.withLock { $0.values.reduce(0, +) } }

  /// A place for a caller's file. Throws a ``Problem`` with 429 when the caller has too many, and with 503 when there
  /// are too many.
  func begin(by caller: String) throws(Problem) -> Place {
    enum Refusal { case caller, all }
    let refusal: Refusal? = running.withLock { running in
      guard running[caller, default: 0] < limitPerCaller else { return .caller }
      guard running.values.reduce(0, +) < limit else { return .all }
      running[caller, default: 0] += 1
      return nil
    }
    switch refusal {
    case nil: return Place(self, caller)
    case .caller?:
      throw Problem(
        .tooManyRequests,
        "At most \(limitPerCaller) exports at a time for one caller; wait until one of yours has ended.",
        fields: ["retry-after": "5"])
    case .all?:
      throw Problem(
        .overloaded, "At most \(limit) exports are written at a time; try again in 5 s.",
        fields: ["retry-after": "5"])
    }
  }

  private func leave(_ caller: String) {
    running.withLock { running in
      let rest = running[caller, default: 1] - 1
      running[caller] = rest > 0 ? rest : nil
    }
  }
}

/// A part of an export.
struct ExportPiece: Sendable {
  let bytes: [UInt8]
  /// Where the next one begins; nil for the last.
  let next: PageKey?
}

extension Call {
  /// All of a list as a file, read piece by piece, so that memory does not grow with it.
  ///
  /// The first piece is read before the answer starts: what is wrong then is still a problem document.
  ///
  /// - Parameters:
  ///   - name: The file's, with its ending.
  ///   - contentType: The answer's media type, with its parameters.
  ///   - paging: Parameters that make no sense with a file, and whether they are there.
  ///   - header: What stands before the first row.
  ///   - read: The rows from a key on.
  func export(
    _ name: String, _ contentType: String, excluding paging: [(name: String, isThere: Bool)] = [],
    header: [UInt8] = [], _ read: @escaping @Sendable (PageKey?) async throws -> ExportPiece
  ) async throws -> Response {
    let everywhere = [
      (Lists.limit.name, query.has(Lists.limit)), (Lists.cursor.name, query.has(Lists.cursor)),
    ]
    for (name, isThere) in everywhere + paging where isThere {
      throw Problem(parameters: [
        FieldError(
          .parameter(name), "not-with-export", "An export has all rows and nothing else; leave \(name) out.")
      ])
    }
    let place = try services.exports.begin(by: services.access.callerName(of: self))
    let first = try await read(nil)
    let fields: Fields = [
      "content-type": contentType, "cache-control": CachePolicy.noStore.rawValue, "vary": "Accept",
      "content-disposition": "attachment; filename=\"\(name)\"",
    ]
    return Response(
      .ok, fields: fields,
      content: .stream { writer in
        defer { place.end() }
        do {
          var piece = ExportPiece(bytes: header + first.bytes, next: first.next)
          while true {
            if !piece.bytes.isEmpty { try await writer.write(piece.bytes) }
            guard let next = piece.next else { return }
            piece = try await read(next)
          }
        } catch {
          if !(error is ConnectionClosed) {
            services.report(error, head: head, requestID: requestID)
          }
          throw error
        }
      })
  }
}
