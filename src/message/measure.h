/* SPDX-License-Identifier: Apache-2.0
 *
 * measure: what one pass over an encoded content gathers: digest, size, and both ends for the
 * sniffer. Nothing is kept of the middle.
 *
 * Process: worker. Trust: input is hostile. Linear.
 */
#pragma once

#include "base/sha256.h"
#include "message/sniff.h"
#include "message/transfer.h"

#include <stddef.h>
#include <stdint.h>

typedef struct MugaiMeasure { /* all zero before the first use; used again for any number */
    MugaiSha256 sha256;
    uint64_t size; /* bytes decoded */
    size_t head_size, tail_size;
    uint8_t *head; /* MUGAI_SNIFF_WINDOW bytes */
    uint8_t *tail; /* three times as many */
} MugaiMeasure;

/* mugai_measure:
 * @raw: borrowed, encoded. @ret_sha256: of the decoded bytes; their number is in @m. @ret_transfer:
 * what was odd. Returns: the ends, borrowed from @m until it is used again.
 */
MugaiSniff mugai_measure (MugaiMeasure *m, MugaiEncoding encoding, const uint8_t *raw, size_t size,
                          uint8_t ret_sha256[MUGAI_SHA256_SIZE], MugaiTransfer *ret_transfer);
void mugai_measure_clear (MugaiMeasure *m);
#define mugai_automeasure __attribute__ ((cleanup (mugai_measure_clear))) MugaiMeasure
