import HTTP

@testable import HTTPServer

/// What a connection makes of its input, without a socket.
struct WirePlayer {
  /// Small, so that messages at the limits are quick to cut everywhere.
  static let limits: HeadParser.Limits = {
    var limits = HeadParser.Limits()
    limits.target = 1000
    limits.head = 2000
    return limits
  }()

  private enum State {
    case head
    case content(RequestHead, ContentReader, [UInt8])
    case closed
  }
  private var state = State.head
  private var input: [UInt8] = []
  private var scanned = 0
  private var outcomes: [WireCase.Outcome] = []

  /// What comes of these pieces when nothing follows them.
  static func play(_ pieces: [ArraySlice<UInt8>]) -> [WireCase.Outcome] {
    var player = WirePlayer()
    for piece in pieces {
      player.input += piece
      while player.advance() {}
    }
    // The handler is told when its content does not come.
    if case .content = player.state { player.outcomes.append(.refused(408)) }
    return player.outcomes
  }

  /// What a handler sees, as text.
  static func show(_ head: RequestHead, _ content: [UInt8]) -> String {
    let query = head.rawQuery.map { "?" + String(decoding: $0, as: UTF8.self) } ?? ""
    let path = String(decoding: head.rawPath, as: UTF8.self)
    return "\(head.method.rawValue) \(path)\(query) \(String(decoding: content, as: UTF8.self))"
  }

  /// False when more input is needed.
  private mutating func advance() -> Bool {
    switch state {
    case .closed: return false
    case .head:
      switch HeadParser.parse(input, scanned: &scanned, limits: Self.limits) {
      case .incomplete: return false
      case .refused(let refusal): refuse(refusal.status.code)
      case .complete(let head, let framing, let consumed):
        input.removeFirst(consumed)
        scanned = 0
        state = .content(head, ContentReader(framing), [])
      }
    case .content(let head, var reader, var content):
      do {
        content += try reader.take(from: &input)
      } catch {
        refuse(400)
        return true
      }
      state = .content(head, reader, content)
      guard reader.isDone else { return false }
      outcomes.append(.seen(Self.show(head, content), keeps: head.wantsKeepAlive))
      state = head.wantsKeepAlive ? .head : .closed
    }
    return true
  }

  private mutating func refuse(_ status: Int) {
    outcomes.append(.refused(status))
    state = .closed
  }
}
