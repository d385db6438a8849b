// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Turns {@link ServerMatrix} into the variants that it asks for. */
final class ServerVariantsProvider implements ArgumentsProvider, AnnotationConsumer<ServerMatrix> {

  private List<ServerVariant> variants = List.of();

  @Override
  public void accept(ServerMatrix matrix) {
    variants =
        ServerVariant.all().stream()
            .filter(variant -> Arrays.asList(matrix.modes()).contains(variant.mode()))
            .filter(
                variant ->
                    matrix.transports().length == 0
                        || Arrays.asList(matrix.transports()).contains(variant.transport()))
            .toList();
  }

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    return variants.stream().map(Arguments::of);
  }
}
