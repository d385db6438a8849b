// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ResolvedModule;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.Enumeration;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM open and read what it will not find any more once its root directory is another one.
 * Used by the starting thread.
 */
final class ChrootPreload {
  private static final Logger LOGGER = LoggerFactory.getLogger(ChrootPreload.class);
  private static final String CLASS = ".class";

  private ChrootPreload() {}

  /** What another user may not be allowed to open. */
  static void openForOthers() {
    openJars();
    classPathDirectories().filter(path -> !isOpenToAll(path)).forEach(ChrootPreload::loadClasses);
  }

  private static boolean isOpenToAll(Path directory) {
    try {
      for (Path each = directory.toRealPath(); each != null; each = each.getParent()) {
        if (!Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Stream<Path> classPathDirectories() {
    return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(Files::isDirectory);
  }

  private static void openJars() {
    openClassPath();
    ModuleLayer.boot().configuration().modules().stream()
        .map(ResolvedModule::reference)
        .filter(module -> module.location().filter(ChrootPreload::isJar).isPresent())
        .forEach(
            module ->
                ModuleLayer.boot()
                    .findModule(module.descriptor().name())
                    .ifPresent(ChrootPreload::openJarOfModule));
  }

  private static boolean isJar(URI place) {
    return "file".equals(place.getScheme()) && !Files.isDirectory(Path.of(place));
  }

  static void all() {
    openJars();
    classPathDirectories().forEach(ChrootPreload::loadClasses);
    ModuleLayer.boot().configuration().modules().stream()
        .map(ResolvedModule::reference)
        .flatMap(module -> module.location().stream())
        .filter(place -> "file".equals(place.getScheme()) && !isJar(place))
        .forEach(place -> loadClasses(Path.of(place)));
    names();
    sockets();
    LOGGER.trace(
        "brought in {} {} {} {}",
        timeZones(),
        security(),
        ManagementFactory.getRuntimeMXBean().getName(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  /** Jars are opened when something is looked for in them and stay open then. */
  private static void openClassPath() {
    try {
      Enumeration<URL> nothing =
          ClassLoader.getSystemClassLoader().getResources("no/such/resource");
      LOGGER.trace("looked into every jar, found {}", nothing.hasMoreElements());
    } catch (IOException e) {
      throw new IllegalStateException("chroot: the class path cannot be read", e);
    }
  }

  /** Classes of directories are read one by one, so all of them are now. */
  private static void loadClasses(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .map(file -> directory.relativize(file).toString())
          .filter(name -> name.endsWith(CLASS) && !name.endsWith("-info.class"))
          .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
          .forEach(ChrootPreload::load);
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalStateException("chroot: " + directory + " cannot be read", e);
    }
  }

  private static void load(String name) {
    try {
      Class.forName(name, false, ClassLoader.getSystemClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      // One that cannot be loaded now could not be loaded later either.
      LOGGER.debug("class {} cannot be loaded", name, e);
    }
  }

  private static void openJarOfModule(Module module) {
    try (InputStream nothing = module.getResourceAsStream("no-such-resource")) {
      LOGGER.trace("opened {}, {}", module, nothing);
    } catch (IOException e) {
      throw new IllegalStateException("chroot: module " + module + " cannot be read", e);
    }
  }

  private static int timeZones() {
    // Both of the JDK's tables are read whole when one zone is asked for.
    return TimeZone.getDefault().getRawOffset()
        + TimeZone.getTimeZone("Europe/Berlin").getRawOffset()
        + ZoneRulesProvider.getAvailableZoneIds().size()
        + ZoneId.systemDefault().getRules().hashCode();
  }

  private static int security() {
    int read = new SecureRandom().nextInt() + UUID.randomUUID().hashCode();
    for (Provider provider : Security.getProviders()) {
      read += provider.getServices().size();
    }
    try {
      read += SSLContext.getDefault().hashCode();
      read += Cipher.getInstance("AES/GCM/NoPadding").hashCode();
    } catch (GeneralSecurityException e) {
      LOGGER.debug("there is no trust store, or no encryption", e);
    }
    return read;
  }

  /** Brings the JDK's native code for sockets, which the server itself may not have needed. */
  private static void sockets() {
    try {
      Selector.open().close();
      SocketChannel.open().close();
      ServerSocketChannel.open().close();
      DatagramChannel.open().close();
    } catch (IOException e) {
      throw new IllegalStateException("chroot: no socket can be had", e);
    }
  }

  private static void names() {
    try {
      LOGGER.trace("localhost is {}", InetAddress.getByName("localhost"));
    } catch (UnknownHostException e) {
      LOGGER.debug("localhost has no address", e);
    }
  }
}
