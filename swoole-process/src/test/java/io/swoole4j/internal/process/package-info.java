// SPDX-License-Identifier: Apache-2.0
/** What connects processes, without any. */
@NullMarked
package io.swoole4j.internal.process;

import org.jspecify.annotations.NullMarked;
