/* SPDX-License-Identifier: Apache-2.0
 *
 * What the input refers to and the model has not, told by the kind of relationship (ISO/IEC 29500-1
 * clause 15, [MS-OFFMACRO2], [MS-CUSTOMUI], [MS-OWEXML]): one finding for each code.
 */
#include "office/document.h"

#include <string.h>

typedef struct Loss {
    const char *type; /* last word of the relationship's type */
    const char *code;
    bool external; /* counts only when it leads out */
} Loss;

/* Sorted by code. */
static const Loss losses[] = {
    { "control", "office.activex", false },
    { "aFChunk", "office.alt-chunk", false },
    { "connections", "office.connection", false },
    { "powerPivotData", "office.connection", false },
    { "queryTable", "office.connection", false },
    { "volatileDependencies", "office.connection", false },
    { "xmlMaps", "office.connection", false },
    { "attachedToolbars", "office.custom-ui", false },
    { "extensibility", "office.custom-ui", false },
    { "customXml", "office.custom-xml", false },
    { "font", "office.embedded-font", false },
    { "frame", "office.external-link", true },
    { "image", "office.external-link", true },
    { "subDocument", "office.external-link", true },
    { "vbaProject", "office.macro", false },
    { "pivotTable", "office.pivot-table", false },
    { "attachedTemplate", "office.remote-template", true },
    { "webextension", "office.web-extension", false },
    { "webextensiontaskpanes", "office.web-extension", false },
};

enum { LOSSES = sizeof losses / sizeof losses[0] };

static void
count_part (const MugaiOfficePart *part, uint64_t *count, const char **evidence)
{
    for (size_t i = 0; i < part->relations.count; i++) {
        const MugaiRelation *r = &part->relations.list[i];
        for (size_t k = 0; k < LOSSES; k++) {
            if (strcmp (r->type, losses[k].type) != 0 || (losses[k].external && !r->external))
                continue;
            if (count[k]++ == 0)
                evidence[k] = r->external ? r->target : NULL;
        }
    }
}

void
mugai_document_losses (MugaiDocument *doc)
{
    uint64_t count[LOSSES] = { 0 };
    const char *evidence[LOSSES] = { NULL };

    count_part (&doc->package_part, count, evidence);
    for (size_t i = 0; i < doc->n_targets; i++)
        if (doc->targets[i].part != NULL)
            count_part (doc->targets[i].part, count, evidence);
    for (size_t k = 0; k < LOSSES; k++) {
        bool more = k + 1 < LOSSES && strcmp (losses[k].code, losses[k + 1].code) == 0;
        if (more) {
            count[k + 1] += count[k];
            evidence[k + 1] = evidence[k + 1] != NULL ? evidence[k + 1] : evidence[k];
        } else if (count[k] > 0) {
            mugai_document_finding (doc, losses[k].code, count[k], evidence[k]);
        }
    }
}
