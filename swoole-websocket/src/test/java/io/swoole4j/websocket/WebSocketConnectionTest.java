// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A connection is one for everybody at the moment when its answer is queued. */
class WebSocketConnectionTest {
  private final WebSocketConnection connection =
      LoneConnection.patient(
          (method, arguments) ->
              switch (method) {
                case "isOpen", "hasRoom", "write" -> true;
                case "fail" -> false;
                default -> throw new UnsupportedOperationException(method);
              });

  @Test
  void waitsForItsAnswerBeforeItSaysWhatItIs() throws Exception {
    FutureTask<Boolean> established = new FutureTask<>(connection::isEstablished);
    FutureTask<Boolean> pushed = new FutureTask<>(() -> connection.push(new Frame("behind it")));
    Thread asking = new Thread(established, "asking");
    Thread pushing = new Thread(pushed, "pushing");

    boolean begun =
        connection.begin(
            () -> {
              asking.start();
              pushing.start();
              await().until(() -> asking.getState() == Thread.State.BLOCKED);
              await().until(() -> pushing.getState() == Thread.State.BLOCKED);
              return true;
            });

    assertThat(begun).isTrue();
    assertThat(established.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(pushed.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void isNoneWithoutAnAnswer() {
    assertThat(connection.isEstablished()).isFalse();
    assertThat(connection.begin(() -> false)).isFalse();
    assertThat(connection.isEstablished()).isFalse();
    assertThat(connection.push(new Frame("in vain"))).isFalse();
  }
}
