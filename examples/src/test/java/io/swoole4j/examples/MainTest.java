// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line answers when nothing is served. */
final class MainTest {
  @Test
  void listsTheExamplesWithALineEachWhenNoneIsNamed() {
    try (ExampleProcess program = ExampleProcess.run()) {
      assertThat(program.awaitExit()).isZero();

      assertThat(program.stdout().lines().dropWhile(line -> !line.equals("examples:")).skip(1))
          .extracting(line -> line.strip().split(" ", -1)[0])
          .containsExactlyElementsOf(Examples.ALL.stream().map(Example::name).toList());
      assertThat(program.stderr()).isEmpty();
    }
  }

  @Test
  void listsTheSettingsOnRequest() {
    try (ExampleProcess program = ExampleProcess.run("tcp-echo", "--help")) {
      assertThat(program.awaitExit()).isZero();

      assertThat(program.stdout())
          .contains(
              "usage: ",
              "  --port ",
              "  --mode ",
              "  --package_max_length ",
              "  --http_compression ",
              "  --websocket_ping_interval ")
          .doesNotContain("package_length_func");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lenght-echo               | example: lenght-echo (did you mean: length-echo)",
        "smtp                      | example: smtp (expected: one of [tcp-echo, length-echo,",
        "tcp-echo --prot 9501      | --prot: unknown setting (did you mean: port)",
        "tcp-echo --worker-num 2   | --worker-num: unknown setting (did you mean: worker_num)",
        "tcp-echo --port 65536     | --port: 65536 (expected: 0..65535)",
        "tcp-echo --mode=proces    | --mode: proces (expected: base|process)",
        "tcp-echo --worker_num 0   | --worker_num: 0 (expected: 1..",
        "tcp-echo --admin_server x | --admin_server: not available in this version",
        "chat --websocket_max_fragments 0 | --websocket_max_fragments: 0 (expected: 1..",
        "tcp-echo --port           | --port: nothing (expected: a value)",
        "tcp-echo 9501             | argument: 9501 (expected: --name value)",
        "tcp-echo --host=          | --host: ",
        "http-static --port 0      | document_root: nothing (expected: http-static DIRECTORY)",
      })
  void refusesWhatItDoesNotUnderstand(String arguments, String message) {
    List<String> words = List.of(arguments.split(" ", -1));

    assertThatThrownBy(
            () -> {
              Example example = Examples.named(words.get(0));
              CommandLine.parse(example, words.subList(1, words.size())).server(example);
            })
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void givesAnExampleTheSettingsOfItsProtocol() {
    Example chat = Examples.named("chat");

    Server server =
        CommandLine.parse(
                chat, List.of("--websocket_ping_interval", "10", "--http_compression=false"))
            .server(chat);

    assertThat(server.setting())
        .containsEntry("websocket_ping_interval", 10.0)
        .containsEntry("http_compression", false);
  }

  @Test
  void saysWhatItDoesNotUnderstandAndExitsWith2() {
    try (ExampleProcess program = ExampleProcess.run("tcp-echo", "--prot", "9501")) {
      assertThat(program.awaitExit()).isEqualTo(2);

      assertThat(program.stderr().lines())
          .containsExactly(
              "--prot: unknown setting (did you mean: port)",
              "see: java -jar swoole4j-examples.jar --help");
      assertThat(program.stdout()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"base", "process"})
  void saysInOneLineThatThePortIsInUse(String mode) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      try (ExampleProcess program =
          ExampleProcess.run("length-echo", "--port", port, "--mode", mode)) {
        assertThat(program.awaitExit()).isEqualTo(1);

        assertThat(program.stderr().lines())
            .containsExactly(
                "failed to listen on 127.0.0.1:" + port + ": Address already in use (errno 98)");
        assertThat(program.stdout()).isEmpty();
      }
    }
  }
}
