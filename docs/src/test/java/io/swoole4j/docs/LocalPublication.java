// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import java.nio.file.Path;
import java.util.List;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.deployment.DeployRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.artifact.SubArtifact;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/**
 * A repository in a directory that the library is published to, and a user's Maven that resolves
 * from it. What others have published comes from the local repository of the running build, so that
 * nothing is downloaded.
 */
final class LocalPublication implements AutoCloseable {

  private final RepositorySystem system = new RepositorySystemSupplier().get();
  private final DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
  private final RemoteRepository published;
  private final RemoteRepository others;

  LocalPublication(Path directory) {
    published = repository("published", directory.resolve("published"));
    others = repository("others", Path.of(ReactorModule.property("maven.localRepository")));
    LocalRepository users = new LocalRepository(directory.resolve("users").toFile());
    session.setLocalRepositoryManager(system.newLocalRepositoryManager(session, users));
    session.setSystemProperties(System.getProperties());
  }

  /** Publishes every module of the library. */
  void publishAll() throws RepositoryException {
    for (ReactorModule module : ReactorModule.LIBRARY) {
      publish(module);
    }
  }

  private void publish(ReactorModule module) throws RepositoryException {
    Artifact jar =
        new DefaultArtifact(
                ReactorModule.GROUP_ID, module.artifactId(), "jar", ReactorModule.VERSION)
            .setFile(module.jar().toFile());
    Artifact pom = new SubArtifact(jar, "", "pom").setFile(module.pom().toFile());
    system.deploy(
        session, new DeployRequest().setRepository(published).addArtifact(jar).addArtifact(pom));
  }

  /** Everything that a program needs at run time which depends on one module of the library. */
  List<Path> resolve(ReactorModule module) throws RepositoryException {
    return resolve(ReactorModule.GROUP_ID, module.artifactId(), ReactorModule.VERSION);
  }

  /** Everything that a program needs at run time which depends on one artifact. */
  List<Path> resolve(String groupId, String artifactId, String version) throws RepositoryException {
    Artifact artifact = new DefaultArtifact(groupId, artifactId, "jar", version);
    CollectRequest collect =
        new CollectRequest()
            .setRoot(new Dependency(artifact, JavaScopes.RUNTIME))
            .setRepositories(List.of(published, others));
    return system
        .resolveDependencies(
            session,
            new DependencyRequest(
                collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME)))
        .getArtifactResults()
        .stream()
        .map(ArtifactResult::getArtifact)
        .map(resolved -> resolved.getFile().toPath())
        .toList();
  }

  private static RemoteRepository repository(String id, Path directory) {
    RepositoryPolicy policy =
        new RepositoryPolicy(
            true, RepositoryPolicy.UPDATE_POLICY_ALWAYS, RepositoryPolicy.CHECKSUM_POLICY_IGNORE);
    return new RemoteRepository.Builder(id, "default", directory.toUri().toString())
        .setPolicy(policy)
        .build();
  }

  @Override
  public void close() {
    system.shutdown();
  }
}
