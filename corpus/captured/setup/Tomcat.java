// Embedded Tomcat: the default servlet on the docroot, and a servlet that sets numbers.
import jakarta.servlet.http.*;
import java.io.IOException;
import java.util.Map;
import java.util.logging.*;
import org.apache.catalina.*;
import org.apache.catalina.startup.Tomcat;

class TomcatApp {
    static final Map<String, Integer> CODES = Map.of("/unnamed", 299, "/bare", 404, "/999", 999, "/099", 99, "/418", 418, "/204", 204);

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir("/srv/tomcat");
        tomcat.setPort(8080);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("connectionTimeout", "1000");
        Context context = tomcat.addContext("", "/srv/www");
        Tomcat.addServlet(context, "default", "org.apache.catalina.servlets.DefaultServlet");
        context.addServletMappingDecoded("/", "default");
        context.addWelcomeFile("index.html");
        Tomcat.addServlet(context, "app", new HttpServlet() {
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                String path = request.getPathInfo();
                if (path.equals("/crash")) throw new RuntimeException("crash");
                if (path.equals("/error")) { response.sendError(404, "Nothing here"); return; }
                int code = CODES.getOrDefault(path, 200);
                response.setStatus(code);
                if (code != 204) response.getWriter().write("tomcat\n");
            }
            protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
                request.getInputStream().readAllBytes();
                response.getWriter().write("tomcat\n");
            }
        });
        context.addServletMappingDecoded("/app/*", "app");
        tomcat.start();
        tomcat.getServer().await();
    }
}
