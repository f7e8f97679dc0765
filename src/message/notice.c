/* SPDX-License-Identifier: Apache-2.0 */
#include "message/notice.h"

#include "message/address.h"
#include "message/date.h"
#include "message/notice-list.h"
#include "message/notice-text.h"
#include "rules/notice-template.h"

#include <string.h>

enum {
    LINE = 72,        /* columns */
    ZONE_JAPAN = 540, /* minutes */
};

bool
mugai_notice_needed (const MugaiNotice *notice)
{
    const MugaiReport *report = notice->report;

    if (notice->alarm || mugai_notice_has_findings (report))
        return true;
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (mugai_notice_is_withheld (part) || mugai_notice_is_converted (part))
            return true;
    }
    return false;
}

static void
append_title (GString *out, const MugaiReport *report, MugaiLanguage language)
{
    char number[15];

    mugai_id_number (report->id, number);
    mugai_notice_line (out, "", language, MUGAI_TEXT_TITLE);
    mugai_notice_line (out, "", language, MUGAI_TEXT_NUMBER, number);
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

/* What stands for a placeholder that is alone on its line: lines, or nothing. */
static void
append_value (GString *out, const MugaiNotice *notice, MugaiNoticeValue value)
{
    MugaiLanguage language = notice->settings->notice_language;
    char number[15];

    switch (value) {
    case MUGAI_NOTICE_VALUE_NUMBER:
        mugai_id_number (notice->report->id, number);
        g_string_append (out, number);
        return;
    case MUGAI_NOTICE_VALUE_DELIVERED:
        g_string_append_printf (out, "%u", notice->report->delivered);
        return;
    case MUGAI_NOTICE_VALUE_CONVERTED:
        g_string_append_printf (out, "%u", notice->report->converted);
        return;
    case MUGAI_NOTICE_VALUE_WITHHELD:
        g_string_append_printf (out, "%u", notice->report->withheld);
        return;
    case MUGAI_NOTICE_VALUE_AUTHENTICATION:
        if (notice->authentication != NULL)
            mugai_notice_wrapped (out, "", "  ", notice->authentication);
        return;
    case MUGAI_NOTICE_VALUE_WITHHELD_LIST:
        mugai_notice_withheld (out, notice->report, language);
        return;
    case MUGAI_NOTICE_VALUE_CONVERTED_LIST:
        mugai_notice_converted (out, notice->report, language);
        return;
    case MUGAI_NOTICE_VALUE_FINDINGS:
        mugai_notice_findings (out, notice->report, language);
        return;
    case MUGAI_NOTICE_VALUE_ORIGINAL:
        if (notice->report->withheld > 0)
            mugai_notice_line (out, "", language, MUGAI_TEXT_HOW);
        return;
    }
}

/* One line of the template, @size bytes. */
static void
append_template_line (GString *out, const MugaiNotice *notice, const char *line, size_t size)
{
    size_t before = out->len, length;
    bool values = false;

    for (size_t at = 0; at < size;) {
        MugaiNoticeValue value = mugai_notice_template_value (line + at, &length);
        if (value == 0) {
            g_string_append_c (out, line[at++]);
            continue;
        }
        append_value (out, notice, value);
        values = true;
        at += length;
    }
    bool gone = values && out->len == before;
    bool blank = size == 0 && g_str_has_suffix (out->str, "\n\n");
    if (!gone && !blank && (out->len == before || out->str[out->len - 1] != '\n'))
        g_string_append_c (out, '\n');
}

GString *
mugai_notice_block (const MugaiNotice *notice)
{
    GString *out = g_string_new (NULL);
    const char *template = notice->settings->notice_template;

    if (template[0] == '\0')
        template = mugai_text (MUGAI_TEXT_TEMPLATE, notice->settings->notice_language);
    while (*template != '\0') {
        size_t size = strcspn (template, "\n");
        append_template_line (out, notice, template, size);
        template += size + (template[size] == '\n');
    }
    while (out->len > 1 && g_str_has_suffix (out->str, "\n\n"))
        g_string_truncate (out, out->len - 1);
    return one_title (out);
}

char *
mugai_notice_pointer (const MugaiReport *report, const char *name, MugaiLanguage language)
{
    char number[15];

    mugai_id_number (report->id, number);
    if (name == NULL)
        return mugai_notice_format (language, MUGAI_TEXT_POINTER, report->withheld, number);
    return mugai_notice_format (language, MUGAI_TEXT_POINTER_ATTACHED, report->withheld, number,
                                name);
}

GString *
mugai_notice_item (const MugaiReport *report, const char *sender, MugaiLanguage language)
{
    GString *out = g_string_new (NULL);
    const char *code = report->reason != NULL ? report->reason : "";
    const MugaiFinding *finding = mugai_notice_find (report->findings, code);
    bool held = report->outcome == MUGAI_ITEM_HELD;
    g_autofree char *reason =
        mugai_notice_reason (code, finding != NULL ? finding->count : 1,
                             finding != NULL ? finding->evidence : "", language);
    g_autofree char *spec = sender != NULL ? mugai_address_spec (sender) : NULL;

    append_title (out, report, language);
    g_string_append_c (out, '\n');
    mugai_notice_line (out, "", language, held ? MUGAI_TEXT_ITEM_HELD : MUGAI_TEXT_ITEM_WITHHELD);
    mugai_notice_line (out, "  ", language, MUGAI_TEXT_REASON, reason);
    if (spec != NULL && strlen (spec) < LINE)
        mugai_notice_line (out, "  ", language, MUGAI_TEXT_SENDER, spec);
    if (report->size_in > 0) {
        g_autofree char *size = mugai_notice_size (report->size_in, language);
        mugai_notice_line (out, "  ", language, MUGAI_TEXT_SIZE, size);
    }
    mugai_notice_line (out, "", language, MUGAI_TEXT_HOW);
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
    g_autofree char *subject = mugai_notice_format (
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

const char *
mugai_notice_name (MugaiLanguage language)
{
    return mugai_text (MUGAI_TEXT_NOTICE_NAME, language);
}
