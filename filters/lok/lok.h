/* SPDX-License-Identifier: Apache-2.0
 *
 * lok: one document through LibreOfficeKit: bytes in, bytes in another format out. LibreOffice is
 * opened at run time, where it is installed; nothing of it is needed to build. Process:
 * mugai-office. Trust: the document is hostile, and with it, soon perhaps, this process.
 *
 * Order: lok_setup() before the lock-down, lok_warm() in the locked zygote, lok_begin() in a child,
 * lok_convert() once.
 */
#pragma once

#include <mugai/filter.h>
#include <stdbool.h>

typedef enum LokKind { /* as LibreOfficeKitDocumentType counts */
                       LOK_TEXT = 0,
                       LOK_SHEET = 1,
                       LOK_SLIDES = 2,
                       LOK_DRAWING = 3,
                       LOK_OTHER = 4,
} LokKind;

typedef enum LokResult {
    LOK_DONE,
    LOK_UNREADABLE, /* LibreOffice does not open it */
    LOK_NOT_THAT,   /* it opens as something else than its type says */
    LOK_FAILED,     /* it opens, but cannot be written in the format */
    LOK_TOO_LARGE,  /* past what the filter may put out */
} LokResult;

/* The kinds of documents that it reads. */
typedef struct LokType {
    const char *id;        /* content type */
    const char *extension; /* under which LibreOffice knows it */
    LokKind kind;
} LokType;

/* Returns: (static) or NULL. */
const LokType *lok_type (const char *id);

/* What mugai_filter_info wants. */
extern const mugai_room lok_room;
const char *lok_lacks (int japanese);
int lok_setup (const mugai_host *host);

/* lok_convert:
 * @formats: what to save as, by LokKind ("docx"); NULL: documents of this kind are refused.
 * Puts the result out, and its type when the filter gives several. @why: (static, hostile text)
 * what LibreOffice says, or NULL.
 */
LokResult lok_convert (const mugai_host *host, mugai_call *call, const mugai_part *part,
                       const char *const formats[LOK_OTHER], const char **why);
