/* SPDX-License-Identifier: Apache-2.0
 *
 * charset-score: how much a text looks like one that people write; tells decodings of the same
 * bytes apart. Process: mugai-worker. Trust: input is hostile.
 */
#pragma once

#include <stddef.h>

typedef struct MugaiCharsetScore {
    size_t chars;    /* beyond ASCII */
    long points;     /* sum over them */
    size_t kana;     /* hiragana and katakana */
    size_t half;     /* half-width kana and private use */
    size_t controls; /* C1 */
} MugaiCharsetScore;

/* @utf8: borrowed, valid, @size bytes; @undecodable: bytes that had no meaning. */
MugaiCharsetScore mugai_charset_score (const char *utf8, size_t size, size_t undecodable);

/* Points per character in hundredths. */
int mugai_charset_score_mean (const MugaiCharsetScore *score);

/* Share of kana less that of half-width kana and private use, in hundredths: above 15 it is
 * Japanese and nothing else. */
int mugai_charset_score_kana (const MugaiCharsetScore *score);
