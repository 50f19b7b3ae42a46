import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;

/**
 * Tomcat: `java -cp JARS TomcatServer.java TREES.json FOLDER`. Each tree of routes is a virtual host: routes without parameters are
 * mapped exactly by Tomcat itself, the others by a servlet of their prefix over the path that Tomcat hands on.
 */
public final class TomcatServer {
  private static final class Answer extends HttpServlet {
    private final List<String> templates;

    Answer(List<String> templates) {
      this.templates = templates;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String info = request.getPathInfo();
      String path = request.getServletPath() + (info == null ? "" : info);
      for (String template : templates)
        if (path.matches(regexOf(template))) {
          response.getWriter().print(template);
          return;
        }
      response.sendError(404);
    }
  }

  private static String regexOf(String template) {
    StringBuilder regex = new StringBuilder();
    for (String segment : template.substring(1).split("/", -1))
      regex
          .append('/')
          .append(
              segment.endsWith("+}")
                  ? ".+"
                  : segment.startsWith("{") ? "[^/]+" : Pattern.quote(segment));
    return regex.toString();
  }

  private static List<List<String>> treesIn(String json) {
    List<List<String>> trees = new ArrayList<>();
    Matcher lists = Pattern.compile("\\[([^\\[\\]]*)\\]").matcher(json);
    while (lists.find()) {
      List<String> templates = new ArrayList<>();
      Matcher texts = Pattern.compile("\"([^\"]*)\"").matcher(lists.group(1));
      while (texts.find()) templates.add(texts.group(1));
      trees.add(templates);
    }
    return trees;
  }

  public static void main(String[] args) throws Exception {
    // Tomcat warns of each host that is no default.
    java.util.logging.LogManager.getLogManager().reset();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(args[1]);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setProperty("maxKeepAliveRequests", "-1");
    tomcat.getConnector().setProperty("keepAliveTimeout", "600000");
    List<List<String>> trees = treesIn(Files.readString(Path.of(args[0])));
    for (int tree = 0; tree < trees.size(); tree++) {
      StandardHost host = new StandardHost();
      host.setName("t" + tree);
      host.setAppBase("app");
      tomcat.getEngine().addChild(host);
      Context context = tomcat.addContext(host, "", new File(args[1]).getAbsolutePath());
      List<String> others = new ArrayList<>();
      int number = 0;
      for (String template : trees.get(tree)) {
        if (template.contains("{")) {
          others.add(template);
          continue;
        }
        Tomcat.addServlet(context, "s" + number, new Answer(List.of(template)));
        context.addServletMappingDecoded(template, "s" + number++);
      }
      Tomcat.addServlet(context, "others", new Answer(others));
      context.addServletMappingDecoded("/", "others");
    }
    tomcat.start();
    System.out.println("PORT " + tomcat.getConnector().getLocalPort());
    tomcat.getServer().await();
  }
}
