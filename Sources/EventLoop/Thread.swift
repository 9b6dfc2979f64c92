internal import CLinux
internal import Glibc

/// A thread of the operating system, for work that may block.
@safe
public struct Thread: @unchecked Sendable {
  private let thread: pthread_t

  /// Starts a thread that runs the body and ends with it; the name is cut to 15 bytes. Throws ``SystemError``.
  public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe clinux_name_thread(start.name)
        start.body()
        return nil
      }, unsafe start.toOpaque())
    guard result == 0 else {
      unsafe start.release()
      throw SystemError(call: "pthread_create", number: result)
    }
    self.thread = thread
  }

  /// Waits until the body has returned. Call this or ``detach()``, once.
  public func join() { pthread_join(thread, nil) }

  /// Leaves the thread to itself: its stack is freed when the body returns. Call this or ``join()``, once.
  public func detach() { pthread_detach(thread) }

  private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
