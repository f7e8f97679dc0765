/* SPDX-License-Identifier: Apache-2.0
 *
 * mime: where the parts of a mail begin and end. One pass over the lines with a stack of
 * boundaries; nothing is copied, nothing is decoded. Everything that two readers of mail would
 * split differently is noted at the part it touches.
 *
 * Process: worker. Trust: input is hostile. Linear in size times depth, no recursion.
 */
#pragma once

#include "base/limits.h"
#include "message/field.h"
#include "message/mime-value.h"
#include "message/transfer.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_MIME_BOUNDARY_MAX = 200 /* bytes; RFC 2046 allows 70, real mail sometimes more */ };

typedef enum MugaiMimeKind {
    MUGAI_MIME_LEAF = 1,
    MUGAI_MIME_MIXED, /* and every multipart that has no row of its own */
    MUGAI_MIME_ALTERNATIVE,
    MUGAI_MIME_RELATED,
    MUGAI_MIME_DIGEST,
    MUGAI_MIME_REPORT,
    MUGAI_MIME_SIGNED,
    MUGAI_MIME_ENCRYPTED,
} MugaiMimeKind;

typedef enum MugaiMimeDisposition {
    MUGAI_MIME_DISPOSITION_NONE = 1,
    MUGAI_MIME_DISPOSITION_INLINE,
    MUGAI_MIME_DISPOSITION_ATTACHMENT, /* and everything that is neither (RFC 2183 2.8) */
} MugaiMimeDisposition;

/* Flags: what was seen at a part; see mugai_mime_note_code(). */
typedef enum MugaiMimeNote {
    /* two readers would take it for different types */
    MUGAI_MIME_NOTE_AMBIGUOUS_TYPE = 1u << 0,
    /* two readers would decode it differently */
    MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING = 1u << 1,
    /* two readers would split it differently */
    MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY = 1u << 2,
    /* a multipart without one, or whose delimiter never comes */
    MUGAI_MIME_NOTE_NO_BOUNDARY = 1u << 3,
    /* no close-delimiter */
    MUGAI_MIME_NOTE_UNCLOSED = 1u << 4,
    /* more than the usual sentence before the first part */
    MUGAI_MIME_NOTE_PREAMBLE = 1u << 5,
    /* something after the last part */
    MUGAI_MIME_NOTE_EPILOGUE = 1u << 6,
    /* delimiters again after the close-delimiter */
    MUGAI_MIME_NOTE_AFTER_CLOSE = 1u << 7,
    /* a line that is almost a delimiter, with fields of a part behind it */
    MUGAI_MIME_NOTE_NEAR = 1u << 8,
    /* a line that is no field ended the header */
    MUGAI_MIME_NOTE_HEADER_BROKEN = 1u << 9,
    /* a transfer encoding on a multipart; ignored */
    MUGAI_MIME_NOTE_ENCODED_MULTIPART = 1u << 10,
    /* read as it stands */
    MUGAI_MIME_NOTE_UNKNOWN_ENCODING = 1u << 11,
    /* the second reader sees other bytes (second-reader.h) */
    MUGAI_MIME_NOTE_DISPUTED = 1u << 12,
    /* two readers would find different fields in its header */
    MUGAI_MIME_NOTE_AMBIGUOUS_HEADER = 1u << 13,
} MugaiMimeNote;

enum {
    MUGAI_MIME_NOTES_AMBIGUOUS =
        MUGAI_MIME_NOTE_AMBIGUOUS_TYPE | MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING |
        MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY | MUGAI_MIME_NOTE_AMBIGUOUS_HEADER,
    MUGAI_MIME_NOTE_COUNT = 14,
};

typedef struct MugaiMimePart {
    uint32_t parent; /* index; own index for the root */
    uint32_t number; /* among its siblings, from 1 */
    uint32_t depth;
    MugaiMimeKind kind;
    size_t header, body, end;          /* offsets in the mail */
    MugaiMimeValue *type;              /* owned; token is never empty */
    MugaiMimeValue *disposition_value; /* owned; NULL when there is none */
    MugaiMimeDisposition disposition;
    bool has_id; /* Content-ID: others refer to it */
    MugaiEncoding encoding;
    uint32_t notes;            /* MugaiMimeNote */
    size_t preamble, epilogue; /* bytes of them, when noted */
} MugaiMimePart;

/* A stretch that only another reader would take for content. It is in no leaf. */
typedef struct MugaiMimeOther {
    uint32_t parent;    /* the multipart it stands in */
    uint32_t place;     /* the part whose path it shows: the leaf it was cut from, or the parent */
    MugaiMimeNote note; /* why */
    size_t begin, end;
} MugaiMimeOther;

typedef struct MugaiMime {
    const uint8_t *data; /* borrowed */
    size_t size;
    MugaiFields fields; /* of the mail */
    GArray *parts;      /* of MugaiMimePart, in the order of the mail; the root first */
    GArray *others;     /* of MugaiMimeOther, in the order in which they ended */
} MugaiMime;

/* mugai_mime_parse:
 * @data: borrowed, must outlive the result. @limits: parts, depth, header, header_line, headers.
 * Returns: (transfer full). Errors: MUGAI_ERROR_LIMIT naming limit and number. Anything else gives
 * some tree. Source: RFC 2046 5.1; RFC 2045 5, 6.
 */
MugaiMime *mugai_mime_parse (const uint8_t *data, size_t size, const MugaiLimits *limits,
                             GError **error);
void mugai_mime_free (MugaiMime *mime);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiMime, mugai_mime_free)

const MugaiMimePart *mugai_mime_part (const MugaiMime *mime, uint32_t index);

/* Returns: (static) the finding code of one flag. */
const char *mugai_mime_note_code (MugaiMimeNote note);
