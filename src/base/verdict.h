/* SPDX-License-Identifier: Apache-2.0
 *
 * verdict: the two messages between a supervisor and a verify child. In base, because the verifier
 * may know nothing above it. write_x and read_x stand side by side. libc only.
 */
#pragma once

#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum MugaiGrammar { /* which grammar of PROFILE.md */
                            MUGAI_GRAMMAR_MAIL = 1,
                            MUGAI_GRAMMAR_TEXT = 2,
                            MUGAI_GRAMMAR_CSV = 3,
                            MUGAI_GRAMMAR_PNG = 4,
                            MUGAI_GRAMMAR_ZIP = 5,
                            MUGAI_GRAMMAR_JPEG = 6,
                            MUGAI_GRAMMAR_PDF = 7,
                            MUGAI_GRAMMAR_CALENDAR = 8,
                            MUGAI_GRAMMAR_VCARD = 9,
                            MUGAI_GRAMMAR_DOCX = 10,
                            MUGAI_GRAMMAR_XLSX = 11,
                            MUGAI_GRAMMAR_PPTX = 12,
                            MUGAI_GRAMMAR_ODT = 13,
                            MUGAI_GRAMMAR_ODS = 14,
                            MUGAI_GRAMMAR_ODP = 15,
                            MUGAI_GRAMMAR_LAST = MUGAI_GRAMMAR_ODP, /* the highest */
} MugaiGrammar;

/* Payload of MUGAI_KIND_VERIFY; the sealed result travels as descriptor 0. */
typedef struct MugaiVerifyRequest {
    uint32_t grammar;    /* MugaiGrammar */
    uint64_t output_max; /* bytes; limits.output */
    uint64_t parts_max;
} MugaiVerifyRequest;

/* Payload of MUGAI_KIND_VERDICT. */
typedef struct MugaiVerdict {
    bool ok;
    uint32_t leaves;                             /* found delivered */
    uint32_t in, delivered, converted, withheld; /* as the result itself states them; 0 for files */
    uint8_t output_sha256[MUGAI_SHA256_SIZE];    /* of all the bytes that were looked at */
    uint8_t leaves_sha256[MUGAI_SHA256_SIZE]; /* over the concatenated SHA-256 of each decoded leaf,
                                                 in order */
    uint64_t offset;                          /* of the refusal, bytes */
    char clause[16]; /* of the refusal: "M-3.2"; NUL-terminated printable ASCII */
    char path[64];   /* which part */
    char why[128];
} MugaiVerdict;

/* Return: bytes written, or 0 when @room is short. */
size_t mugai_verify_request_write (const MugaiVerifyRequest *request, void *buffer, size_t room);
size_t mugai_verdict_write (const MugaiVerdict *verdict, void *buffer, size_t room);
/* Return: false on anything but exactly one well-formed value; *ret untouched then. */
bool mugai_verify_request_read (const void *data, size_t size, MugaiVerifyRequest *ret);
bool mugai_verdict_read (const void *data, size_t size, MugaiVerdict *ret);
