internal import Glibc

/// A bounded first-in first-out queue between tasks that put in and threads that wait for more.
@safe final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private let capacity: Int
  private var elements: [Element] = []
  private var head = 0
  private var isClosed = false

  init(capacity: Int) {
    self.capacity = capacity
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition = .allocate(capacity: 1)
    unsafe condition.initialize(to: pthread_cond_t())
    let results = unsafe (pthread_mutex_init(mutex, nil), pthread_cond_init(condition, nil))
    precondition(results == (0, 0), "pthread_mutex_init, pthread_cond_init: \(results)")
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe condition.deallocate()
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  enum Refusal: Error {
    case full
    case closed
  }

  /// How many wait.
  var count: Int {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return elements.count - head
  }

  /// Puts an element at the end and wakes a thread.
  func push(_ element: Element) throws(Refusal) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    guard !isClosed else { throw .closed }
    guard elements.count - head < capacity else { throw .full }
    elements.append(element)
    unsafe pthread_cond_signal(condition)
  }

  /// The next element; waits for it. Nil once the queue is closed and empty.
  func popWaiting() -> Element? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while head == elements.count {
      if isClosed { return nil }
      unsafe pthread_cond_wait(condition, mutex)
    }
    return takeFirst()
  }

  /// The next element; nil when there is none now.
  func pop() -> Element? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return head == elements.count ? nil : takeFirst()
  }

  /// Refuses further elements; those that wait are still handed out.
  func close() {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    isClosed = true
    unsafe pthread_cond_broadcast(condition)
  }

  private func takeFirst() -> Element {
    let element = elements[head]
    head += 1
    // Taken elements go in one sweep once they are half of the array: constant time each.
    if head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}
