// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SettingRegistryTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(SettingRegistry.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final SettingRegistry registry = SettingRegistry.of(Settings.all());

  @BeforeEach
  void recordLog() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopRecording() {
    logger.detachAppender(log);
  }

  @Test
  void findsASettingByNameAndByAlias() {
    assertThat((Object) registry.find("max_connection")).isSameAs(Settings.MAX_CONNECTION);
    assertThat((Object) registry.find("max_conn")).isSameAs(Settings.MAX_CONNECTION);
    assertThat((Object) registry.find("output_buffer_size")).isSameAs(Settings.BUFFER_OUTPUT_SIZE);
    assertThat((Object) registry.find("package_body_start")).isSameAs(Settings.PACKAGE_BODY_OFFSET);
  }

  @ParameterizedTest
  @CsvSource({
    "worker_nmu, worker_num",
    "WORKER_NUM, worker_num",
    "workernum, worker_num",
    "max_con, max_conn",
    "packge_max_lenght, package_max_length",
    "open_lenght_check, open_length_check",
    "task_worker_nmu, task_worker_num",
  })
  void suggestsTheClosestNameForAMisspeltOne(String misspelt, String meant) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find(misspelt))
        .withMessage("%s: unknown setting (did you mean: %s)", misspelt, meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "colour_of_the_sky", "timeout"})
  void suggestsNothingForANameThatResemblesNone(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find(name))
        .withMessageEndingWith(": unknown setting");
  }

  @Test
  void refusesANameThatIsNull() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find(null))
        .withMessage("null: unknown setting");
  }

  @Test
  void refusesAnEndlessNameInAShortLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find("x".repeat(1_000_000)))
        .withMessage("%s...: unknown setting", "x".repeat(64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aio_worker_num",
        "dns_server",
        "open_redis_protocol",
        "enable_deadlock_check",
        "hook_flags",
        "admin_server",
        "dispatch_func",
      })
  void saysWhenSwooleHasASettingThatIsNotOffered(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find(name))
        .withMessage("%s: not available in this version", name);
    assertThat(registry.ignoreRemoved(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "open_http_protocol, swoole-http",
    "document_root, swoole-http",
    "websocket_compression, swoole-websocket"
  })
  void namesTheArtifactThatDeclaresASetting(String name, String artifact) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find(name))
        .withMessage("%s: unknown here (expected: the artifact io.swoole4j:%s)", name, artifact);
  }

  @Test
  void takesAContributedSettingForOneThatIsNotOffered() {
    Setting<Boolean> contributed = Setting.bool("open_http_protocol", false, "doc");

    SettingRegistry extended = SettingRegistry.of(Settings.all(), List.of(contributed));

    assertThat((Object) extended.find("open_http_protocol")).isSameAs(contributed);
    assertThat(extended.settings()).hasSize(Settings.all().size() + 1).endsWith(contributed);
  }

  @Test
  void takesAContributedSettingForOneThatSwooleRemoved() {
    Setting<String> contributed = Setting.string("heartbeat_ping", "", "doc");

    SettingRegistry extended = SettingRegistry.of(List.of(contributed));

    assertThat(extended.ignoreRemoved("heartbeat_ping")).isFalse();
    assertThat((Object) extended.find("heartbeat_ping")).isSameAs(contributed);
  }

  @Test
  void takesTheSameSettingFromTwoGroupsOnce() {
    SettingRegistry doubled = SettingRegistry.of(Settings.all(), Settings.all());

    assertThat(doubled.settings()).containsExactlyElementsOf(Settings.all());
  }

  @Test
  void refusesTwoSettingsOfOneName() {
    Setting<Integer> rival = Setting.intSetting("rival", 0, 1, 0, "doc").withAliases("max_conn");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingRegistry.of(Settings.all(), List.of(rival)))
        .withMessage("max_conn: declared twice (expected: one setting per name and alias)");
  }

  @Test
  void containsOnlyTheVerySettingsItWasMadeOf() {
    assertThat(registry.contains(Settings.BACKLOG)).isTrue();
    assertThat(registry.contains(Setting.intSetting("backlog", 1, 2, 1, "doc"))).isFalse();
  }

  @Test
  void warnsOnceAboutEachRemovedSetting() {
    assertThat(registry.ignoreRemoved("pipe_buffer_size")).isTrue();
    assertThat(registry.ignoreRemoved("pipe_buffer_size")).isTrue();
    assertThat(registry.ignoreRemoved("poll_thread_num")).isTrue();

    assertThat(log.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "pipe_buffer_size: removed from Swoole, has no effect",
            "poll_thread_num: removed from Swoole, has no effect");
  }

  @Test
  void warnsAboutSettingsThatNothingCorrespondsTo() {
    assertThat(registry.ignoreRemoved("input_buffer_size")).isTrue();
    assertThat(registry.ignoreRemoved("single_thread")).isTrue();

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("input_buffer_size: has no effect", "single_thread: has no effect");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find("buffer_input_size"))
        .withMessage("buffer_input_size: has no effect");
  }

  @Test
  void doesNotFindARemovedSetting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.find("pipe_buffer_size"))
        .withMessage("pipe_buffer_size: removed from Swoole, has no effect");
  }
}
