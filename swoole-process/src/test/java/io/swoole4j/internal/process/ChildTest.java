// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A child and its parent when one has no memory for what the other says. */
class ChildTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SIGKILL = 9;
  private static final int STANDARD_ERROR = 2;

  private static Child start(List<String> options, ChildBody body) throws ErrnoException {
    return start(options, body, made -> {});
  }

  private static Child start(List<String> options, ChildBody body, Consumer<Child> made)
      throws ErrnoException {
    Boot boot =
        new Boot(
            ProcessHandle.current().pid(),
            1,
            0,
            false,
            -1,
            0,
            false,
            Map.of(),
            Launcher.serialize("body", body));
    return new Launcher.Launch(options)
        .without(ChildDescriptors.PIPE)
        .without(STANDARD_ERROR)
        .start(boot, Launcher::thread, made);
  }

  @Test
  void isKilledWhenItsParentHasNoMemoryForItsFrame() throws Exception {
    Child child =
        start(
            List.of(),
            context -> {
              context.parent().write(Frames.CALL, 1, new byte[1]);
              new CountDownLatch(1).await();
            });

    child.listen(
        Launcher::thread,
        (from, frame) -> {
          throw new OutOfMemoryError("on purpose");
        });

    assertThat(child.exit()).succeedsWithin(LIMIT).isEqualTo(new Wait.Status(0, SIGKILL));
  }

  @Test
  void isNotStartedWhenItsParentHasNoMemoryToRememberIt() {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                start(
                    List.of(),
                    context -> {},
                    made -> {
                      throw new OutOfMemoryError("on purpose");
                    }))
        .withMessage("child: not started")
        .withCauseInstanceOf(OutOfMemoryError.class);

    await()
        .atMost(LIMIT)
        .until(() -> ProcessHandle.current().children().allMatch(before::contains));
  }

  @Test
  void endsWhenItHasNoMemoryForFrameOfItsParent() throws Exception {
    Child child = start(List.of("-Xmx8m"), context -> new CountDownLatch(1).await());
    assertThat(child.report()).succeedsWithin(LIMIT).isEqualTo(Optional.empty());

    try {
      child.send(Frames.ANSWER, 1, new byte[32 << 20]);
    } catch (IOException e) {
      // it has ended before it had everything
    }

    assertThat(child.exit()).succeedsWithin(LIMIT).isEqualTo(new Wait.Status(ChildMain.FAILED, 0));
  }
}
