/// A first-in first-out queue on one array; both ends in constant time.
struct Queue<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { count == 0 }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  /// Changes the first element that is meant, where there is one.
  mutating func mutateFirst(where isMeant: (Element) -> Bool, _ change: (inout Element) -> Void) {
    for index in head..<elements.count {
      guard var element = elements[index], isMeant(element) else { continue }
      change(&element)
      elements[index] = element
      return
    }
  }

  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    let element = elements[head]
    elements[head] = nil
    head += 1
    if head == elements.count {
      elements.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 256, head * 2 >= elements.count {
      // A queue that is never quite empty must not grow with all that ever went through it.
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}

extension Queue: Sequence {
  func makeIterator() -> some IteratorProtocol<Element> {
    elements[head...].lazy.compactMap(\.self).makeIterator()
  }
}
