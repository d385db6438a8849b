// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chat's socket does what its page expects, as the JDK's client sees it. */
final class ChatTest {
  /** Somebody in a room. */
  private static final class Talker implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    Talker(int port) {
      URI address = URI.create("ws://127.0.0.1:" + port + "/socket");
      socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, this).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        // The time is not what is tested.
        lines.add(partial.toString().replaceFirst("\t[0-9]{13}(?=\t)", ""));
        partial.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    Talker send(String... fields) {
      socket.sendText(String.join("\t", fields), true).join();
      return this;
    }

    String next() {
      try {
        String line = lines.poll(30, TimeUnit.SECONDS);
        assertThat(line).as("a line").isNotNull();
        return line.replace('\t', ' ');
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** Sends the same until an error tells that it was too much for one second. */
    String hurry(String... fields) {
      while (true) {
        send(fields);
        while (!lines.isEmpty()) {
          String line = next();
          if (line.startsWith("error")) {
            return line;
          }
        }
      }
    }

    @Override
    public void close() {
      if (!socket.isOutputClosed()) {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      }
    }
  }

  private static ExampleProcess chat(String mode) {
    return ExampleProcess.run("chat", "--port", "0", "--mode", mode).awaitListening();
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void tellsEverybodyInARoomWhatIsSaid(String mode) {
    try (ExampleProcess server = chat(mode);
        Talker ann = new Talker(server.port());
        Talker bob = new Talker(server.port());
        Talker eve = new Talker(server.port())) {
      ann.send("join", "lobby", "ann");
      assertThat(ann.next()).isEqualTo("room lobby ann");
      assertThat(ann.next()).isEqualTo("online ann");
      eve.send("join", "elsewhere", "ann");
      assertThat(eve.next()).isEqualTo("room elsewhere ann");
      assertThat(eve.next()).isEqualTo("online ann");

      bob.send("join", "lobby", " ann ");
      assertThat(bob.next()).isEqualTo("room lobby ann 2");
      assertThat(bob.next()).isEqualTo("online ann ann 2");
      assertThat(ann.next()).isEqualTo("joined ann 2");
      assertThat(ann.next()).isEqualTo("online ann ann 2");

      ann.send("say", "hello");
      assertThat(ann.next()).isEqualTo("line ann hello");
      assertThat(bob.next()).isEqualTo("line ann hello");
      bob.close();
      assertThat(ann.next()).isEqualTo("left ann 2");
      assertThat(ann.next()).isEqualTo("online ann");

      eve.send("say", "who is there");
      assertThat(eve.next()).isEqualTo("line ann who is there");
    }
  }

  @Test
  void remembersTheLastFiftyLinesAndRefusesWhatIsTooMuch() {
    try (ExampleProcess server = chat("process")) {
      for (int talker = 0; talker < 13; talker++) {
        try (Talker each = new Talker(server.port())) {
          String name = "talker" + talker;
          each.send("join", "lobby", name);
          IntStream.range(0, 4).forEach(i -> each.send("say", Integer.toString(i)));
          String last = "line " + name + " 3";
          for (String line = each.next(); !line.equals(last); line = each.next()) {
            assertThat(line).doesNotStartWith("error");
          }
        }
      }

      try (Talker late = new Talker(server.port())) {
        late.send("say", "too early");
        assertThat(late.next()).isEqualTo("error join a room first");
        late.send("join", "lobby", " ");
        assertThat(late.next()).isEqualTo("error a name and a room are needed");
        late.send("nonsense");
        assertThat(late.next()).isEqualTo("error not understood");
        late.send("join", "lobby", "late");
        assertThat(late.next()).isEqualTo("room lobby late");
        for (int line = 2; line < 52; line++) {
          assertThat(late.next()).isEqualTo("line talker" + line / 4 + " " + line % 4);
        }

        assertThat(late.hurry("say", "x")).isEqualTo("error not so fast");
      }
    }
  }

  @Test
  void refusesWhoChangesRoomsTooOften() {
    try (ExampleProcess server = chat("base");
        Talker restless = new Talker(server.port())) {
      assertThat(restless.hurry("join", "room", "restless")).isEqualTo("error not so fast");
    }
  }

  @Test
  void tellsWhoHasGoneInDispatchModesWithoutOrder() {
    try (ExampleProcess server =
            ExampleProcess.run("chat", "--port", "0", "--mode", "process", "--dispatch_mode", "3")
                .awaitListening();
        Talker ann = new Talker(server.port())) {
      ann.send("join", "lobby", "ann");
      assertThat(ann.next()).isEqualTo("room lobby ann");
      assertThat(ann.next()).isEqualTo("online ann");
      try (Talker bob = new Talker(server.port())) {
        bob.send("join", "lobby", "bob");
        assertThat(ann.next()).isEqualTo("joined bob");
        assertThat(ann.next()).isEqualTo("online ann bob");
      }
      assertThat(ann.next()).isEqualTo("left bob");
    }
  }

  @Test
  void servesItsPageAndNamesAnAddressThatABrowserCanOpen()
      throws IOException, InterruptedException {
    try (ExampleProcess server =
        ExampleProcess.run("chat", "--port", "0", "--host", "0.0.0.0").awaitListening()) {
      assertThat(server.listeningLine()).contains("listening on 0.0.0.0:");
      String opened = "open http://127.0.0.1:" + server.port() + "/ in two windows";
      await().atMost(Duration.ofSeconds(30)).until(() -> server.stdout().contains(opened));
      assertThat(get(server.port(), "/")).contains("<title>Chat</title>");
      assertThat(get(server.port(), "/chat.css")).contains("color-scheme");
      assertThat(get(server.port(), "/chat.js")).contains("new WebSocket");
    }
  }

  private static String get(int port, String path) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + port + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
