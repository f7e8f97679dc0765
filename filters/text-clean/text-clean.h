/* SPDX-License-Identifier: Apache-2.0
 *
 * text-clean: any UTF-8 to a text of the output profile (src/verify/PROFILE.md, sections U and T
 * but for T-7, which is link-defang's). Pure; idempotent; linear. Process: the walk. Trust: input
 * is hostile. libc only.
 */
#pragma once

#include "common/clean.h"
#include "text-clean/blocks.h"
#include "text-clean/plain-fold.h"

typedef struct MugaiTextBlock { /* a file that was written into the text; borrowed for the call */
    BlockKind kind;
    TextSpan name; /* hostile; empty when the block has none */
    TextSpan text; /* all of it, first and last line too */
} MugaiTextBlock;

typedef struct MugaiTextCleanOptions {
    bool japanese;  /* language of what is put in place of blocks; width of ambiguous characters */
    size_t width;   /* columns beyond which lines are folded, MUGAI_PLAIN_FOLD_LEAST at least; 0:
                       none is */
    bool long_runs; /* base64 beyond BASE64_LONG characters, of many letters, is a block, whatever
                       it holds */
    /* Called for each block in order, with @block_data. True: it becomes a part of its own. NULL:
     * none does. */
    bool (*block) (void *block_data, const MugaiTextBlock *block);
    void *block_data;
} MugaiTextCleanOptions;

typedef struct MugaiTextCleanStats {
    MugaiCleanStats clean;
    uint64_t blocks;     /* files written as text, taken out */
    uint64_t lost;       /* of these, those that became no part */
    uint64_t is_signed;  /* texts with a PGP signature around them */
    uint64_t quoted;     /* lines that only look like the beginning of one, quoted */
    uint64_t imitations; /* lines that imitate the notice, quoted */
    uint64_t data_links; /* data: URIs broken up */
    uint64_t drawings;   /* pictures drawn with characters */
    uint64_t folded;     /* lines */
} MugaiTextCleanStats;

/* mugai_text_clean:
 * @utf8: borrowed, @size bytes, broken ones are shown as [?E3]. @out: what fits below its bound is
 * appended (out->cut says when not all did, and then the last line is whole). @stats: set; may be
 * NULL. Returns: 0; -ENOMEM.
 */
int mugai_text_clean (const void *utf8, size_t size, const MugaiTextCleanOptions *options,
                      MugaiBuffer *out, MugaiTextCleanStats *stats);
