// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.slf4j.event.Level;

/** A port with open_mqtt_protocol, seen by a client. */
final class MqttPortTest {
  private static final int PUBLISH = 0x30;

  @ServerMatrix
  void deliversOneControlPacketAReceiveEventHoweverItArrives(ServerVariant variant) {
    Server server = variant.newServer().set("open_mqtt_protocol", true);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> s.send(fd, (data[0] >> 4) + ":" + data.length + ";"));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.sendSlices(publish(659), 7);
      assertThat(client.readUntil(";")).isEqualTo("3:662;");

      client.send(publish(100));
      client.send(new byte[] {(byte) 0xC0, 0, (byte) 0xC0, 0});
      assertThat(client.readUntil(";")).isEqualTo("3:102;");
      assertThat(client.readUntil(";") + client.readUntil(";")).isEqualTo("-4:2;-4:2;");
    }
  }

  @ServerMatrix
  void deliversAPacketOfFourMebibytesWithinTheLimit(ServerVariant variant) {
    Server server =
        variant.newServer().set(Map.of("open_mqtt_protocol", true, "package_max_length", "5M"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data.length + ";"));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send(publish(4_194_363));

      assertThat(client.readUntil(";")).isEqualTo("4194368;");
    }
  }

  @ServerMatrix
  void closesAConnectionWhoseRemainingLengthIsBeyondTheLimit(ServerVariant variant) {
    Server server =
        variant.newServer().set(Map.of("open_mqtt_protocol", true, "package_max_length", 1024));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "received;"));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client();
        LogCapture log = LogCapture.of(Server.class)) {
      client.send(new byte[] {PUBLISH, (byte) 0xFF, (byte) 0xFF, 0x7F});

      client.expectEof();
      log.awaitContains(Level.WARN, "[1201]");
    }
  }

  /** A PUBLISH packet with a remaining length of so many bytes. */
  private static byte[] publish(int remaining) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(PUBLISH);
    int left = remaining;
    do {
      packet.write(left % 128 | (left >= 128 ? 0x80 : 0));
      left /= 128;
    } while (left > 0);
    packet.writeBytes(new byte[remaining]);
    return packet.toByteArray();
  }
}
