// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 mode, warnings are errors, and C's unsafety has to be spelled out.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The testing macros expand to code that strict memory safety would ask about.
let testSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: testSettings)
}

/// Compiled into one small C file, so that a new revision costs a link and no rebuild.
let buildVersion = Context.environment["BUILD_VERSION"] ?? "0.1.0"
let buildRevision = Context.environment["BUILD_REVISION"] ?? "unknown"

/// The fuzzer needs the toolchain's libFuzzer, so it is there only where scripts/fuzz asks for it.
let fuzzer: [Target] =
  Context.environment["BOOKSTORE_FUZZER"] == nil
  ? []
  : [
    .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "fuzzer", dependencies: ["CFuzzer", "FuzzInvariants"], path: "Tests/Fuzz/Driver",
      swiftSettings: testSettings),
  ]

let package = Package(
  name: "bookstore",
  products: [.executable(name: "bookstore", targets: ["bookstore"])],
  targets: [
    // C, with the shims that Swift needs to import it.
    .target(name: "CLinux"),
    .target(
      name: "CBuild",
      cSettings: [
        .define("BUILD_VERSION", to: "\"\(buildVersion)\""),
        .define("BUILD_REVISION", to: "\"\(buildRevision)\""),
      ]),
    .target(name: "CTLS", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // Bottom: no dependency on each other but the arrows drawn here.
    module("Metrics"),
    module("EventLoop", ["CLinux", "Metrics"]),
    module("JSON"),
    module("HTTP"),
    module("Inventory"),
    module("Crypto", ["CCrypto"]),
    module("Compression", ["CZlib"]),
    module("TLS", ["CTLS"]),
    module("Migrations", ["Crypto"]),

    // What both engines keep inside a row.
    module("StoredJSON", ["Inventory", "JSON"]),
    // One file that both engines write and read.
    module("Backups", ["Inventory", "StoredJSON", "JSON", "Crypto"]),

    // The days of a place, from the system's time zone files.
    module("TimeZones", ["Inventory", "EventLoop"]),

    // The rules, in SQL that both engines understand.
    module("InventoryStore", ["Inventory", "JSON", "TimeZones"]),

    // Technologies.
    module("HTTPServer", ["HTTP", "Compression", "TLS", "EventLoop", "Metrics", "CLinux"]),
    module(
      "SQLiteRepository",
      [
        "Inventory", "InventoryStore", "StoredJSON", "Backups", "EventLoop", "Metrics", "Migrations",
        "CSQLite",
      ]),
    module(
      "PostgresRepository",
      [
        "Inventory", "InventoryStore", "StoredJSON", "Backups", "EventLoop", "Metrics", "Migrations",
        "CLibPQ",
      ]),
    module("API", ["HTTP", "JSON", "Inventory", "Crypto", "EventLoop", "Metrics"]),
    module("Importing", ["Inventory", "Crypto"]),

    // The one place that sees them all.
    .executableTarget(
      name: "bookstore",
      dependencies: [
        "API", "Backups", "Crypto", "EventLoop", "HTTP", "HTTPServer", "Importing", "Inventory", "JSON",
        "Metrics", "Migrations", "PostgresRepository", "SQLiteRepository", "TLS", "TimeZones", "CBuild",
        "CLinux",
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport",
      dependencies: [
        "EventLoop", "Inventory", "Migrations", "PostgresRepository", "SQLiteRepository", "TLS",
      ],
      path: "Tests/TestSupport", swiftSettings: testSettings),
    .target(
      name: "FuzzInvariants",
      dependencies: ["API", "Crypto", "HTTP", "Importing", "Inventory", "JSON"],
      path: "Tests/FuzzInvariants", swiftSettings: testSettings),
    tests("FuzzTests", ["FuzzInvariants", "TestSupport"]),
    tests("MetricsTests", ["Metrics"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("HTTPTests", ["HTTP"]),
    tests(
      "HTTPServerTests",
      ["TestSupport", "HTTPServer", "HTTP", "Compression", "TLS", "EventLoop", "Metrics", "CLinux"]),
    tests("CompressionTests", ["Compression"]),
    tests("JSONTests", ["JSON"]),
    tests("InventoryTests", ["Inventory"]),
    tests("TimeZonesTests", ["TimeZones", "Inventory"]),
    tests("StoredJSONTests", ["StoredJSON", "Inventory"]),
    tests("BackupsTests", ["Backups", "Crypto", "Inventory"]),
    tests("MigrationsTests", ["Migrations", "Crypto"]),
    tests(
      "RepositoryTests",
      [
        "TestSupport", "Backups", "Inventory", "InventoryStore", "EventLoop", "Migrations",
        "PostgresRepository", "SQLiteRepository", "TimeZones",
      ]),
    tests(
      "APITests",
      [
        "TestSupport", "API", "HTTP", "JSON", "Inventory", "EventLoop", "Crypto", "Metrics",
        "PostgresRepository", "SQLiteRepository",
      ]),
    tests("ImportingTests", ["TestSupport", "Importing", "Inventory"]),
    tests(
      "ProgramTests",
      [
        "TestSupport", "API", "Backups", "EventLoop", "HTTP", "Importing", "Inventory", "JSON", "Migrations",
        "PostgresRepository", "SQLiteRepository", "TLS", "bookstore",
      ]),
  ] + fuzzer
)
