/* SPDX-License-Identifier: Apache-2.0
 *
 * fake: a supervisor for tests of the chain, in a forked process. It lends buffers, collects
 * ISOLATE calls until none comes for a moment (or as many are out as may be), and answers them in
 * reverse.
 */
/* clang-format off */
/* The document's first byte says how:
 *   P        REPLACE with a PNG-like blob that ends with the rest of the document
 *   T        REPLACE with the rest as text, again (a converter)
 *   B        the same and 3 MB more
 *   K D R L  KEEP, DROP, REFUSE, LATER
 *   V        REPLACE, text of type "csv"
 *   X        REPLACE, type "exe"
 *   N        REPLACE, type "png", but no PNG inside
 *   C        KEEP with an unknown finding code
 *   F f      facts; facts and one with an unknown key
 * and, to break the protocol:
 *   h        unknown handle
 *   j        other job
 *   d        REPLACE without descriptor
 *   k        KEEP with one
 *   u        unsealed
 *   m        malformed payload
 *   w        another kind of frame
 *   e        end of stream
 *   2        answers twice
 */
/* clang-format on */
#pragma once

#include <stdint.h>
#include <sys/types.h>

enum { FAKE_JOB = 0x1234567890 };

typedef struct Fake {
    int channel; /* the chain's end */
    pid_t pid;
} Fake;

Fake fake_start (void);
/* Close the channel and reap. Returns: most calls that were out at one time. */
int fake_stop (Fake *fake);
