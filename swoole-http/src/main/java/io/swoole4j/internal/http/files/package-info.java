// SPDX-License-Identifier: Apache-2.0

/** Static files: from a request's path to a file, or to the reason why not. */
@NullMarked
package io.swoole4j.internal.http.files;

import org.jspecify.annotations.NullMarked;
