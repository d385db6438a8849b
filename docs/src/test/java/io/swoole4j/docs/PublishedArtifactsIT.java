// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.eclipse.aether.RepositoryException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the build hands out for each module is complete, and a user's Maven resolves it. */
final class PublishedArtifactsIT {

  @SuppressWarnings("UnusedVariable") // the source of the parameters
  private static final List<ReactorModule> LIBRARY = ReactorModule.LIBRARY;

  @TempDir private static Path directory;

  @BeforeAll
  static void publish() throws RepositoryException {
    try (LocalPublication publication = new LocalPublication(directory)) {
      publication.publishAll();
    }
  }

  @ParameterizedTest
  @FieldSource("LIBRARY")
  void hasAJarOfClassesSourcesAndJavadoc(ReactorModule module) throws IOException {
    assertThat(entries(module.jar())).contains("module-info.class", "META-INF/LICENSE");
    assertThat(entries(module.sourcesJar())).contains("module-info.java");
    assertThat(entries(module.javadocJar())).contains("index.html");
    assertThat(ModuleFinder.of(module.jar()).find(module.moduleName())).isPresent();
  }

  @ParameterizedTest
  @FieldSource("LIBRARY")
  void hasAPomThatStandsAlone(ReactorModule module) throws IOException {
    assertThat(Files.readString(module.pom()))
        .contains("<artifactId>" + module + "</artifactId>", "<name>Apache-2.0</name>")
        .doesNotContain("<parent>", "${", "<scope>test</scope>", "<build>");
  }

  @ParameterizedTest
  @FieldSource("LIBRARY")
  void bringsTheCoreAndWhatItNeeds(ReactorModule module) throws RepositoryException {
    assertThat(resolve(module))
        .anyMatch(file -> file.startsWith("swoole-core-"))
        .anyMatch(file -> file.startsWith("netty-transport-native-epoll-"))
        .anyMatch(file -> file.startsWith("slf4j-api-"))
        .noneMatch(file -> file.startsWith("logback-"));
  }

  @Test
  void leavesOutThePartsOfNettyThatNothingUses() throws RepositoryException {
    assertThat(resolve(ReactorModule.CORE))
        .noneMatch(
            file ->
                file.matches(".*(quic|http3|io_uring|sctp|rxtx|udt|memcache|stomp|smtp|xml).*"));
  }

  private static List<String> resolve(ReactorModule module) throws RepositoryException {
    try (LocalPublication publication = new LocalPublication(directory)) {
      return publication.resolve(module).stream()
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(ZipEntry::getName).toList();
    }
  }
}
