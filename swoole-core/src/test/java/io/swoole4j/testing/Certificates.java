// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Makes certificates and keys with {@code openssl} in a directory: {@code name.crt, name.key}. */
public final class Certificates {
  private final Path directory;

  private Certificates(Path directory) {
    this.directory = directory;
  }

  /** Skips the test if openssl is missing. */
  public static Certificates in(Path directory) {
    OpenSslTool.assumePresent();
    return new Certificates(directory);
  }

  /** A certificate that signs itself, and so an authority too, with an EC key. */
  public Certificates authority(String name) {
    return authority(name, name, "ec");
  }

  /** The same with a host's name and a kind of key, {@code ec} or {@code rsa}. */
  public Certificates authority(String name, String host, String kind) {
    request(name, host, kind, List.of("-x509", "-days", "2"), crt(name));
    return this;
  }

  /** A certificate signed by an authority of this directory. */
  public Certificates signed(String name, String host, String authority, boolean isAuthority) {
    request(name, host, "ec", List.of(), path(name + ".csr"));
    Path extensions = path(name + ".ext");
    try {
      Files.writeString(extensions, "basicConstraints=CA:" + isAuthority + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    OpenSslTool.run(
        "x509",
        "-req",
        "-in",
        path(name + ".csr"),
        "-out",
        crt(name),
        "-days",
        "2",
        "-CA",
        crt(authority),
        "-CAkey",
        key(authority),
        "-CAcreateserial",
        "-extfile",
        extensions);
    return this;
  }

  private void request(String name, String host, String kind, List<String> more, Path output) {
    List<Object> command = new ArrayList<>(List.of("req", "-new", "-nodes", "-newkey"));
    command.addAll(
        kind.equals("ec")
            ? List.of("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
            : List.of("rsa:2048"));
    command.addAll(more);
    command.addAll(List.of("-subj", "/O=swoole/CN=" + host));
    command.addAll(List.of("-addext", "subjectAltName=DNS:" + host));
    command.addAll(List.of("-keyout", key(name), "-out", output));
    OpenSslTool.run(command.toArray());
  }

  /** Puts the certificates of authorities behind one, as servers and clients send them. */
  public Certificates chain(String name, String... authorities) {
    for (String authority : authorities) {
      append(crt(name), crt(authority));
    }
    return this;
  }

  /** Copies a certificate into a new directory of this directory. */
  public void copyTo(String folder, String name) {
    try {
      Files.createDirectories(path(folder));
      Files.copy(crt(name), path(folder).resolve(name + ".pem"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(Path target, Path source) {
    try {
      Files.write(target, Files.readAllBytes(source), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The certificate's file. */
  public Path crt(String name) {
    return path(name + ".crt");
  }

  /** The key's file. */
  public Path key(String name) {
    return path(name + ".key");
  }

  /** Any file of the directory. */
  public Path path(String file) {
    return directory.resolve(file);
  }
}
