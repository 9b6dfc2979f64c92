internal import Compression
internal import EventLoop
internal import HTTP

/// One request and its response on a connection. Loop-confined.
final class Exchange: @unchecked Sendable {
  let head: RequestHead
  let startedAt: MonotonicTime
  var content: ContentReader
  var task: Task<Void, Never>?
  /// The client waits for `100 Continue` and has not had it.
  var owesContinue: Bool
  /// When the client must have sent all content; set at the first wait.
  var contentDeadline: MonotonicTime?
  /// The content is broken or did not come: where the next request would start is not known.
  var contentFailed = false
  /// What a streamed response goes through; lent by the loop's pool.
  var coder: GzipStream?
  /// The handler waits for content that has not come.
  var waitsForContent = false
  /// Holds the client to the minimum rate while its content is waited for.
  var pace: Pace?
  /// Bytes of content that the handler has been given.
  var contentInMemory = 0
  /// Where it waits when too many are worked on; nil when it never does.
  var lane: Lane?
  /// It has a place: it counts as one that its lane works on.
  var isWorkedOn = false
  /// It waits until fewer are worked on.
  var isWaiting = false
  /// It waited too long for others and is to be refused.
  var isExcess = false
  /// The handler was told to stop because its time is up.
  var isOverdue = false
  /// The final response's head is in the output.
  var responded = false

  init(head: RequestHead, framing: BodyFraming, startedAt: MonotonicTime) {
    self.head = head
    self.startedAt = startedAt
    content = ContentReader(framing)
    owesContinue = head.expectsContinue && !content.isDone
  }
}

/// Takes a request's content out of a connection's input, by its framing.
struct ContentReader {
  private enum Framing {
    case length(remaining: Int)
    case chunked(ChunkedDecoder)
  }
  private var framing: Framing
  /// Content-Length; nil for chunked.
  let declaredLength: Int?

  init(_ framing: BodyFraming) {
    switch framing {
    case .length(let length):
      self.framing = .length(remaining: length)
      declaredLength = length
    case .chunked:
      self.framing = .chunked(ChunkedDecoder())
      declaredLength = nil
    }
  }

  var isDone: Bool {
    switch framing {
    case .length(let remaining): remaining == 0
    case .chunked(let decoder): decoder.isDone
    }
  }

  /// How much is still to come, as far as the client has said.
  var knownRemainder: Int? {
    switch framing {
    case .length(let remaining): remaining
    case .chunked: nil
    }
  }

  /// Removes content from the front of the input and returns it; empty when more input is needed or all is
  /// read. Throws ``BodyError/malformed(_:)``.
  mutating func take(from input: inout [UInt8]) throws(BodyError) -> [UInt8] {
    switch framing {
    case .length(let remaining):
      let count = min(remaining, input.count)
      framing = .length(remaining: remaining - count)
      if count == input.count {
        defer { input = [] }
        return input
      }
      defer { input.removeFirst(count) }
      return Array(input[..<count])
    case .chunked(var decoder):
      var content: [UInt8] = []
      let taken = try decoder.decode(input[...], into: &content, limit: .max)
      framing = .chunked(decoder)
      if taken == input.count { input = [] } else { input.removeFirst(taken) }
      return content
    }
  }
}

/// The content as the handler sees it. Only for use on the connection's loop.
struct ExchangeBody: RequestBody {
  let connection: Connection
  let exchange: Exchange

  var declaredLength: Int? { exchange.content.declaredLength }

  func next() async throws(BodyError) -> [UInt8]? { try await connection.nextContent(of: exchange) }
}

/// The content of the many requests that have none.
struct NoBody: RequestBody {
  var declaredLength: Int? { 0 }

  func next() async throws(BodyError) -> [UInt8]? { nil }
}

/// Writes a streamed response in chunks, or as it is to HTTP/1.0.
struct StreamWriter: ResponseWriter {
  let connection: Connection
  let exchange: Exchange
  let isChunked: Bool

  func write(_ bytes: [UInt8]) async throws {
    try await connection.write(bytes, of: exchange, chunked: isChunked)
  }
}
