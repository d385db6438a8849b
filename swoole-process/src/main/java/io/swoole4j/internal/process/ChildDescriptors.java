// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.lang.reflect.Constructor;

/**
 * The descriptors a child JVM is born with, as streams. JNA would do it too, and would more than
 * double the time a child takes to start.
 */
public final class ChildDescriptors {
  /** The pipe of the process. */
  public static final int PIPE = 3;

  /** The parent: {@link Frames}. */
  public static final int CONTROL = 4;

  /** A pool's listening socket. */
  public static final int LISTENER = 5;

  /** The first of a pool's ends of the pipes of its workers. */
  public static final int WORKERS = 6;

  private ChildDescriptors() {}

  /** Reads from a descriptor. */
  public static FileInputStream in(int fd) {
    return new FileInputStream(of(fd));
  }

  /** Writes to a descriptor. */
  public static FileOutputStream out(int fd) {
    return new FileOutputStream(of(fd));
  }

  private static FileDescriptor of(int fd) {
    try {
      Constructor<FileDescriptor> constructor =
          FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      return constructor.newInstance(fd);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("descriptor: " + fd + " (expected: one to open)", e);
    }
  }
}
