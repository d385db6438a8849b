// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.server;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Groups, users and slow clients as the websockets library of Python sees them. */
class ForeignFlowsTest {

  /** What every script begins with: clients that ask and read, each call with a limit. */
  private static final String PRELUDE =
      """
      import asyncio, os, sys, traceback, websockets
      uris = [f'ws://127.0.0.1:{port}/' for port in sys.argv[1:]]

      async def connect(uri, **more):
          try:
              return await websockets.connect(uri, compression=None, ping_interval=None,
                  open_timeout=60, close_timeout=60, **more)
          except TypeError:
              # Of a version that has no such limit.
              if more.pop('read_limit', None) is None:
                  raise
              return await connect(uri, **more)

      async def read(ws):
          return await asyncio.wait_for(ws.recv(), 60)

      async def ask(ws, line):
          await ws.send(line)
          return await read(ws)

      def run(main):
          'At its end nobody waits for what the library makes of connections that are left.'
          async def to_end():
              try:
                  await main()
              except BaseException:
                  traceback.print_exc()
                  os._exit(1)
              os._exit(0)
          asyncio.run(to_end())

      """;

  /** A server that does what messages of a method's name and its arguments say, and answers. */
  private static WebSocketServer commanded(ServerVariant variant) {
    return server(
        variant,
        (ws, frame) -> {
          String[] words = frame.text().split(" ", 3);
          String name = words[1];
          Object answer =
              switch (words[0]) {
                case "join" -> ws.joinGroup(frame.fd(), name);
                case "leave" -> ws.leaveGroup(frame.fd(), name);
                case "members" -> ws.groupMembers(name).size();
                case "all" -> ws.pushToGroup(name, words[2]);
                case "others" -> ws.pushToGroup(name, words[2], frame.fd());
                case "bind" -> ws.bindUser(frame.fd(), name);
                case "online" -> ws.isOnline(name);
                default -> ws.pushToUser(name, words[2]);
              };
          ws.push(frame.fd(), answer.toString());
        });
  }

  @ServerMatrix(transports = "nio")
  void groupsAndUsersAreReachedUntilTheirClientsEnd(ServerVariant variant) throws IOException {
    try (RunningServer running = RunningServer.start(commanded(variant))) {
      ForeignClient.python(
          PRELUDE
              + """
              async def main():
                  a, b, c = [await connect(uris[0]) for i in range(3)]
                  assert [await ask(x, 'join room') for x in (a, b)] == ['true', 'true']
                  assert await ask(c, 'join other') == 'true'

                  # Whoever is pushed to reads that before the answer to what he asks later.
                  assert await ask(a, 'others room hello') == '1'
                  assert await read(b) == 'hello'
                  assert await ask(b, 'all room there') == 'there'
                  assert (await read(b), await read(a)) == ('2', 'there')
                  assert await ask(c, 'all nowhere lost') == '0'
                  assert await ask(c, 'others room from outside') == '2'
                  assert (await read(a), await read(b)) == ('from outside', 'from outside')

                  assert await ask(a, 'online zoe') == 'false'
                  assert [await ask(x, 'bind zoe') for x in (a, b)] == ['true', 'true']
                  assert await ask(c, 'online zoe') == 'true'
                  assert await ask(c, 'user zoe both') == '2'
                  assert (await read(a), await read(b)) == ('both', 'both')
                  assert await ask(a, 'bind yan') == 'true'
                  assert await ask(c, 'user zoe one') == '1'
                  assert await read(b) == 'one'

                  assert await ask(a, 'leave room') == 'true'
                  assert await ask(a, 'leave room') == 'false'
                  assert await ask(c, 'all room less') == '1'
                  assert await read(b) == 'less'

                  # One that says goodbye, and one that is gone without.
                  await b.close()
                  while await ask(c, 'members room') != '0': pass
                  while await ask(c, 'online zoe') != 'false': pass
                  assert await ask(c, 'all room nobody') == '0'
                  assert await ask(c, 'user zoe nobody') == '0'
                  assert await ask(c, 'user yan still') == '1'
                  assert await read(a) == 'still'
                  a.transport.abort()
                  while await ask(c, 'online yan') != 'false': pass
                  assert await ask(c, 'members other') == '1'

              run(main)
              """,
          running.port());
    }
  }

