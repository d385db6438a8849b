// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.LengthType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.Level;

class LengthFramingTest {

  private static final int KIB = 1024;
  private static final int MIB = KIB * KIB;

  private final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();

  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.OPEN_LENGTH_CHECK, true);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          packets.add(data);
          s.send(fd, "OK");
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> closes.add(reactorId));
    return server;
  }

  /** A length in that encoding, of which the JDK decides the bytes. */
  private static byte[] length(LengthType type, int value) {
    ByteBuffer buffer = ByteBuffer.allocate(type.width());
    boolean little = "vVP".indexOf(type.code()) >= 0;
    boolean host = "sSlLiIqQ".indexOf(type.code()) >= 0;
    buffer.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    if (host) {
      buffer.order(ByteOrder.nativeOrder());
    }
    return switch (type.width()) {
      case 1 -> buffer.put((byte) value).array();
      case 2 -> buffer.putShort((short) value).array();
      case 4 -> buffer.putInt(value).array();
      default -> buffer.putLong(value).array();
    };
  }

  private static byte[] framed(byte[] body) {
    return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
  }

  @ServerMatrix
  void understandsEveryLengthType(ServerVariant variant) throws Exception {
    for (LengthType type : LengthType.values()) {
      Server server = server(variant).set("package_length_type", String.valueOf(type.code()));
      server.set(Settings.PACKAGE_LENGTH_OFFSET, 3).set(Settings.PACKAGE_BODY_OFFSET, 12);

      try (RunningServer running = RunningServer.start(server)) {
        // Larger than a signed byte or short can say, where the type is wide enough and unsigned.
        int body = type.signed() ? 100 : type.width() == 1 ? 200 : 40_000;
        byte[] packet = Traffic.letters(12 + body);
        System.arraycopy(length(type, body), 0, packet, 3, type.width());
        RawClient client = running.client().send(packet);
        client.sendSlices(Arrays.copyOf(packet, 20), 1);
        client.send(Arrays.copyOfRange(packet, 20, packet.length));

        assertThat(client.readText(4)).as("type %s", type).isEqualTo("OKOK");
        assertThat(Traffic.take(packets)).as("type %s", type).isEqualTo(packet);
        assertThat(Traffic.take(packets)).as("type %s", type).isEqualTo(packet);
      }
    }
  }

  @ServerMatrix
  void refusesNegativeLengthOfSignedTypes(ServerVariant variant) throws Exception {
    for (LengthType type : LengthType.values()) {
      if (type.signed()) {
        expectViolation(
            server(variant).set(Settings.PACKAGE_LENGTH_TYPE, type), length(type, -1), "[1204]");
      }
    }
  }

  @ServerMatrix
  void refusesLengthAboveLimitBeforeTheBody(ServerVariant variant) throws Exception {
    byte[] tooLong = ByteBuffer.allocate(4).putInt(997).array();
    expectViolation(server(variant).set(Settings.PACKAGE_MAX_LENGTH, 1000), tooLong, "[1201]");
    byte[] overflowing = ByteBuffer.allocate(4).putInt(-1).array();
    expectViolation(server(variant), overflowing, "[1201]");
  }

  @ServerMatrix
  void refusesPacketShorterThanItsHeader(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.PACKAGE_BODY_OFFSET, 0);
    expectViolation(server, ByteBuffer.allocate(4).putInt(3).array(), "[1204]");
  }

  /** Sends good packets and then bad bytes, which end the connection but not the server. */
  private void expectViolation(Server server, byte[] bad, String code) throws Exception {
    int body = 9 - server.setting(Settings.PACKAGE_BODY_OFFSET);
    byte[] good = Arrays.copyOf(length(server.setting(Settings.PACKAGE_LENGTH_TYPE), body), 9);
    packets.clear();
    closes.clear();
    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      ByteBuffer all = ByteBuffer.allocate(2 * good.length + bad.length + 1000);
      client.send(all.put(good).put(good).put(bad).array());

      assertThat(client.readUntilEof()).isEqualTo("OKOK".getBytes(UTF_8));
      assertThat(Traffic.take(closes)).isGreaterThanOrEqualTo(0);
      assertThat(packets).hasSize(2).allMatch(packet -> Arrays.equals(packet, good));
      log.awaitContains(Level.WARN, code + " fd 1 of 127.0.0.1:" + client.localPort());
      assertThat(log.messages(Level.WARN)).hasSize(1);
      client.close();
      Traffic.untilNothingIsLeft(server);
      assertThat(running.client().send(good).readText(2)).isEqualTo("OK");
      assertThat(server.stats()).containsEntry("abort_count", 1L);
    }
  }

  @ServerMatrix
  void deliversPacketOfExactlyTheLimit(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.PACKAGE_MAX_LENGTH, 16 * MIB);

    try (RunningServer running = RunningServer.start(server)) {
      byte[] packet = framed(new byte[16 * MIB - 4]);
      packet[packet.length - 1] = 'z';
      RawClient client = running.client().send(packet);

      assertThat(client.readText(2)).isEqualTo("OK");
      assertThat(Arrays.equals(Traffic.take(packets), packet)).isTrue();
    }
  }

  @ServerMatrix
  void deliversThousandsOfPacketsWithoutBody(ServerVariant variant) throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger right = new AtomicInteger();
    Server server = variant.newServer();
    server.set(Map.of("open_length_check", true, "package_length_type", "n"));
    server.set(Map.of("package_length_offset", 0, "package_body_offset", 0));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            (Arrays.equals(data, new byte[] {0, 2}) ? right : wrong).incrementAndGet());

    try (RunningServer running = RunningServer.start(server)) {
      byte[] many = new byte[20_000];
      for (int i = 1; i < many.length; i += 2) {
        many[i] = 2;
      }
      running.client().sendSlices(many, 777);

      Traffic.until(() -> right.get() == 10_000);
      assertThat(wrong).hasValue(0);
    }
  }

  @ServerMatrix
  void deliversLengthZeroAsHeaderOnly(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(server(variant))) {
      running.client().send(new byte[8]).readExactly(4);

      assertThat(Traffic.take(packets)).isEqualTo(new byte[4]);
      assertThat(Traffic.take(packets)).isEqualTo(new byte[4]);
    }
  }

  @ServerMatrix
  void keepsLengthAndSizeTogetherForManyClientsInRoundRobin(ServerVariant variant) {
    int clients = 64;
    int each = 32;
    AtomicInteger wrong = new AtomicInteger();
    AtomicLong bytes = new AtomicLong();
    AtomicInteger count = new AtomicInteger();
    Server server = variant.newServer().set(Settings.WORKER_NUM, 4);
    if (variant.mode() == ServerMode.PROCESS) {
      // The clients leave at once: what is late is not to be discarded.
      server.set(Settings.DISPATCH_MODE, 1).set("discard_timeout_request", false);
    }
    server.set(Map.of("open_length_check", true, "package_length_type", "N"));
    server.set(Map.of("package_length_offset", 4, "package_body_offset", 8));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (ByteBuffer.wrap(data).getInt(4) != data.length - 8) {
            wrong.incrementAndGet();
          }
          bytes.addAndGet(data.length);
          count.incrementAndGet();
        });

    try (RunningServer running = RunningServer.start(server)) {
      long sent = 0;
      for (int c = 0; c < clients; c++) {
        try (RawClient client = running.client()) {
          for (int i = 0; i < each; i++) {
            int body = 10 * KIB + (c * each + i) * 61 % (15 * KIB);
            client.send(ByteBuffer.allocate(8 + body).putInt(i).putInt(body).array());
            sent += 8 + body;
          }
        }
      }
      Traffic.until(() -> count.get() == clients * each);
      assertThat(bytes).hasValue(sent);
      assertThat(wrong).hasValue(0);
    }
  }

  @ServerMatrix
  void splitsTheHeaderOfTypeUidLengthAndSerial(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set(Map.of("package_length_type", "N", "package_length_offset", 8));
    server.set(Map.of("package_body_offset", 16, "package_max_length", 80_000));

    try (RunningServer running = RunningServer.start(server)) {
      byte[] body = "{\"hello\":\"world\"}".getBytes(UTF_8);
      ByteBuffer packet = ByteBuffer.allocate(16 + body.length);
      packet.putInt(1).putInt(1001).putInt(body.length).putInt(77).put(body);
      RawClient client = running.client();
      client.send(packet.array()).sendSlices(packet.array(), 5).readExactly(4);

      for (int i = 0; i < 2; i++) {
        ByteBuffer received = ByteBuffer.wrap(Traffic.take(packets));
        assertThat(received.getInt()).isEqualTo(1);
        assertThat(received.getInt()).isEqualTo(1001);
        assertThat(received.getInt()).isEqualTo(received.capacity() - 16);
        assertThat(received.getInt()).isEqualTo(77);
        assertThat(UTF_8.decode(received).toString()).isEqualTo("{\"hello\":\"world\"}");
      }
    }
  }

  @ServerMatrix
  void copiesNothingTwiceHoweverManyBytesWait(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(server(variant))) {
      byte[] packet = framed(Traffic.letters(2 * MIB - 4));
      int slow = 16 * KIB;
      RawClient client = running.client().sendSlices(Arrays.copyOf(packet, slow), 1);
      client.sendSlices(Arrays.copyOfRange(packet, slow, packet.length - slow), KIB);
      client.sendSlices(Arrays.copyOfRange(packet, packet.length - slow, packet.length), 1);

      assertThat(client.readText(2)).isEqualTo("OK");
      assertThat(Arrays.equals(Traffic.take(packets), packet)).isTrue();
    }
  }

  @ServerMatrix
  void agreesWithClientInAnotherLanguage(ServerVariant variant) {
    Server server = server(variant).set(Settings.SOCKET_BUFFER_SIZE, 8 * MIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      String script =
          """
          import hashlib, random, socket, struct, sys, threading
          random.seed(7)
          frames = [random.randbytes(random.randrange(40000)) for _ in range(200)]
          data = b"".join(struct.pack(">I", len(f)) + f for f in frames)
          s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
          writer = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
          writer.start()
          back = hashlib.sha256()
          while chunk := s.recv(65536):
              back.update(chunk)
          writer.join()
          print(back.hexdigest() == hashlib.sha256(data).hexdigest())
          """;
      assertThat(PythonClient.run(script, running.port()).requireSuccess()).isEqualTo("True");
    }
  }

  @ServerMatrix(transports = "nio")
  void readsEveryLengthTypeAsAnotherLanguageWritesIt(ServerVariant variant) {
    Server server = server(variant);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data.length + "\n"));
    Map<LengthType, ServerPort> ports = new EnumMap<>(LengthType.class);
    for (LengthType type : LengthType.values()) {
      ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);
      port.set(Map.of("open_length_check", true, "package_length_type", type));
      ports.put(type, port.set(Map.of("package_length_offset", 1, "package_body_offset", 10)));
    }

    try (RunningServer running = RunningServer.start(server)) {
      String script =
          """
          import socket, struct, sys
          forms = dict(c='=b', C='=B', s='=h', S='=H', n='>H', N='>I', l='=i', L='=I', v='<H',
                       V='<I', i='@i', I='@I', q='=q', Q='=Q', J='>Q', P='<Q')
          def packet(letter, size):
              return b'x' + struct.pack(forms[letter], size).ljust(9, b'x') + b'b' * size
          for argument in sys.argv[1:]:
              letter, port = argument.split(':')
              large = dict(c=100, C=200).get(letter, 300)
              s = socket.create_connection(("127.0.0.1", int(port)), 30)
              answers = s.makefile()
              s.sendall(packet(letter, 0) + packet(letter, large) + packet(letter, 7)[:3])
              s.sendall(packet(letter, 7)[3:])
              sizes = [int(answers.readline()) for i in range(3)]
              assert sizes == [10, large + 10, 17], (letter, sizes)
          print(len(forms), len(sys.argv) - 1)
          """;
      Object[] arguments =
          ports.entrySet().stream()
              .map(entry -> entry.getKey().code() + ":" + entry.getValue().port())
              .toArray();
      assertThat(PythonClient.run(script, arguments).requireSuccess()).isEqualTo("16 16");
      assertThat(running.server().stats().get("accept_count")).isEqualTo(16L);
    }
  }
}
