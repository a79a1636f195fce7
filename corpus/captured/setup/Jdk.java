// The JDK's com.sun.net.httpserver: a number and no reason.
import com.sun.net.httpserver.*;
import java.net.*;
import java.util.Map;

class Jdk {
    static final Map<String, Integer> CODES = Map.of("/unnamed", 299, "/bare", 404, "/999", 999, "/099", 99, "/418", 418);

    public static void main(String[] arguments) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/crash")) throw new RuntimeException("crash");
            byte[] body = "jdk\n".getBytes();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(path.equals("/204") ? 204 : CODES.getOrDefault(path, 200), path.equals("/204") ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        HttpContext locked = server.createContext("/locked", exchange -> exchange.close());
        locked.setAuthenticator(new BasicAuthenticator("locked") {
            public boolean checkCredentials(String user, String password) { return false; }
        });
        server.start();
    }
}
