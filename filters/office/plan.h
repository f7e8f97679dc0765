/* SPDX-License-Identifier: Apache-2.0
 *
 * plan: say what the result of a document filter is: its parts and how they refer to each other,
 * for the host that writes the package. The form is that of the host's reader (src/wire/package.h).
 *
 * Add parts and relations in any order, then mugai_plan_put() once. Process: render. Trust: ours.
 * libc only.
 */
#pragma once

#include "common/buffer.h"

#include <mugai/filter.h>

enum { MUGAI_PLAN_PACKAGE = -1 /* the package itself, as a source */ };

typedef struct MugaiPlanWriter {
    MugaiBuffer uses, parts, relations; /* in the form of the plan */
    struct MugaiPlanLink *links;        /* owned; relations, to be sorted by source */
    uint32_t n_children, n_parts, n_links;
    bool failed; /* memory ended, or a limit was passed */
} MugaiPlanWriter;

/* A piece of a part: bytes, or, with NULL, the name that the part of picture @child gets. */
typedef struct MugaiPlanBytes {
    const void *data; /* borrowed for the call */
    size_t size;
    int child;
} MugaiPlanBytes;

/* @max: bytes of all. */
MugaiPlanWriter mugai_plan_writer (size_t max);
void mugai_plan_writer_clear (MugaiPlanWriter *plan);

/* Hand @data to the host as a child: a picture, which gets a part when the plan refers to it, or a
 * document that goes on beside this one. @name: hostile. Returns: its handle, or -1. */
int mugai_plan_picture (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call,
                        const char *name, const void *data, size_t size);
int mugai_plan_beside (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call,
                       const char *name, const void *data, size_t size);

/* @name: "word/document.xml". Returns: its index. */
int mugai_plan_part (MugaiPlanWriter *plan, const char *name, const char *media,
                     const MugaiPlanBytes *pieces, size_t n_pieces);
/* @source: a part or MUGAI_PLAN_PACKAGE; @id: "rId1"; @type: URI; @target: a part, or, with @child,
 * a picture. */
void mugai_plan_relation (MugaiPlanWriter *plan, int source, const char *id, const char *type,
                          bool child, int target);

/* Put all of it out. @form: 1 OPC, 2 ODF; @type: "docx"; @stem: "word/media/image". Returns: 0 or
 * -1. */
int mugai_plan_put (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call, unsigned form,
                    const char *type, const char *stem);
