// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Providers that {@link java.util.ServiceLoader} finds on the thread that makes this, until {@link
 * #close()}.
 */
public final class ProvidedServices implements AutoCloseable {

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final URLClassLoader loader;

  /**
   * Names providers as META-INF/services does.
   *
   * @param directory an empty directory
   * @param providers provider classes by service
   */
  public ProvidedServices(Path directory, Map<Class<?>, Class<?>> providers) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    for (Map.Entry<Class<?>, Class<?>> provider : providers.entrySet()) {
      Files.writeString(
          services.resolve(provider.getKey().getName()), provider.getValue().getName());
    }
    loader =
        new URLClassLoader(
            new URL[] {directory.toUri().toURL()}, ProvidedServices.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }
}
