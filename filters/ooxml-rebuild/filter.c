/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-rebuild: Word, Excel and PowerPoint files anew, of what the model of the profile allows
 * (src/profile/office/). Pictures go through the rules as parts; the host writes the package.
 * Process: render. Trust: the document is hostile.
 */
#include "ooxml-rebuild/hooks.h"
#include "ooxml-rebuild/inspect.h"

#include <mugai/filter.h>
#include <string.h>

#include <libxml/parser.h>

/* Which hooks for which type; the forms with macros, of templates and shows become the plain one.
 */
static const struct {
    const char *types;
    const MugaiHooks *hooks;
} kinds[] = {
    { " docx docm dotx dotm ", &mugai_word_hooks },
    { " pptx pptm ppsx ppsm potx potm ", &mugai_slide_hooks },
    { " xlsx xlsm xltx xltm xlam ", &mugai_sheet_hooks },
};

static const MugaiHooks *
hooks_for (const char *type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *at = strstr (kinds[i].types, type);
        if (at != NULL && at[-1] == ' ' && at[strlen (type)] == ' ')
            return kinds[i].hooks;
    }
    return NULL;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    const MugaiHooks *hooks = hooks_for (part->type);

    return hooks != NULL ? mugai_document_rebuild (host, call, part, hooks) : MUGAI_REFUSE;
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    const MugaiHooks *hooks = hooks_for (part->type);

    return hooks != NULL ? mugai_ooxml_inspect (host, call, part, hooks) : -1;
}

static int
setup (const mugai_host *host)
{
    (void)host;
    xmlInitParser();
    return 0;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "ooxml-rebuild",
    .summary = "Word, Excel and PowerPoint files rebuilt without anything that acts",
    .summary_ja = "Word・Excel・PowerPoint文書を、動作する要素のない形に作り直す",
    .takes = "docx docm dotx dotm xlsx xlsm xltx xltm xlam pptx pptm ppsx ppsm potx potm",
    .gives = "docx xlsx pptx",
    .runs = MUGAI_RUNS_CONVERTER,
    .container = MUGAI_CONTAINER_DOCUMENT,
    .deterministic = 1,
    .setup = setup,
    .inspect = inspect,
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
