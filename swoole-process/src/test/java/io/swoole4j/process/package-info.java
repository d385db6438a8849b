// SPDX-License-Identifier: Apache-2.0
/** Child processes, with real ones. */
@NullMarked
package io.swoole4j.process;

import org.jspecify.annotations.NullMarked;
