internal import Inventory
internal import JSON

extension Examples {
  static let apiKeyID = APIKeyID("key_01kav4z9m8n7p6q5r4s3t2v1w1") ?? APIKeyID(value: 0)

  static let apiKeyInput: JSONValue = [
    "name": "till 2", "scopes": ["catalog:read", "stock:read", "stock:adjust"], "locations": ["main"],
  ]

  private static let key = APIKey(
    id: apiKeyID, name: "till 2",
    permissions: Permissions(scopes: [.catalogRead, .stockRead, .stockAdjust], locations: [locationID]),
    secret: KeySecret(prefix: "bks_0f3a9c51d2", digest: ""), actor: "api-key", createdAt: instant)

  static let apiKey = JSONValue(written: { APIKeys.write(key, token: nil, to: &$0) })
  static let revokedAPIKey = JSONValue(written: { json in
    var revoked = key
    revoked.revokedAt = later
    APIKeys.write(revoked, token: nil, to: &json)
  })
  static let newAPIKey: JSONValue = {
    guard case .object(let members) = apiKey else { return apiKey }
    let token = "bks_0f3a9c51d2_" + String(repeating: "x", count: 43)
    return .object(members + [JSONMember(name: "token", value: .string(token))])
  }()
}
