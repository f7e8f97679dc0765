/* SPDX-License-Identifier: Apache-2.0 */
#include "message/letter.h"

#include "common/unicode.h"
#include "message/line.h"
#include "message/rfc2047.h"

#include <string.h>

enum {
    ADDRESSES_SHOWN = 20,
    BLOCKS_MAX = 200,   /* of one report: recipients */
    SAME_MAX = 10,      /* rows with the same label */
    VALUE_MAX = 1000,   /* bytes of one value */
    LABEL_COLUMNS = 22, /* of a table */
};

typedef struct Word {
    const char *key, *ja, *en;
} Word;

/* In the order in which they are shown. */
static const Word labels[] = {
    { "final-recipient", "宛先", "Recipient" },
    { "original-recipient", "元の宛先", "Original recipient" },
    { "action", "結果", "Result" },
    { "status", "状態コード", "Status" },
    { "diagnostic-code", "理由", "Reason" },
    { "remote-mta", "相手のサーバー", "Remote server" },
    { "last-attempt-date", "最後に試した日時", "Last attempt" },
    { "will-retry-until", "再試行の期限", "Will retry until" },
    { "disposition", "扱い", "Disposition" },
    { "error", "エラー", "Error" },
    { "failure", "失敗", "Failure" },
    { "warning", "警告", "Warning" },
    { "feedback-type", "報告の種類", "Kind of report" },
    { "original-mail-from", "元の送信者", "Original sender" },
    { "original-rcpt-to", "元の受信者", "Original recipient" },
    { "source-ip", "送信元のIPアドレス", "Source address" },
    { "reported-domain", "報告の対象ドメイン", "Reported domain" },
    { "reported-uri", "報告の対象URL", "Reported address" },
    { "removal-recipient", "配信停止を求める宛先", "Recipient to remove" },
    { "authentication-results", "差出人認証の結果", "Authentication" },
    { "incidents", "件数", "Incidents" },
    { "reporting-mta", "報告したサーバー", "Reporting server" },
    { "reporting-ua", "報告したソフト", "Reporting program" },
    { "received-from-mta", "送ってきたサーバー", "Received from" },
    { "arrival-date", "受け付けた日時", "Accepted" },
    { "received-date", "受信した日時", "Received" },
    { "user-agent", "報告を作ったソフト", "Made by" },
    { "original-message-id", "元のメッセージID", "Original message id" },
};

/* First word of Action (RFC 3464 2.3.3), last of Disposition (RFC 8098 3.2.6). */
static const Word meanings[] = {
    { "failed", "配送できませんでした", "could not be delivered" },
    { "delayed", "配送が遅れています", "is delayed" },
    { "delivered", "届きました", "was delivered" },
    { "relayed", "転送しました", "was relayed" },
    { "expanded", "複数の宛先に展開しました", "was expanded to several recipients" },
    { "displayed", "開封されました", "was displayed" },
    { "deleted", "開封せずに削除されました", "was deleted without being displayed" },
    { "dispatched", "転送などの処理がされました", "was dispatched" },
    { "processed", "処理されました", "was processed" },
    { "denied", "通知が拒否されました", "the notification was denied" },
};

static const char *
word (const Word *entry, MugaiLanguage language)
{
    return language == MUGAI_LANGUAGE_EN ? entry->en : entry->ja;
}

static void
append_pair (GString *out, MugaiLanguage language, const char *label, const char *value)
{
    if (value != NULL && value[0] != '\0')
        g_string_append_printf (out, "%s%s%s\n", label, language == MUGAI_LANGUAGE_EN ? ": " : "：",
                                value);
}

static void
append_addresses (GString *out, MugaiLanguage language, const char *label,
                  const MugaiAddresses *addresses)
{
    g_autoptr (GString) line = g_string_new (NULL);

    for (guint i = 0; addresses != NULL && i < addresses->list->len; i++) {
        const MugaiAddress *address = g_ptr_array_index (addresses->list, i);

        if (i == ADDRESSES_SHOWN) {
            unsigned more = addresses->list->len - i;
            g_string_append_printf (
                line, language == MUGAI_LANGUAGE_EN ? " and %u more" : " ほか%u件", more);
            break;
        }
        g_string_append (line, i > 0 ? ", " : "");
        if (address->raw == NULL) /* a name alone, as Outlook's directory has them */
            g_string_append (line, address->display != NULL ? address->display : "");
        else if (address->display != NULL && address->display[0] != '\0')
            g_string_append_printf (line, "%s <%s>", address->display, address->raw);
        else
            g_string_append (line, address->raw);
    }
    append_pair (out, language, label, line->str);
}

static void
append_date (GString *out, const MugaiDate *date, MugaiLanguage language)
{
    static const char *const days[] = { "日", "月", "火", "水", "木", "金", "土" };
    char text[MUGAI_DATE_SIZE];
    int zone = date->zone < 0 ? -date->zone : date->zone;

    mugai_date_write (date, text);
    if (language == MUGAI_LANGUAGE_EN) {
        append_pair (out, language, "Date", text);
        return;
    }
    GDate day;
    g_date_clear (&day, 1);
    g_date_set_dmy (&day, (GDateDay)date->day, (GDateMonth)date->month, (GDateYear)date->year);
    g_string_append_printf (out, "日時：%d年%d月%d日(%s) %d:%02d", date->year, date->month,
                            date->day, days[g_date_get_weekday (&day) % 7], date->hour,
                            date->minute);
    if (date->zone != 540)
        g_string_append_printf (out, " (UTC%c%02d:%02d)", date->zone < 0 ? '-' : '+', zone / 60,
                                zone % 60);
    g_string_append_c (out, '\n');
}

