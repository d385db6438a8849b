// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.expectClose;
import static io.swoole4j.websocket.WebSocketFixture.head;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.websocket.deflate.MessageDeflater;
import io.swoole4j.internal.websocket.deflate.MessageInflater;
import io.swoole4j.internal.websocket.frame.FrameException;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages are compressed where both sides and the push agree to it (RFC 7692). */
class CompressionTest {
  private static final ServerVariant BASE = new ServerVariant(ServerMode.BASE, "nio");
  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
  private static final String PLAIN =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static WebSocketServer compressing(WebSocketServer server) {
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    return server;
  }

  private static RawClient open(RunningServer running, String offer) {
    RawClient client = running.client();
    client.send(request(offer + "\r\n"));
    assertThat(head(client)).containsEntry("", "101");
    return client;
  }

  private static byte[] compressed(int opcode, byte[] data) {
    return Frames.masked(opcode, true, 4, MessageDeflater.deflate(data));
  }

  @ServerMatrix
  void answersCompressedMessagesCompressed(ServerVariant variant) throws FrameException {
    try (RunningServer running = RunningServer.start(compressing(echo(variant)))) {
      RawClient client = open(running, OFFER);
      byte[] data = "grüße, grüße, ".repeat(1000).getBytes(UTF_8);
      for (int i = 0; i < 3; i++) {
        client.send(compressed(1, data));
        Frame frame = read(client);
        assertThat(frame.flags()).contains(FrameFlag.RSV1, FrameFlag.FIN);
        assertThat(frame.data().length).isLessThan(data.length / 10);
        assertThat(MessageInflater.inflate(frame.data(), frame.data().length, data.length))
            .isEqualTo(data);
      }
      client.send(Frames.masked(1, true, 0, data));
      Frame plain = read(client);
      assertThat(plain.flags()).doesNotContain(FrameFlag.RSV1);
      assertThat(plain.data()).isEqualTo(data);
    }
  }

  @Test
  void inflatesMessagesOfSeveralFrames() {
    try (RunningServer running = RunningServer.start(compressing(echo(BASE)))) {
      RawClient client = open(running, OFFER);
      byte[] payload = MessageDeflater.deflate("abc".repeat(100).getBytes(UTF_8));
      client.send(Frames.masked(1, false, 4, Arrays.copyOf(payload, 3)));
      client.send(Frames.masked(9, true, 0, new byte[0]));
      client.send(Frames.masked(0, true, 0, Arrays.copyOfRange(payload, 3, payload.length)));
      assertThat(read(client).opcode()).isEqualTo(Opcode.PONG);
      assertThat(read(client).flags()).contains(FrameFlag.RSV1);
    }
  }

  @Test
  void agreesToTheFirstOfferThatItCan() {
    try (RunningServer running = RunningServer.start(compressing(echo(BASE)))) {
      String[][] offers = {
        {"permessage-deflate", PLAIN},
        {"permessage-deflate; client_max_window_bits", PLAIN},
        {"x-unknown, permessage-deflate; client_max_window_bits=10", PLAIN},
        {"permessage-deflate; server_max_window_bits=9", PLAIN + "; server_max_window_bits=9"},
        {"permessage-deflate; server_max_window_bits=7, permessage-deflate", PLAIN},
        {"permessage-deflate; server_max_window_bits", null},
        {"permessage-deflate; unknown", null},
        {"permessage-deflate; client_max_window_bits; client_max_window_bits", null},
        {"permessage-bzip2", null},
      };
      for (String[] offer : offers) {
        RawClient client = running.client();
        client.send(request("Sec-WebSocket-Extensions: " + offer[0] + "\r\n"));
        if (offer[1] == null) {
          assertThat(head(client)).as(offer[0]).doesNotContainKey("sec-websocket-extensions");
        } else {
          assertThat(head(client)).as(offer[0]).containsEntry("sec-websocket-extensions", offer[1]);
        }
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void agreesInAHandshakeOfTheUsersToo(ServerVariant variant) {
    WebSocketServer server = compressing(echo(variant));
    server.on(
        WebSocketEvent.HANDSHAKE,
        (request, response) -> {
          response.status(101);
          return response.end();
        });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(request(OFFER + "; client_max_window_bits\r\n"));
      assertThat(head(client)).containsEntry("sec-websocket-extensions", PLAIN);
    }
  }

  @Test
  void doesNotAgreeUnlessSetTo() {
    try (RunningServer running = RunningServer.start(echo(BASE))) {
      RawClient client = running.client();
      client.send(request(OFFER + "\r\n"));
      assertThat(head(client)).doesNotContainKey("sec-websocket-extensions");
      client.send(compressed(1, new byte[100]));
      expectClose(client, 1002);
    }
  }

  @Test
  void compressesOnlyWhatThePushSays() {
    WebSocketServer server =
        compressing(
            server(
                BASE,
                (ws, frame) -> {
                  byte[] data = "a".repeat(600).getBytes(UTF_8);
                  Set<FrameFlag> both = Set.of(FrameFlag.FIN, FrameFlag.COMPRESS);
                  ws.push(frame.fd(), data, Opcode.TEXT);
                  ws.push(frame.fd(), data, Opcode.TEXT, both);
                  ws.push(frame.fd(), Arrays.copyOf(data, 512), Opcode.TEXT, both);
                  ws.push(frame.fd(), new byte[1], Opcode.PING, both);
                }));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running, OFFER);
      client.send(WebSocketFixture.text("go"));
      assertThat(readText(client)).hasSize(600);
      assertThat(read(client).data()).hasSizeLessThan(100);
      assertThat(read(client).data()).hasSizeLessThan(100);
      assertThat(read(client).flags()).isEqualTo(Set.of(FrameFlag.FIN));

      RawClient small = open(running, OFFER + "; server_max_window_bits=9");
      small.send(WebSocketFixture.text("go"));
      assertThat(readText(small)).hasSize(600);
      assertThat(readText(small)).as("no window of that size").hasSize(600);
      assertThat(read(small).data()).hasSizeLessThan(100);

      RawClient none = running.client();
      none.send(request(""));
      assertThat(head(none)).containsEntry("", "101");
      none.send(WebSocketFixture.text("go"));
      assertThat(readText(none)).hasSize(600);
      assertThat(readText(none)).hasSize(600);
    }
  }