  /** A server that pushes numbered messages to the client of a session until it must not. */
  private static WebSocketServer pushing(ServerVariant variant, SlowClient policy) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              String[] words = frame.text().split(" ", 2);
              if (words[0].equals("who")) {
                ws.push(frame.fd(), Long.toString(frame.fd()));
                return;
              }
              long slow = Long.parseLong(words[0]);
              int most = Integer.parseInt(words[1]);
              int accepted = 0;
              while (accepted < most && ws.push(slow, numbered(accepted), Opcode.BINARY)) {
                accepted++;
              }
              Object dropped = ws.server().stats().get("websocket_dropped_messages");
              ws.push(frame.fd(), accepted + " " + dropped + " " + ws.exist(slow));
            });
    server.set(WebSocketSettings.WEBSOCKET_SLOW_CLIENT, policy);
    server.set(Settings.SOCKET_BUFFER_SIZE, 512 * 1024).set(Settings.CLOSE_STALL_TIME, 60.0);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    return server;
  }

  private static byte[] numbered(int number) {
    return ByteBuffer.allocate(16 * 1024).putInt(number).array();
  }

  @ServerMatrix(transports = "nio")
  void slowClientsAreTreatedAsThePolicySays(ServerVariant variant) throws IOException {
    try (RunningServer refusing = RunningServer.start(pushing(variant, SlowClient.REFUSE));
        RunningServer dropping = RunningServer.start(pushing(variant, SlowClient.DROP_OLDEST));
        RunningServer closing = RunningServer.start(pushing(variant, SlowClient.CLOSE))) {
      ForeignClient.python(
          PRELUDE
              + """
              async def pair(uri):
                  'A client that reads no further than one message ahead, its id, and another.'
                  slow = await connect(uri, max_queue=1, read_limit=16384)
                  return slow, await ask(slow, 'who'), await connect(uri)

              async def flood(operator, fd, most):
                  accepted, dropped, exists = (await ask(operator, f'{fd} {most}')).split()
                  return int(accepted), int(dropped), exists

              async def number(ws):
                  return int.from_bytes((await read(ws))[:4], 'big')

              async def refuse(uri):
                  slow, fd, operator = await pair(uri)
                  accepted, dropped, exists = await flood(operator, fd, 1000)
                  assert 31 <= accepted < 1000 and (dropped, exists) == (0, 'true'), (accepted, dropped, exists)
                  assert [await number(slow) for i in range(accepted)] == list(range(accepted))
                  assert await ask(slow, 'who') == fd

              async def drop(uri):
                  slow, fd, operator = await pair(uri)
                  accepted, dropped, exists = await flood(operator, fd, 1000)
                  assert (accepted, exists) == (1000, 'true') and dropped > 0
                  got = [await number(slow)]
                  while got[-1] != 999:
                      got.append(await number(slow))
                  assert got == sorted(set(got)) and len(got) + dropped == 1000
                  assert await ask(slow, 'who') == fd

              async def close(uri):
                  slow, fd, operator = await pair(uri)
                  accepted, dropped, exists = await flood(operator, fd, 1000)
                  assert 31 <= accepted < 1000 and exists == 'false', (accepted, exists)
                  got = []
                  try:
                      while True:
                          got.append(await number(slow))
                  except websockets.ConnectionClosed as end:
                      assert end.rcvd.code == 1013, end
                  assert got == list(range(len(got))) and len(got) < accepted
                  assert await ask(operator, 'who') not in ('', fd)

              async def main():
                  await asyncio.gather(refuse(uris[0]), drop(uris[1]), close(uris[2]))

              run(main)
              """,
          refusing.port(),
          dropping.port(),
          closing.port());
    }
  }
}
