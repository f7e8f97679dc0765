/* SPDX-License-Identifier: Apache-2.0
 *
 * office-text: the text of Word, Excel, PowerPoint and OpenDocument files. What it gives is a text
 * that is hostile again, and goes through the rules as one. Process: render. Trust: the document is
 * hostile.
 */
#include "office-text/documents.h"

#include <mugai/filter.h>
#include <string.h>

#include <libxml/parser.h>

static const mugai_code codes[] = {
    { "office-text.damaged", "a part of the document could not be read",
      "文書の一部を読めませんでした" },
    { "office-text.hidden", "the document has hidden text, sheets or slides; their number is given",
      "文書に非表示の文字・シート・スライドがあります" },
    { "office-text.empty", "the document has no text", "文書に文字がありません" },
};

static const char *
officer (MugaiPackage *package, char out[MUGAI_PACKAGE_PATH])
{
    MugaiRelations relations;

    mugai_package_relations (package, "", &relations);
    const MugaiRelation *main = mugai_relation_by_type (&relations, "officeDocument");
    if (main != NULL)
        strcpy (out, main->target);
    mugai_relations_clear (&relations);
    return main != NULL ? out : NULL;
}

static bool
begins (const char *type, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp (type, *list) == 0)
            return true;
    return false;
}

static bool
read_text (const char *type, MugaiPackage *package, MugaiWriter *w, MugaiDocumentStats *stats)
{
    static const char *const word[] = { "docx", "docm", "dotx", "dotm", NULL },
                             *const sheet[] = { "xlsx", "xlsm", "xltx", "xltm", "xlam", NULL },
                             *const slide[] = {
                                 "pptx", "pptm", "ppsx", "ppsm", "potx", "potm", NULL
                             };
    char main[MUGAI_PACKAGE_PATH];

    if (!begins (type, word) && !begins (type, sheet) && !begins (type, slide))
        return mugai_odf_text (package, w, stats);
    if (officer (package, main) == NULL)
        return false;
    return begins (type, word)    ? mugai_word_text (package, main, w, stats)
           : begins (type, sheet) ? mugai_sheet_text (package, main, w, stats)
                                  : mugai_slide_text (package, main, w, stats);
}

static mugai_verdict_t
give (const mugai_host *host, mugai_call *call, MugaiPackage *package, MugaiWriter *w,
      const MugaiDocumentStats *stats)
{
    while (w->out.size > 0 && strchr (" \t\n", w->out.data[w->out.size - 1]) != NULL)
        w->out.size--;
    if (w->out.size == 0) {
        host->reason (call, "office-text.empty", NULL);
        return MUGAI_REFUSE;
    }
    if (package->damaged)
        host->finding (call, "office-text.damaged", 1, NULL);
    if (stats->hidden > 0)
        host->finding (call, "office-text.hidden", stats->hidden, NULL);
    return host->put (call, w->out.data, w->out.size) == 0 && host->put (call, "\n", 1) == 0
               ? MUGAI_REPLACE
               : MUGAI_REFUSE;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiDocumentStats stats = { 0 };
    MugaiWriter w = { .out = mugai_buffer ((size_t)part->output_max),
                      .japanese = part->language == NULL || strcmp (part->language, "en") != 0 };
    mugai_verdict_t verdict = MUGAI_REFUSE;
    MugaiPackage package;
    const char *code;

    if (!mugai_package_open (part, &package, &code)) {
        host->reason (call, code, part->type);
        return MUGAI_REFUSE;
    }
    if (read_text (part->type, &package, &w, &stats))
        verdict = give (host, call, &package, &w, &stats);
    else
        host->reason (call, "office-text.damaged", part->type);
    mugai_package_close (&package);
    mugai_buffer_clear (&w.out);
    return verdict;
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
    .name = "office-text",
    .summary = "the text of Word, Excel, PowerPoint and OpenDocument files",
    .summary_ja = "Word・Excel・PowerPoint・OpenDocument文書から文字を取り出す",
    .takes =
        "docx docm dotx dotm xlsx xlsm xltx xltm xlam pptx pptm ppsx ppsm potx potm odt ott ods "
        "ots odp otp",
    .gives = "text",
    .runs = MUGAI_RUNS_CONVERTER,
    .deterministic = 1,
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .setup = setup,
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
