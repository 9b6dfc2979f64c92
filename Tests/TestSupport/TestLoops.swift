import EventLoop

/// The event loops of the test process; repositories that live on loops share them.
public enum TestLoops {
  /// Two loops, so that work meets on different threads.
  public static let group: EventLoopGroup = {
    do {
      return try EventLoopGroup(count: 2)
    } catch {
      preconditionFailure("the tests cannot start an event loop: \(error)")
    }
  }()
}
