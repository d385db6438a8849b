// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Packing and unpacking are each other's reverse, within what RFC 6455 allows. */
class FrameTest {
  @Test
  void unpacksWhatWasPacked() {
    Random random = new Random(1);
    List<Opcode> opcodes = List.of(Opcode.values());
    for (int round = 0; round < 1000; round++) {
      Opcode opcode = opcodes.get(random.nextInt(opcodes.size()));
      byte[] data = new byte[opcode.isControl() ? random.nextInt(126) : random.nextInt(70_000)];
      random.nextBytes(data);
      boolean finish = random.nextBoolean();
      byte[] packed = WebSocketServer.pack(data, opcode, finish, random.nextBoolean());
      byte[] before = packed.clone();

      Frame frame = WebSocketServer.unpack(packed).orElseThrow();

      assertThat(packed).isEqualTo(before);
      assertThat(frame.data()).isEqualTo(data);
      assertThat(frame.opcode()).isEqualTo(opcode);
      assertThat(frame.finish()).isEqualTo(finish || opcode.isControl());
    }
  }

  @Test
  void refusesControlFramesThatAreTooLong() {
    assertThat(WebSocketServer.pack(new byte[126], Opcode.PING, true, false)).isEmpty();
    assertThat(WebSocketServer.pack(new CloseFrame(1000, "r".repeat(124)))).isEmpty();
    assertThat(WebSocketServer.pack(new CloseFrame(1000, "r".repeat(123)))).hasSize(127);
    assertThat(Opcode.of(-1)).isEmpty();
  }

  @Test
  void hasAnOpcodeAndFlags() {
    byte[] data = {1};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebSocketServer.pack(data, null, true, false))
        .withMessage("opcode: null (expected: an opcode)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebSocketServer.pack(data, Opcode.BINARY, null))
        .withMessage("flags: null (expected: a set)");
  }

  @Test
  void isNothingWithoutData() {
    WebSocketServer server = new WebSocketServer("127.0.0.1", 0);
    Map<ThrowingCallable, String> wrong =
        Map.of(
            () -> server.push(1, (String) null), "text: null (expected: text)",
            () -> server.push(1, (byte[]) null), "data: null (expected: bytes)",
            () -> server.push(1, (byte[]) null, Opcode.BINARY), "data: null (expected: bytes)",
            () -> server.push(1, (Frame) null), "frame: null (expected: a frame)",
            () -> server.ping(1, null), "data: null (expected: text)",
            () -> server.disconnect(1, 1000, null), "reason: null (expected: text)",
            () -> server.pushToGroup("room", (Frame) null), "frame: null (expected: a frame)",
            () -> server.pushToUser("zoe", (String) null), "text: null (expected: text)",
            () -> WebSocketServer.unpack(null), "data: null (expected: bytes)",
            () -> WebSocketServer.pack((String) null), "text: null (expected: text)");

    wrong.forEach(
        (call, message) ->
            assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
  }

  @Test
  void hasNoCodeThatIsLongerThanTwoBytes() {
    assertThat(new CloseFrame(65_535, "").code()).isEqualTo(65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CloseFrame(70_000, ""))
        .withMessage("code: 70000 (expected: 0..65535)");
    assertThatIllegalArgumentException().isThrownBy(() -> new CloseFrame(-1, ""));
  }

  @Test
  void sendsControlFramesWholeAndWithoutReservedBits() {
    Set<FrameFlag> flags = Set.of(FrameFlag.COMPRESS, FrameFlag.RSV1);

    assertThat(WebSocketServer.pack(new byte[0], Opcode.CLOSE, flags))
        .isEqualTo(new byte[] {(byte) 0x88, 0});
    assertThat(new Frame(new byte[0], Opcode.PING, Set.of()).finish()).isTrue();
  }

  @Test
  void readsCodesOfCloseFramesWithoutSign() {
    Frame frame = WebSocketServer.unpack(new byte[] {(byte) 0x88, 2, (byte) 0x80, 0}).orElseThrow();

    assertThat(((CloseFrame) frame).code()).isEqualTo(32768);
    assertThat(((CloseFrame) frame).reason()).isEmpty();
  }

  @Test
  void tellsMaskAndReservedBits() {
    byte[] masked = WebSocketServer.pack("hi".getBytes(UTF_8), Opcode.TEXT, true, true);
    assertThat(masked[1] & 0x80).isNotZero();

    assertThat(WebSocketServer.unpack(masked).map(Frame::flags))
        .contains(Set.of(FrameFlag.FIN, FrameFlag.MASK));
    assertThat(WebSocketServer.unpack(new byte[] {0x41, 0}).map(Frame::flags))
        .contains(Set.of(FrameFlag.RSV1));
    assertThat(FrameFlag.of(7))
        .isEqualTo(Set.of(FrameFlag.FIN, FrameFlag.COMPRESS, FrameFlag.RSV1));
  }

  @Test
  void unpacksNothingOfWhatIsIncompleteOrUnknown() {
    assertThat(WebSocketServer.unpack(new byte[0])).isEmpty();
    assertThat(WebSocketServer.unpack(new byte[] {(byte) 0x81})).isEmpty();
    assertThat(WebSocketServer.unpack(new byte[] {(byte) 0x81, 1})).isEmpty();
    assertThat(WebSocketServer.unpack(new byte[] {(byte) 0x81, 126, 0})).isEmpty();
    assertThat(WebSocketServer.unpack(new byte[] {(byte) 0x83, 0})).isEqualTo(Optional.empty());
  }
}
