/* SPDX-License-Identifier: Apache-2.0 */
#include "message/notice.h"

#include "common/unicode.h"
#include "core/finding-text.h"
#include "core/type.h"
#include "message/address.h"
#include "message/date.h"
#include "message/line.h"
#include "message/notice-text.h"

#include <string.h>

enum {
    LINE = 72,       /* columns */
    PARTS_SHOWN = 8, /* withheld parts named one by one */
    FINDINGS_SHOWN = 6,
    NAME_COLUMNS = 50,
    EVIDENCE_MAX = 100, /* bytes */
    ZONE_JAPAN = 540,   /* minutes */
};

/* Append @text in lines of at most LINE columns: "@first" before the first, "@rest" before the
 * others. Breaks at spaces, and anywhere in text without them. */
static void
append_wrapped (GString *out, const char *first, const char *rest, const char *text)
{
    size_t room = LINE - mugai_text_width (rest, strlen (rest), true);
    const char *lead = first;

    while (*text != '\0') {
        size_t columns = 0;
        const char *at = text, *space = NULL;

        for (; *at != '\0'; at = g_utf8_next_char (at)) {
            columns += mugai_char_width (g_utf8_get_char (at), true);
            if (columns > room && at > text)
                break;
            if (*at == ' ')
                space = at;
        }
        const char *end = *at == '\0' || space == NULL || space == text ? at : space;
        g_string_append (out, lead);
        g_string_append_len (out, text, end - text);
        g_string_append_c (out, '\n');
        text = end + strspn (end, " ");
        lead = rest;
    }
}

G_GNUC_PRINTF (3, 0)
static void
append_format_va (GString *out, const char *lead, const char *format, va_list args)
{
    g_autofree char *text = g_strdup_vprintf (format, args);

    append_wrapped (out, lead, lead[0] != '\0' ? "  " : "", text);
}

/* A line made of a sentence of the table. Its format is ours, so the compiler cannot see it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void
append_text (GString *out, const char *lead, MugaiLanguage language, int text, ...)
{
    va_list args;

    va_start (args, text);
    append_format_va (out, lead, mugai_text ((MugaiText)text, language), args);
    va_end (args);
}

static char *
format_text (MugaiLanguage language, int text, ...)
{
    va_list args;

    va_start (args, text);
    char *line = g_strdup_vprintf (mugai_text ((MugaiText)text, language), args);
    va_end (args);
    return line;
}
#pragma GCC diagnostic pop

static char *
size_in_words (uint64_t size, MugaiLanguage language)
{
    if (size < 1024)
        return format_text (language, MUGAI_TEXT_BYTES, (unsigned)size);
    if (size < 1024 * 1024)
        return g_strdup_printf ("%u KB", (unsigned)((size + 512) / 1024));
    uint64_t tenths = (size * 10 + 512 * 1024) / (1024 * 1024);
    return g_strdup_printf ("%u.%u MB", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
}

/* The text of a finding with its number and evidence put in. */
static char *
finding_in_words (const MugaiFindingInfo *info, uint64_t count, const char *evidence,
                  MugaiLanguage language)
{
    g_autofree char *shown = mugai_line_evidence (evidence, strlen (evidence), EVIDENCE_MAX);

    return mugai_finding_text (info, language == MUGAI_LANGUAGE_JA, count, shown);
}

static char *
reason_in_words (const char *code, uint64_t count, const char *evidence, MugaiLanguage language)
{
    const MugaiFindingInfo *info = mugai_finding_info (code);

    if (info == NULL)
        return mugai_line_evidence (code, strlen (code), EVIDENCE_MAX);
    return finding_in_words (info, count, evidence, language);
}

static const MugaiFinding *
find_finding (const GPtrArray *findings, const char *code)
{
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        if (strcmp (finding->code, code) == 0)
            return finding;
    }
    return NULL;
}

/* Evidence of a reason is kept in the finding of the same code. */
static char *
part_reason (const MugaiReportPart *part, MugaiLanguage language)
{
    const MugaiFinding *finding = find_finding (part->findings, part->reason);
    const char *evidence = finding != NULL ? finding->evidence : "";

    if (evidence[0] == '\0' && strcmp (part->reason, "withheld.rule") == 0 && part->rule != NULL)
        evidence = part->rule;
    return reason_in_words (part->reason, finding != NULL ? finding->count : 1, evidence, language);
}

