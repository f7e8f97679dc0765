/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/note.h"

#include "core/finding-text.h"

#include <string.h>

enum { LINES = 40 /* about parts; one screen */ };

static void
line (GString *out, const char *label, const char *text)
{
    g_string_append_printf (out, "%s%s\r\n", label, text);
}

static char *
words_of (const char *code, uint64_t count, const char *evidence, bool japanese)
{
    const MugaiFindingInfo *info = mugai_finding_info (code);
    g_autofree char *shown = mugai_shown (evidence, true);

    return info != NULL ? mugai_finding_text (info, japanese, count, shown) : g_strdup (code);
}

/* "1.2/a.docx: why", for each part that was withheld, and what the reader should know of others.
 * @whole: it is all that was dropped, and why it was withheld is said already. */
static void
tell_part (GString *out, const MugaiReportPart *part, bool whole, bool japanese)
{
    g_autofree char *path = mugai_shown (part->path, true), *name = mugai_shown (part->name, false);
    const char *where = *name != '\0' ? name : path;

    if (part->outcome == MUGAI_OUTCOME_WITHHELD && !whole) {
        g_autofree char *why = words_of (part->reason, 1, "", japanese);
        g_string_append_printf (
            out, japanese ? "  ・%s: 除きました。%s\r\n" : "  - %s: withheld. %s\r\n", where, why);
    }
    for (guint i = 0; i < part->findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (part->findings, i);
        const MugaiFindingInfo *info = mugai_finding_info (finding->code);
        if (info == NULL || info->severity < MUGAI_SEVERITY_NOTICE ||
            strcmp (finding->code, part->reason) == 0)
            continue;
        g_autofree char *text =
            words_of (finding->code, finding->count, finding->evidence, japanese);
        g_string_append_printf (out, japanese ? "  ・%s: %s\r\n" : "  - %s: %s\r\n", where, text);
    }
}

static void
tell_parts (GString *out, const MugaiReport *report, bool withheld, bool japanese)
{
    guint before = 0;

    for (guint i = 0; i < report->parts->len; i++) {
        if (before++ >= LINES) {
            g_string_append (out, japanese
                                      ? "  …（以下は管理者の記録にあります）\r\n"
                                      : "  ... (the rest is in the administrator's record)\r\n");
            return;
        }
        tell_part (out, g_ptr_array_index (report->parts, i), withheld && i == 0, japanese);
    }
}

char *
mugai_note_text (const MugaiNote *note)
{
    GString *out = g_string_new ("\xEF\xBB\xBF");
    g_autofree char *name = mugai_shown (note->name, false);
    g_autofree char *result = mugai_shown (note->result, false);
    g_autofree char *why =
        *note->reason != '\0' ? words_of (note->reason, 1, "", note->japanese) : g_strdup ("");
    bool ja = note->japanese;
    char number[15];

    mugai_id_number (note->id, number);
    line (out, ja ? "無害化の結果" : "Sanitization result", "");
    line (out, ja ? "ファイル: " : "File: ", name);
    if (note->result != NULL)
        line (out, ja ? "結果: 無害化して届けました → " : "Result: made harmless, delivered as ",
              result);
    else
        line (out, ja ? "結果: 届けられませんでした。" : "Result: not delivered. ", why);
    if (note->report != NULL)
        tell_parts (out, note->report, note->result == NULL, ja);
    line (out, ja ? "受付番号: " : "Number: ", number);
    line (out,
          ja ? "元のファイルは保管してあります。必要なときは、受付番号を添えて管理者に連絡してくだ"
               "さい。"
             : "The original is kept. To ask for it, tell the administrator this number.",
          "");
    return g_string_free (out, FALSE);
}