  @ServerMatrix
  void closesWith1009WhenAMessageIsTooLargeOnceInflated(ServerVariant variant) {
    WebSocketServer server = compressing(echo(variant));
    server.set(Settings.PACKAGE_MAX_LENGTH, 128 * 1024);
    byte[] bomb = MessageDeflater.deflate(new byte[32 * 1024 * 1024]);
    assertThat(bomb.length).isLessThan(128 * 1024);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient whole = open(running, OFFER);
      whole.send(Frames.masked(2, true, 4, bomb));
      expectClose(whole, 1009);

      RawClient parts = open(running, OFFER);
      int half = bomb.length / 2;
      parts.send(Frames.masked(2, false, 4, Arrays.copyOf(bomb, half)));
      parts.send(Frames.masked(0, true, 0, Arrays.copyOfRange(bomb, half, bomb.length)));
      expectClose(parts, 1009);

      RawClient fits = open(running, OFFER);
      fits.send(compressed(2, new byte[128 * 1024]));
      assertThat(read(fits).opcode()).isEqualTo(Opcode.BINARY);
    }
  }

  @Test
  void closesWhenCompressedDataAreCutOff() {
    byte[] noise = new byte[500];
    new Random(1).nextBytes(noise);
    byte[] words = "one two three four five six seven eight nine ten".repeat(3).getBytes(UTF_8);
    try (RunningServer running = RunningServer.start(compressing(echo(BASE)))) {
      for (byte[] message : List.of(noise, words)) {
        byte[] whole = MessageDeflater.deflate(message);
        for (int missing : new int[] {2, 3, 7, whole.length / 2}) {
          RawClient client = open(running, OFFER);
          client.send(Frames.masked(2, true, 4, Arrays.copyOf(whole, whole.length - missing)));
          expectClose(client, 1007);
        }
        RawClient client = open(running, OFFER);
        client.send(Frames.masked(2, true, 4, whole));
        assertThat(read(client).opcode()).isEqualTo(Opcode.BINARY);
      }
    }
  }

  @Test
  void closesWhenItCannotBeInflatedOrIsNoText() {
    try (RunningServer running = RunningServer.start(compressing(echo(BASE)))) {
      RawClient garbage = open(running, OFFER);
      garbage.send(Frames.masked(1, true, 4, new byte[] {(byte) 0xff, (byte) 0xff, 7}));
      expectClose(garbage, 1007);

      RawClient text = open(running, OFFER);
      text.send(compressed(1, new byte[] {(byte) 0xc0, (byte) 0xaf}));
      expectClose(text, 1007);

      RawClient continued = open(running, OFFER);
      continued.send(Frames.masked(1, false, 0, new byte[1]));
      continued.send(Frames.masked(0, true, 4, new byte[1]));
      expectClose(continued, 1002);

      RawClient empty = open(running, OFFER);
      empty.send(Frames.masked(1, true, 4, new byte[] {0}));
      assertThat(readText(empty)).isEmpty();
    }
  }
}
