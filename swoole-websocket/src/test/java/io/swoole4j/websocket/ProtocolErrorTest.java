// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.expectClose;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

/** What breaks RFC 6455 ends its connection with the code that the RFC has for it. */
class ProtocolErrorTest {
  private static WebSocketServer echoIn(ServerMode mode) {
    return echo(new ServerVariant(mode, "nio"));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] garbage() {
    byte[] garbage = new byte[256];
    Arrays.fill(garbage, (byte) 0xff);
    garbage[0] = 25;
    return garbage;
  }

  @ServerMatrix
  void closesBehindTheMessagesThatCameBefore(ServerVariant variant) {
    AtomicInteger called = new AtomicInteger();
    WebSocketServer server =
        WebSocketFixture.server(
            variant,
            (ws, frame) -> {
              called.incrementAndGet();
              ws.push(frame.fd(), frame);
            });
    try (LogCapture log = LogCapture.of(WebSocketPort.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("before"));
      client.send(garbage());
      assertThat(readText(client)).isEqualTo("before");
      expectClose(client, 1002);
      RawClient other = open(running);
      other.send(garbage());
      expectClose(other, 1002);

      assertThat(called).hasValue(1);
      assertThat(log.contains(Level.WARN, "malformed data")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void closesWith1002(ServerMode mode) {
    try (RunningServer running = RunningServer.start(echoIn(mode))) {
      byte[][] broken = {
        Frames.plain(1, true, 0, "no mask".getBytes(UTF_8)),
        Frames.masked(1, true, 4, new byte[1]),
        Frames.masked(1, true, 2, new byte[1]),
        Frames.masked(1, true, 1, new byte[1]),
        Frames.masked(3, true, 0, new byte[1]),
        Frames.masked(11, true, 0, new byte[1]),
        Frames.masked(0, true, 0, new byte[1]),
        Frames.masked(9, false, 0, new byte[1]),
        Frames.masked(9, true, 4, new byte[1]),
        Frames.masked(9, true, 0, new byte[126]),
        Frames.masked(8, true, 0, new byte[1]),
        Frames.masked(8, true, 0, Frames.closing(1004, new byte[0])),
        Frames.masked(8, true, 0, Frames.closing(1006, new byte[0])),
        Frames.masked(8, true, 0, Frames.closing(999, new byte[0])),
        Frames.masked(8, true, 0, Frames.closing(2999, new byte[0])),
        Frames.masked(8, true, 0, Frames.closing(5000, new byte[0])),
        bytes(0x81, 0xfe, 0, 125, 0, 0, 0, 0),
        bytes(0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0),
        bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
      };
      for (byte[] each : broken) {
        RawClient client = open(running);
        client.send(each);
        expectClose(client, 1002);
      }
      RawClient nested = open(running);
      nested.send(Frames.masked(1, false, 0, new byte[1]));
      nested.send(Frames.masked(1, true, 0, new byte[1]));
      expectClose(nested, 1002);
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void closesWith1007AsSoonAsTextIsNotUtf8(ServerMode mode) {
    byte[] umlaut = "ü".getBytes(UTF_8);
    try (RunningServer running = RunningServer.start(echoIn(mode))) {
      RawClient whole = open(running);
      whole.send(Frames.masked(1, true, 0, bytes(0xc0, 0xaf)));
      expectClose(whole, 1007);

      RawClient split = open(running);
      split.send(Frames.masked(1, false, 0, new byte[] {umlaut[0]}));
      split.send(Frames.masked(0, false, 0, bytes(0x41)));
      expectClose(split, 1007);

      RawClient cut = open(running);
      cut.send(Frames.masked(1, true, 0, new byte[] {umlaut[0]}));
      expectClose(cut, 1007);

      RawClient early = open(running);
      byte[] frame = Frames.masked(1, true, 0, bytes(0xff, 0, 0, 0, 0, 0, 0, 0));
      early.send(Arrays.copyOf(frame, 7));
      expectClose(early, 1007);

      RawClient reason = open(running);
      reason.send(Frames.masked(8, true, 0, Frames.closing(1000, bytes(0xed, 0xa0, 0x80))));
      expectClose(reason, 1007);
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void closesWith1009BeforeMoreThanPackageMaxLengthHasArrived(ServerMode mode) {
    WebSocketServer server = echoIn(mode);
    server.set(Settings.PACKAGE_MAX_LENGTH, 64 * 1024);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient fits = open(running);
      fits.send(Frames.masked(2, true, 0, new byte[64 * 1024]));
      assertThat(WebSocketFixture.read(fits).data()).hasSize(64 * 1024);

      RawClient promised = open(running);
      promised.send(bytes(0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0));
      expectClose(promised, 1009);

      RawClient fragments = open(running);
      for (int i = 0; i < 9; i++) {
        fragments.send(Frames.masked(i == 0 ? 2 : 0, false, 0, new byte[8 * 1024]));
      }
      expectClose(fragments, 1009);
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void closesWith1008AboveTheNumbersOfFrames(ServerMode mode) {
    WebSocketServer server = echoIn(mode);
    server.set(WebSocketSettings.WEBSOCKET_MAX_FRAGMENTS, 3);
    server.set(WebSocketSettings.WEBSOCKET_MAX_CONTROL_FRAMES, 5);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient fragments = open(running);
      for (int i = 0; i < 4; i++) {
        fragments.send(Frames.masked(i == 0 ? 2 : 0, false, 0, new byte[0]));
      }
      expectClose(fragments, 1008);

      RawClient pongs = open(running);
      byte[] pong = Frames.masked(10, true, 0, new byte[0]);
      // So many that a second could begin within them, and one would still have too many.
      byte[] all = new byte[20 * pong.length];
      for (int i = 0; i < 20; i++) {
        System.arraycopy(pong, 0, all, i * pong.length, pong.length);
      }
      pongs.send(all);
      expectClose(pongs, 1008);
    }
  }
}
