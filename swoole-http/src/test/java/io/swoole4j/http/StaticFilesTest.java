// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.swoole4j.http.HttpFixture.Reply;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** Files below the document root are sent without the request handler, and no others. */
class StaticFilesTest {

  private static final String DATE = "Mon, 02 Feb 2026 03:04:05 GMT";
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-02-02T03:04:05.678Z"));

  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    write("a.txt", "0123456789");
    write("empty.css", "");
    write("dir/page.html", "<p>page");
    write("with-index/index.txt", "index");
    write("with-index/other.html", "other");
    write("ü &<b>.json", "{}");
    write(".hidden/a.txt", "hidden");
    write(".env", "secret");
    write(".well-known/a.txt", "known");
    write("../root2/a.txt", "sibling");
    write("../outside.txt", "outside");
  }

  private void write(String name, String content) throws IOException {
    Path file = root.resolve(name).normalize();
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, TIME);
  }

  private HttpServer files(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.status(299);
              response.end("handler");
            });
    server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
    server.set(HttpSettings.DOCUMENT_ROOT, root.toString());
    return server;
  }

  private static Reply ask(RawClient client, String path, String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return read(client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n"));
  }

  @ServerMatrix
  void sendsFilesOnOneConnection(ServerVariant variant) throws IOException {
    byte[] large = new byte[3 << 20];
    new Random(1).nextBytes(large);
    Files.write(root.resolve("large.jpg"), large);

    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      Reply reply = get(client, "/a.txt?version=1");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("0123456789");
      assertThat(reply.headers())
          .containsEntry("content-type", "text/plain")
          .containsEntry("last-modified", DATE)
          .containsEntry("accept-ranges", "bytes")
          .containsEntry("connection", "keep-alive")
          .containsKey("etag");

      assertThat(get(client, "/large.jpg").body()).isEqualTo(large);
      assertThat(get(client, "/empty.css").text()).isEmpty();
      assertThat(get(client, "/%C3%BC%20%26%3Cb%3E.json").text()).isEqualTo("{}");
      assertThat(get(client, "//dir/./x/../page.html").text()).isEqualTo("<p>page");
      assertThat(get(client, "/missing").text()).isEqualTo("handler");
      assertThat(get(client, "/dir").text()).isEqualTo("handler");
      assertThat(get(client, "/a.txt/").text()).isEqualTo("handler");
    }
  }

  @ServerMatrix(transports = "nio")
  void leavesEverythingToTheHandlerUnlessSwitchedOn(ServerVariant variant) {
    HttpServer server = files(variant);
    server.set(HttpSettings.ENABLE_STATIC_HANDLER, false);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(get(running.client(), "/a.txt").text()).isEqualTo("handler");
    }
  }

  @ServerMatrix
  void resetsConnectionWhenFileShrinksMeanwhile(ServerVariant variant) throws IOException {
    Path large = root.resolve("large.jpg");
    Files.write(large, new byte[4 << 20]);
    HttpServer server = files(variant);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 << 10);

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 << 10));
      client.send("GET /large.jpg HTTP/1.0\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
      try (FileChannel file = FileChannel.open(large, StandardOpenOption.WRITE)) {
        file.truncate(1 << 20);
      }

      client.expectReset();
      log.awaitContains(Level.WARN, "fd 1 of 127.0.0.1", Duration.ofSeconds(30));
      assertThat(get(running.client(), "/a.txt").text()).isEqualTo("0123456789");
    }
  }

  @ServerMatrix
  void letsNoPathLeadOutOrToWhatIsHidden(ServerVariant variant) throws IOException {
    Files.createSymbolicLink(root.resolve("link.txt"), root.resolve("a.txt"));
    Files.createSymbolicLink(root.resolve("out.txt"), directory.resolve("outside.txt"));
    Files.createSymbolicLink(root.resolve("outdir"), directory.resolve("root2"));
    Files.createSymbolicLink(root.resolve("linkdir"), root.resolve("dir"));
    Files.createSymbolicLink(root.resolve("chain"), root.resolve("outdir"));

    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      for (String path :
          List.of(
              "/../outside.txt",
              "/dir/../../outside.txt",
              "/%2e%2e/outside.txt",
              "/%2e%2e%2foutside.txt",
              "/..%2foutside.txt",
              "/dir%2F..%2Fa.txt",
              "/..%5coutside.txt",
              "/dir\\..\\a.txt",
              "/dir%5c..%5ca.txt",
              "/%252e%252e/outside.txt",
              "/../root2/a.txt",
              "/a.txt%00",
              "/a.txt%00.html",
              "/a%zz.txt",
              "/%c0%ae%c0%ae/outside.txt",
              "/%ff",
              "/.env",
              "/.hidden/a.txt",
              "/dir/../.env",
              "/.%65nv",
              "/out.txt",
              "/outdir/a.txt",
              "/linkdir/../../outside.txt",
              "/chain/a.txt",
              "/etc/passwd",
              "//etc/passwd")) {
        assertThat(get(client, path).text()).as(path).isEqualTo("handler");
      }
      assertThat(get(client, "/link.txt").text()).isEqualTo("0123456789");
      assertThat(get(client, "/linkdir/page.html").text()).isEqualTo("<p>page");
      assertThat(get(client, "/.well-known/a.txt").text()).isEqualTo("known");
    }
  }

  @ServerMatrix
  void followsLinksOutIfToldTo(ServerVariant variant) throws IOException {
    Files.createSymbolicLink(root.resolve("out.txt"), directory.resolve("outside.txt"));
    HttpServer server = files(variant);
    server.set(HttpSettings.STATIC_HANDLER_FOLLOW_SYMLINKS, true);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(get(running.client(), "/out.txt").text()).isEqualTo("outside");
    }
  }

  @ServerMatrix
  void ownsTheLocationsItIsGiven(ServerVariant variant) {
    HttpServer server = files(variant);
    server.set(HttpSettings.STATIC_HANDLER_LOCATIONS, List.of("/dir", "/with-index/"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/dir/page.html").text()).isEqualTo("<p>page");
      assertThat(get(client, "/x/../dir/page.html").text()).isEqualTo("<p>page");
      assertThat(get(client, "/dir/missing").status()).isEqualTo(404);
      assertThat(get(client, "/dir").status()).isEqualTo(404);
      assertThat(get(client, "/dir/%2e%2e/%2e%2e/outside.txt").status()).isEqualTo(404);
      assertThat(get(client, "/directory").text()).isEqualTo("handler");
      assertThat(get(client, "/dir/../a.txt").text()).isEqualTo("handler");
      assertThat(get(client, "/a.txt").text()).isEqualTo("handler");

      Reply post = read(client.send("DELETE /dir/page.html HTTP/1.1\r\nHost: a\r\n\r\n"), "DELETE");
      assertThat(post.status()).isEqualTo(405);
      assertThat(post.headers()).containsEntry("allow", "GET, HEAD");
    }
  }

  @Test
  void looksForFilesByPathsThatAreRewritten() throws IOException {
    write("static/3.html", "three");
    write("static/article/settings.html", "settings");
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("~^/view/post/(\\d+)$~", "/static/$1.html?id=$1");
    rules.put("/article/", "/static/article/");
    rules.put("/art", "/never");
    rules.put("/up/", "/static/../../../");
    HttpServer server = files(new ServerVariant(ServerMode.PROCESS, "nio"));
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    server.set(HttpSettings.STATIC_HANDLER_LOCATIONS, List.of("/static"));
    server.set(Map.of("url_rewrite_rules", rules));
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> response.end("handler of " + request.server().get("request_uri")));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/view/post/3?x=y").text()).isEqualTo("three");
      assertThat(get(client, "/view/post/99").status()).isEqualTo(404);
      assertThat(get(client, "/view/post/x").text()).isEqualTo("handler of /view/post/x");
      assertThat(get(client, "/article/settings.html").text()).isEqualTo("settings");
      assertThat(get(client, "/article/missing.html").status()).isEqualTo(404);
      assertThat(get(client, "/up/outside.txt").status()).isEqualTo(404);
      assertThat(get(client, "/article/../../../outside.txt").status()).isEqualTo(404);
      Http2Client other = Http2Client.on(running.client());
      assertThat(other.get(1, "/view/post/3").reply(1).text()).isEqualTo("three");
      assertThat(other.get(3, "/article/missing.html").reply(3).status()).isEqualTo(404);
    }
  }

  @Test
  void refusesToStartWithRulesThatAreNone() {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("~(~", "/"), Map.of("~a(b)~", "/$2"), Map.of("/a", 1))) {
      HttpServer server = files(new ServerVariant(ServerMode.BASE, "nio"));
      server.set(HttpSettings.URL_REWRITE_RULES, wrong);

      assertThatIllegalArgumentException()
          .isThrownBy(server::startAsync)
          .withMessageStartingWith("url_rewrite_rules: ");
    }
  }

  @ServerMatrix
  void leavesOtherMethodsToTheHandler(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      String post = "POST /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
      assertThat(read(client.send(post), "POST").text()).isEqualTo("handler");

      Reply head = read(client.send("HEAD /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"), "HEAD");
      assertThat(head.headers())
          .containsEntry("content-length", "10")
          .containsEntry("content-type", "text/plain");
      assertThat(get(client, "/a.txt").text()).isEqualTo("0123456789");
    }
  }

  @ServerMatrix
  void sendsNothingToWhoHasItAlready(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      String etag = String.valueOf(get(client, "/a.txt").headers().get("etag"));
      assertThat(etag).startsWith("\"").endsWith("\"");

      assertThat(ask(client, "/a.txt", "If-None-Match: \"x\", W/" + etag).status()).isEqualTo(304);
      assertThat(ask(client, "/a.txt", "If-None-Match: *").status()).isEqualTo(304);
      assertThat(
              ask(client, "/a.txt", "If-None-Match: \"x\"", "If-Modified-Since: " + DATE).status())
          .isEqualTo(200);
      Reply unchanged =
          ask(client, "/a.txt", "-If-Modified-Since: x", "If-Modified-Since: " + DATE);
      assertThat(unchanged.status()).isEqualTo(304);
      assertThat(unchanged.headers()).containsEntry("etag", etag).doesNotContainKey("content-type");
      assertThat(
              ask(client, "/a.txt", "If-Modified-Since: Sunday, 01-Feb-26 03:04:05 GMT").status())
          .isEqualTo(200);
      assertThat(ask(client, "/a.txt", "If-Modified-Since: Tue Feb  3 03:04:05 2026").status())
          .isEqualTo(304);
      assertThat(ask(client, "/a.txt", "If-Modified-Since: garbage").status()).isEqualTo(200);
      assertThat(ask(client, "/a.txt", "If-Match: \"x\"").status()).isEqualTo(412);
      assertThat(ask(client, "/a.txt", "If-Match: W/" + etag).status()).isEqualTo(412);
      assertThat(ask(client, "/a.txt", "If-Match: " + etag).status()).isEqualTo(200);
      String earlier = "Sun, 01 Feb 2026 03:04:05 GMT";
      assertThat(ask(client, "/a.txt", "If-Unmodified-Since: " + earlier).status()).isEqualTo(412);
      assertThat(ask(client, "/a.txt", "If-Unmodified-Since: " + DATE).status()).isEqualTo(200);
    }
  }

  @ServerMatrix
  void sendsOneRange(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      Reply middle = ask(client, "/a.txt", "-Range: x", "Range: bytes=2-4");
      assertThat(middle.status()).isEqualTo(206);
      assertThat(middle.text()).isEqualTo("234");
      assertThat(middle.headers()).containsEntry("content-range", "bytes 2-4/10");
      assertThat(ask(client, "/a.txt", "Range: bytes=7-").text()).isEqualTo("789");
      assertThat(ask(client, "/a.txt", "Range: bytes=-3").text()).isEqualTo("789");
      assertThat(ask(client, "/a.txt", "Range: bytes=-99").status()).isEqualTo(206);
      assertThat(ask(client, "/a.txt", "Range: bytes=8-99999999999999999999").text())
          .isEqualTo("89");
      assertThat(ask(client, "/a.txt", "Range: bytes=20-30, 1-1").text()).isEqualTo("1");

      Reply beyond = ask(client, "/a.txt", "Range: bytes=10-");
      assertThat(beyond.status()).isEqualTo(416);
      assertThat(beyond.headers()).containsEntry("content-range", "bytes */10");
      assertThat(beyond.body()).isEmpty();
      for (String senseless :
          List.of("bytes=", "bytes=abc", "bytes=a-b", "bytes=-", "bytes=1-2,x")) {
        assertThat(ask(client, "/a.txt", "Range: " + senseless).status())
            .as(senseless)
            .isEqualTo(416);
      }
      for (String ignored : List.of("bytes=4-2", "lines=1-2", "abc")) {
        assertThat(ask(client, "/a.txt", "Range: " + ignored).status()).as(ignored).isEqualTo(200);
      }
      for (String range : List.of("2-4", "10-")) {
        client.send("HEAD /a.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=" + range + "\r\n\r\n");
        Reply head = read(client, "HEAD");
        assertThat(head.status()).as(range).isEqualTo(200);
        assertThat(head.headers()).containsEntry("content-length", "10");
      }
    }
  }

  @ServerMatrix
  void sendsSeveralRangesUnlessTheyAreAnAttack(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      Reply parts = ask(client, "/a.txt", "Range: bytes=8-9, 0-1");
      assertThat(parts.status()).isEqualTo(206);
      String type = String.valueOf(parts.headers().get("content-type"));
      assertThat(type).startsWith("multipart/byteranges; boundary=");
      String line = "--" + type.substring(type.indexOf('=') + 1);
      assertThat(parts.text())
          .isEqualTo(
              line
                  + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n"
                  + line
                  + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n"
                  + line
                  + "--\r\n");

      assertThat(ask(client, "/a.txt", "Range: bytes=0-5,5-9").status()).isEqualTo(200);
      assertThat(ask(client, "/a.txt", "Range: bytes=0-,0-,0-,0-").status()).isEqualTo(200);
      String many = "0-0,".repeat(1000) + "1-1";
      assertThat(ask(client, "/a.txt", "Range: bytes=" + many).status()).isEqualTo(200);
    }
  }

  @ServerMatrix
  void sendsTheWholeFileIfTheRangeIsOfAnOlderOne(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      String etag = String.valueOf(get(client, "/a.txt").headers().get("etag"));
      String range = "Range: bytes=0-0";
      assertThat(ask(client, "/a.txt", range, "If-Range: " + etag).text()).isEqualTo("0");
      assertThat(ask(client, "/a.txt", range, "If-Range: " + DATE).text()).isEqualTo("0");
      assertThat(ask(client, "/a.txt", range, "If-Range: W/" + etag).status()).isEqualTo(200);
      assertThat(ask(client, "/a.txt", range, "If-Range: \"x\"").status()).isEqualTo(200);
      String later = "Tue, 03 Feb 2026 03:04:05 GMT";
      assertThat(ask(client, "/a.txt", range, "If-Range: " + later).status()).isEqualTo(200);
    }
  }

  @ServerMatrix
  void sendsIndexFilesBeforeListings(ServerVariant variant) throws IOException {
    Files.createSymbolicLink(root.resolve("out.txt"), directory.resolve("outside.txt"));
    write("both/index.txt", "second");
    write("both/index.html", "first");
    HttpServer server = files(variant);
    server.set(HttpSettings.HTTP_INDEX_FILES, List.of("index.html", "index.txt"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/with-index/").text()).isEqualTo("index");
      assertThat(get(client, "/with-index").text()).isEqualTo("index");
      assertThat(get(client, "/both/").text()).isEqualTo("first");
      assertThat(get(client, "/dir/").text()).isEqualTo("handler");
      assertThat(get(client, "/").text()).isEqualTo("handler");
    }

    server = files(variant);
    server.set(HttpSettings.HTTP_INDEX_FILES, List.of("index.txt"));
    server.set(HttpSettings.HTTP_AUTOINDEX, true);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/with-index/").text()).isEqualTo("index");
      Reply listing = get(client, "/");
      assertThat(listing.headers()).containsEntry("content-type", "text/html; charset=utf-8");
      assertThat(listing.text())
          .contains("<a href=\"/%C3%BC%20%26%3Cb%3E.json\">ü &amp;&lt;b&gt;.json</a>")
          .contains("<a href=\"/dir/\">dir/</a>")
          .doesNotContain(".env", "out.txt", "../");
      assertThat(get(client, "/dir").text())
          .contains("<a href=\"/dir/page.html\">page.html</a>", "<a href=\"/dir/../\">");
    }
  }

  @ServerMatrix
  void sendsCompressedFilesThatLieBeside(ServerVariant variant) throws IOException {
    write("app.js", "plain");
    write("app.js.gz", "gzipped");
    write("app.js.br", "brotli");
    write("old.js", "plain");
    write("old.js.gz", "stale");
    Files.setLastModifiedTime(root.resolve("old.js.gz"), FileTime.fromMillis(1));

    try (RunningServer running = RunningServer.start(files(variant))) {
      RawClient client = running.client();
      Reply br = ask(client, "/app.js", "Accept-Encoding: gzip, br");
      assertThat(br.text()).isEqualTo("brotli");
      assertThat(br.headers())
          .containsEntry("content-encoding", "br")
          .containsEntry("content-type", "text/javascript")
          .containsEntry("vary", "Accept-Encoding");
      Reply gzip = ask(client, "/app.js", "Accept-Encoding: gzip, br;q=0");
      assertThat(gzip.text()).isEqualTo("gzipped");
      assertThat(gzip.headers().get("etag")).isNotEqualTo(br.headers().get("etag"));
      Reply plain = ask(client, "/app.js", "Accept-Encoding: gzip;q=0");
      assertThat(plain.text()).isEqualTo("plain");
      assertThat(plain.headers())
          .containsEntry("vary", "Accept-Encoding")
          .doesNotContainKey("content-encoding");
      assertThat(ask(client, "/old.js", "Accept-Encoding: gzip").text()).isEqualTo("plain");
      assertThat(ask(client, "/app.js", "Accept-Encoding: br", "Range: bytes=0-1").text())
          .isEqualTo("br");
    }

    HttpServer without = files(variant);
    without.set(HttpSettings.STATIC_HANDLER_PRECOMPRESSED, false);
    try (RunningServer running = RunningServer.start(without)) {
      Reply plain = ask(running.client(), "/app.js", "Accept-Encoding: gzip, br");
      assertThat(plain.text()).isEqualTo("plain");
      assertThat(plain.headers()).doesNotContainKey("content-encoding");
    }
  }

  @ServerMatrix
  void takesMediaTypesWhileItRuns(ServerVariant variant) throws IOException {
    write("a.swoole", "x");
    HttpServer server = files(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/a.swoole").headers())
          .containsEntry("content-type", "application/octet-stream");

      assertThat(server.mimeTypes().add("Swoole", "text/x-swoole")).isTrue();

      assertThat(get(client, "/a.swoole").headers()).containsEntry("content-type", "text/x-swoole");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-wx------", "rw-------"})
  void refusesToStartWithADirectoryThatItMayNotRead(String permissions) throws IOException {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(permissions));
    try {
      Assumptions.assumeFalse(
          Files.isReadable(closed) && Files.isExecutable(closed), "root may read everything");
      HttpServer server = new HttpServer("127.0.0.1", 0);
      server.on(HttpEvent.REQUEST, (request, response) -> response.end());
      server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
      server.set(HttpSettings.DOCUMENT_ROOT, closed.toString());

      assertThatIllegalArgumentException()
          .isThrownBy(server::startAsync)
          .withMessageStartingWith("document_root: " + closed);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void refusesToStartWithoutItsDirectory() {
    for (String missing : List.of(directory.resolve("none").toString(), "", root + "/a.txt")) {
      HttpServer server = new HttpServer("127.0.0.1", 0);
      server.on(HttpEvent.REQUEST, (request, response) -> response.end());
      server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
      server.set(HttpSettings.DOCUMENT_ROOT, missing);

      assertThatIllegalArgumentException()
          .isThrownBy(server::startAsync)
          .withMessageStartingWith("document_root: " + (missing.isEmpty() ? "\"\" (" : missing));
    }
  }

  @ServerMatrix
  void normalisesItsDirectory(ServerVariant variant) {
    HttpServer server = files(variant);
    server.set(HttpSettings.DOCUMENT_ROOT, root + "/dir/../../" + root.getFileName() + "/./");

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/a.txt").text()).isEqualTo("0123456789");
      assertThat(get(client, "/../root2/a.txt").text()).isEqualTo("handler");
    }
  }

  @Test
  void knowsMediaTypesByEnding() {
    MimeTypes types = new MimeTypes();

    assertThat(types.get("a/b.HTML")).isEqualTo("text/html");
    assertThat(types.get("x.tar.gz")).isEqualTo("application/gzip");
    assertThat(types.get("README")).isEqualTo(MimeTypes.UNKNOWN);
    assertThat(types.exists("a.png")).isTrue();
    assertThat(types.add("png", "x/y")).isFalse();
    types.set("png", "x/y");
    assertThat(types.get("a.png")).isEqualTo("x/y");
    assertThat(types.delete("png")).isTrue();
    assertThat(types.delete("png")).isFalse();
    assertThat(types.list()).doesNotContainKey("png").containsEntry("woff2", "font/woff2");
    assertThatIllegalArgumentException().isThrownBy(() -> types.set("x", "a\r\nb"));
    assertThatIllegalArgumentException().isThrownBy(() -> types.add(".x", "a/b"));
  }
}
