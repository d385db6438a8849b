// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that one server or port knows, by name and alias: the library's own and those that
 * its protocol contributes. It may be used from any thread.
 */
public final class SettingRegistry {

  private static final Logger LOGGER = LoggerFactory.getLogger(SettingRegistry.class);

  private final Map<String, Setting<?>> byName;
  private final List<Setting<?>> settings;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  private SettingRegistry(Map<String, Setting<?>> byName) {
    this.byName = Collections.unmodifiableMap(byName);
    this.settings = List.copyOf(new LinkedHashSet<>(byName.values()));
  }

  /**
   * Puts groups of settings together.
   *
   * @param groups the settings; the same one may come several times
   * @return the registry
   * @throws IllegalArgumentException if two different settings share a name or alias
   */
  @SafeVarargs
  public static SettingRegistry of(Collection<? extends Setting<?>>... groups) {
    Map<String, Setting<?>> byName = new LinkedHashMap<>();
    for (Collection<? extends Setting<?>> group : groups) {
      for (Setting<?> setting : group) {
        add(byName, setting.name(), setting);
        for (String alias : setting.aliases()) {
          add(byName, alias, setting);
        }
      }
    }
    return new SettingRegistry(byName);
  }

  private static void add(Map<String, Setting<?>> byName, String name, Setting<?> setting) {
    Setting<?> other = byName.putIfAbsent(name, setting);
    if (other != null && other != setting) {
      throw new IllegalArgumentException(
          name + ": declared twice (expected: one setting per name and alias)");
    }
  }

  /**
   * Returns all settings of this registry.
   *
   * @return the settings in the order of their declaration, each once
   */
  public List<Setting<?>> settings() {
    return settings;
  }

  /**
   * Tells whether this very setting belongs to this registry.
   *
   * @param setting the setting
   * @return true if it does, false too for another one of the same name
   */
  public boolean contains(Setting<?> setting) {
    return byName.get(setting.name()) == setting;
  }

  /**
   * Finds a setting.
   *
   * @param name its name or one of its aliases
   * @return the setting
   * @throws IllegalArgumentException if there is none; the message tells whether Swoole has it and
   *     this version has not, or which artifact declares it, and otherwise suggests a name that is
   *     spelt almost the same
   */
  public Setting<?> find(@Nullable String name) {
    Setting<?> setting = name == null ? null : byName.get(name);
    if (setting == null) {
      throw unknown(name);
    }
    return setting;
  }

  /**
   * Tells whether a name is that of a setting which Swoole once had and then removed, or of one
   * that nothing here corresponds to, and which is therefore to be accepted without effect. The
   * first time it is asked about such a name it says so in the log.
   *
   * @param name the name
   * @return true if there is nothing to be set under that name
   */
  boolean ignoreRemoved(@Nullable String name) {
    if (name == null || byName.containsKey(name)) {
      return false;
    }
    boolean removed = KnownKeys.REMOVED.contains(name);
    if (!removed && !KnownKeys.WITHOUT_EFFECT.contains(name)) {
      return false;
    }
    if (warned.add(name)) {
      LOGGER.warn("{}: {}has no effect", name, removed ? "removed from Swoole, " : "");
    }
    return true;
  }

  private IllegalArgumentException unknown(@Nullable String name) {
    String shown = Rendering.raw(name);
    if (name == null) {
      return new IllegalArgumentException(shown + ": unknown setting");
    }
    if (KnownKeys.REMOVED.contains(name)) {
      return new IllegalArgumentException(shown + ": removed from Swoole, has no effect");
    }
    if (KnownKeys.WITHOUT_EFFECT.contains(name)) {
      return new IllegalArgumentException(shown + ": has no effect");
    }
    if (KnownKeys.NOT_OFFERED.contains(name)) {
      return new IllegalArgumentException(shown + ": not available in this version");
    }
    for (Map.Entry<String, Set<String>> artifact : KnownKeys.OF_ARTIFACTS.entrySet()) {
      if (artifact.getValue().contains(name)) {
        return new IllegalArgumentException(
            shown
                + ": unknown here (expected: the artifact io.swoole4j:"
                + artifact.getKey()
                + ")");
      }
    }
    Set<String> candidates = new LinkedHashSet<>(byName.keySet());
    candidates.addAll(KnownKeys.NOT_OFFERED);
    KnownKeys.OF_ARTIFACTS.values().forEach(candidates::addAll);
    return new IllegalArgumentException(
        shown
            + ": unknown setting"
            + ClosestName.to(name, candidates).map(n -> " (did you mean: " + n + ")").orElse(""));
  }
}
