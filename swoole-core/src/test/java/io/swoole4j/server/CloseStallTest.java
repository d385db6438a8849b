// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;

/** A closed connection whose client never takes what was sent. */
final class CloseStallTest {
  private static final byte[] BLOCK = new byte[64 * 1024];

  /** Fills the connection's queue and closes it when asked to. */
  private static Server filling(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.CLOSE_STALL_TIME, 0.3);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          boolean accepted = true;
          while (accepted) {
            accepted = s.send(fd, BLOCK);
          }
          if (data[0] == 'c') {
            s.close(fd);
          }
        });
    return server;
  }

  private static RawClient notReading(RunningServer running) {
    return running.client(running.clientOptions().receiveBuffer(16 * 1024));
  }

  @ServerMatrix
  void isDroppedWhenTheServerClosedIt(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(filling(variant));
        RawClient client = notReading(running)) {
      client.send("close");

      await().until(() -> running.server().stats().get("close_count").equals(1L));
      await().until(() -> running.server().getClientInfo(1).isEmpty());
      assertThat(running.server().connections()).isEmpty();
      client.expectReset();
    }
  }

  @ServerMatrix
  void isDroppedWhenTheClientHasHalfClosedIt(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(filling(variant));
        RawClient client = notReading(running)) {
      client.send("stay").shutdownOutput();

      await().until(() -> running.server().stats().get("close_count").equals(1L));
      await().until(() -> running.server().getClientInfo(1).isEmpty());
      assertThat(running.server().connections()).isEmpty();
      client.expectReset();
    }
  }
}