static char *
shown_name (const MugaiReportPart *part, MugaiLanguage language)
{
    const char *name = part->name != NULL && part->name[0] != '\0' ? part->name : NULL;
    size_t columns = 0;

    if (name == NULL)
        return g_strdup_printf ("%s %s", mugai_text (MUGAI_TEXT_NO_NAME, language), part->path);
    for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at)) {
        columns += mugai_char_width (g_utf8_get_char (at), true);
        if (columns <= NAME_COLUMNS)
            continue;
        g_autofree char *head = mugai_line_clean (name, (size_t)(at - name), MUGAI_REPORT_TEXT);
        const char *extension = strrchr (name, '.');
        return g_strconcat (head, "…",
                            extension != NULL && strlen (extension) < 12 ? extension : "", NULL);
    }
    return g_strdup (name);
}

static bool
is_withheld (const MugaiReportPart *part)
{
    return part->leaf && part->outcome == MUGAI_OUTCOME_WITHHELD;
}

static void
append_withheld (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    unsigned shown = 0, more = 0;
    g_autofree char *last = NULL;

    append_text (out, "", language, MUGAI_TEXT_WITHHELD);
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        const MugaiType *type = mugai_type_by_id (part->type != NULL ? part->type : "unknown");

        if (!is_withheld (part))
            continue;
        if (shown == PARTS_SHOWN) {
            more++;
            continue;
        }
        shown++;
        g_autofree char *reason = part_reason (part, language);
        g_autofree char *name = shown_name (part, language),
                        *size = size_in_words (part->size, language);
        const char *kind = type == NULL ? "" : language == MUGAI_LANGUAGE_EN ? type->en : type->ja;
        if (last != NULL && strcmp (last, reason) != 0)
            append_wrapped (out, "  → ", "    ", last);
        append_text (out, "・", language, MUGAI_TEXT_ENTRY, name, kind, size);
        g_free (last);
        last = g_steal_pointer (&reason);
    }
    if (last != NULL)
        append_wrapped (out, "  → ", "    ", last);
    if (more > 0)
        append_text (out, "", language, MUGAI_TEXT_MORE, more);
}

typedef struct Told { /* findings for the reader, each code once */
    const MugaiFinding *list[FINDINGS_SHOWN];
    uint64_t counts[FINDINGS_SHOWN];
    unsigned count, more;
} Told;

static void
gather (Told *told, const GPtrArray *findings, const char *except)
{
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        const MugaiFindingInfo *info = mugai_finding_info (finding->code);
        unsigned k = 0;

        if (info == NULL || info->severity == MUGAI_SEVERITY_INFO ||
            (except != NULL && strcmp (except, finding->code) == 0))
            continue;
        while (k < told->count && strcmp (told->list[k]->code, finding->code) != 0)
            k++;
        if (k < told->count)
            told->counts[k] += finding->count;
        else if (told->count < FINDINGS_SHOWN) {
            told->counts[told->count] = finding->count;
            told->list[told->count++] = finding;
        } else
            told->more++;
    }
}

static Told
gather_all (const MugaiReport *report)
{
    Told told = { 0 };

    gather (&told, report->findings, report->reason);
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        /* a part that was not taken has nothing to tell */
        if (part->chosen)
            gather (&told, part->findings, part->reason);
    }
    return told;
}

static void
append_findings (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    Told told = gather_all (report);

    if (told.count == 0)
        return;
    g_string_append_c (out, '\n');
    append_text (out, "", language, MUGAI_TEXT_FINDINGS);
    for (unsigned i = 0; i < told.count; i++) {
        const MugaiFinding *finding = told.list[i];
        g_autofree char *text = finding_in_words (mugai_finding_info (finding->code),
                                                  told.counts[i], finding->evidence, language);
        append_wrapped (out, "・", "  ", text);
    }
    if (told.more > 0)
        append_text (out, "", language, MUGAI_TEXT_MORE, told.more);
}

bool
mugai_notice_needed (const MugaiReport *report)
{
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (is_withheld (part) ||
            (part->leaf && part->chosen && part->outcome == MUGAI_OUTCOME_CONVERTED))
            return true;
    }
    return gather_all (report).count > 0;
}

static void
append_title (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    char number[15];

    mugai_id_number (report->id, number);
    append_text (out, "", language, MUGAI_TEXT_TITLE);
    append_text (out, "", language, MUGAI_TEXT_NUMBER, number);
}

/* Only the first line is a notice line (PROFILE.md M-6.2): a name or evidence that holds its words
 * is written apart. */
static GString *
one_title (GString *block)
{
    static const char *const words[][2] = { { "無害化の結果", "無害化の 結果" },
                                            { "Sanitization result", "Sanitization  result" } };
    gsize title = strcspn (block->str, "\n");
    GString *rest = g_string_new (block->str + title);

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
        g_string_replace (rest, words[i][0], words[i][1], 0);
    g_string_truncate (block, title);
    g_string_append_len (block, rest->str, (gssize)rest->len);
    g_string_free (rest, TRUE);
    return block;
}

