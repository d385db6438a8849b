// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
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

  /** Attributes that depend on the sources and the tools alone. */
  private static final List<String> TIMELESS =
      List.of(
          "Manifest-Version",
          "Created-By",
          "Java-Version",
          "Build-Jdk-Spec",
          "Implementation-Title",
          "Implementation-Version",
          "Implementation-Vendor");

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

  /** That two builds of one commit are equal byte for byte, as far as one build can tell. */
  @ParameterizedTest
  @FieldSource("LIBRARY")
  void saysNothingOfWhenAndWhereItWasBuilt(ReactorModule module) throws IOException {
    Instant time = Instant.parse(ReactorModule.property("project.build.outputTimestamp"));
    for (Path jar : List.of(module.jar(), module.sourcesJar(), module.javadocJar())) {
      try (JarFile file = new JarFile(jar.toFile())) {
        assertThat(file.stream()).isNotEmpty().allMatch(entry -> isOf(entry, time));
        assertThat(file.getManifest().getMainAttributes().keySet())
            .extracting(Object::toString)
            .isSubsetOf(TIMELESS);
      }
    }
    assertThat(content(module.javadocJar(), "index.html")).doesNotContain("dc.created");
  }

  /** Jars tell times without a zone, unless they also tell them with one. */
  private static boolean isOf(ZipEntry entry, Instant time) {
    return entry.getTimeLocal().equals(LocalDateTime.ofInstant(time, UTC))
        || entry.getLastModifiedTime().toInstant().equals(time);
  }

  private static String content(Path jar, String entry) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return new String(file.getInputStream(file.getEntry(entry)).readAllBytes(), UTF_8);
    }
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
