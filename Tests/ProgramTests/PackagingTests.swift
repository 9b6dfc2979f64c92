import Foundation
import TestSupport
import Testing

@testable import bookstore

@Suite("Packaging")
struct PackagingTests {
  @Test("an image that nobody gave a version has the package's")
  func version() throws {
    let dockerfile = try String(contentsOfFile: "\(Project.root)/Dockerfile", encoding: .utf8)
    // For the executable in the first stage, for the label in the second.
    let versions = dockerfile.matches(of: /ARG VERSION=(\S+)/).map { String($0.1) }
    #expect(versions == [Version.number, Version.number])
    let compose = try String(contentsOfFile: "\(Project.root)/docker-compose.yml", encoding: .utf8)
    #expect(compose.contains("${BUILD_VERSION:-\(Version.number)}"))
  }

  @Test("the container is given longer to end than the service takes by default")
  func gracePeriod() throws {
    let compose = try String(contentsOfFile: "\(Project.root)/docker-compose.yml", encoding: .utf8)
    let grace = try #require(compose.firstMatch(of: /stop_grace_period: (\d+)s/).flatMap { Int($0.1) })
    #expect(Duration.seconds(grace) >= Configuration().shutdownGrace + .seconds(5))
  }
}
