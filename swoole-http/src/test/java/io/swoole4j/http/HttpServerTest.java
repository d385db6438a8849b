// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.http.HttpFixture.Reply;
import io.swoole4j.server.ConnectHandler;
import io.swoole4j.server.Event;
import io.swoole4j.server.ReceiveHandler;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An HTTP server calls its request handler and sends what that answers. */
class HttpServerTest {

  @ServerMatrix
  void answersRequestsOfOneConnectionOneAfterTheOther(ServerVariant variant) {
    HttpServer server =
        server(variant, (request, response) -> response.end("for " + request.get("n").orElse("")));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int i = 0; i < 5; i++) {
        assertThat(get(client, "/?n=" + i).text()).isEqualTo("for " + i);
      }
    }
  }

  @ServerMatrix
  void sendsHeadersInSwoolesOrder(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("x-own", "1");
              response.end("hello");
            });

    try (RunningServer running = RunningServer.start(server)) {
      Reply reply = get(running.client(), "/");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.reason()).isEqualTo("OK");
      assertThat(reply.headers().keySet())
          .containsExactly(
              "x-own", "server", "date", "connection", "content-type", "content-length");
      assertThat(reply.headers())
          .containsEntry("server", "swoole-http-server")
          .containsEntry("connection", "keep-alive")
          .containsEntry("content-type", "text/html");
    }
  }

  @ServerMatrix
  void talksToClientOfTheJdk(ServerVariant variant) throws IOException, InterruptedException {
    HttpServer server = server(variant, (request, response) -> response.end(request.rawContent()));

    try (RunningServer running = RunningServer.start(server)) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      URI uri = URI.create("http://127.0.0.1:" + running.port() + "/");
      for (String body : new String[] {"one", "two".repeat(20_000), ""}) {
        HttpResponse<String> reply =
            client.send(
                HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(body);
      }
    }
  }

  @ServerMatrix
  void endsWhatTheHandlerHasNotEnded(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> response.status(202));

    try (RunningServer running = RunningServer.start(server)) {
      Reply reply = get(running.client(), "/");
      assertThat(reply.status()).isEqualTo(202);
      assertThat(reply.body()).isEmpty();
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of request threw")
  void answers500AndClosesWhenTheHandlerThrows(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              throw new IllegalStateException("asked for");
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      Reply reply = get(client, "/");
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.headers()).containsEntry("connection", "close");
      client.expectEof();
    }
  }

  @ServerMatrix
  void isAnsweredLaterFromAnotherThread(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.detach();
              CompletableFuture.runAsync(() -> response.end("late"));
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/").text()).isEqualTo("late");
      assertThat(get(client, "/").text()).isEqualTo("late");
    }
  }

  @ServerMatrix
  void answersPipelinedRequestsInOrder(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              String n = request.get("n").orElseThrow();
              response.detach();
              int delay = n.equals("0") ? 50 : 1;
              answerAfter(delay, response, n);
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        requests.append("GET /?n=").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(requests.toString());
      for (int i = 0; i < 200; i++) {
        assertThat(read(client).text()).isEqualTo("" + i);
      }
    }
  }

  private static void answerAfter(int delay, Response response, String n) {
    CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS).execute(() -> response.end(n));
  }

  @Test
  void refusesConnectAndReceiveHandlers() {
    HttpServer server = new HttpServer("127.0.0.1", 0);
    ReceiveHandler receive = (s, fd, reactorId, data) -> {};
    ConnectHandler connect = (s, fd, reactorId) -> {};

    assertThatIllegalArgumentException().isThrownBy(() -> server.on(Event.RECEIVE, receive));
    assertThatIllegalArgumentException().isThrownBy(() -> server.on("Receive", receive));
    assertThatIllegalArgumentException().isThrownBy(() -> server.on(receive));
    assertThatIllegalArgumentException().isThrownBy(() -> server.on(Event.CONNECT, connect));
    assertThatIllegalArgumentException().isThrownBy(() -> server.on("connect", connect));
    assertThatIllegalArgumentException().isThrownBy(() -> server.on(connect));
  }

  @Test
  void requiresRequestHandler() {
    HttpServer server = new HttpServer("127.0.0.1", 0);

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessageContaining("require onRequest callback");
  }
}
