// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MQTT clients reach each other through mqtt-echo. */
final class MqttEchoTest {

  private static ExampleProcess start(String mode) {
    return ExampleProcess.run("mqtt-echo", "--port", "0", "--mode", mode).awaitListening();
  }

  private static Process mosquitto(String program, ExampleProcess server, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(server.port())));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void assumeMosquitto() {
    boolean present;
    try {
      Process help = new ProcessBuilder("mosquitto_pub", "--help").start();
      help.getInputStream().readAllBytes();
      help.destroy();
      present = true;
    } catch (IOException e) {
      present = false;
    }
    Assumptions.assumeTrue(present, "mosquitto-clients is not installed");
  }

  @ParameterizedTest
  @CsvSource({"base, 0", "process, 2"})
  void passesOnWhatMosquittoPublishesToMosquitto(String mode, String qos) throws Exception {
    assumeMosquitto();
    try (ExampleProcess server = start(mode)) {
      Process subscriber =
          mosquitto("mosquitto_sub", server, "-v", "-C", "1", "-W", "110", "-t", "rooms/+/heat");
      try {
        // Nothing is kept for those who come later, so it is published until the other is there.
        await()
            .atMost(Duration.ofSeconds(100))
            .pollInterval(Duration.ofMillis(50))
            .until(
                () -> {
                  Process publisher =
                      mosquitto(
                          "mosquitto_pub", server, "-q", qos, "-t", "rooms/1/heat", "-m", "21");
                  assertThat(publisher.waitFor(30, TimeUnit.SECONDS)).isTrue();
                  assertThat(publisher.exitValue()).isZero();
                  return !subscriber.isAlive();
                });
        String seen = new String(subscriber.getInputStream().readAllBytes(), UTF_8);
        assertThat(seen.strip()).isEqualTo("rooms/1/heat 21");
        assertThat(subscriber.exitValue()).isZero();
      } finally {
        subscriber.destroyForcibly();
      }
    }
  }

  @Test
  void answersAClientThatWritesItsPacketsItself() {
    try (ExampleProcess server = start("process")) {
      String answer =
          PythonClient.run(
                  """
                  import socket, sys
                  def text(t):
                      return len(t).to_bytes(2, "big") + t
                  def packet(first, body):
                      return bytes([first, len(body)]) + body
                  with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
                      with client.makefile("rb") as stream:
                          def ask(first, body, expected):
                              client.sendall(packet(first, body))
                              got = stream.read(len(expected))
                              assert got == expected, (got, expected)
                          ask(0x10, text(b"MQTT") + b"\\x04\\x02\\x00\\x3c" + text(b"me"),
                              b"\\x20\\x02\\x00\\x00")
                          ask(0xc0, b"", b"\\xd0\\x00")
                          ask(0x82, b"\\x00\\x07" + text(b"a/#") + b"\\x01" + text(b"b") + b"\\x00",
                              b"\\x90\\x04\\x00\\x07\\x00\\x00")
                          ask(0x30, text(b"a/b") + b"hello", packet(0x30, text(b"a/b") + b"hello"))
                          ask(0x32, text(b"b") + b"\\x00\\x08x",
                              b"\\x40\\x02\\x00\\x08" + packet(0x30, text(b"b") + b"x"))
                          ask(0x34, text(b"c") + b"\\x00\\x09x", b"\\x50\\x02\\x00\\x09")
                          ask(0x62, b"\\x00\\x09", b"\\x70\\x02\\x00\\x09")
                          ask(0xa2, b"\\x00\\x0a" + text(b"b"), b"\\xb0\\x02\\x00\\x0a")
                          ask(0x32, text(b"b") + b"\\x00\\x0bx", b"\\x40\\x02\\x00\\x0b")
                          client.sendall(b"\\xe0\\x00")
                          print(stream.read() == b"")
                  """,
                  server.port())
              .requireSuccess();

      assertThat(answer).isEqualTo("True");
    }
  }

  @Test
  void closesConnectionsThatDoNotSpeakMqtt() {
    try (ExampleProcess server = start("process")) {
      byte[][] wrong = {
        {(byte) 0xC0, 0},
        {0x10, 2, 0, 9},
        {0x10, 9, 0, 6, 'M', 'Q', 'I', 's', 'd', 'p', 3},
      };
      for (byte[] packet : wrong) {
        try (RawClient client = RawClient.connect(server.port())) {
          client.send(packet);
          client.readUntilEof();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a/b,   a/b,   true",
    "a/b,   a/c,   false",
    "a/+/c, a/b/c, true",
    "a/+,   a/b/c, false",
    "a/#,   a/b/c, true",
    "'#',   a,     true",
    "+,     a,     true",
    "a,     a/b,   false",
  })
  void matchesTopicsByFilters(String filter, String topic, boolean matches) {
    assertThat(MqttEcho.matches(filter, topic)).isEqualTo(matches);
  }
}
