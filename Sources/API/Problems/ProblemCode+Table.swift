internal import HTTP

extension ProblemCode {
  /// The one table of problems.
  var entry: Entry {
    switch self {
    case .malformedRequest:
      Entry(
        .badRequest, "The request is not well-formed HTTP",
        "The message breaks the syntax of HTTP/1.1; the connection is closed.")
    case .invalidParameter:
      Entry(
        .badRequest, "A query parameter is wrong",
        "errors[] names each parameter that is unknown, repeated or has a wrong value. Unknown parameters "
          + "are refused, since a mistyped filter would return everything.")
    case .invalidHeader:
      Entry(.badRequest, "A header field is wrong", "errors[] names the field and what it may hold.")
    case .invalidCursor:
      Entry(
        .badRequest, "The cursor does not belong to this list",
        "A cursor is valid only with the filters and the sort of the list that gave it. Start again "
          + "without cursor, or repeat the other parameters unchanged.")
    case .invalidJSON:
      Entry(
        .badRequest, "The content is not JSON",
        "The content must be I-JSON (RFC 7493): UTF-8, unique names, nothing behind the value.")
    case .unexpectedContent:
      Entry(.badRequest, "This request takes no content", "Send the request without content.")
    case .idempotencyNotSupported:
      Entry(
        .badRequest, "Idempotency-Key is not supported here",
        "The key would not be kept, so a repetition would not be recognised. Send the request without it.")
    case .unauthorized:
      Entry(
        .unauthorized, "An API key is needed",
        "Send the key as Authorization: Bearer KEY.")
    case .forbidden:
      Entry(
        .forbidden, "This is not allowed",
        "The key lacks a scope, which WWW-Authenticate names, or may not change quantities of the location; or the "
          + "client was to show a certificate and did not.")
    case .notFound:
      Entry(.notFound, "There is no such thing", "The identifier, ISBN, SKU or code names nothing.")
    case .noSuchRoute:
      Entry(.notFound, "There is no such path", "GET / lists where to start, GET /openapi.json every path.")
    case .methodNotAllowed:
      Entry(
        .methodNotAllowed, "The method is not allowed here", "The Allow field lists the methods of the path.")
    case .notAcceptable:
      Entry(
        .notAcceptable, "No acceptable media type",
        "Accept excludes every media type in which this is available.")
    case .requestTimeout:
      Entry(.requestTimeout, "The request took too long", "Send the request again, faster.")
    case .preconditionFailed:
      Entry(
        .preconditionFailed, "It was changed in the meantime",
        "If-Match names another version. The ETag field has the present one: read again, then repeat.")
    case .contentTooLarge:
      Entry(.contentTooLarge, "The content is too large", "Send less at a time.")
    case .uriTooLong:
      Entry(.uriTooLong, "The request target is too long", "Shorten the query.")
    case .unsupportedMediaType:
      Entry(
        .unsupportedMediaType, "The media type is not supported",
        "Accept-Post, Accept-Patch or Accept-Encoding says what is.")
    case .expectationFailed:
      Entry(.expectationFailed, "The expectation is not supported", "Only Expect: 100-continue is.")
    case .headTooLarge:
      Entry(.requestHeaderFieldsTooLarge, "The request's head is too large", "Send fewer or shorter fields.")
    case .invalidContent:
      Entry(
        .unprocessableContent, "The content is not valid",
        "errors[] names every member at fault by its JSON pointer (RFC 6901).")
    case .duplicateISBN:
      Entry(
        .conflict, "Another book has this ISBN",
        "twin names the other book. Send allow_duplicate: true to store a second one on purpose.")
    case .duplicateSKU:
      Entry(
        .conflict, "Another item has this SKU",
        "twin names the other item. The ISBN of a book is the SKU of its new item; the item of an archived "
          + "book keeps its SKU until it is given another one.")
    case .duplicateLocationCode:
      Entry(.conflict, "Another location has this code", "twin names the other location.")
    case .bookArchived:
      Entry(.conflict, "The book is archived", "An archived book cannot be changed or stocked.")
    case .bookHasStock:
      Entry(
        .conflict, "The book still has stock",
        "A book with copies, holds or copies on the way cannot be archived.")
    case .insufficientStock:
      Entry(
        .conflict, "There is not enough stock",
        "lines[] has what was wanted and what is there for each line at fault; nothing was changed.")
    case .heldStock:
      Entry(
        .conflict, "The stock is held",
        "The copies are there but promised; lines[] has the figures; nothing was changed.")
    case .stockChanged:
      Entry(
        .conflict, "The stock is not what was expected",
        "lines[] has the present value for each line; count again or repeat with it; nothing was changed.")
    case .quantityTooLarge:
      Entry(.conflict, "The balance would be too large", "lines[] has the figures; nothing was changed.")
    case .exceedsRemainder:
      Entry(
        .conflict, "That is more than what is left",
        "lines[] has what was wanted and what is left of each line at fault; nothing was changed.")
    case .overReceipt:
      Entry(
        .conflict, "That is more than what was ordered",
        "lines[] has the figures. Send allow_over: true to take the copies in all the same.")
    case .referenceInUse:
      Entry(
        .conflict, "The reference is taken",
        "twin names what has it. The same reference with the same lines is answered with what is there; "
          + "replace: true puts the new lines in the place of the old.")
    case .invalidState:
      Entry(
        .conflict, "The state does not allow it", "state has the present state; nothing was changed.")
    case .reservationExpired:
      Entry(
        .conflict, "The reservation has run out",
        "Its copies are free for others. Confirming acquires them again if they are still there.")
    case .embargoed:
      Entry(
        .conflict, "The book is not for sale yet",
        "A book may be held, but not handed out, before its on_sale_date in the location's time zone.")
    case .alreadyReversed:
      Entry(.conflict, "The movement was reversed before", "twin names the reversing row.")
    case .notReversible:
      Entry(
        .conflict, "The movement cannot be reversed by itself",
        "It belongs to a document whose other rows would no longer match; write the opposite document.")
    case .returnWindowClosed:
      Entry(
        .conflict, "The supplier no longer takes the copies back",
        "errors[] has until when. Send force: true to book the return all the same.")
    case .idempotencyKeyReused:
      Entry(
        .unprocessableContent, "The idempotency key was used for another request",
        "A key belongs to one request: same method, path, query and content. Send a new key.")
    case .idempotencyKeyInUse:
      Entry(
        .conflict, "The first request with this key is still running",
        "Send the request again after Retry-After seconds to get its answer.")
    case .tooManyRequests:
      Entry(
        .tooManyRequests, "Too many requests",
        "Nothing was done. Send the request again after Retry-After seconds; RateLimit, where it is there, says how many are left."
      )
    case .editConflict:
      Entry(
        .conflict, "Too many changes at the same time",
        "Others changed the row again and again; nothing was changed. Send the request again.")
    case .internalError:
      Entry(
        .internalServerError, "Something went wrong here",
        "It is logged under request_id; nothing was changed unless a repetition shows it.")
    case .notImplemented:
      Entry(.notImplemented, "This is not implemented", "The method or coding is unknown to the server.")
    case .overloaded:
      Entry(
        .serviceUnavailable, "The service has too much to do",
        "Nothing was changed. Send the request again after Retry-After seconds, and fewer at a time.")
    case .unavailable:
      Entry(
        .serviceUnavailable, "The service is not available now",
        "Nothing was changed. Send the request again after Retry-After seconds.")
    case .outcomeUnknown:
      Entry(
        .serviceUnavailable, "It is not known whether it was done",
        "The connection to the database was lost during the commit. Send the request again with the same "
          + "Idempotency-Key: it happens once. Without a key, look first whether it is there.")
    case .notReady:
      Entry(
        .serviceUnavailable, "The service is not ready",
        "It is starting, stopping or without its database; send requests elsewhere meanwhile.")
    case .httpVersionNotSupported:
      Entry(.httpVersionNotSupported, "The HTTP version is not supported", "Speak HTTP/1.1.")
    }
  }
}
