@main
struct Bookstore {
  static func main() {}
}
