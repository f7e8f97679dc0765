/* SPDX-License-Identifier: Apache-2.0 */
#include "message/notice-list.h"

#include "common/unicode.h"
#include "core/finding-text.h"
#include "core/type.h"
#include "message/line.h"

#include <string.h>

enum {
    LINE = 72,       /* columns */
    GROUPS = 3,      /* reasons named */
    PARTS_SHOWN = 6, /* withheld parts named one by one */
    CONVERTED_SHOWN = 3,
    FINDINGS_SHOWN = 4,
    NAME_COLUMNS = 50,
    EVIDENCE_MAX = 100, /* bytes */
};

/* What no line begins with; it may stand beyond the end of one. */
static bool
is_closing (gunichar c)
{
    return c == 0x3001 || c == 0x3002 || c == 0xFF09 || c == 0x300D || c == 0xFF3D || c == ')';
}

void
mugai_notice_wrapped (GString *out, const char *first, const char *rest, const char *text)
{
    size_t room = LINE - mugai_text_width (rest, strlen (rest), true);
    const char *lead = first;

    while (*text != '\0') {
        size_t columns = 0;
        const char *at = text, *space = NULL;

        for (; *at != '\0'; at = g_utf8_next_char (at)) {
            columns += mugai_char_width (g_utf8_get_char (at), true);
            if (columns > room && at > text && !is_closing (g_utf8_get_char (at)))
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

    mugai_notice_wrapped (out, lead, lead[0] != '\0' ? "  " : "", text);
}

/* A line made of a sentence of the table. Its format is ours, so the compiler cannot see it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void
mugai_notice_line (GString *out, const char *lead, MugaiLanguage language, int text, ...)
{
    va_list args;

    va_start (args, text);
    append_format_va (out, lead, mugai_text ((MugaiText)text, language), args);
    va_end (args);
}

char *
mugai_notice_format (MugaiLanguage language, int text, ...)
{
    va_list args;

    va_start (args, text);
    char *line = g_strdup_vprintf (mugai_text ((MugaiText)text, language), args);
    va_end (args);
    return line;
}
#pragma GCC diagnostic pop

char *
mugai_notice_size (uint64_t size, MugaiLanguage language)
{
    if (size < 1024)
        return mugai_notice_format (language, MUGAI_TEXT_BYTES, (unsigned)size);
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

char *
mugai_notice_reason (const char *code, uint64_t count, const char *evidence, MugaiLanguage language)
{
    const MugaiFindingInfo *info = mugai_finding_info (code);

    if (info == NULL)
        return mugai_line_evidence (code, strlen (code), EVIDENCE_MAX);
    return finding_in_words (info, count, evidence, language);
}

const MugaiFinding *
mugai_notice_find (const GPtrArray *findings, const char *code)
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
    const MugaiFinding *finding = mugai_notice_find (part->findings, part->reason);
    const char *evidence = finding != NULL ? finding->evidence : "";

    if (evidence[0] == '\0' && strcmp (part->reason, "withheld.rule") == 0 && part->rule != NULL)
        evidence = part->rule;
    return mugai_notice_reason (part->reason, finding != NULL ? finding->count : 1, evidence,
                                language);
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

bool
mugai_notice_is_withheld (const MugaiReportPart *part)
{
    return part->leaf && part->outcome == MUGAI_OUTCOME_WITHHELD;
}

bool
mugai_notice_is_converted (const MugaiReportPart *part)
{
    return part->leaf && part->chosen && part->outcome == MUGAI_OUTCOME_CONVERTED;
}

/* Of one name but for the extension? */
static bool
same_stem (const char *a, const char *b)
{
    const char *a_dot = a != NULL ? strrchr (a, '.') : NULL;
    const char *b_dot = b != NULL ? strrchr (b, '.') : NULL;

    return a_dot != NULL && b_dot != NULL && a_dot - a == b_dot - b &&
           memcmp (a, b, (size_t)(a_dot - a)) == 0;
}

/* What converters made @part of; @part itself when none did. Members of archives and mails may have
 * the name of what holds them. */
static const MugaiReportPart *
origin_of (const MugaiReport *report, const MugaiReportPart *part)
{
    const MugaiReportPart *parent = g_ptr_array_index (report->parts, part->parent);
    const MugaiType *type = mugai_type_by_id (parent->type != NULL ? parent->type : "unknown");

    if (parent == part || parent->leaf || type == NULL || strcmp (type->family, "archive") == 0 ||
        strcmp (type->family, "mail") == 0 || !same_stem (parent->name, part->name))
        return part;
    return parent;
}

/* "・様式.xlsm（Excelブック、24 KB）" */
static void
append_entry (GString *out, const MugaiReport *report, const MugaiReportPart *of,
              MugaiLanguage language)
{
    const MugaiReportPart *part = origin_of (report, of);
    const MugaiType *type = mugai_type_by_id (part->type != NULL ? part->type : "unknown");
    g_autofree char *name = shown_name (part, language),
                    *size = mugai_notice_size (part->size, language);
    const char *kind = type == NULL ? "" : language == MUGAI_LANGUAGE_EN ? type->en : type->ja;

    mugai_notice_line (out, "・", language, MUGAI_TEXT_ENTRY, name, kind, size);
}

/* Withheld parts by reason, in the order in which reasons come first: parts, then the reason. */
void
mugai_notice_withheld (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    g_autoptr (GPtrArray) reasons = g_ptr_array_new_with_free_func (g_free);
    g_autofree guint *group = g_new0 (guint, report->parts->len + 1);
    unsigned shown = 0, all = 0;

    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        guint k = GROUPS;
        if (!mugai_notice_is_withheld (part))
            continue;
        all++;
        g_autofree char *reason = part_reason (part, language);
        if (g_ptr_array_find_with_equal_func (reasons, reason, g_str_equal, &k)) {
            group[i] = k + 1;
        } else if (reasons->len < GROUPS) {
            g_ptr_array_add (reasons, g_steal_pointer (&reason));
            group[i] = reasons->len;
        }
    }
    if (all == 0)
        return;
    mugai_notice_line (out, "", language, MUGAI_TEXT_WITHHELD);
    for (guint k = 0; k < reasons->len; k++) {
        unsigned before = shown;
        for (guint i = 0; i < report->parts->len && shown < PARTS_SHOWN; i++) {
            if (group[i] != k + 1)
                continue;
            append_entry (out, report, g_ptr_array_index (report->parts, i), language);
            shown++;
        }
        if (shown > before)
            mugai_notice_wrapped (out, "  → ", "    ", g_ptr_array_index (reasons, k));
    }
    if (all > shown)
        mugai_notice_line (out, "", language, MUGAI_TEXT_MORE, all - shown);
}

/* Attachments whose form changed. That a body became text is said in one line. */
void
mugai_notice_converted (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    g_autoptr (GString) list = g_string_new (NULL);
    unsigned shown = 0, more = 0;
    bool html = false, data = false;

    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (!mugai_notice_is_converted (part))
            continue;
        if (part->role == MUGAI_ROLE_BODY && g_strcmp0 (part->type, "html") == 0)
            html = true;
        else if (part->role == MUGAI_ROLE_BODY)
            data = true;
        else if (shown++ < CONVERTED_SHOWN)
            append_entry (list, report, part, language);
        else
            more++;
    }
    if (html || data || shown > 0)
        mugai_notice_line (out, "", language, MUGAI_TEXT_CONVERTED);
    if (html)
        mugai_notice_line (out, "・", language, MUGAI_TEXT_BODY_AS_TEXT);
    if (data)
        mugai_notice_line (out, "・", language, MUGAI_TEXT_DATA_AS_TEXT);
    g_string_append_len (out, list->str, (gssize)list->len);
    if (more > 0)
        mugai_notice_line (out, "", language, MUGAI_TEXT_MORE, more);
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

void
mugai_notice_findings (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    Told told = gather_all (report);

    if (told.count == 0)
        return;
    mugai_notice_line (out, "", language, MUGAI_TEXT_FINDINGS);
    for (unsigned i = 0; i < told.count; i++) {
        const MugaiFinding *finding = told.list[i];
        g_autofree char *text = finding_in_words (mugai_finding_info (finding->code),
                                                  told.counts[i], finding->evidence, language);
        mugai_notice_wrapped (out, "・", "  ", text);
    }
    if (told.more > 0)
        mugai_notice_line (out, "", language, MUGAI_TEXT_MORE, told.more);
}

bool
mugai_notice_has_findings (const MugaiReport *report)
{
    return gather_all (report).count > 0;
}
