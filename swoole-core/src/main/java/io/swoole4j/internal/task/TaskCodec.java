// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns what a task is about into bytes and back: strings and byte arrays as they are, everything
 * else serialised, and on both sides only classes that are allowed. Immutable; any thread.
 */
final class TaskCodec {
  private static final byte TEXT = 1;
  private static final byte BYTES = 2;
  private static final byte OBJECT = 3;

  /** Final classes that hold nothing but primitive values, as enums do. */
  private static final Set<Class<?>> SIMPLE =
      Set.of(
          String.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Boolean.class,
          Character.class,
          UUID.class);

  private final TaskTypes types;

  /**
   * A codec.
   *
   * @param allowed classes and packages that are allowed besides the JDK's plain values
   */
  TaskCodec(List<String> allowed) {
    this.types = new TaskTypes(allowed);
  }

  /** Whether the bytes of a datum had to be made by serialisation. */
  static boolean isSerialised(byte[] bytes) {
    return bytes[0] == OBJECT;
  }

  /**
   * The bytes of a datum.
   *
   * @throws IllegalArgumentException if something in it cannot be serialised, or must not be, or is
   *     nested too deeply to be read
   */
  byte[] encode(Object data) {
    if (data instanceof String text) {
      return tagged(TEXT, text.getBytes(UTF_8));
    }
    if (data instanceof byte[] bytes) {
      return tagged(BYTES, bytes);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(OBJECT);
    int holders;
    try (AllowedOutput out = new AllowedOutput(bytes)) {
      out.writeObject(data);
      holders = out.holders;
    } catch (IOException e) {
      throw new IllegalArgumentException("data: cannot be serialised, " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw tooDeep(e);
    }
    byte[] encoded = bytes.toByteArray();
    if (holders >= TaskTypes.MAX_DEPTH) {
      requireShallow(encoded);
    }
    return encoded;
  }

  /** Java tells how deep something is nested on reading alone. */
  private static void requireShallow(byte[] bytes) {
    AtomicBoolean isTooDeep = new AtomicBoolean();
    try (ObjectInputStream in = input(bytes)) {
      in.setObjectInputFilter(
          info -> {
            if (info.depth() <= TaskTypes.MAX_DEPTH) {
              return ObjectInputFilter.Status.UNDECIDED;
            }
            isTooDeep.set(true);
            return ObjectInputFilter.Status.REJECTED;
          });
      in.readObject();
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      // what else it may be is found again, and told, where it is read in earnest
      if (isTooDeep.get()) {
        throw tooDeep(e);
      }
    }
  }

  private static IllegalArgumentException tooDeep(Throwable cause) {
    return new IllegalArgumentException(
        "data: nested more deeply than "
            + TaskTypes.MAX_DEPTH
            + " (expected: at most that, with task_ipc_mode 2 and 3)",
        cause);
  }

  private static ObjectInputStream input(byte[] bytes) throws IOException {
    return new ContextInput(new ByteArrayInputStream(bytes, 1, bytes.length - 1));
  }

  private static byte[] tagged(byte tag, byte[] content) {
    byte[] bytes = new byte[content.length + 1];
    bytes[0] = tag;
    System.arraycopy(content, 0, bytes, 1, content.length);
    return bytes;
  }

  /**
   * What the bytes stand for.
   *
   * @throws IOException if they stand for nothing, or for a class that is missing or not allowed
   */
  Object decode(byte[] bytes) throws IOException {
    int tag = bytes.length == 0 ? 0 : bytes[0];
    return switch (tag) {
      case TEXT -> new String(bytes, 1, bytes.length - 1, UTF_8);
      case BYTES -> Arrays.copyOfRange(bytes, 1, bytes.length);
      case OBJECT -> object(bytes);
      default -> throw new IOException("task data of kind " + tag);
    };
  }

  private Object object(byte[] bytes) throws IOException {
    try (ObjectInputStream in = input(bytes)) {
      in.setObjectInputFilter(types.filter());
      Object data = in.readObject();
      if (data == null) {
        throw new IOException("task data: null");
      }
      return data;
    } catch (ClassNotFoundException | RuntimeException e) {
      throw new IOException("task data: " + e, e);
    } catch (StackOverflowError e) {
      throw new IOException("task data: nested too deeply", e);
    } catch (OutOfMemoryError e) {
      throw new IOException("task data: too large", e);
    }
  }

  /** Refuses what would be refused on reading, while somebody is there who can be told. */
  private final class AllowedOutput extends ObjectOutputStream {
    /**
     * How many parts there were that may hold others, and superclasses that are described inside of
     * their subclasses; what reading counts as depth is no more than that and one.
     */
    private int holders;

    AllowedOutput(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    // Not by an IOException, which would be written to the stream itself, with classes of its own.
    @Override
    protected Object replaceObject(Object part) {
      if (!(part instanceof Serializable)) {
        throw new IllegalArgumentException(
            "data: "
                + part.getClass().getName()
                + " (expected: Serializable, with task_ipc_mode 2 and 3)");
      }
      if (part.getClass().isArray() && Array.getLength(part) > TaskTypes.MAX_ARRAY) {
        throw new IllegalArgumentException(
            "data: an array of "
                + Array.getLength(part)
                + " (expected: at most "
                + TaskTypes.MAX_ARRAY
                + " inside of an object, with task_ipc_mode 2 and 3)");
      }
      holders += isSimple(part) ? 0 : 1;
      return part;
    }

    private static boolean isSimple(Object part) {
      return part instanceof Enum<?> || SIMPLE.contains(part.getClass());
    }

    @Override
    protected void annotateClass(Class<?> type) {
      if (!types.allows(type)) {
        throw new IllegalArgumentException(
            "data: " + type.getName() + " (expected: a class that task_classes allows)");
      }
      Class<?> parent = type.getSuperclass();
      if (parent != null && Serializable.class.isAssignableFrom(parent)) {
        holders++;
      }
    }

    @Override
    protected void annotateProxyClass(Class<?> type) {
      annotateClass(type);
    }
  }

  /** Finds classes as the thread does that runs the task. */
  private static final class ContextInput extends ObjectInputStream {
    ContextInput(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        // Primitive types, and what only this library's own loader sees.
        return super.resolveClass(description);
      }
    }
  }
}
