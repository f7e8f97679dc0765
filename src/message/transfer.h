/* SPDX-License-Identifier: Apache-2.0
 *
 * transfer: take a content-transfer-encoding off, streaming, and count what readers would decode
 * differently.
 *
 * Process: worker. Trust: input is hostile. No allocation; linear; any input gives some output.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum MugaiEncoding {
    MUGAI_ENCODING_IDENTITY = 1, /* 7bit, 8bit, binary */
    MUGAI_ENCODING_BASE64,
    MUGAI_ENCODING_QP,
    MUGAI_ENCODING_UU,
} MugaiEncoding;

typedef struct MugaiTransfer {
    uint64_t size; /* bytes decoded */
    uint64_t odd;  /* places where readers differ: base64 with other letters or with padding inside,
                      bad escapes */
    bool cut;      /* the last quad or escape is not whole */
    bool goes_on;  /* base64 goes on behind padding, where many readers stop */
    bool stopped;  /* the sink wanted no more */
} MugaiTransfer;

/* Takes decoded bytes; false: no more. */
typedef bool (*MugaiTransferSink) (void *data, const uint8_t *bytes, size_t size);

/* mugai_transfer_decode:
 * base64: letters outside of the alphabet are skipped (url-safe ones are read as their
 * counterparts), padding inside is passed over and decoding goes on. Quoted-printable: an escape
 * that is none stays as it stands.
 * @data: borrowed, @size bytes. @sink: called with pieces of at most 12 KiB; identity passes the
 * input in one piece. Source: RFC 2045 6.7, 6.8.
 */
MugaiTransfer mugai_transfer_decode (MugaiEncoding encoding, const uint8_t *data, size_t size,
                                     MugaiTransferSink sink, void *sink_data);