GString *
mugai_notice_block (const MugaiReport *report, MugaiLanguage language)
{
    GString *out = g_string_new (NULL);

    append_title (out, report, language);
    append_text (out, "", language, MUGAI_TEXT_SUMS, report->delivered, report->converted,
                 report->withheld);
    if (report->withheld > 0) {
        g_string_append_c (out, '\n');
        append_withheld (out, report, language);
        append_text (out, "", language, MUGAI_TEXT_HOW);
    }
    append_findings (out, report, language);
    return one_title (out);
}

GString *
mugai_notice_item (const MugaiReport *report, const char *sender, MugaiLanguage language)
{
    GString *out = g_string_new (NULL);
    const char *code = report->reason != NULL ? report->reason : "";
    const MugaiFinding *finding = find_finding (report->findings, code);
    bool held = report->outcome == MUGAI_ITEM_HELD;
    g_autofree char *reason = reason_in_words (code, finding != NULL ? finding->count : 1,
                                               finding != NULL ? finding->evidence : "", language);
    g_autofree char *spec = sender != NULL ? mugai_address_spec (sender) : NULL;

    append_title (out, report, language);
    g_string_append_c (out, '\n');
    append_text (out, "", language, held ? MUGAI_TEXT_ITEM_HELD : MUGAI_TEXT_ITEM_WITHHELD);
    append_text (out, "  ", language, MUGAI_TEXT_REASON, reason);
    if (spec != NULL && strlen (spec) < LINE)
        append_text (out, "  ", language, MUGAI_TEXT_SENDER, spec);
    if (report->size_in > 0) {
        g_autofree char *size = size_in_words (report->size_in, language);
        append_text (out, "  ", language, MUGAI_TEXT_SIZE, size);
    }
    append_text (out, "", language, MUGAI_TEXT_HOW);
    return one_title (out);
}

static void
emit_line (MugaiFold *fold, const char *name, const char *text)
{
    mugai_fold_begin (fold, name);
    mugai_fold_text (fold, text);
    mugai_fold_end (fold);
}

GString *
mugai_notice_header (const MugaiReport *report, const MugaiEnvelope *envelope,
                     MugaiLanguage language)
{
    GString *out = g_string_new (NULL);
    MugaiFold fold = { .out = out };
    char number[15], date[MUGAI_DATE_SIZE];
    const char *host = envelope->host != NULL ? envelope->host : "";
    g_autofree char *wanted = g_strconcat ("postmaster@", host, NULL);
    g_autofree char *from = mugai_address_spec (wanted);
    g_autofree char *to = envelope->recipients->len == 1
                              ? mugai_address_spec (g_ptr_array_index (envelope->recipients, 0))
                              : NULL;
    MugaiDate now =
        mugai_date_from_us (envelope->date_us, language == MUGAI_LANGUAGE_JA ? ZONE_JAPAN : 0);

    mugai_id_number (report->id, number);
    mugai_date_write (&now, date);
    emit_line (&fold, "Auto-Submitted", "auto-generated");
    mugai_fold_begin (&fold, "From");
    mugai_address_emit (mugai_text (MUGAI_TEXT_GATEWAY, language),
                        from != NULL ? from : "postmaster@invalid", false, &fold);
    mugai_fold_end (&fold);
    mugai_fold_begin (&fold, "To");
    mugai_fold_word (&fold, to != NULL ? to : "undisclosed-recipients:;");
    mugai_fold_end (&fold);
    g_autofree char *subject = format_text (
        language,
        report->outcome == MUGAI_ITEM_HELD ? MUGAI_TEXT_SUBJECT_HELD : MUGAI_TEXT_SUBJECT_WITHHELD,
        number);
    emit_line (&fold, "Subject", subject);
    emit_line (&fold, "Date", date);
    mugai_fold_begin (&fold, "Message-ID");
    g_autofree char *id =
        g_strconcat ("<", report->id, from != NULL ? strrchr (from, 0x40) : "@invalid", ">", NULL);
    mugai_fold_word (&fold, id);
    mugai_fold_end (&fold);
    return out;
}

const char *
mugai_notice_form_label (MugaiFormKind form, MugaiLanguage language)
{
    switch (form) {
    case MUGAI_FORM_PLAIN:
        return mugai_text (MUGAI_TEXT_FORM_PLAIN, language);
    case MUGAI_FORM_HTML:
        return mugai_text (MUGAI_TEXT_FORM_HTML, language);
    case MUGAI_FORM_OTHER:
        break;
    }
    return mugai_text (MUGAI_TEXT_FORM_OTHER, language);
}

const char *
mugai_notice_cut_line (MugaiLanguage language)
{
    return mugai_text (MUGAI_TEXT_CUT, language);
}

const char *
mugai_notice_no_body_line (MugaiLanguage language)
{
    return mugai_text (MUGAI_TEXT_NO_BODY, language);
}
