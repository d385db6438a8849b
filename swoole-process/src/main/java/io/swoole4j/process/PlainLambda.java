// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Launcher;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lambdas that have captured simple values, as texts and numbers. Before Java's own serialisation
 * reads anything it looks through the whole class path, which takes longer than the rest of a
 * child's start. Any thread.
 */
final class PlainLambda {
  private static final String NO_VALUE = "";

  private PlainLambda() {}

  /** Writes one, if that can be done; else what was written is of no use. */
  static boolean write(Serializable lambda, DataOutputStream out) throws IOException {
    Optional<SerializedLambda> form = Launcher.lambda("handler", lambda);
    return form.isPresent() && write(form.get(), out);
  }

  private static boolean write(SerializedLambda lambda, DataOutputStream out) throws IOException {
    out.writeUTF(lambda.getCapturingClass().replace('/', '.'));
    out.writeUTF(lambda.getFunctionalInterfaceClass());
    out.writeUTF(lambda.getFunctionalInterfaceMethodName());
    out.writeUTF(lambda.getFunctionalInterfaceMethodSignature());
    out.writeInt(lambda.getImplMethodKind());
    out.writeUTF(lambda.getImplClass());
    out.writeUTF(lambda.getImplMethodName());
    out.writeUTF(lambda.getImplMethodSignature());
    out.writeUTF(lambda.getInstantiatedMethodType());
    out.writeInt(lambda.getCapturedArgCount());
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      if (!writeValue(lambda.getCapturedArg(i), out)) {
        return false;
      }
    }
    return true;
  }

  /** Reads one. */
  static Object read(DataInputStream in) throws Throwable {
    Class<?> capturing = Class.forName(in.readUTF());
    String interfaceClass = in.readUTF();
    String interfaceMethod = in.readUTF();
    String interfaceSignature = in.readUTF();
    int kind = in.readInt();
    String implClass = in.readUTF();
    String implMethod = in.readUTF();
    String implSignature = in.readUTF();
    String instantiated = in.readUTF();
    @Nullable Object[] captured = new Object[in.readInt()];
    for (int i = 0; i < captured.length; i++) {
      captured[i] = readValue(in);
    }
    SerializedLambda lambda =
        new SerializedLambda(
            capturing,
            interfaceClass,
            interfaceMethod,
            interfaceSignature,
            kind,
            implClass,
            implMethod,
            implSignature,
            instantiated,
            captured);
    // what the compiler has written for this, and SerializedLambda itself calls
    Method make = capturing.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
    make.setAccessible(true);
    try {
      return make.invoke(null, lambda);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** The name of its type, then itself as text. */
  private static boolean writeValue(@Nullable Object value, DataOutputStream out)
      throws IOException {
    if (value == null) {
      out.writeUTF(NO_VALUE);
      return true;
    }
    boolean simple =
        value instanceof Integer
            || value instanceof Long
            || value instanceof Short
            || value instanceof Byte
            || value instanceof Boolean
            || value instanceof Double
            || value instanceof Float
            || value instanceof Character
            || value instanceof String;
    if (simple) {
      String text = value.toString();
      out.writeUTF(value.getClass().getSimpleName());
      out.writeInt(text.length());
      out.writeChars(text);
    }
    return simple;
  }

  private static @Nullable Object readValue(DataInputStream in) throws IOException {
    String type = in.readUTF();
    if (type.equals(NO_VALUE)) {
      return null;
    }
    char[] characters = new char[in.readInt()];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = in.readChar();
    }
    String text = new String(characters);
    return switch (type) {
      case "Integer" -> Integer.valueOf(text);
      case "Long" -> Long.valueOf(text);
      case "Short" -> Short.valueOf(text);
      case "Byte" -> Byte.valueOf(text);
      case "Boolean" -> Boolean.valueOf(text);
      case "Double" -> Double.valueOf(text);
      case "Float" -> Float.valueOf(text);
      case "Character" -> text.charAt(0);
      default -> text;
    };
  }
}
