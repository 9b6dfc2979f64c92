import Inventory
import Testing

/// All rows of a list, page by page; every page but the last must be full, and the walk must end.
func walk<Element: Sendable>(
  limit: Int, _ list: (PageRequest) async throws -> Page<Element>
) async throws -> [Element] {
  var rows: [Element] = []
  var after: PageKey?
  for _ in 0..<1000 {
    let page = try await list(PageRequest(limit: limit, after: after))
    rows += page.elements
    guard let next = page.next else { return rows }
    #expect(page.elements.count == limit, "a page before the last one is not full")
    after = next
  }
  Issue.record("the list does not end")
  return rows
}
