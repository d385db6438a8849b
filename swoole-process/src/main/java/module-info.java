// SPDX-License-Identifier: Apache-2.0
/** User processes that run in a JVM of their own. */
module io.swoole4j.process {
  requires transitive io.swoole4j.core;
  requires static transitive org.jspecify;
}
