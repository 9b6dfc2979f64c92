import Testing

@testable import PostgresRepository

@Suite struct RedactedURLTests {
  @Test(
    "passwords are hidden and nothing else is",
    arguments: [
      ("postgres://db.example/books", "postgres://db.example/books"),
      ("postgres://ann@db.example:5432/books", "postgres://ann@db.example:5432/books"),
      ("postgres://ann:geheim@db.example/books", "postgres://ann:***@db.example/books"),
      ("postgres://ann:@db.example/books", "postgres://ann:***@db.example/books"),
      (
        "postgresql://ann:ge:heim@a:1,b:2/books?target_session_attrs=read-write",
        "postgresql://ann:***@a:1,b:2/books?target_session_attrs=read-write"
      ),
      ("postgres://ann:ge@he/im@db/books", "postgres://ann:***@db/books"),
      ("postgres://ann:ge?heim@db/books", "postgres://ann:***@db/books"),
      (
        "postgres:///books?host=/run/postgresql&user=ann&password=geheim&connect_timeout=3",
        "postgres:///books?host=/run/postgresql&user=ann&password=***&connect_timeout=3"
      ),
      ("postgres://db/books?sslpassword=geheim", "postgres://db/books?sslpassword=***"),
      ("postgres://ann:one@db/books?password=two", "postgres://ann:***@db/books?password=***"),
      ("postgres://db/books?options=-csearch_path%3Da@b", "postgres://db/books?options=-csearch_path%3Da@b"),
      ("host=db user=ann dbname=books", "host=db user=ann dbname=books"),
      ("host=db password=geheim user=ann", "host=db password=*** user=ann"),
      ("host=db password = 'ge \\' heim' user=ann", "host=db password = *** user=ann"),
      ("password='geheim", "password=***"),
      ("PASSWORD=geheim sslpassword=geheim", "PASSWORD=*** sslpassword=***"),
      ("", ""),
    ])
  func text(url: String, redacted: String) {
    #expect(RedactedURL.text(of: url) == redacted)
  }

  @Test(
    "what libpq says about a URL does not repeat its password",
    arguments: [
      "postgres://ann:geheim@[::1/books", "postgres://ann:ge%heim@db/books",
      "postgres://ann:geheim@db:port x/b",
      "host=db password=geheim nonsense", "postgres://db/books?password=ge%heim", "geheim=1 password=geheim",
    ])
  func message(url: String) {
    do throws(InvalidURL) {
      _ = try ConnectionParameters(PostgresConfiguration(url: url), statementTimeout: .seconds(1))
    } catch {
      #expect(!error.description.contains("ge%heim"))
      #expect(!error.description.contains(":geheim"))
      #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }
  }

  @Test("the URL's own options win over ours, and its application name")
  func options() throws {
    let url = "postgres://db/books?options=-c%20statement_timeout%3D1&connect_timeout=9&application_name=mine"
    let parameters = try ConnectionParameters(PostgresConfiguration(url: url), statementTimeout: .seconds(5))
    func value(_ keyword: String) -> String? { parameters.options.last { $0.keyword == keyword }?.value }
    #expect(
      value("options")
        == "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 "
        + "-c statement_timeout=1")
    #expect(value("connect_timeout") == "9")
    #expect(value("application_name") == "mine")
    #expect(value("fallback_application_name") == "bookstore")
    #expect(value("dbname") == "books")
  }
}
