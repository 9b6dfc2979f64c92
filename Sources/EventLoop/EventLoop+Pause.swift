extension EventLoop {
  /// Lets other work of the loop go on for so long, or until the task is cancelled. On the loop only.
  ///
  /// `Task.sleep` would come back by way of another thread, which costs two switches of threads each time.
  public func pause(for duration: Duration) async {
    preconditionIsCurrent()
    let pause = Pause()
    await withTaskCancellationHandler {
      await withCheckedContinuation { pause.begin($0, for: duration, on: self) }
    } onCancel: {
      execute { pause.end() }
    }
  }
}

/// Somebody who waits for a time. Loop-confined.
private final class Pause: @unchecked Sendable {
  private var continuation: CheckedContinuation<Void, Never>?
  private var hasEnded = false

  func begin(_ continuation: CheckedContinuation<Void, Never>, for duration: Duration, on loop: EventLoop) {
    guard !hasEnded else { return continuation.resume() }
    self.continuation = continuation
    LoopTimer(loop: loop) { self.end() }.set(after: duration)
  }

  func end() {
    hasEnded = true
    continuation?.resume()
    continuation = nil
  }
}
