/// Every route, in the order of the document.
enum Routes {
  static let all: [Route] = Operations.routes
}