void
mugai_letter_header (const MugaiHeader *header, MugaiLanguage language, GString *out)
{
    bool en = language == MUGAI_LANGUAGE_EN;

    append_addresses (out, language, en ? "From" : "差出人", header->from);
    append_addresses (out, language, en ? "To" : "宛先", header->to);
    append_addresses (out, language, "CC", header->cc);
    if (header->dated)
        append_date (out, &header->date, language);
    append_pair (out, language, en ? "Subject" : "件名", header->subject);
}

GString *
mugai_letter_fields (const uint8_t *data, size_t size, const MugaiSettings *settings,
                     const MugaiLimits *limits)
{
    GString *out = g_string_new (NULL);
    g_autoptr (MugaiReport) scratch = mugai_report_new();
    mugai_autofields fields = { 0 };

    if (!mugai_fields_parse (data, size, limits, &fields, NULL))
        return out;
    g_autoptr (MugaiHeader) header =
        mugai_header_read (&fields, NULL, settings, limits, scratch->findings);
    g_string_append (out, settings->language == MUGAI_LANGUAGE_EN ? "[Header of the mail]\n"
                                                                  : "［元のメールのヘッダ］\n");
    mugai_letter_header (header, settings->language, out);
    return out;
}

/* "rfc822; taro@example.jp" says where it is from first; "dns; mx.example.jp" too. */
static const char *
without_kind (const char *key, const char *value)
{
    static const char *const kinds[] = { "rfc822", "utf-8", "dns", "smtp", "x-postfix", "x400" };
    size_t word_size = strcspn (value, "; \t");
    const char *after = value + word_size + strspn (value + word_size, " \t");

    if (strcmp (key, "disposition") == 0 || strcmp (key, "reporting-ua") == 0 || *after != ';')
        return value;
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (strlen (kinds[i]) == word_size && g_ascii_strncasecmp (value, kinds[i], word_size) == 0)
            return after + 1 + strspn (after + 1, " \t");
    return value;
}

/* What Action or Disposition says, in words; NULL: as it stands. */
static const char *
meaning_of (const char *key, const char *value, MugaiLanguage language)
{
    const char *from = value;

    if (strcmp (key, "disposition") == 0) {
        const char *semicolon = strrchr (value, ';');
        from = semicolon != NULL ? semicolon + 1 : value;
    } else if (strcmp (key, "action") != 0) {
        return NULL;
    }
    from += strspn (from, " \t");
    size_t size = strspn (from, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (size_t i = 0; i < G_N_ELEMENTS (meanings); i++)
        if (strlen (meanings[i].key) == size &&
            g_ascii_strncasecmp (from, meanings[i].key, size) == 0)
            return word (&meanings[i], language);
    return NULL;
}

/* Runs of spaces, which folding left, become one. */
static void
squeeze (char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++)
        if (*from != ' ' || (to > text && to[-1] != ' '))
            *to++ = *from;
    *to = '\0';
}

static void
append_row (GString *out, const Word *label, const MugaiField *field, const MugaiLimits *limits,
            MugaiLanguage language)
{
    g_autofree char *decoded =
        mugai_rfc2047_decode (field->value, field->value_size, NULL, limits, NULL);
    const char *shown = without_kind (label->key, decoded);
    const char *meaning = meaning_of (label->key, shown, language);
    g_autofree char *clean = mugai_line_clean (shown, strlen (shown), VALUE_MAX);
    squeeze (clean);
    const char *name = word (label, language);
    size_t columns = mugai_text_width (name, strlen (name), true);

    if (clean[0] == '\0')
        return;
    g_string_append_printf (out, "%s%*s", name,
                            columns + 1 < LABEL_COLUMNS ? (int)(LABEL_COLUMNS - columns) : 1, "");
    if (meaning != NULL)
        g_string_append_printf (out, "%s (%s)\n", meaning, clean);
    else
        g_string_append_printf (out, "%s\n", clean);
}

static void
append_block (GString *out, const MugaiFields *fields, const MugaiLimits *limits,
              MugaiLanguage language)
{
    size_t before = out->len;

    for (size_t i = 0; i < G_N_ELEMENTS (labels); i++) {
        const MugaiField *field;
        size_t from = 0;
        for (unsigned n = 0; n < SAME_MAX; n++)
            if ((field = mugai_fields_find (fields, labels[i].key, &from)) != NULL)
                append_row (out, &labels[i], field, limits, language);
    }
    if (out->len > before)
        g_string_append_c (out, '\n');
}

/* Past empty lines. */
static size_t
skip_empty (const uint8_t *data, size_t size, size_t at)
{
    while (at < size && (data[at] == '\r' || data[at] == '\n'))
        at++;
    return at;
}

GString *
mugai_letter_status (const uint8_t *data, size_t size, const MugaiSettings *settings,
                     const MugaiLimits *limits)
{
    GString *out =
        g_string_new (settings->language == MUGAI_LANGUAGE_EN ? "[Report of a mail system]\n"
                                                              : "［メールシステムからの通知］\n");
    size_t head = out->len, at = 0;

    for (unsigned block = 0; block < BLOCKS_MAX && (at = skip_empty (data, size, at)) < size;
         block++) {
        mugai_autofields fields = { 0 };

        if (!mugai_fields_parse (data + at, size - at, limits, &fields, NULL) || fields.size == 0)
            break;
        append_block (out, &fields, limits, settings->language);
        at += fields.size;
        if (fields.broken)
            break;
    }
    g_string_truncate (out, out->len > head ? out->len - 1 : 0);
    return out;
}
