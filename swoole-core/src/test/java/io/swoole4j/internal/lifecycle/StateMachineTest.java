// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.internal.lifecycle.StateMachine.StopAnswer;
import io.swoole4j.server.ServerState;
import org.junit.jupiter.api.Test;

class StateMachineTest {

  private final StateMachine state = new StateMachine();

  @Test
  void goesFromNewToTerminatedOnce() throws InterruptedException {
    assertThat(state.state()).isEqualTo(ServerState.NEW);
    state.starting();
    assertThat(state.state()).isEqualTo(ServerState.STARTING);
    assertThat(state.running()).isTrue();
    assertThat(state.state()).isEqualTo(ServerState.RUNNING);
    assertThat(state.requestStop()).isEqualTo(StopAnswer.BEGIN);
    assertThat(state.state()).isEqualTo(ServerState.STOPPING);
    assertThat(state.awaitTerminated(0)).isFalse();
    state.terminated();
    assertThat(state.state()).isEqualTo(ServerState.TERMINATED);
    assertThat(state.awaitTerminated(0)).isTrue();

    assertThatThrownBy(state::starting)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("server: TERMINATED, it has been shut down (expected: NEW)")
        .hasNoCause();
  }

  @Test
  void refusesSecondStartInEveryLaterState() {
    state.starting();
    assertThatThrownBy(state::starting).hasMessage("server: STARTING (expected: NEW)");
    state.running();
    assertThatThrownBy(state::starting).hasMessage("server: RUNNING (expected: NEW)");
    state.requestStop();
    assertThatThrownBy(state::starting).hasMessage("server: STOPPING (expected: NEW)");
  }

  @Test
  void refusesToStopWhatWasNotStarted() {
    assertThat(state.requestStop()).isEqualTo(StopAnswer.REFUSED);
    assertThat(state.stopRequest()).isNotDone();

    state.starting();
    assertThat(state.running()).isTrue();
  }

  @Test
  void stopsWhatIsStartingOnceItHasStarted() {
    state.starting();
    assertThat(state.requestStop()).isEqualTo(StopAnswer.NOTED);
    assertThat(state.requestStop()).isEqualTo(StopAnswer.NOTED);
    assertThat(state.stopRequest()).isDone();

    assertThat(state.running()).isFalse();
    assertThat(state.state()).isEqualTo(ServerState.STOPPING);
  }

  @Test
  void asksOnlyOneCallerToStopTheServer() {
    state.starting();
    state.running();

    assertThat(state.requestStop()).isEqualTo(StopAnswer.BEGIN);
    assertThat(state.requestStop()).isEqualTo(StopAnswer.NOTED);
    state.terminated();
    assertThat(state.requestStop()).isEqualTo(StopAnswer.NOTED);
  }

  @Test
  void remembersWhyTheStartFailed() throws InterruptedException {
    IllegalArgumentException failure = new IllegalArgumentException("why");
    state.starting();
    state.failed(failure);

    assertThat(state.state()).isEqualTo(ServerState.TERMINATED);
    assertThat(state.awaitTerminated(0)).isTrue();
    assertThat(state.requestStop()).isEqualTo(StopAnswer.REFUSED);
    assertThatThrownBy(state::starting)
        .hasMessage("server: TERMINATED, its start has failed (expected: NEW)")
        .hasCause(failure);
  }
}
