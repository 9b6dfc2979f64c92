import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.time.Duration;
import java.util.*;
import java.util.zip.GZIPInputStream;

/**
 * java.net.http.HttpClient as it comes: it offers HTTP/2 by Upgrade with its requests. Up to Java 17 it waits for ever
 * when a refusal comes instead of 100 Continue, from any server.
 */
class Java {
  static final HttpClient client = HttpClient.newHttpClient();

  public static void main(String[] arguments) throws Exception {
    System.out.println(System.getProperty("java.version") + "\t" + (Runtime.version().feature() < 21 ? "refusal" : "-"));
    var input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line; (line = input.readLine()) != null; ) {
      try {
        System.out.println(send(line.split("\t")));
      } catch (IOException error) {
        System.out.println("ERROR\t" + error);
      }
    }
  }

  static String send(String[] ask) throws IOException, InterruptedException {
    var flags = List.of(ask[2].split(","));
    var content = HttpRequest.BodyPublishers.noBody();
    if (!ask[4].equals("-")) {
      var bytes = decoded(ask[4]);
      content = flags.contains("chunked")
        ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
        : HttpRequest.BodyPublishers.ofByteArray(bytes);
    }
    var request = HttpRequest.newBuilder(URI.create(ask[1])).method(ask[0], content)
      .timeout(Duration.ofSeconds(10)).expectContinue(flags.contains("expect"));
    for (var field : new String(decoded(ask[3]), "UTF-8").split("\n")) {
      if (!field.isEmpty()) request.header(field.split(": ", 2)[0], field.split(": ", 2)[1]);
    }
    if (flags.contains("gzip")) request.header("Accept-Encoding", "gzip");
    var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    var bytes = answer.body();
    // The client leaves decoding to its user.
    var coding = answer.headers().firstValue("content-encoding").orElse("");
    if (coding.equals("gzip") && bytes.length > 0) {
      bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
    var fields = new StringJoiner("\n");
    answer.headers().map().forEach((name, values) -> fields.add(name + ": " + values.get(0)));
    return answer.statusCode() + "\t" + encoded(fields.toString().getBytes("ISO-8859-1")) + "\t" + encoded(bytes);
  }

  static byte[] decoded(String part) { return Base64.getDecoder().decode(part.equals("-") ? "" : part); }

  static String encoded(byte[] part) { return part.length == 0 ? "-" : Base64.getEncoder().encodeToString(part); }
}
