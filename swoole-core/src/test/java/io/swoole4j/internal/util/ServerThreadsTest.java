// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class ServerThreadsTest {

  private final ServerThreads threads = new ServerThreads(0);

  @Test
  void namesThreadsAfterPortAndRole() {
    Thread early = threads.thread("manager", () -> {});
    threads.port(9501);
    Thread late = threads.thread("worker-3", () -> {});

    assertThat(early.getName()).isEqualTo("swoole-0-manager");
    assertThat(late.getName()).isEqualTo("swoole-9501-worker-3");
    assertThat(threads.name("acceptor")).isEqualTo("swoole-9501-acceptor");
  }

  @Test
  void numbersTheThreadsOfAFactory() {
    threads.port(80);
    ThreadFactory reactors = threads.factory("reactor");
    ThreadFactory others = threads.factory("other");

    assertThat(
            List.of(
                reactors.newThread(() -> {}).getName(),
                reactors.newThread(() -> {}).getName(),
                others.newThread(() -> {}).getName()))
        .containsExactly("swoole-80-reactor-0", "swoole-80-reactor-1", "swoole-80-other-0");
  }

  @Test
  void ownsTheThreadsItMadeAndNoOthers() throws InterruptedException {
    List<Boolean> owned = new ArrayList<>();
    Thread own = threads.thread("worker-0", () -> owned.add(threads.ownsCurrent()));
    Thread other = new ServerThreads(0).thread("worker-0", () -> owned.add(threads.ownsCurrent()));

    own.start();
    own.join();
    other.start();
    other.join();
    owned.add(threads.ownsCurrent());

    assertThat(owned).containsExactly(true, false, false);
  }

  @Test
  void takesAThreadThatWorksInPlaceOfItsOwnForOneMeanwhile() {
    ServerThread.Guest guest =
        new ServerThread.Guest() {
          @Override
          public ServerThreads owner() {
            return threads;
          }

          @Override
          public String role() {
            return "worker-0";
          }

          @Override
          public Object attachment() {
            return "context";
          }
        };
    List<Object> seen = new ArrayList<>();

    ServerThread.runAs(
        guest,
        () -> {
          seen.add(threads.ownsCurrent());
          seen.add(ServerThread.currentRole());
          seen.add(String.valueOf(ServerThread.currentAttachment()));
        });
    seen.add(threads.ownsCurrent());
    seen.add(String.valueOf(ServerThread.currentAttachment()));

    assertThat(seen).containsExactly(true, "worker-0", "context", false, "null");
  }

  @Test
  void carriesAnAttachmentOnItsThreadsOnly() throws InterruptedException {
    List<Object> seen = new ArrayList<>();
    Thread thread =
        threads.thread(
            "worker-0",
            () -> {
              seen.add(String.valueOf(ServerThread.currentAttachment()));
              ServerThread.attach("context");
              seen.add(String.valueOf(ServerThread.currentAttachment()));
            });
    thread.start();
    thread.join();

    assertThat(seen).containsExactly("null", "context");
    assertThat(ServerThread.currentAttachment()).isNull();
    String here = Thread.currentThread().getName();
    assertThatThrownBy(() -> ServerThread.attach("context"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("thread: " + here + " (expected: a thread of the server)");
  }
}
