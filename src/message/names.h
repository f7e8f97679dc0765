/* SPDX-License-Identifier: Apache-2.0
 *
 * names: the name of a part, from every parameter that may hold one, with a finding for everything
 * about it that was made to mislead.
 *
 * Process: worker. Trust: input is hostile; the name obeys PROFILE.md N-2 to N-6.
 */
#pragma once

#include "base/limits.h"
#include "message/mime.h"

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiNames {
    char *name;      /* owned; safe, "" when there is none */
    char *extension; /* owned; of the name, lower case, "" when none */
    bool mismatch;   /* another parameter states a name with another extension */
} MugaiNames;

/* mugai_names_read:
 * The name is that of Content-Disposition, else that of Content-Type; an extended parameter
 * (RFC 2231) comes before a plain one. All others are compared with it.
 * @charset: of raw bytes, may be NULL. @findings: gets mime.name-mismatch and name.*.
 */
MugaiNames mugai_names_read (const MugaiMimePart *part, const char *charset,
                             const MugaiLimits *limits, GPtrArray *findings);
