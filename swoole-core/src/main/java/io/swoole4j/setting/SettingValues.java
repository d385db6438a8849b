// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values given so far to one server or to one port, which inherits from its server.
 *
 * <p>It may be used from any thread: each change replaces an immutable map, so reading takes no
 * lock. Code on a packet's way should read a setting once all the same.
 */
public final class SettingValues {

  private final SettingRegistry registry;
  private final @Nullable SettingValues parent;

  private volatile Map<Setting<?>, Object> values = Map.of();
  private volatile boolean touched;
  private volatile @Nullable Supplier<?> frozenState;

  private SettingValues(SettingRegistry registry, @Nullable SettingValues parent) {
    this.registry = registry;
    this.parent = parent;
  }

  /**
   * Makes the values of a server: nothing is set yet.
   *
   * @param registry what can be set
   * @return the values
   */
  public static SettingValues ofServer(SettingRegistry registry) {
    return new SettingValues(registry, null);
  }

  /**
   * Makes the values of one of this server's ports: whatever is not set there holds as set here,
   * but for the protocol once anything is set there, see {@link Scope#PROTOCOL}. They freeze
   * together with this object.
   *
   * @param portRegistry what can be set on the port
   * @return the values
   */
  public SettingValues ofPort(SettingRegistry portRegistry) {
    return new SettingValues(portRegistry, this);
  }

  /**
   * Sets a value in the map style; the last one wins. A setting that Swoole has removed is accepted
   * without effect and with a line in the log.
   *
   * @param name the setting's name or alias
   * @param raw the value in any form that the setting accepts
   * @throws IllegalArgumentException if the name or the value is not accepted
   * @throws IllegalStateException if frozen
   */
  public void set(String name, @Nullable Object raw) {
    setAll(Collections.singletonMap(name, raw));
  }

  /**
   * Sets several values in the map style: all of them, or none if one is refused.
   *
   * @param raw values by the settings' names or aliases, in any form that the settings accept
   * @throws IllegalArgumentException if a name or a value is not accepted, or if two names of the
   *     same setting have different values
   * @throws IllegalStateException if frozen
   */
  public synchronized void setAll(Map<String, ? extends @Nullable Object> raw) {
    requireNotFrozen();
    Map<Setting<?>, Object> accepted = new LinkedHashMap<>();
    raw.forEach(
        (name, value) -> {
          if (!registry.ignoreRemoved(name)) {
            accept(accepted, name, value);
          }
        });
    commit(accepted);
  }

  /**
   * Sets a value in the typed style; the last one wins.
   *
   * @param <T> the value's type
   * @param setting the setting
   * @param value the value
   * @throws IllegalArgumentException if the setting does not apply here or the value is out of
   *     range
   * @throws IllegalStateException if frozen
   */
  public synchronized <T> void set(Setting<T> setting, T value) {
    requireNotFrozen();
    requireKnown(setting);
    requireScope(setting, value);
    commit(Map.of(setting, setting.coerce(value)));
  }

  private void accept(Map<Setting<?>, Object> accepted, String name, @Nullable Object raw) {
    Setting<?> setting = registry.find(name);
    requireScope(setting, raw);
    Object value = setting.coerce(raw);
    Object other = accepted.putIfAbsent(setting, value);
    if (other != null && !other.equals(value)) {
      // A map has no order that would make one of them the last.
      throw setting.refuse(raw, "one value, not also " + Rendering.raw(other) + " by an alias");
    }
  }

  private void commit(Map<Setting<?>, Object> accepted) {
    Map<Setting<?>, Object> changed = new LinkedHashMap<>(values);
    changed.putAll(accepted);
    touched = true;
    values = Collections.unmodifiableMap(changed);
  }

  /**
   * Returns the value that holds: the one set here, else the server's, else the default.
   *
   * @param <T> the value's type
   * @param setting the setting
   * @return the value
   * @throws IllegalStateException if the setting is not set and has no default; ask {@link #find}
   *     about such a setting
   * @throws IllegalArgumentException if the setting does not apply here
   */
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    setting + ": not set (expected: " + setting.expected() + ")"));
  }

  /**
   * Returns the value that holds, if any: the one set here, else the server's, else the default.
   *
   * @param <T> the value's type
   * @param setting the setting
   * @return the value, empty if the setting is not set and has no default
   * @throws IllegalArgumentException if the setting does not apply here
   */
  public <T> Optional<T> find(Setting<T> setting) {
    requireKnown(setting);
    Optional<T> here = explicit(setting);
    if (here.isPresent()) {
      return here;
    }
    Optional<T> inherited =
        parent == null || !inherits(setting) ? Optional.empty() : parent.explicit(setting);
    return inherited.isPresent() ? inherited : setting.defaultValue();
  }

  /**
   * Returns the value set here, if any.
   *
   * @param <T> the value's type
   * @param setting the setting
   * @return the value, empty if it is not set here, whatever may be inherited
   */
  public <T> Optional<T> explicit(Setting<T> setting) {
    Object value = values.get(setting);
    @SuppressWarnings("unchecked") // only what the setting itself answered is ever stored for it
    T typed = (T) value;
    return Optional.ofNullable(typed);
  }

  /**
   * Tells whether a value is set here or inherited, so that the default does not hold.
   *
   * @param setting the setting
   * @return true if a user has set it
   */
  public boolean isSet(Setting<?> setting) {
    return values.containsKey(setting)
        || (parent != null && inherits(setting) && parent.isSet(setting));
  }

  private boolean inherits(Setting<?> setting) {
    return !touched || setting.scope() != Scope.PROTOCOL;
  }

  /**
   * Forbids every later change, here and on the ports that inherit from here. A second call changes
   * nothing.
   *
   * @param state tells what is going on, such as {@code RUNNING}, each time a change is refused
   */
  public synchronized void freeze(Supplier<?> state) {
    if (frozenState == null) {
      frozenState = state;
    }
  }

  /**
   * Returns the values set here.
   *
   * @return the values by the settings' canonical names, in the order of their first setting,
   *     without those inherited and without defaults; read-only, and later changes do not show
   */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    values.forEach((setting, value) -> map.put(setting.name(), value));
    return Collections.unmodifiableMap(map);
  }

  /**
   * Returns the values set here and those inherited that a port may have.
   *
   * @return the values by the settings' canonical names, without defaults; read-only, and later
   *     changes do not show
   */
  public Map<String, Object> inForce() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (parent != null) {
      parent.values.forEach(
          (setting, value) -> {
            if (setting.scope() != Scope.SERVER && inherits(setting)) {
              map.put(setting.name(), value);
            }
          });
    }
    map.putAll(asMap());
    return Collections.unmodifiableMap(map);
  }

  private void requireNotFrozen() {
    Supplier<?> state = frozenState;
    if (state != null) {
      throw new IllegalStateException("settings are frozen: " + state.get() + " (expected: NEW)");
    }
    if (parent != null) {
      parent.requireNotFrozen();
    }
  }

  private void requireKnown(Setting<?> setting) {
    if (!registry.contains(setting)) {
      throw new IllegalArgumentException(
          setting + ": unknown setting (expected: one of this server's own or its protocols')");
    }
  }

  private void requireScope(Setting<?> setting, @Nullable Object raw) {
    if (parent != null && setting.scope() == Scope.SERVER) {
      throw setting.refuse(raw, "set on the server, not on a port");
    }
  }
}
