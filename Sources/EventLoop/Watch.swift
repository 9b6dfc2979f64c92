internal import CLinux

/// What a descriptor is ready for.
public struct Readiness: OptionSet, Sendable {
  /// The bits of epoll.
  public let rawValue: UInt32

  /// From its parts.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bytes, a connection or the end of the stream can be read.
  public static let read = Readiness(rawValue: clinux_epollin)
  /// Bytes can be written, or a connect has ended.
  public static let write = Readiness(rawValue: clinux_epollout)
  /// The peer will send no more.
  public static let readClosed = Readiness(rawValue: clinux_epollrdhup)
  /// The connection is gone in both directions, or failed.
  public static let closed = Readiness(rawValue: clinux_epollhup | clinux_epollerr)
}

/// A descriptor's place in a loop's epoll set. Loop-confined.
///
/// A watch does not own its descriptor: cancel it first, then close the descriptor.
public final class Watch: @unchecked Sendable {
  private unowned let loop: EventLoop
  private let descriptor: Int32
  let token: UInt64
  private var interest: UInt32
  let handler: (Readiness) -> Void
  private(set) var isActive = true

  init(
    loop: EventLoop, descriptor: Int32, token: UInt64, interest: UInt32,
    handler: @escaping (Readiness) -> Void
  ) {
    self.loop = loop
    self.descriptor = descriptor
    self.token = token
    self.interest = interest
    self.handler = handler
  }

  /// Changes what is waited for; no system call when nothing changes. Level-triggered watches only.
  public func update(_ readiness: Readiness) {
    loop.preconditionIsCurrent()
    guard isActive, readiness.rawValue != interest else { return }
    interest = readiness.rawValue
    loop.modifyWatch(descriptor, interest: interest, token: token)
  }

  /// Takes the descriptor out of the set; the handler is not called again. Safe to call twice.
  public func cancel() {
    loop.preconditionIsCurrent()
    guard isActive else { return }
    isActive = false
    loop.removeWatch(descriptor, token: token)
  }
}
