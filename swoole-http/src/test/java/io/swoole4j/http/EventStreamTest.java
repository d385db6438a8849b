// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Server-sent events, as the JDK's client and a raw one see them. */
class EventStreamTest {
  private static final long SECONDS = 30;

  @ServerMatrix
  void streamsEventsBeyondItsHandler(ServerVariant variant) throws Exception {
    CompletableFuture<EventStream> opened = new CompletableFuture<>();
    CompletableFuture<String> last = new CompletableFuture<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              last.complete(EventStream.lastEventId(request).orElse("none"));
              opened.complete(EventStream.open(response).orElseThrow());
            });

    try (RunningServer running = RunningServer.start(server)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + "/"))
              .header("Last-Event-ID", "41")
              .timeout(Duration.ofSeconds(SECONDS))
              .build();
      CompletableFuture<HttpResponse<String>> reply =
          HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
      EventStream stream = opened.get(SECONDS, TimeUnit.SECONDS);
      assertThat(last.get(SECONDS, TimeUnit.SECONDS)).isEqualTo("41");

      assertThat(stream.retry(500)).isTrue();
      assertThat(stream.send("one\r\ntwo\n")).isTrue();
      assertThat(stream.send("tick", "3")).isTrue();
      assertThat(stream.send("tick", "4", "42")).isTrue();
      assertThat(stream.comment("still here")).isTrue();
      assertThat(stream.close()).isTrue();
      assertThat(stream.send("late")).isFalse();

      HttpResponse<String> got = reply.get(SECONDS, TimeUnit.SECONDS);
      assertThat(got.headers().firstValue("Content-Type"))
          .contains("text/event-stream; charset=utf-8");
      assertThat(got.headers().firstValue("Cache-Control")).contains("no-cache");
      assertThat(got.headers().firstValue("Content-Length")).isEmpty();
      assertThat(got.body())
          .isEqualTo(
              """
              :

              retry: 500

              data: one
              data: two
              data:\s

              event: tick
              data: 3

              id: 42
              event: tick
              data: 4

              : still here

              """);
    }
  }

  @ServerMatrix
  void noticesThatItsClientIsGone(ServerVariant variant) throws Exception {
    CompletableFuture<EventStream> opened = new CompletableFuture<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("X-Own", "1");
              opened.complete(EventStream.open(response).orElseThrow());
              assertThat(EventStream.open(response)).isEmpty();
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readUntil(":\n\n")).contains("X-Own: 1\r\n");
      EventStream stream = opened.get(SECONDS, TimeUnit.SECONDS);
      assertThat(stream.isOpen()).isTrue();
      assertThatIllegalArgumentException().isThrownBy(() -> stream.send("a\nid: 1", "x"));
      assertThatIllegalArgumentException().isThrownBy(() -> stream.send("a", "x", "1\r2"));
      assertThatIllegalArgumentException().isThrownBy(() -> stream.comment("a\nb"));
      assertThatIllegalArgumentException().isThrownBy(() -> stream.retry(-1));

      client.abort();

      await().atMost(Duration.ofSeconds(SECONDS)).until(() -> !stream.isOpen());
      assertThat(stream.send("nobody")).isFalse();
    }
  }
}
