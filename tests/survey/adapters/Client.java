// SPDX-License-Identifier: MIT
// Clients of Java: Client.java url-connection|http-client. A URL on each line in, an answer in JSON on each line out.
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

class Client {
  static String accepted(int code, byte[] body, String rest) {
    return "{\"outcome\":\"accepted\",\"code\":" + code + rest + ",\"body_hex\":\"" + HexFormat.of().formatHex(body) + "\"}";
  }

  static String urlConnection(String url) throws Exception {
    HttpURLConnection c = (HttpURLConnection) URI.create(url).toURL().openConnection();
    c.setInstanceFollowRedirects(false);
    c.setReadTimeout(5000);
    c.setRequestProperty("Connection", "close");
    int code = c.getResponseCode();
    if (code == -1)
      throw new Exception("no status line");
    String reason = c.getResponseMessage();
    InputStream in = code >= 400 ? c.getErrorStream() : c.getInputStream();
    byte[] body = in == null ? new byte[0] : in.readAllBytes();
    return accepted(code, body, reason == null ? ""
        : ",\"reason_hex\":\"" + HexFormat.of().formatHex(reason.getBytes(StandardCharsets.ISO_8859_1)) + "\"");
  }

  static String httpClient(String url) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpResponse<byte[]> r = client.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
    return accepted(r.statusCode(), r.body(), "");
  }

  public static void main(String[] args) throws Exception {
    System.out.println(Runtime.version());
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String url; (url = in.readLine()) != null;) {
      try {
        System.out.println(args[0].equals("http-client") ? httpClient(url) : urlConnection(url));
      } catch (Exception e) {
        System.out.println("{\"outcome\":\"refused\",\"error\":\"" + e.getClass().getName() + "\"}");
      }
    }
    System.exit(0);
  }
}
