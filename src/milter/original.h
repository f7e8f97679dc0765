/* SPDX-License-Identifier: Apache-2.0
 *
 * original: one mail as the MTA shows it, collected piece by piece into a memfd with its SHA-256,
 * and the list of header fields that an edit has to remove. Parses nothing: names are only counted.
 * Process: mugai-milter. Trust: every byte is hostile; bounded by the budget alone, because what
 * the MTA accepts must be kept.
 */
#pragma once

#include "base/sha256.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that all originals of this process may hold together. Shared by threads. */
typedef struct MugaiBudget {
    uint64_t max; /* bytes */
    _Atomic uint64_t used;
} MugaiBudget;

typedef struct MugaiOriginal MugaiOriginal;

/* @budget: borrowed; must outlive the original, which gives back what it took.
 * Returns: (transfer full) an empty mail. A failure, here or later, is told by
 * mugai_original_seal(). */
MugaiOriginal *mugai_original_new (MugaiBudget *budget);
void mugai_original_free (MugaiOriginal *original);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiOriginal, mugai_original_free)

/* One header field as libmilter gives it: NUL-terminated, lines of a folded value divided by LF.
 * @space: the MTA took one blank after the colon away (no SMFIP_HDR_LEADSPC), so it is put back. */
void mugai_original_header (MugaiOriginal *original, const char *name, const char *value,
                            bool space);
void mugai_original_end_of_header (MugaiOriginal *original);
void mugai_original_body (MugaiOriginal *original, const void *data, size_t size);

/* mugai_original_seal:
 * The mail is complete. Returns: 0, or the negative errno of the first failure since the beginning
 * (-ENOMEM: past the budget); then nothing of it may be used. After 0 the functions below hold. */
int mugai_original_seal (MugaiOriginal *original);
int mugai_original_fd (const MugaiOriginal *original); /* (borrowed) the sealed memfd */
uint64_t mugai_original_size (const MugaiOriginal *original);
void mugai_original_sha256 (const MugaiOriginal *original, uint8_t ret_digest[MUGAI_SHA256_SIZE]);

/* Header fields seen, in order. @ret_occurrence: 1 for the first of its name, compared without
 * case. */
size_t mugai_original_fields (const MugaiOriginal *original);
const char *mugai_original_field (const MugaiOriginal *original, size_t index,
                                  unsigned *ret_occurrence);
/* How many fields are called @name. */
unsigned mugai_original_count (const MugaiOriginal *original, const char *name);
