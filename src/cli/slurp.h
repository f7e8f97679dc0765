/* SPDX-License-Identifier: Apache-2.0
 *
 * slurp: a file into memory, for the pool. Process: mugai. Trust: whoever made the file may change
 * it while it is read; what is in the memfd is what is sanitized, kept and hashed.
 */
#pragma once

#include "pool/pool.h"

/* mugai_slurp:
 * The whole of @fd from where it stands; digest and size in @submission. @most: bytes.
 * Returns: a sealed memfd; -1 with errno; EFBIG: more than @most bytes.
 */
int mugai_slurp (int fd, uint64_t most, MugaiSubmission *submission);

/* mugai_slurp_max:
 * What is over limits.item is withheld by the walk, which says so; far beyond, memory is not spent
 * on it: a sparse file of terabytes costs nothing to make. Returns: bytes. */
uint64_t mugai_slurp_max (const MugaiPool *pool);

/* SHA-256 of content, relative path and policy: the same again gives the same bytes. @relative: ""
 * for stdin. */
void mugai_slurp_id (const MugaiPool *pool, const MugaiSubmission *submission, const char *relative,
                     char ret_id[MUGAI_ID_SIZE]);
