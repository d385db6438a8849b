// SPDX-License-Identifier: Apache-2.0

/** Forms with files: multipart/form-data read piece by piece, files into temporary files. */
@NullMarked
package io.swoole4j.internal.http.upload;

import org.jspecify.annotations.NullMarked;
