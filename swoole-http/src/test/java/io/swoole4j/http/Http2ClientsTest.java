// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.Http2Test.http2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Other people's clients speak HTTP/2 with the server, over TLS and without. */
class Http2ClientsTest {
  private static final int LARGE = 600_000;

  @TempDir static Path directory;

  private static final RequestHandler ECHO =
      (request, response) -> {
        if (request.server().get("path_info").equals("/large")) {
          response.end(new byte[LARGE]);
        } else {
          response.end(
              request.server().get("server_protocol")
                  + " "
                  + request.rawContent().length
                  + " "
                  + request.server().get("request_uri"));
        }
      };

  private static HttpServer clear(ServerMode mode) {
    return http2(new ServerVariant(mode, "nio"), ECHO);
  }

  private static HttpServer secured(ServerMode mode) {
    Path key = directory.resolve("server.key");
    if (!Files.exists(key)) {
      Certificates.in(directory).authority("server", "localhost", "rsa");
    }
    HttpServer server = new HttpServer("127.0.0.1", 0, mode, SocketType.TCP.withSsl());
    server.set("transport", "nio");
    server.set(Settings.WORKER_NUM, 2);
    server.set(Settings.SSL_PROVIDER, "jdk");
    server.set(Settings.SSL_CERT_FILE, directory.resolve("server.crt").toString());
    server.set(Settings.SSL_KEY_FILE, key.toString());
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    server.on(HttpEvent.REQUEST, ECHO);
    return server;
  }

  private static String curl(String... options) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-k", "--max-time", "40"));
    command.addAll(List.of(options));
    return ClientProgram.run(command);
  }

  @ParameterizedTest
  @EnumSource
  void curlKnowsOrAsks(ServerMode mode) throws IOException {
    ClientProgram.assume("curl");
    Path upload = Files.write(directory.resolve("upload" + mode), new byte[300_000]);
    try (RunningServer running = RunningServer.start(clear(mode))) {
      String url = "http://127.0.0.1:" + running.port();
      String version = "\n%{http_version} %{num_connects}\n";

      // One request only: curl 7.88 fails with a second one of this kind by itself.
      assertThat(curl("--http2-prior-knowledge", "-w", version, url + "/a"))
          .isEqualTo("HTTP/2 0 /a\n2 1\n");
      assertThat(curl("--http2", "-w", version, url + "/a", url + "/b"))
          .isEqualTo("HTTP/1.1 0 /a\n2 1\nHTTP/2 0 /b\n2 0\n");
      assertThat(curl("--http2-prior-knowledge", "--data-binary", "@" + upload, "-w", version, url))
          .isEqualTo("HTTP/2 300000 /\n2 1\n");
      // A body comes with the request that asks: it is answered in HTTP/1 or 2, but whole.
      assertThat(curl("--http2", "--data-binary", "@" + upload, url)).contains(" 300000 /");
      assertThat(curl("--http2-prior-knowledge", url + "/large")).hasSize(LARGE);
      assertThat(curl("--http1.1", "-w", version, url)).isEqualTo("HTTP/1.1 0 /\n1.1 1\n");
    }
  }

  @Test
  void curlAgreesOverTls() {
    ClientProgram.assume("curl");
    try (RunningServer running = RunningServer.start(secured(ServerMode.PROCESS))) {
      String url = "https://127.0.0.1:" + running.port();

      assertThat(curl("--http2", "-w", " %{http_version}", url)).isEqualTo("HTTP/2 0 / 2");
      assertThat(curl("--http1.1", "-w", " %{http_version}", url)).isEqualTo("HTTP/1.1 0 / 1.1");
      assertThat(curl("--no-alpn", "-w", " %{http_version}", url)).isEqualTo("HTTP/1.1 0 / 1.1");
      assertThat(curl("--http2", url + "/large")).hasSize(LARGE);
    }
  }

  @Test
  void clientWithoutAlpnSpeaksHttp1() {
    try (RunningServer running = RunningServer.start(secured(ServerMode.BASE));
        TlsClient client =
            TlsClient.connect(
                running.port(),
                (SSLParameters parameters) ->
                    parameters.setApplicationProtocols(new String[] {"spdy/1"}))) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      assertThat(new String(client.readUntilEnd(), UTF_8)).startsWith("HTTP/1.1 200 OK");
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientOfTheJdkMultiplexes(ServerMode mode) {
    try (RunningServer running = RunningServer.start(secured(mode))) {
      multiplex("https://localhost:" + running.port(), true);
    }
    try (RunningServer running = RunningServer.start(clear(mode))) {
      multiplex("http://127.0.0.1:" + running.port(), false);
    }
  }

  private static void multiplex(String url, boolean tls) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(TlsClient.context())
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    HttpRequest large = HttpRequest.newBuilder(URI.create(url + "/large")).build();
    HttpResponse<byte[]> first =
        client.sendAsync(large, HttpResponse.BodyHandlers.ofByteArray()).join();
    List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      HttpRequest post =
          HttpRequest.newBuilder(URI.create(url + "/" + i))
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[20_000 + i]))
              .build();
      all.add(client.sendAsync(post, HttpResponse.BodyHandlers.ofByteArray()));
      all.add(client.sendAsync(large, HttpResponse.BodyHandlers.ofByteArray()));
    }

    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(first.body()).hasSize(LARGE);
    for (int i = 0; i < 10; i++) {
      assertThat(new String(all.get(2 * i).join().body(), UTF_8))
          .isEqualTo("HTTP/2 " + (20_000 + i) + " /" + i);
      assertThat(all.get(2 * i + 1).join().body()).hasSize(LARGE);
      assertThat(all.get(2 * i).join().version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
    assertThat(tls).isEqualTo(first.sslSession().isPresent());
  }

  @Test
  void nghttpUpgradesAndPrefersByWeight() {
    ClientProgram.assume("nghttp");
    try (RunningServer running = RunningServer.start(clear(ServerMode.PROCESS))) {
      String url = "http://127.0.0.1:" + running.port();

      String direct = ClientProgram.run(List.of("nghttp", "-v", url + "/a", url + "/b"));
      String upgraded = ClientProgram.run(List.of("nghttp", "-uv", url + "/c"));

      assertThat(direct).contains("HTTP/2 0 /a", "HTTP/2 0 /b");
      assertThat(upgraded).contains("HTTP/1.1 101 Switching Protocols", "HTTP/1.1 0 /c");
    }
  }

  @ParameterizedTest
  @EnumSource
  void loadOfH2loadLosesNothing(ServerMode mode) {
    ClientProgram.assume("h2load");
    try (RunningServer running = RunningServer.start(clear(mode))) {
      String url = "http://127.0.0.1:" + running.port();

      String small = ClientProgram.run(List.of("h2load", "-n2000", "-c4", "-m32", url + "/x"));
      String large = ClientProgram.run(List.of("h2load", "-n40", "-c2", "-m8", url + "/large"));

      assertThat(small).contains("2000 succeeded, 0 failed, 0 errored");
      assertThat(large).contains("40 succeeded, 0 failed, 0 errored");
    }
  }
}
