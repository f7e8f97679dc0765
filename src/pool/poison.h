/* SPDX-License-Identifier: Apache-2.0
 *
 * poison: content digests of items that killed their worker twice, with the engine that they
 * killed. A line each in a small file of the supervisor, appended durably; another engine (an
 * update) gives every item a new chance. Process: supervisor.
 */
#pragma once

#include "base/sha256.h"

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiPoison MugaiPoison;

/* @path: NULL: in memory only. Errors: MUGAI_ERROR_RESOURCE unreadable. Lines of no known form are
 * left alone. */
MugaiPoison *mugai_poison_open (const char *path, GError **error);
void mugai_poison_free (MugaiPoison *poison);
bool mugai_poison_has (const MugaiPoison *poison, const uint8_t content[MUGAI_SHA256_SIZE],
                       const uint8_t engine[MUGAI_SHA256_SIZE]);
/* Returns: false when it could not be made durable; it is remembered until the end all the same. */
bool mugai_poison_add (MugaiPoison *poison, const uint8_t content[MUGAI_SHA256_SIZE],
                       const uint8_t engine[MUGAI_SHA256_SIZE]);
unsigned mugai_poison_count (const MugaiPoison *poison);
