internal import CLibPQ
internal import EventLoop
internal import Glibc

/// Owns a `PGconn` and closes it when it goes. Belongs to one thread at a time.
@safe
final class Session: @unchecked Sendable {
  let handle: OpaquePointer

  /// Connects and waits until the server is ready or has failed, for at most the connect time-out of each
  /// host. Throws ``ConnectFailure``.
  init(connecting parameters: ConnectionParameters) throws(ConnectFailure) {
    let keywords = CStrings(parameters.options.map(\.keyword))
    let values = CStrings(parameters.options.map(\.value))
    guard let handle = unsafe PQconnectdbParams(keywords.pointers, values.pointers, 0) else {
      throw ConnectFailure(reason: "out of memory")
    }
    unsafe self.handle = handle
    // The default is to write notices to standard error.
    unsafe PQsetNoticeReceiver(handle, { _, _ in }, nil)
    guard unsafe PQstatus(handle) == CONNECTION_OK else { throw ConnectFailure(reason: errorMessage) }
  }

  deinit { unsafe PQfinish(handle) }

  /// What libpq says of its last failure, on one line.
  var errorMessage: String {
    guard let message = unsafe PQerrorMessage(handle) else { return "no reason given" }
    return unsafe String(cString: message).onOneLine
  }

  /// Has the server stop what it does for this session. On a thread of its own: libpq connects for it and waits.
  func cancelStatement() {
    guard let request = unsafe PQgetCancel(handle) else { return }
    let cancellation = unsafe Cancellation(request: request)
    // Without a thread the statement runs to its end or its time-out.
    _ = try? Thread(name: "pg-cancel") { cancellation.send() }.detach()
  }

  /// Opens a session on a thread of its own and hands it over on the loop.
  ///
  /// `PQconnectPoll` would look up host names by `getaddrinfo`, which blocks its thread, for seconds when the
  /// name server is away (libpq's manual, "Asynchronous connection"); a loop may not do that. On a thread,
  /// several hosts, TLS handshakes and password hashing are libpq's affair entirely.
  static func open(
    _ parameters: ConnectionParameters, on loop: EventLoop,
    completion: @escaping @Sendable (Result<Session, ConnectFailure>) -> Void
  ) {
    do {
      let thread = try Thread(name: "pg-connect") {
        let result: Result<Session, ConnectFailure>
        do throws(ConnectFailure) {
          result = .success(try Session(connecting: parameters))
        } catch {
          result = .failure(error)
        }
        loop.execute { completion(result) }
      }
      thread.detach()
    } catch {
      let failure = ConnectFailure(reason: error.description)
      loop.execute { completion(.failure(failure)) }
    }
  }
}

/// What libpq needs to cancel a statement, independent of its session.
@safe
private final class Cancellation: @unchecked Sendable {
  private let request: OpaquePointer

  init(request: OpaquePointer) { unsafe self.request = request }

  deinit { unsafe PQfreeCancel(request) }

  func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = unsafe PQcancel(request, &message, Int32(message.count))
  }
}

/// Why there is no connection.
struct ConnectFailure: Error, Hashable {
  let reason: String
}

/// An array of C strings that ends with null.
@safe
final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() {
      unsafe pointers[index] = unsafe string.withCString { text in unsafe UnsafePointer(strdup(text)) }
    }
    unsafe pointers[count] = nil
  }

  deinit {
    for index in 0..<count { unsafe free(UnsafeMutableRawPointer(mutating: pointers[index])) }
    unsafe pointers.deallocate()
  }
}
