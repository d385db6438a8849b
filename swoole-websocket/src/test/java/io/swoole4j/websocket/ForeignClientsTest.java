// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that others have written get their messages back, with compression and without. */
class ForeignClientsTest {
  private static final String PYTHON =
      """
      import asyncio, sys, websockets
      async def main(port, compression):
          uri = "ws://127.0.0.1:" + port + "/"
          async with websockets.connect(uri, compression=compression, max_size=None,
                  open_timeout=60, close_timeout=60, ping_interval=None) as ws:
              for size in (0, 1, 125, 126, 65535, 65536, 1000000):
                  await ws.send("x" * size)
                  assert await ws.recv() == "x" * size
                  await ws.send(b"y" * size)
                  assert await ws.recv() == b"y" * size
              await ws.send(["gr", "\\u00fc", "\\u00dfe"])
              assert await ws.recv() == "gr\\u00fc\\u00dfe"
              await asyncio.wait_for(await ws.ping(), 60)
              print(",".join(e.name for e in ws.extensions))
      asyncio.run(main(sys.argv[1], None if sys.argv[2] == "false" else "deflate"))
      """;

  private static final String H2 =
      """
      import collections, socket, sys
      from h2.config import H2Configuration
      from h2.connection import H2Connection
      from h2.events import (ConnectionTerminated, DataReceived, RemoteSettingsChanged,
          ResponseReceived, StreamEnded, StreamReset, WindowUpdated)
      from h2.settings import SettingCodes
      from wsproto.connection import Connection, ConnectionType
      from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
      from wsproto.extensions import PerMessageDeflate

      sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
      http = H2Connection(H2Configuration(header_encoding="utf-8"))
      heads, ended, arrived = {}, set(), collections.defaultdict(bytes)

      def step():
          sock.sendall(http.data_to_send())
          data = sock.recv(65536)
          assert data, "the connection has ended"
          for event in http.receive_data(data):
              if isinstance(event, ResponseReceived):
                  heads[event.stream_id] = dict(event.headers)
              elif isinstance(event, DataReceived):
                  arrived[event.stream_id] += event.data
                  http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
              elif isinstance(event, StreamEnded):
                  ended.add(event.stream_id)
              else:
                  assert not isinstance(event, (StreamReset, ConnectionTerminated)), event
          sock.sendall(http.data_to_send())

      class Socket:
          def __init__(self, deflate):
              self.stream = http.get_next_available_stream_id()
              fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
                  (":path", "/"), (":authority", "a"), ("sec-websocket-version", "13")]
              extensions = [PerMessageDeflate()] if deflate else []
              for each in extensions:
                  fields.append(("sec-websocket-extensions", each.name + "; " + each.offer()))
              http.send_headers(self.stream, fields)
              while self.stream not in heads:
                  step()
              assert heads[self.stream][":status"] == "200", heads
              if deflate:
                  extensions[0].finalize(heads[self.stream]["sec-websocket-extensions"])
              self.ws = Connection(ConnectionType.CLIENT, extensions)

          def send(self, event):
              data = self.ws.send(event)
              while data:
                  room = min(http.local_flow_control_window(self.stream), http.max_outbound_frame_size)
                  if room == 0:
                      step()
                      continue
                  http.send_data(self.stream, data[:room])
                  data = data[room:]
              sock.sendall(http.data_to_send())

          def receive(self):
              whole = None
              while True:
                  for event in self.ws.events():
                      if not isinstance(event, (TextMessage, BytesMessage)):
                          return event
                      whole = event.data if whole is None else whole + event.data
                      if event.message_finished:
                          return whole
                  while not arrived[self.stream]:
                      step()
                  self.ws.receive_data(arrived[self.stream])
                  arrived[self.stream] = b""

      http.initiate_connection()
      while not http.remote_settings.enable_connect_protocol:
          step()
      sockets = [Socket(False), Socket(True)]
      for size in (0, 1, 125, 126, 65535, 65536, 1000000):
          for each in sockets:
              each.send(TextMessage("x" * size))
          for each in sockets:
              assert each.receive() == "x" * size
              each.send(BytesMessage(b"y" * size))
              assert each.receive() == b"y" * size
      for each in sockets:
          each.send(Ping(b"there?"))
          assert each.receive() == Pong(b"there?")
          each.send(CloseConnection(4000, "bye"))
          assert each.receive() == CloseConnection(4000, "bye")
          while each.stream not in ended:
              step()
          http.end_stream(each.stream)
      sock.sendall(http.data_to_send())
      print("talked on streams", *(each.stream for each in sockets))
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

  private static RunningServer start() {
    WebSocketServer server = echo(new ServerVariant(ServerMode.PROCESS, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    return RunningServer.start(server);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void websocketsOfPython(boolean compression) throws IOException {
    try (RunningServer running = start()) {
      assertThat(ForeignClient.python(PYTHON, running.port(), compression))
          .isEqualTo(compression ? "permessage-deflate" : "");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wsOfNode(boolean compression) throws IOException {
    try (RunningServer running = start()) {
      assertThat(ForeignClient.node(NODE, running.port(), compression))
          .isEqualTo("4000 there?" + (compression ? " permessage-deflate" : ""));
    }
  }

  @Test
  void h2AndWsprotoOfPython() throws IOException {
    try (RunningServer running = start()) {
      assertThat(ForeignClient.python(H2, running.port())).isEqualTo("talked on streams 1 3");
    }
  }
}
