// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.OpenSsl;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import io.swoole4j.timer.Timer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

/** HTTP over TLS is the same HTTP, to clients that have nothing in common with this library. */
class HttpsTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  @TempDir private static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() throws IOException {
    certificates =
        Certificates.in(directory)
            .authority("server", "localhost", "rsa")
            .authority("a", "a.example", "ec")
            .authority("b", "b.example", "rsa")
            .authority("wild", "*.c.example", "ec")
            .authority("ca")
            .signed("client", "client", "ca", false);
    byte[] large = new byte[3 << 20];
    new Random(3).nextBytes(large);
    Files.createDirectories(directory.resolve("root"));
    Files.write(directory.resolve("root/large.bin"), large);
  }

  private static HttpServer https(ServerVariant variant, RequestHandler handler) {
    HttpServer server = new HttpServer("127.0.0.1", 0, variant.mode(), SocketType.TCP.withSsl());
    variant.prepare(server).set(Settings.WORKER_NUM, 2).set(files("server"));
    server.on(HttpEvent.REQUEST, handler);
    return server;
  }

  private static HttpServer https(ServerVariant variant) {
    return https(
        variant, (request, response) -> response.end("for " + request.get("n").orElse("nobody")));
  }

  private static Map<String, String> files(String name) {
    return Map.of(
        "ssl_cert_file", certificates.crt(name).toString(),
        "ssl_key_file", certificates.key(name).toString());
  }

  /** What a program printed, its exit code in the first line. */
  private static String run(String program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path output = Files.createTempFile(directory, "run", ".out");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort(program + " is not installed");
      throw e;
    }
    process.getOutputStream().close();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(command.toString()).isTrue();
    return process.exitValue() + "\n" + Files.readString(output, ISO_8859_1);
  }

  private static String curl(Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of("-sS", "--max-time", "40", "--http1.1"));
    all.addAll(List.of(arguments));
    return run("curl", all.toArray());
  }

  /** A URL of a host that curl finds here. */
  private static List<Object> at(RunningServer running, String host, String path) {
    return List.of(
        "--resolve",
        host + ":" + running.port() + ":127.0.0.1",
        "https://" + host + ":" + running.port() + path);
  }

  private static Object[] with(List<?> first, Object... others) {
    List<Object> all = new ArrayList<>(List.of(others));
    all.addAll(first);
    return all.toArray();
  }

  @ParameterizedTest
  @CsvSource({"jdk, TLSv1.2", "jdk, TLSv1.3", "openssl, TLSv1.2", "openssl, TLSv1.3"})
  void answersWhoEndsOnlyItsOwnSideWhereTlsLetsIt(String provider, String version) {
    Assumptions.assumeTrue(
        provider.equals("jdk") || OpenSsl.isAvailable(), "no BoringSSL for this machine");
    HttpServer server =
        https(
            new ServerVariant(ServerMode.BASE, "nio"),
            (request, response) -> {
              response.detach();
              Timer.after(100, () -> response.end(request.get("n").orElseThrow()));
            });
    // The second one waits undecoded when the end comes.
    server.set(Settings.SSL_PROVIDER, provider).set(HttpSettings.HTTP_MAX_PIPELINE, 1);

    try (RunningServer running = RunningServer.start(server);
        TlsClient client =
            TlsClient.connect(running.port(), p -> p.setProtocols(new String[] {version}))) {
      client.send("GET /?n=1 HTTP/1.1\r\nHost: a\r\n\r\nGET /?n=2 HTTP/1.1\r\nHost: a\r\n\r\n");
      client.shutdownOutput();

      if (provider.equals("jdk") && version.equals("TLSv1.3")) {
        assertThat(new String(client.readUntilEnd(), ISO_8859_1))
            .contains("\r\n\r\n1HTTP")
            .endsWith("\r\n\r\n2");
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> running.server().getClientList().isEmpty());
    }
  }

  private static String url(RunningServer running) {
    return "https://localhost:" + running.port();
  }

  @ServerMatrix
  void curlVerifiesTheServerAndKeepsItsConnection(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(https(variant))) {
      String answer =
          curl(
              "-4",
              "--cacert",
              certificates.crt("server"),
              "-D",
              "-",
              "-w",
              "|%{num_connects}|\n",
              url(running) + "/?n=1",
              url(running) + "/?n=2");

      assertThat(answer)
          .startsWith("0\n")
          .contains("Server: swoole-http-server", "for 1|1|", "for 2|0|");
      assertThat(curl("-4", url(running))).startsWith("60\n");
    }
  }

  @ServerMatrix
  void curlTakesAStaticFileAndPartsOfIt(ServerVariant variant) throws Exception {
    HttpServer server = https(variant);
    server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
    server.set(HttpSettings.DOCUMENT_ROOT, directory.resolve("root").toString());
    Path copy = directory.resolve("copy");

    try (RunningServer running = RunningServer.start(server)) {
      String file = url(running) + "/large.bin";
      assertThat(curl("-4", "--cacert", certificates.crt("server"), "-o", copy, file))
          .startsWith("0\n");
      byte[] large = Files.readAllBytes(directory.resolve("root/large.bin"));
      assertThat(Files.readAllBytes(copy)).isEqualTo(large);

      assertThat(
              curl(
                  "-4",
                  "--cacert",
                  certificates.crt("server"),
                  "-r",
                  "1000000-1000099",
                  "-o",
                  copy,
                  "-w",
                  "%{http_code}",
                  file))
          .isEqualTo("0\n206");
      assertThat(Files.readAllBytes(copy))
          .isEqualTo(java.util.Arrays.copyOfRange(large, 1_000_000, 1_000_100));
    }
  }

  @ServerMatrix
  void clientOfTheJdkFallsBackToHttp11AndPosts(ServerVariant variant) throws Exception {
    HttpServer server = https(variant, (request, response) -> response.end(request.rawContent()));
    // Offers h2 by ALPN.
    HttpClient client = HttpClient.newBuilder().sslContext(TlsClient.context()).build();

    try (RunningServer running = RunningServer.start(server)) {
      URI uri = URI.create("https://127.0.0.1:" + running.port() + "/");
      for (String body : new String[] {"one", "two".repeat(50_000), ""}) {
        HttpResponse<String> reply =
            client.send(
                HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(reply.body()).isEqualTo(body);
      }
      assertThat(server.stats()).containsEntry("accept_count", 1L);
    }
  }

  @ServerMatrix
  void clientOfOpenSslSeesTheEndOfTheConnection(ServerVariant variant) throws Exception {
    Path request =
        Files.writeString(
            directory.resolve("request"),
            "GET /?n=openssl HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    try (RunningServer running = RunningServer.start(https(variant))) {
      String answer =
          run(
              "sh",
              "-c",
              "exec openssl s_client -quiet -verify_return_error -CAfile "
                  + certificates.crt("server")
                  + " -connect 127.0.0.1:"
                  + running.port()
                  + " < "
                  + request);

      assertThat(answer).startsWith("0\n").contains("HTTP/1.1 200 OK", "for openssl");
    }
  }

  private static String statuses(RunningServer running, String requests) {
    try (TlsClient client = TlsClient.connect(running.port())) {
      // Without the end of TLS, which tells a whole answer from one that was cut, it would throw.
      String answer = new String(client.send(requests).readUntilEnd(), ISO_8859_1);
      return STATUS.matcher(answer).results().map(MatchResult::group).toList().toString()
          + Pattern.compile("for \\d").matcher(answer).results().map(MatchResult::group).toList();
    }
  }

  private static String get(String query, String more) {
    return "GET /?n=" + query + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
  }

  @ServerMatrix
  void answersPipelinedRequestsInOrder(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(https(variant))) {
      String requests = get("1", "") + get("2", "") + get("3", "Connection: close\r\n");

      assertThat(statuses(running, requests))
          .isEqualTo("[HTTP/1.1 200 , HTTP/1.1 200 , HTTP/1.1 200 ][for 1, for 2, for 3]");
    }
  }

  @ServerMatrix
  void answersBadRequestsOnceAndClosesInOrder(ServerVariant variant) {
    HttpServer server = https(variant);
    server.set(Settings.PACKAGE_MAX_LENGTH, 1024).set(HttpSettings.HTTP_MAX_HEADER_SIZE, 1024);

    try (RunningServer running = RunningServer.start(server)) {
      String second = get("second", "");
      assertThat(statuses(running, "nonsense\r\n\r\n" + second)).isEqualTo("[HTTP/1.1 400 ][]");
      assertThat(statuses(running, get("x".repeat(2000), "") + second))
          .isEqualTo("[HTTP/1.1 414 ][]");
      assertThat(statuses(running, get("1", "X: " + "x".repeat(2000) + "\r\n") + second))
          .isEqualTo("[HTTP/1.1 431 ][]");
      String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n";
      assertThat(statuses(running, post + "x".repeat(2000))).isEqualTo("[HTTP/1.1 413 ][]");
      assertThat(statuses(running, get("1", "Connection: close\r\n")))
          .isEqualTo("[HTTP/1.1 200 ][for 1]");
    }
  }

  @ServerMatrix
  void plainClientHarmsNobodyElse(ServerVariant variant) throws Exception {
    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(https(variant))) {
      assertThat(curl("http://127.0.0.1:" + running.port() + "/")).doesNotStartWith("0\n");
      log.awaitContains(Level.WARN, "bad SSL client", Duration.ofSeconds(30));

      for (int i = 0; i < 2; i++) {
        assertThat(curl("-4", "--cacert", certificates.crt("server"), url(running)))
            .isEqualTo("0\nfor nobody");
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void asksForTheCertificateOfTheClient(ServerVariant variant) throws Exception {
    HttpServer server =
        https(
            variant,
            (request, response) ->
                response.end(request.server().get("request_uri") + " " + response.isWritable()));
    server.set(
        Map.of("ssl_verify_peer", true, "ssl_client_cert_file", certificates.crt("ca").toString()));

    try (RunningServer running = RunningServer.start(server)) {
      String[] trust = {"-4", "--cacert", certificates.crt("server").toString()};
      assertThat(
              curl(
                  with(
                      List.of(trust),
                      url(running) + "/x",
                      "--cert",
                      certificates.crt("client"),
                      "--key",
                      certificates.key("client"))))
          .isEqualTo("0\n/x true");
      assertThat(curl(with(List.of(trust), url(running)))).doesNotStartWith("0\n");
    }
  }

  @ServerMatrix(transports = "nio")
  void givesEachHostItsCertificate(ServerVariant variant) throws Exception {
    HttpServer server =
        https(variant, (request, response) -> response.end(request.header("host").orElse("")));
    server.set(
        Settings.SSL_SNI_CERTS,
        Map.of("a.example", files("a"), "b.example", files("b"), "*.c.example", files("wild")));

    try (RunningServer running = RunningServer.start(server)) {
      Map<String, String> hosts =
          Map.of("a.example", "a", "b.example", "b", "x.c.example", "wild", "localhost", "server");
      for (Map.Entry<String, String> host : hosts.entrySet()) {
        // curl compares the name, and trusts this one certificate alone.
        List<Object> url = at(running, host.getKey(), "/");
        assertThat(curl(with(url, "--cacert", certificates.crt(host.getValue()))))
            .isEqualTo("0\n" + host.getKey() + ":" + running.port());
        assertThat(curl(with(url, "--cacert", certificates.crt("ca")))).startsWith("60\n");
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void renewsItsCertificateWhileRequestsRun(ServerVariant variant) throws Exception {
    Path crt = directory.resolve(variant.mode() + ".crt");
    Path key = directory.resolve(variant.mode() + ".key");
    Files.copy(certificates.crt("a"), crt);
    Files.copy(certificates.key("a"), key);
    HttpServer server = https(variant);
    server.set(Map.of("ssl_cert_file", crt.toString(), "ssl_key_file", key.toString()));
    // That a request takes, within which two programs run.
    server.set(HttpSettings.HTTP_HEADER_TIMEOUT, 120.0);

    try (RunningServer running = RunningServer.start(server);
        TlsClient before = TlsClient.connect(running.port())) {
      assertThat(curl(with(at(running, "a.example", "/"), "--cacert", certificates.crt("a"))))
          .isEqualTo("0\nfor nobody");
      before.send("GET /?n=before HTTP/1.1\r\n");

      Files.copy(certificates.crt("b"), crt, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(certificates.key("b"), key, StandardCopyOption.REPLACE_EXISTING);
      server.reloadTls();
      assertThat(curl(with(at(running, "b.example", "/"), "--cacert", certificates.crt("b"))))
          .isEqualTo("0\nfor nobody");
      before.send("Host: a\r\nConnection: close\r\n\r\n");
      assertThat(new String(before.readUntilEnd(), ISO_8859_1)).endsWith("for before");
      await().until(() -> server.getClientList().isEmpty());
    }
  }
}
