/* SPDX-License-Identifier: Apache-2.0
 *
 * blocks: files that stand in a text as text, which a reader's program would turn into files again:
 * uuencode, xxencode, yEnc, BinHex, base64 of a known type, PGP armour. Process: the walk. Trust:
 * input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct TextSpan {
    const char *data;
    size_t size;
} TextSpan;

typedef enum BlockKind {
    BLOCK_UU, /* xxencode too */
    BLOCK_YENC,
    BLOCK_BINHEX,
    BLOCK_BASE64,
    BLOCK_PGP_MESSAGE,
    BLOCK_PGP_KEY,
    BLOCK_PGP_SIGNATURE,
} BlockKind;

enum {
    BASE64_LINE_LEAST = 20, /* characters of a line that is part of a run */
    BASE64_RUN_LEAST = 160, /* characters of a run that counts */
    BASE64_HEAD = 400,      /* characters that are decoded to see what it is */
    BASE64_LONG = 2000,     /* characters of a run that nobody reads, whatever it is */
    BASE64_KINDS = 16,      /* different letters that data of this length has; "wwww..." is text */
};

/* The next line of @rest without its LF; @rest moves behind it. */
TextSpan text_line (TextSpan *rest);

/* White space of Unicode at both ends taken off. */
TextSpan text_strip (TextSpan line);

/* (static) What a block is called where it stood. */
const char *block_kind_name (BlockKind kind, bool japanese);

/* "begin 644 name" or "begin-base64 644 name". */
bool block_is_begin (TextSpan line);

/* The name in a begin line; in a line "=ybegin ... name=". */
TextSpan block_begin_name (TextSpan line);
TextSpan block_yenc_name (TextSpan line);

/* "-----BEGIN PGP MESSAGE-----", a key, a signature; not the beginning of signed text. */
bool block_is_pgp (TextSpan line, BlockKind *ret_kind);

/* block_uu:
 * @rest: what follows a begin line. Returns: bytes of it that belong to the block, up to its "end";
 * 0 when the next line is none that a decoder takes.
 */
size_t block_uu (TextSpan rest);

/* Bytes of @rest, which follows the line with BinHex's phrase, up to the closing colon; 0 when
 * there is no such block. */
size_t block_binhex (TextSpan rest);

/* Only characters of base64, at most two "=" at the end. Empty too. */
bool block_is_base64 (TextSpan line);

/* @line: base64. Which of its 64 letters it has: 1 << value of each. */
uint64_t block_letters (TextSpan line);

/* @head: the first characters of a run, up to BASE64_HEAD. Does it decode to a file of a known
 * type? */
bool block_is_known (TextSpan head);
