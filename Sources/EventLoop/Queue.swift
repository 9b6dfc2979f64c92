/// A first-in first-out queue on one array; both ends in constant time.
public struct Queue<Element> {
  @usableFromInline var elements: [Element?] = []
  @usableFromInline var head = 0

  /// An empty one.
  @inlinable public init() {}

  /// How many are in it.
  @inlinable public var count: Int { elements.count - head }
  /// Whether nothing is in it.
  @inlinable public var isEmpty: Bool { count == 0 }
  /// What went in first of all that is in it.
  @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

  /// Puts an element behind all others.
  @inlinable public mutating func append(_ element: Element) { elements.append(element) }

  /// Changes the first element that is meant, where there is one.
  @inlinable public mutating func mutateFirst(
    where isMeant: (Element) -> Bool, _ change: (inout Element) -> Void
  ) {
    for index in head..<elements.count {
      guard var element = elements[index], isMeant(element) else { continue }
      change(&element)
      elements[index] = element
      return
    }
  }

  /// Takes the first element out; nil when there is none.
  @inlinable public mutating func popFirst() -> Element? {
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

  /// Takes every element out that is not wanted any more.
  @inlinable public mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    elements = elements[head...].filter { element in element.map { !isUnwanted($0) } ?? false }
    head = 0
  }
}

extension Queue: Sequence {
  /// Goes from the first element to the last.
  public struct Iterator: IteratorProtocol {
    @usableFromInline var rest: ArraySlice<Element?>

    @inlinable init(_ rest: ArraySlice<Element?>) { self.rest = rest }

    /// The next element; nil after the last.
    @inlinable public mutating func next() -> Element? { rest.popFirst() ?? nil }
  }

  /// From the first element to the last.
  @inlinable public func makeIterator() -> Iterator { Iterator(elements[head...]) }
}
