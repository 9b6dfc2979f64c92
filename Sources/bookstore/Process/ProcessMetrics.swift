internal import CLinux
internal import Glibc
internal import Metrics

/// The process as the kernel sees it, under the names that Prometheus clients share
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).
struct ProcessMetrics: MetricsSource {
  /// Microseconds since 1970; close enough to the start of the process when this is made at its start.
  private let startedAt = clinux_realtime_microseconds()

  func writeMetrics(to text: inout MetricsText) {
    text.begin("bookstore_build_info", .gauge, "What the program was built from; always 1.")
    text.sample(["version": Version.number, "revision": Version.revision], 1)
    text.begin("process_start_time_seconds", .gauge, "When the process began, in seconds since 1970.")
    text.sample([:], nanoseconds: startedAt * 1000)
    text.begin("process_cpu_seconds_total", .counter, "CPU time of the process, in user and in system mode.")
    text.sample([:], nanoseconds: cpuNanoseconds)
    let pages = memoryPages
    text.single(
      "process_virtual_memory_bytes", .gauge, "Virtual memory of the process.", pages.virtual * pageSize)
    text.single(
      "process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM.",
      pages.resident * pageSize)
    text.single("process_open_fds", .gauge, "Open file descriptors.", openDescriptors)
    text.single("process_max_fds", .gauge, "File descriptors that the process may open.", maximumDescriptors)
  }

  private var pageSize: Int64 { Int64(sysconf(Int32(_SC_PAGESIZE))) }

  private var cpuNanoseconds: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The first two numbers of proc(5)'s statm.
  private var memoryPages: (virtual: Int64, resident: Int64) {
    guard case .success(let text) = File.text("/proc/self/statm") else { return (0, 0) }
    let numbers = text.split(separator: " ").prefix(2).compactMap { Int64($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
  }

  private var openDescriptors: Int64 {
    guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
    defer { unsafe closedir(folder) }
    var count: Int64 = 0
    while unsafe readdir(folder) != nil { count += 1 }
    // Without `.`, `..` and the folder itself.
    return max(0, count - 3)
  }

  private var maximumDescriptors: Int64 {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    return Int64(clamping: limit.rlim_cur)
  }
}
