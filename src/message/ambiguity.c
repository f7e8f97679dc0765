/* SPDX-License-Identifier: Apache-2.0 */
#include "message/ambiguity.h"

#include <stdbool.h>
#include <string.h>

/* The classes in their order in the field, with the findings that each stands for. */
static const struct {
    const char *class;
    const char *codes[5];
} classes[] = {
    { "header", { "mime.ambiguous-header", "header.conflict", "header.duplicate" } },
    { "type", { "mime.ambiguous-type" } },
    { "encoding",
      { "mime.ambiguous-encoding", "mime.bad-encoding", "mime.base64-garbage",
        "mime.encoded-container" } },
    { "boundary",
      { "mime.ambiguous-boundary", "mime.boundary-missing", "mime.near-boundary",
        "mime.after-close" } },
    { "content", { "mime.other-reading", "mime.preamble" } },
    { "parameter", { "mime.duplicate-parameter", "mime.name-mismatch" } },
    { "line-end", { "mime.nul", "mime.bad-line-end" } },
    { "readers", { "mime.readers-differ", "mime.second-reading" } },
};

/* Is a leaf that is withheld for this reason withheld because of an ambiguity? */
static bool
is_reason (const char *reason)
{
    return g_str_has_prefix (reason, "mime.ambiguous-") ||
           strcmp (reason, "mime.boundary-missing") == 0 ||
           strcmp (reason, "mime.other-reading") == 0 ||
           strcmp (reason, "mime.readers-differ") == 0;
}

static uint32_t
classes_of (const GPtrArray *findings)
{
    uint32_t found = 0;

    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        for (size_t c = 0; c < G_N_ELEMENTS (classes); c++)
            for (size_t k = 0; k < G_N_ELEMENTS (classes[c].codes); k++)
                if (classes[c].codes[k] != NULL && strcmp (classes[c].codes[k], finding->code) == 0)
                    found |= 1u << c;
    }
    return found;
}

void
mugai_ambiguity_emit (const MugaiReport *report, GString *out)
{
    uint32_t found = classes_of (report->findings);
    unsigned withheld = 0;
    const char *comma = "";

    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        found |= classes_of (part->findings);
        withheld += part->leaf && part->outcome == MUGAI_OUTCOME_WITHHELD && part->reason != NULL &&
                    is_reason (part->reason);
    }
    if (found == 0)
        return;
    g_string_append_printf (out,
                            "MIME-Ambiguity-Results: mugai; ambiguity=%s; withheld=%u;\r\n class=",
                            withheld > 0 ? "high" : "low", withheld);
    for (size_t c = 0; c < G_N_ELEMENTS (classes); c++)
        if ((found & 1u << c) != 0) {
            g_string_append_printf (out, "%s%s", comma, classes[c].class);
            comma = ",";
        }
    g_string_append (out, "\r\n");
}
