// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Clients belong to groups and users until they go. */
class GroupsTest {
  /** A server whose clients are told their id, and put under the name that they send. */
  private static WebSocketServer joining(ServerVariant variant) {
    return server(
        variant,
        (ws, frame) -> {
          boolean done =
              frame.text().startsWith("@")
                  ? ws.bindUser(frame.fd(), frame.text())
                  : ws.joinGroup(frame.fd(), frame.text());
          ws.push(frame.fd(), done ? Long.toString(frame.fd()) : "refused");
        });
  }

  private static long join(RawClient client, String name) {
    client.send(text(name));
    return Long.parseLong(readText(client));
  }

  @ServerMatrix
  void pushesToMembersButForExceptions(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(joining(variant))) {
      WebSocketServer server = (WebSocketServer) running.server();
      RawClient one = open(running);
      RawClient two = open(running);
      RawClient three = open(running);
      long first = join(one, "room");
      long second = join(two, "room");
      join(three, "other");

      assertThat(server.groupMembers("room")).containsExactlyInAnyOrder(first, second);
      assertThat(server.pushToGroup("room", "all")).isEqualTo(2);
      assertThat(server.pushToGroup("room", "but one", first)).isEqualTo(1);
      assertThat(server.pushToGroup("room", "none", first, second)).isZero();
      assertThat(server.pushToGroup("nowhere", "lost")).isZero();
      assertThat(server.pushToGroup("other", "three")).isEqualTo(1);

      assertThat(readText(one)).isEqualTo("all");
      assertThat(readText(two)).isEqualTo("all");
      assertThat(readText(two)).isEqualTo("but one");
      assertThat(readText(three)).isEqualTo("three");
      assertThat(join(one, "room")).isEqualTo(first);
    }
  }

  @ServerMatrix
  void forgetsWhoLeavesAndWhoseConnectionEnds(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(joining(variant))) {
      WebSocketServer server = (WebSocketServer) running.server();
      RawClient one = open(running);
      RawClient two = open(running);
      long first = join(one, "room");
      long second = join(two, "room");
      join(two, "@zoe");

      assertThat(server.leaveGroup(first, "room")).isTrue();
      assertThat(server.leaveGroup(first, "room")).isFalse();
      assertThat(server.leaveGroup(99, "room")).isFalse();
      assertThat(server.groupMembers("room")).containsExactly(second);

      two.close();
      await().until(() -> server.groupMembers("room").isEmpty());
      await().until(() -> !server.isOnline("@zoe"));
      assertThat(server.pushToGroup("room", "nobody")).isZero();
      assertThat(server.joinGroup(second, "room")).isFalse();
      assertThat(server.getLastError()).isNotZero();
      assertThat(server.groupMembers("room")).isEmpty();
    }
  }

  @ServerMatrix
  void reachesEveryClientOfOneUser(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(joining(variant))) {
      WebSocketServer server = (WebSocketServer) running.server();
      RawClient phone = open(running);
      RawClient desk = open(running);
      join(phone, "@zoe");
      long id = join(desk, "@zoe");
      assertThat(server.isOnline("@zoe")).isTrue();
      assertThat(server.isOnline("@yan")).isFalse();
      assertThat(server.pushToUser("@zoe", "both")).isEqualTo(2);
      assertThat(readText(phone)).isEqualTo("both");
      assertThat(readText(desk)).isEqualTo("both");

      assertThat(server.bindUser(id, "@yan")).isTrue();
      assertThat(server.pushToUser("@zoe", "phone")).isEqualTo(1);
      assertThat(server.pushToUser("@yan", "desk")).isEqualTo(1);
      assertThat(readText(phone)).isEqualTo("phone");
      assertThat(readText(desk)).isEqualTo("desk");
    }
  }

  @ServerMatrix
  void limitsTheGroupsOfOneClient(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(joining(variant))) {
      WebSocketServer server = (WebSocketServer) running.server();
      long fd = join(open(running), "0");
      for (int i = 1; i < Groups.MAX_GROUPS; i++) {
        assertThat(server.joinGroup(fd, Integer.toString(i))).isTrue();
      }

      assertThat(server.joinGroup(fd, "one more")).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.INVALID_PARAMS.code());
      assertThat(server.joinGroup(fd, "0")).isTrue();
    }
  }

  @ServerMatrix
  void sharesTheGroupsOfOneServer(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(joining(variant))) {
      Server server = running.server();
      long fd = join(open(running), "room");

      List<Long> seen = new ArrayList<>(WebSockets.of(server).groupMembers("room"));
      assertThat(seen).containsExactly(fd);
      // Another object that looks at the same server sees the same groups.
      assertThat(new ServerSockets(server).groupMembers("room")).containsExactly(fd);
    }
  }

  @Test
  void sharesTheGroupsOfAPlainServerToo() {
    ServerVariant variant = new ServerVariant(ServerMode.BASE, "nio");
    Server plain = variant.newServer();
    plain.set(WebSocketSettings.OPEN_WEBSOCKET_PROTOCOL, true);
    plain.on(
        WebSocketEvent.MESSAGE,
        (ws, frame) -> {
          ws.joinGroup(frame.fd(), frame.text());
          ws.push(frame.fd(), Long.toString(frame.fd()));
        });
    Server other = variant.newServer();
    try (RunningServer running = RunningServer.start(plain)) {
      long fd = join(open(running), "room");

      assertThat(WebSockets.of(plain).groupMembers("room")).containsExactly(fd);
      assertThat(WebSockets.of(other).groupMembers("room")).isEmpty();
    }
  }

  @Test
  void refusesEmptyNamesAndUnknownClients() {
    WebSocketServer server = new WebSocketServer("127.0.0.1", 0);

    assertThat(server.joinGroup(1, "room")).isFalse();
    assertThat(server.bindUser(1, "zoe")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.joinGroup(1, ""))
        .withMessage("group: empty (expected: a name)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.joinGroup(1, null))
        .withMessage("group: null (expected: a name)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.bindUser(1, ""))
        .withMessage("user: empty (expected: a name)");
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> server.leaveGroup(1, null),
            () -> server.groupMembers(null),
            () -> server.pushToGroup(null, "text"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(call)
          .withMessage("group: null (expected: a name)");
    }
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> server.pushToUser(null, "text"), () -> server.isOnline(null))) {
      assertThatIllegalArgumentException()
          .isThrownBy(call)
          .withMessage("user: null (expected: a name)");
    }
  }
}
