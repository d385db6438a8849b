// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others have written get their messages back, with compression and without. */
class ForeignClientsTest {
  private static final String PYTHON =
      """
      import asyncio, sys, websockets
      async def main(port, compression):
          uri = "ws://127.0.0.1:" + port + "/"
          async with websockets.connect(uri, compression=compression, max_size=None) as ws:
              for size in (0, 1, 125, 126, 65535, 65536, 1000000):
                  await ws.send("x" * size)
                  assert await ws.recv() == "x" * size
                  await ws.send(b"y" * size)
                  assert await ws.recv() == b"y" * size
              await ws.send(["gr", "\\u00fc", "\\u00dfe"])
              assert await ws.recv() == "gr\\u00fc\\u00dfe"
              await asyncio.wait_for(await ws.ping(), 10)
              print(",".join(e.name for e in ws.extensions))
      asyncio.run(main(sys.argv[1], None if sys.argv[2] == "false" else "deflate"))
      """;

  private static final String NODE =
      """
      const WebSocket = require('ws');
      const ws = new WebSocket('ws://127.0.0.1:' + process.argv[2] + '/',
          {perMessageDeflate: process.argv[3] === 'true' ? {threshold: 0} : false});
      const sizes = [0, 1, 125, 126, 65535, 65536, 1000000];
      let next = 0;
      function send() { ws.send(Buffer.alloc(sizes[next], 'y'), {binary: next % 2 === 0}); }
      ws.on('open', send);
      ws.on('message', (data, binary) => {
        if (binary !== (next % 2 === 0) || !data.equals(Buffer.alloc(sizes[next], 'y'))) {
          process.exit(3);
        }
        next++;
        if (next < sizes.length) { send(); } else { ws.ping('there?'); }
      });
      ws.on('pong', data => ws.close(4000, data.toString()));
      ws.on('close', (code, reason) => { console.log(code + ' ' + reason + ' ' + ws.extensions); });
      """;

  @TempDir Path directory;

  private static RunningServer start() {
    WebSocketServer server = echo(new ServerVariant(ServerMode.PROCESS, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    return RunningServer.start(server);
  }

  /** What a command has written, or null if it cannot be run or says that something is missing. */
  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NODE_PATH", "/usr/share/nodejs");
    Process process;
    try {
      process = builder.redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      return "missing: " + e.getMessage();
    }
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String text = Files.readString(output, UTF_8).strip();
    assertThat(process.waitFor() == 0 || isMissing(text)).as(text).isTrue();
    return text;
  }

  private static boolean isMissing(String text) {
    return text.startsWith("missing")
        || text.contains("No module named 'websockets'")
        || text.contains("Cannot find module 'ws'");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void websocketsOfPython(boolean compression) throws IOException, InterruptedException {
    try (RunningServer running = start()) {
      String text =
          run(List.of("/usr/bin/python3", "-c", PYTHON, "" + running.port(), "" + compression));
      assumeTrue(!isMissing(text), "python3-websockets is not installed");
      assertThat(text).isEqualTo(compression ? "permessage-deflate" : "");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wsOfNode(boolean compression) throws IOException, InterruptedException {
    Path script = Files.writeString(directory.resolve("client.js"), NODE);
    try (RunningServer running = start()) {
      String text = run(List.of("node", script.toString(), "" + running.port(), "" + compression));
      assumeTrue(!isMissing(text), "node-ws is not installed");
      assertThat(text).isEqualTo("4000 there?" + (compression ? " permessage-deflate" : ""));
    }
  }
}
