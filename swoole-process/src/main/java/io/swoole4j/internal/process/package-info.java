// SPDX-License-Identifier: Apache-2.0
/** Child JVMs: how they are started, waited for and talked to. */
@NullMarked
package io.swoole4j.internal.process;

import org.jspecify.annotations.NullMarked;
