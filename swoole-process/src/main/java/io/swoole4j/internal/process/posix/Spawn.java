// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts a program with {@code posix_spawn}: no descriptor of this process but those named, no
 * signal blocked. Owned by the thread that builds it; the program's parent-death signal, if it asks
 * for one, follows the thread that calls {@link #start}.
 */
public final class Spawn {
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;
  private static final int O_RDWR = 2;

  private final String program;
  private final List<String> arguments;
  private final Map<String, String> environment = new LinkedHashMap<>(System.getenv());
  private final Map<Integer, Integer> descriptors = new LinkedHashMap<>();
  private final List<Integer> nullDevices = new ArrayList<>();
  private boolean newSession;

  /**
   * A program to start.
   *
   * @param program its absolute path
   * @param arguments its arguments, without its name
   */
  public Spawn(String program, List<String> arguments) {
    this.program = program;
    this.arguments = List.copyOf(arguments);
  }

  /** Sets a variable of its environment, which is a copy of this process's. */
  public Spawn environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Gives it a descriptor of this process under another number; 0 to 2 are inherited anyway. */
  public Spawn descriptor(int number, int ours) {
    descriptors.put(number, ours);
    return this;
  }

  /** Opens the null device under a number. */
  public Spawn nullDevice(int number) {
    nullDevices.add(number);
    return this;
  }

  /** Makes it the leader of a session of its own, without a terminal. */
  public Spawn newSession() {
    newSession = true;
    return this;
  }

  /**
   * Starts it.
   *
   * @return its process id
   * @throws ErrnoException if the operating system refuses, {@code ENOENT} if there is no such
   *     program
   */
  public int start() throws ErrnoException {
    List<String> argv = new ArrayList<>();
    argv.add(program);
    argv.addAll(arguments);
    List<String> envp = new ArrayList<>();
    environment.forEach((name, value) -> envp.add(name + '=' + value));
    List<Integer> duplicates = new ArrayList<>();
    try (StringTable argvTable = new StringTable(argv);
        StringTable envpTable = new StringTable(envp);
        Memory actions = new Memory(Posix.STRUCTURE_BYTES);
        Memory attributes = new Memory(Posix.STRUCTURE_BYTES);
        Memory mask = new Memory(Posix.STRUCTURE_BYTES);
        Memory pid = new Memory(Integer.BYTES)) {
      check("posix_spawnattr_init", Posix.posix_spawnattr_init(attributes));
      check("posix_spawn_file_actions_init", Posix.posix_spawn_file_actions_init(actions));
      try {
        Posix.sigemptyset(mask);
        check("setsigmask", Posix.posix_spawnattr_setsigmask(attributes, mask));
        short flags = newSession ? (short) (SETSIGMASK | SETSID) : SETSIGMASK;
        check("setflags", Posix.posix_spawnattr_setflags(attributes, flags));
        addDescriptors(actions, duplicates);
        check(
            "posix_spawn " + program,
            Posix.posix_spawn(
                pid, program, actions, attributes, argvTable.pointer(), envpTable.pointer()));
        return pid.getInt(0);
      } finally {
        Posix.posix_spawn_file_actions_destroy(actions);
        Posix.posix_spawnattr_destroy(attributes);
        duplicates.forEach(Posix::close);
      }
    }
  }

  /** In the child, one after the other: none may overwrite what another still needs. */
  private void addDescriptors(Memory actions, List<Integer> duplicates) throws ErrnoException {
    int highest = 2;
    for (int number : numbers()) {
      highest = Math.max(highest, number);
    }
    for (Map.Entry<Integer, Integer> entry : descriptors.entrySet()) {
      int source = entry.getValue();
      if (source <= highest) {
        source = Posix.check("fcntl", Posix.fcntl(source, Posix.F_DUPFD_CLOEXEC, highest + 1L));
        duplicates.add(source);
      }
      check("adddup2", Posix.posix_spawn_file_actions_adddup2(actions, source, entry.getKey()));
    }
    for (int number : nullDevices) {
      check(
          "addopen",
          Posix.posix_spawn_file_actions_addopen(actions, number, "/dev/null", O_RDWR, 0));
    }
    for (int number = 3; number < highest; number++) {
      if (!descriptors.containsKey(number) && !nullDevices.contains(number)) {
        check("addclose", Posix.posix_spawn_file_actions_addclose(actions, number));
      }
    }
    closeFrom(actions, highest + 1);
  }

  /** Which descriptors it gets beside the standard ones. */
  private List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>(descriptors.keySet());
    numbers.addAll(nullDevices);
    return numbers;
  }

  /** The jars of this JVM are open without close-on-exec. */
  private static void closeFrom(Memory actions, int first) throws ErrnoException {
    Function inChild = Posix.optional("posix_spawn_file_actions_addclosefrom_np");
    if (inChild != null) {
      check("addclosefrom_np", inChild.invokeInt(new Object[] {actions, first}));
    } else {
      Descriptors.closeOnExecFrom(first);
    }
  }

  private static void check(String call, int result) throws ErrnoException {
    if (result != 0) {
      throw new ErrnoException(call, result);
    }
  }

  /** A null-terminated array of C strings. */
  static final class StringTable implements AutoCloseable {
    private final Memory table;
    private final Memory text;

    StringTable(List<String> strings) {
      List<byte[]> encoded = strings.stream().map(StringTable::encode).toList();
      text = new Memory(Math.max(1, encoded.stream().mapToLong(bytes -> bytes.length + 1L).sum()));
      table = new Memory((strings.size() + 1L) * Long.BYTES);
      long offset = 0;
      int index = 0;
      for (byte[] bytes : encoded) {
        text.write(offset, bytes, 0, bytes.length);
        text.setByte(offset + bytes.length, (byte) 0);
        table.setPointer((long) index * Long.BYTES, text.share(offset));
        offset += bytes.length + 1L;
        index++;
      }
      table.setPointer((long) index * Long.BYTES, null);
    }

    private static byte[] encode(String string) {
      if (string.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("argument: one with a NUL (expected: none)");
      }
      return string.getBytes(NativeText.ENCODING);
    }

    Pointer pointer() {
      return table;
    }

    @Override
    public void close() {
      table.close();
      text.close();
    }
  }

  /**
   * Makes this process that program; returns only if that fails. Nothing but descriptors 0 to 2
   * goes with it.
   *
   * @param program the program's absolute path
   * @param arguments its arguments, without its name
   * @return why it could not be done
   */
  public static ErrnoException exec(String program, List<String> arguments) {
    List<String> argv = new ArrayList<>();
    argv.add(program);
    argv.addAll(arguments);
    List<String> envp = new ArrayList<>();
    System.getenv().forEach((name, value) -> envp.add(name + '=' + value));
    try (StringTable argvTable = new StringTable(argv);
        StringTable envpTable = new StringTable(envp);
        Memory mask = new Memory(Posix.STRUCTURE_BYTES)) {
      Descriptors.closeOnExecFrom(3);
      Posix.sigemptyset(mask);
      Posix.pthread_sigmask(Posix.SIG_SETMASK, mask, null);
      Posix.execve(program, argvTable.pointer(), envpTable.pointer());
      return new ErrnoException("execve " + program, Posix.errno());
    }
  }
}
