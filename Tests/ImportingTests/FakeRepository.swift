import Importing
import Inventory
import Synchronization

/// An import repository in memory: remembers records by sender and reference, finds books by ISBN.
final class FakeRepository: ImportRepository {
  struct State {
    var books: [BookDetails] = []
    var byISBN: [ISBN: Int] = [:]
    var known: [String: (book: Int, fingerprint: String)] = [:]
    var batches: [Int] = []
    var quantities: [String: Int64] = [:]
    /// Errors to throw before anything else, the next one last.
    var errors: [InventoryError] = []
  }

  private let state = Mutex(State())

  var current: State { state.withLock { $0 } }

  func fail(with errors: [InventoryError]) { state.withLock { $0.errors = errors } }

  func importBooks(
    _ records: [ImportRecord], dryRun: Bool
  ) async throws(InventoryError) -> [ImportOutcome] {
    let result: Result<[ImportOutcome], InventoryError> = state.withLock { state in
      if let error = state.errors.popLast() { return .failure(error) }
      state.batches.append(records.count)
      guard dryRun else { return .success(records.map { Self.apply($0, to: &state) }) }
      var copy = state
      return .success(records.map { Self.apply($0, to: &copy) })
    }
    return try result.get()
  }

  private static func apply(_ record: ImportRecord, to state: inout State) -> ImportOutcome {
    let key = "\(record.sender):\(record.reference)"
    let known = state.known[key]
    if let known, known.fingerprint == record.fingerprint { return .unchanged(id(known.book)) }
    let index = known?.book ?? record.isbn.flatMap { state.byISBN[$0] }
    switch record.merge(index.map { state.books[$0] }) {
    case .failure(let reason): return .rejected(reason)
    case .success(let details):
      if known == nil { state.quantities["\(key)@\(record.location)"] = record.quantity }
      let book = index ?? state.books.count
      state.known[key] = (book, record.fingerprint)
      if let isbn = details.isbn { state.byISBN[isbn] = book }
      guard let index else {
        state.books.append(details)
        return .created(id(book))
      }
      let isChanged = state.books[index] != details
      state.books[index] = details
      return isChanged ? .updated(id(book)) : .unchanged(id(book))
    }
  }

  private static func id(_ index: Int) -> BookID { BookID(value: UInt128(index)) }
}

/// Hands out bytes in small pieces.
final class BytesSource: ByteSource {
  private var rest: ArraySlice<UInt8>
  private let piece: Int
  private let failAtEnd: Bool

  init(_ bytes: [UInt8], piece: Int = 1000, failAtEnd: Bool = false) {
    rest = bytes[...]
    self.piece = piece
    self.failAtEnd = failAtEnd
  }

  struct Broken: Error {}

  func read(_ count: Int) throws -> [UInt8] {
    if rest.isEmpty, failAtEnd { throw Broken() }
    let bytes = Array(rest.prefix(min(count, piece)))
    rest = rest.dropFirst(bytes.count)
    return bytes
  }
}

/// Keeps what is written.
final class BytesSink: ByteSink {
  private(set) var bytes: [UInt8] = []

  func write(_ bytes: [UInt8]) { self.bytes += bytes }

  /// The rows, the first line left out.
  var rows: [[String]] {
    var reader = CSVReader()
    let elements = reader.feed(bytes) + reader.finish()
    return elements.dropFirst().map { element in
      if case .record(let record) = element { record.fields } else { ["malformed"] }
    }
  }
}
