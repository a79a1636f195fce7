// Embedded Jetty: a docroot, and a handler that sets reasons.
import java.io.IOException;
import java.util.Map;
import javax.servlet.http.*;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.server.handler.*;

class JettyApp {
    record Status(int code, String reason) {}
    static final Map<String, Status> STATUSES = Map.of(
        "/custom", new Status(299, "Mostly Harmless"), "/empty", new Status(200, ""), "/unnamed", new Status(299, null),
        "/latin1", new Status(404, "Pas trouv\u00e9"), "/999", new Status(999, "Request denied"), "/099", new Status(99, "Low"),
        "/padded", new Status(200, " Padded "), "/tab", new Status(200, "Tab\there"), "/escape", new Status(200, "\u001b[31mred"),
        "/long", new Status(500, "x".repeat(300)));

    public static void main(String[] arguments) throws Exception {
        Server server = new Server();
        HttpConfiguration configuration = new HttpConfiguration();
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        connector.setPort(8080);
        connector.setIdleTimeout(1000);
        server.addConnector(connector);
        ResourceHandler files = new ResourceHandler();
        files.setResourceBase("/srv/www");
        files.setWelcomeFiles(new String[] {"index.html"});
        AbstractHandler app = new AbstractHandler() {
            public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response) throws IOException {
                if (target.equals("/crash")) throw new RuntimeException("crash");
                Status status = target.equals("/app") ? new Status(200, "OK") : STATUSES.get(target);
                if (status == null) return;
                request.getInputStream().readAllBytes();
                base.setHandled(true);
                ((Response) response).setStatusWithReason(status.code(), status.reason());
                response.getWriter().write("jetty\n");
            }
        };
        server.setHandler(new HandlerList(app, files, new DefaultHandler()));
        server.start();
        server.join();
    }
}
