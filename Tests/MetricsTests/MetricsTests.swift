import Metrics
import Testing

@Suite("Metrics")
struct MetricsTests {
  @Test("a histogram counts a value in the first bucket that holds it, and the text adds them up")
  func histogram() {
    let histogram = Histogram(.count, bounds: [1, 2, 4])
    for value: Int64 in [0, 1, 2, 3, 4, 5, 100] { histogram.observe(value) }
    var text = MetricsText()
    text.begin("sizes", .histogram, "Sizes.")
    text.histogram(["kind": "x"], histogram)
    #expect(
      String(decoding: text.bytes, as: UTF8.self) == """
        # HELP sizes Sizes.
        # TYPE sizes histogram
        sizes_bucket{kind="x",le="1"} 2
        sizes_bucket{kind="x",le="2"} 3
        sizes_bucket{kind="x",le="4"} 5
        sizes_bucket{kind="x",le="+Inf"} 7
        sizes_sum{kind="x"} 115
        sizes_count{kind="x"} 7

        """)
  }

  @Test("times are shown as seconds, exactly")
  func seconds() {
    let histogram = Histogram()
    histogram.observe(Duration.microseconds(2500))
    histogram.observe(Duration.seconds(90))
    var text = MetricsText()
    text.begin("wait_seconds", .histogram, "Waits.")
    text.histogram([:], histogram)
    let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines.contains("wait_seconds_bucket{le=\"0.00025\"} 0"))
    #expect(lines.contains("wait_seconds_bucket{le=\"0.0025\"} 1"))
    #expect(lines.contains("wait_seconds_bucket{le=\"10\"} 1"))
    #expect(lines.contains("wait_seconds_bucket{le=\"+Inf\"} 2"))
    #expect(lines.contains("wait_seconds_sum 90.0025"))
  }

  @Test("a label's value can hold anything")
  func escaping() {
    var text = MetricsText()
    text.begin("x", .gauge, "X.")
    text.sample(["a": "q\"b\\n\n", "b": "é"], -3)
    #expect(String(decoding: text.bytes, as: UTF8.self).hasSuffix("x{a=\"q\\\"b\\\\n\\n\",b=\"é\"} -3\n"))
  }

  @Test("many tasks count and nothing is lost")
  func races() async {
    let (counter, gauge, histogram) = (Counter(), Gauge(), Histogram(.count, bounds: [10]))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for value in 0..<10_000 {
            counter.increment()
            gauge.add(value % 2 == 0 ? 1 : -1)
            histogram.observe(Int64(value % 20))
          }
        }
      }
    }
    #expect(counter.value == 40_000)
    #expect(gauge.value == 0)
    #expect(histogram.reading.counts == [22_000, 18_000])
    #expect(histogram.reading.sum == 380_000)
  }
}
