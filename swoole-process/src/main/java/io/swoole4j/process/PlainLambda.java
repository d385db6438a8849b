// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Launcher;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serial;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lambdas that have captured simple values, as texts and numbers. Before Java's own serialisation
 * reads anything it looks through the whole class path, and before Java makes a lambda it makes a
 * class, which each take a good part of a child's start; so one that has arrived is its method,
 * called by reflection. Any thread.
 */
final class PlainLambda implements SwooleProcess.Callback, PoolWorkerHandler, PoolMessageHandler {
  @Serial private static final long serialVersionUID = 1L;

  private static final String NO_VALUE = "";

  /** What this class is itself; an interface that extends one of them may do more on the way. */
  private static final Set<String> INTERFACES =
      Set.of(
          internalName(SwooleProcess.Callback.class),
          internalName(PoolWorkerHandler.class),
          internalName(PoolMessageHandler.class));

  private final transient SerializedLambda form;
  private final transient Class<?> capturing;
  private final transient Method method;

  private PlainLambda(SerializedLambda form, Class<?> capturing, Method method) {
    this.form = form;
    this.capturing = capturing;
    this.method = method;
  }

  /** The class it was written in. */
  Class<?> capturing() {
    return capturing;
  }

  @Override
  public void run(SwooleProcess process) throws Exception {
    call(process);
  }

  @Override
  public void on(ProcessPool pool, int workerId) throws Exception {
    call(pool, workerId);
  }

  @Override
  public void onMessage(ProcessPool pool, byte[] data) throws Exception {
    call(pool, data);
  }

  private void call(Object... arguments) throws Exception {
    int captured = form.getCapturedArgCount();
    @Nullable Object[] all = new Object[captured + arguments.length];
    for (int i = 0; i < captured; i++) {
      all[i] = form.getCapturedArg(i);
    }
    System.arraycopy(arguments, 0, all, captured, arguments.length);
    try {
      method.invoke(null, all);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      throw (Exception) cause;
    }
  }

  /** Where it travels on, it does so as the lambda that it is. */
  @Serial
  private Object writeReplace() throws ObjectStreamException {
    try {
      return make(form, capturing);
    } catch (Throwable e) {
      InvalidObjectException failure = new InvalidObjectException("lambda: " + e);
      failure.initCause(e);
      throw failure;
    }
  }

  /** Writes one, if that can be done; else what was written is of no use. */
  static boolean write(Serializable lambda, DataOutputStream out) throws IOException {
    if (lambda instanceof PlainLambda arrived) {
      return write(arrived.form, out);
    }
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

  /** Reads one: of the type that it was written as. */
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
    SerializedLambda form =
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
    Method method =
        kind == MethodHandleInfo.REF_invokeStatic && INTERFACES.contains(interfaceClass)
            ? find(Class.forName(implClass.replace('/', '.')), implMethod, implSignature)
            : null;
    return method == null ? make(form, capturing) : new PlainLambda(form, capturing, method);
  }

  private static String internalName(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  private static @Nullable Method find(Class<?> type, String name, String signature) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(name) && signature.startsWith(parameters(method))) {
        method.setAccessible(true);
        return method;
      }
    }
    return null;
  }

  /** The parameters of a method as in its descriptor, which nothing but the result follows. */
  private static String parameters(Method method) {
    StringBuilder parameters = new StringBuilder("(");
    for (Class<?> type : method.getParameterTypes()) {
      parameters.append(type.descriptorString());
    }
    return parameters.append(')').toString();
  }

  /** The lambda itself. */
  private static Object make(SerializedLambda form, Class<?> capturing) throws Throwable {
    // what the compiler has written for this, and SerializedLambda itself calls
    Method make = capturing.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
    make.setAccessible(true);
    try {
      return make.invoke(null, form);
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
