// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.websocket.Frame;
import io.swoole4j.websocket.FrameFlag;
import io.swoole4j.websocket.Opcode;
import io.swoole4j.websocket.WebSocketClient;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The WebSocket examples keep their contract. */
final class WebSocketExamplesTest {
  @Test
  void echoSendsBackTextAndBinaryOnAnyPath() throws IOException {
    try (ExampleProcess server =
            ExampleProcess.run("websocket-echo", "--port", "0").awaitListening();
        WebSocketClient client = new WebSocketClient("127.0.0.1", server.port())) {
      client.maxLength(16 * 1024 * 1024).compression(true);
      assertThat(client.upgrade("/any/path?at=all")).isTrue();
      assertThat(client.headers()).containsKey("sec-websocket-extensions");
      client.push("grüße");
      assertThat(client.recv().map(Frame::text)).contains("grüße");
      byte[] large = new byte[4 * 1024 * 1024];
      client.push(new Frame(large, Opcode.BINARY, Set.of(FrameFlag.FIN, FrameFlag.COMPRESS)));
      Frame back = client.recv().orElseThrow();
      assertThat(back.data()).isEqualTo(large);
      assertThat(back.flags()).contains(FrameFlag.COMPRESS);
    }
  }
}
