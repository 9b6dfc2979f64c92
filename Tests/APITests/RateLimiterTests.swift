import EventLoop
import HTTP
import Inventory
import TestSupport
import Testing

@testable import API

@Suite("Rate limits and the addresses they count")
struct RateLimiterTests {
  private final class Time: Sendable {
    private let value = Lock<Int64>(1)
    func advance(seconds: Double) { value.withLock { $0 += Int64(seconds * 1_000_000_000) } }
    func now() -> MonotonicTime { MonotonicTime(nanoseconds: value.withLock { $0 }) }
  }

  @Test("an allowance may be used at once, and comes back evenly")
  func allowance() {
    let time = Time()
    let limiter = RateLimiter(RateLimit(requests: 4, seconds: 2), now: time.now)
    #expect((1...4).map { _ in limiter.count("a").remaining } == [3, 2, 1, 0])
    #expect(limiter.count("a") == RateLimiter.Verdict(isAllowed: false, remaining: 0, seconds: 1))
    #expect(limiter.look("b") == RateLimiter.Verdict(isAllowed: true, remaining: 3, seconds: 1))
    time.advance(seconds: 0.499)
    #expect(!limiter.count("a").isAllowed)
    time.advance(seconds: 0.001)
    #expect(limiter.count("a").isAllowed)
    #expect(!limiter.count("a").isAllowed)
    time.advance(seconds: 1000)
    #expect((1...5).map { _ in limiter.count("a").isAllowed } == [true, true, true, true, false])
  }

  @Test("over any time no more is let through than the rate and one allowance")
  func bound() {
    let time = Time()
    let limiter = RateLimiter(RateLimit(requests: 10, seconds: 1), now: time.now)
    var random = SystemRandomNumberGenerator()
    var allowed = 0
    for _ in 0..<10_000 {
      time.advance(seconds: Double.random(in: 0...0.002, using: &random))
      if limiter.count("a").isAllowed { allowed += 1 }
    }
    let seconds = Double(time.now().nanoseconds) / 1_000_000_000
    #expect(Double(allowed) <= seconds * 10 + 10)
    #expect(Double(allowed) >= seconds * 10 - 1)
  }

  @Test("looking does not count")
  func looking() {
    let limiter = RateLimiter(RateLimit(requests: 1, seconds: 60), now: Time().now)
    for _ in 1...5 { #expect(limiter.look("a").isAllowed) }
    #expect(limiter.count("a").isAllowed)
    #expect(!limiter.look("a").isAllowed)
  }

  @Test("memory is bounded: callers beyond the capacity share an allowance")
  func capacity() {
    let time = Time()
    let limiter = RateLimiter(RateLimit(requests: 2, seconds: 60), now: time.now)
    for caller in 0..<RateLimiter.capacity { #expect(limiter.count("\(caller)").isAllowed) }
    #expect(limiter.count("x").isAllowed)
    #expect(limiter.count("y").isAllowed)
    #expect(!limiter.count("z").isAllowed)
    #expect(limiter.count("0").isAllowed)
    time.advance(seconds: 120)
    #expect((1...3).map { _ in limiter.count("z").isAllowed } == [true, true, false])
  }

  @Test("what is remembered of keys is bounded, and good keys are forgotten last")
  func keyCache() {
    let time = Time()
    let cache = KeyCache(lifetime: .seconds(5), now: time.now)
    let key = APIKey(
      id: APIKeyID(value: 1), name: "", permissions: .all, secret: KeySecret(prefix: "p", digest: ""),
      actor: "", createdAt: Instant(microseconds: 0))
    cache.remember(key, prefix: "p")
    for number in 0..<(3 * KeyCache.capacity) { cache.remember(nil, prefix: "\(number)") }
    #expect(cache.key(prefix: "p") == .some(.some(key)))
    #expect(cache.key(prefix: "\(3 * KeyCache.capacity - 1)") == .some(nil))
    #expect(cache.key(prefix: "never") == .none)
    time.advance(seconds: 5)
    #expect(cache.key(prefix: "p") == .none)
    cache.remember(key, prefix: "p")
    cache.forget()
    #expect(cache.key(prefix: "p") == .none)
  }

  // MARK: Addresses

  @Test(
    "only proxies that are trusted are believed",
    arguments: [
      ("10.0.0.9", "Forwarded: for=192.0.2.1", "192.0.2.1"),
      ("192.0.2.7", "Forwarded: for=192.0.2.1", "192.0.2.7"),
      ("10.0.0.9", "Forwarded: for=192.0.2.1, for=198.51.100.2;proto=https, for=10.1.1.1", "198.51.100.2"),
      ("10.0.0.9", "Forwarded: for=\"[2001:db8::5]:4711\";by=x", "2001:db8::5"),
      ("10.0.0.9", "Forwarded: for=192.0.2.1:99", "192.0.2.1"),
      ("10.0.0.9", "Forwarded: for=unknown", "10.0.0.9"),
      ("10.0.0.9", "Forwarded: for=192.0.2.1, for=_hidden", "10.0.0.9"),
      ("10.0.0.9", "X-Forwarded-For: 192.0.2.1, 198.51.100.2 , 10.2.3.4", "198.51.100.2"),
      ("10.0.0.9", "X-Forwarded-For: evil, 10.2.3.4", "10.2.3.4"),
      ("10.0.0.9", "X-Other: 1", "10.0.0.9"), ("::ffff:10.0.0.9", "X-Forwarded-For: 192.0.2.1", "192.0.2.1"),
      ("::1", "X-Forwarded-For: 10.1.1.1", "10.1.1.1"),
    ])
  func proxies(peer: String, field: String, client: String) throws {
    let proxies = try #require(TrustedProxies(["10.0.0.0/8", "::1"]))
    var scanned = 0
    let text = Array("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n".utf8)
    guard case .complete(let head, _, _) = HeadParser.parse(text, scanned: &scanned) else {
      Issue.record("not a head")
      return
    }
    #expect(proxies.client(of: head, peer: peer) == client)
    #expect(TrustedProxies.none.client(of: head, peer: peer) == peer)
  }

  @Test(
    "networks that are none",
    arguments: [
      "", "10.0.0.0/33", "10.0.0/8", "10.0.0.256", "10.00.0.1", "::/129", "1::2::3", ":::", "12345::", "a",
      "10.0.0.0/", "10.0.0.0/+8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3", "1.2.3.4::",
    ])
  func noNetworks(text: String) { #expect(TrustedProxies([text]) == nil) }

  @Test(
    "what a network contains",
    arguments: [
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "1.2.3.4", true),
      ("0.0.0.0/0", "::1", false), ("192.0.2.128/25", "192.0.2.127", false),
      ("192.0.2.128/25", "192.0.2.128", true), ("2001:db8::/33", "2001:db8:7fff::1", true),
      ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", true),
      ("::ffff:1.2.3.4", "1.2.3.4", true), ("64:ff9b::1.2.3.4", "64:ff9b::102:304", true),
    ])
  func contains(network: String, address: String, isIn: Bool) throws {
    let range = try #require(AddressRange(network))
    #expect(range.contains(try #require(AddressRange.bytes(of: address))) == isIn)
  }
}
