// SPDX-License-Identifier: Apache-2.0
/** A program of a user of the library. */
module io.example.consumer {
  requires io.swoole4j.core;
}
