/* SPDX-License-Identifier: Apache-2.0 */
#include "message/header.h"

#include "message/gaiji.h"
#include "message/idn.h"
#include "message/line.h"
#include "message/msgid.h"
#include "message/received.h"
#include "message/rfc2047.h"

#include <string.h>

enum {
    SUBJECT_MAX = 4000, /* bytes of UTF-8 */
    LIST_TOKEN_MAX = 128,
    EVIDENCE_MAX = 160,       /* bytes */
    ADDRESSES_WRITTEN = 2000, /* of one field: PROFILE.md H-5 */
    ZONE_JAPAN = 540,
};

typedef struct Reader {
    const MugaiFields *fields;
    const char *charset;
    const MugaiLimits *limits;
    GPtrArray *findings;
} Reader;

static void
found (const Reader *r, const char *code, uint64_t count, const char *evidence)
{
    g_autofree char *text =
        evidence != NULL ? mugai_line_evidence (evidence, strlen (evidence), EVIDENCE_MAX) : NULL;
    mugai_report_add_finding (r->findings, code, count, text);
}

/* The first field of that name on one line; others that say something else are counted. Returns:
 * (transfer full) or NULL. */
static char *
take (const Reader *r, const char *name)
{
    size_t from = 0, count = 1;
    const MugaiField *first = mugai_fields_find (r->fields, name, &from), *next = first;

    if (first == NULL)
        return NULL;
    char *line = mugai_field_unfold (first);
    while ((next = mugai_fields_find (r->fields, name, &from)) != NULL) {
        g_autofree char *other = mugai_field_unfold (next);
        count += strcmp (line, other) != 0;
    }
    if (count > 1)
        found (r, strcmp (name, "From") == 0 ? "header.conflict" : "header.duplicate", count, name);
    if (first->odd)
        found (r, "header.control", 1, name);
    return line;
}

static MugaiAddresses *
take_addresses (const Reader *r, const char *name)
{
    g_autofree char *line = take (r, name);

    if (line == NULL)
        return NULL;
    MugaiAddresses *addresses = mugai_addresses_parse (line, r->charset, r->limits);
    if (addresses->bad > 0)
        found (r, "header.bad-address", addresses->bad, name);
    if (addresses->groups > 0)
        found (r, "header.address-group", addresses->groups, name);
    if (addresses->cut)
        found (r, "limit.addresses", r->limits->addresses, name);
    return addresses;
}

static GPtrArray *
take_ids (const Reader *r, const char *name, size_t max)
{
    g_autofree char *line = take (r, name);
    size_t bad = 0;

    if (line == NULL)
        return NULL;
    GPtrArray *ids = mugai_msgids_parse (line, max, &bad);
    if (bad > 0 || (ids->len == 0 && line[0] != '\0'))
        found (r, "header.bad-message-id", MAX (bad, 1), line);
    return ids;
}

static char *
take_subject (const Reader *r)
{
    g_autofree char *line = take (r, "Subject");
    MugaiHeaderTextStats stats = { 0 };

    if (line == NULL)
        return NULL;
    g_autofree char *text =
        mugai_rfc2047_decode (line, strlen (line), r->charset, r->limits, &stats);
    if (stats.undecodable > 0)
        found (r, "header.undecodable", stats.undecodable, "Subject");
    if (stats.words > 0 && strstr (text, "=?") != NULL && strstr (text, "?=") != NULL)
        found (r, "header.encoded-nested", 1, text);
    if (strlen (text) > SUBJECT_MAX || stats.cut)
        found (r, "header.cut", 1, "Subject");
    return mugai_line_clean (text, strlen (text), SUBJECT_MAX);
}

/* A value that is one of @words (NULL-terminated); parameters after a semicolon are ignored.
 * Returns: (static) or NULL. */
static const char *
take_word (const Reader *r, const char *name, const char *const *words)
{
    g_autofree char *line = take (r, name);

    if (line == NULL)
        return NULL;
    line[strcspn (line, " \t;(")] = '\0';
    for (; *words != NULL; words++)
        if (g_ascii_strcasecmp (line, *words) == 0)
            return *words;
    return NULL;
}

/* "The list <list.example.jp>": the token in the last brackets. */
static char *
take_list_id (const Reader *r)
{
    g_autofree char *line = take (r, "List-Id");
    const char *from = line != NULL ? strrchr (line, '<') : NULL;
    size_t size = from != NULL ? strcspn (from + 1, ">") : 0;

    if (from == NULL || size == 0 || size > LIST_TOKEN_MAX || from[size + 1] != '>')
        return NULL;
    for (size_t i = 1; i <= size; i++)
        if (!g_ascii_isalnum (from[i]) && strchr ("._-", from[i]) == NULL)
            return NULL;
    return g_strndup (from + 1, size);
}

static GPtrArray *
take_received (const Reader *r)
{
    GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
    size_t from = 0, left_out = 0;

    for (const MugaiField *field;
         (field = mugai_fields_find (r->fields, "Received", &from)) != NULL;) {
        if (list->len < MUGAI_HEADER_RECEIVED_MAX)
            g_ptr_array_add (list, mugai_field_unfold (field));
        else
            left_out++;
    }
    if (left_out > 0)
        found (r, "header.received-cut", left_out, NULL);
    return list;
}

static void
take_date (const Reader *r, MugaiHeader *header)
{
    g_autofree char *line = take (r, "Date");
    const char *received =
        header->received->len > 0 ? strrchr (g_ptr_array_index (header->received, 0), ';') : NULL;

    header->dated = line != NULL && mugai_date_parse (line, &header->date);
    if (line != NULL && !header->dated)
        found (r, "header.bad-date", 1, line);
    if (!header->dated && received != NULL)
        header->dated = mugai_date_parse (received + 1, &header->date);
}

/* Whom the reader would answer: does a name show an address of another domain, or is the domain
 * written in other letters than it seems? */
static void
check_persons (const Reader *r, const MugaiAddresses *addresses)
{
    for (guint i = 0; addresses != NULL && i < addresses->list->len; i++) {
        const MugaiAddress *address = g_ptr_array_index (addresses->list, i);
        g_autofree char *shown = mugai_idn_shown (strrchr (address->addr, '@') + 1);
        g_autofree char *both =
            shown != NULL ? g_strconcat (shown, " = ", strrchr (address->addr, '@') + 1, NULL)
                          : NULL;

        if (address->imitated != NULL)
            found (r, "header.imitating-name", 1, address->imitated);
        if (shown != NULL)
            found (r, mugai_idn_suspicious (shown) ? "header.mixed-script" : "header.idn", 1, both);
    }
}

static void
check_from (const Reader *r, const MugaiHeader *header)
{
    if (header->from == NULL || header->from->list->len == 0) {
        found (r, "header.from-missing", 1, NULL);
        return;
    }
    if (header->from->list->len > 1)
        found (r, "header.from-several", header->from->list->len, NULL);
    const MugaiAddress *author = g_ptr_array_index (header->from->list, 0);
    if (!author->readable)
        found (r, "header.from-unreadable", 1, author->raw != NULL ? author->raw : author->display);
}

/* Fields that no value is made of. */
static void
count_dropped (const Reader *r)
{
    static const char *const known[] = {
        "Received",
        "Auto-Submitted",
        "List-Id",
        "Precedence",
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
    };
    g_autoptr (GString) names = g_string_new (NULL);
    size_t dropped = 0;

    for (size_t i = 0; i < r->fields->count; i++) {
        const MugaiField *field = &r->fields->list[i];
        bool kept = false;

        for (size_t k = 0; k < G_N_ELEMENTS (known) && !kept; k++)
            kept = mugai_field_is (field, known[k]);
        if (kept)
            continue;
        dropped++;
        if (names->len < EVIDENCE_MAX) {
            g_string_append (names, names->len > 0 ? ", " : "");
            g_string_append_len (names, field->name, (gssize)MIN (field->name_size, 60));
        }
    }
    if (dropped > 0)
        found (r, "header.dropped", dropped, names->str);
}

/* 外字 in the subject and in names, as the site's table writes them, and pictographs of phones. */
static void
map_gaiji (MugaiHeader *header, const char *const *table)
{
    const MugaiGaiji gaiji = { table, mugai_emoji_carrier (mugai_header_from (header)),
                               MUGAI_EMOJI_FROM_ANY };
    MugaiAddresses *lists[] = { header->from, header->sender, header->reply_to, header->to,
                                header->cc };
    char *subject = mugai_gaiji_notation (&gaiji, header->subject);

    g_free (header->subject);
    header->subject = subject;
    for (size_t i = 0; i < G_N_ELEMENTS (lists); i++) {
        for (guint j = 0; lists[i] != NULL && j < lists[i]->list->len; j++) {
            MugaiAddress *address = g_ptr_array_index (lists[i]->list, j);
            char *display = mugai_gaiji_notation (&gaiji, address->display);
            g_free (address->display);
            address->display = display;
        }
    }
}

MugaiHeader *
mugai_header_read (const MugaiFields *fields, const char *charset, const MugaiSettings *settings,
                   const MugaiLimits *limits, GPtrArray *findings)
{
    static const char *const submitted[] = { "auto-generated", "auto-replied", "no", NULL };
    static const char *const precedence[] = { "bulk", "list", "junk", NULL };
    MugaiHeader *header = g_new0 (MugaiHeader, 1);
    Reader r = { .fields = fields, .charset = charset, .limits = limits, .findings = findings };

    header->received = take_received (&r);
    header->auto_submitted = take_word (&r, "Auto-Submitted", submitted);
    header->precedence = take_word (&r, "Precedence", precedence);
    header->list_id = take_list_id (&r);
    header->from = take_addresses (&r, "From");
    header->sender = take_addresses (&r, "Sender");
    header->reply_to = take_addresses (&r, "Reply-To");
    header->to = take_addresses (&r, "To");
    header->cc = take_addresses (&r, "Cc");
    header->subject = take_subject (&r);
    map_gaiji (header, settings->gaiji);
    header->message_id = take_ids (&r, "Message-ID", 1);
    header->in_reply_to = take_ids (&r, "In-Reply-To", MUGAI_HEADER_REPLIES_MAX);
    header->references = take_ids (&r, "References", MUGAI_HEADER_REFERENCES_MAX);
    header->auth =
        mugai_authres_read (fields, settings->trusted_authserv_id, mugai_header_from (header));
    take_date (&r, header);
    check_from (&r, header);
    check_persons (&r, header->from);
    check_persons (&r, header->sender);
    check_persons (&r, header->reply_to);
    count_dropped (&r);
    if (fields->broken)
        found (&r, "header.malformed", 1, NULL);
    return header;
}

static void
free_ids (GPtrArray *ids)
{
    if (ids != NULL)
        g_ptr_array_unref (ids);
}

void
mugai_header_free (MugaiHeader *header)
{
    if (header == NULL)
        return;
    g_ptr_array_unref (header->received);
    g_free (header->list_id);
    mugai_addresses_free (header->from);
    mugai_addresses_free (header->sender);
    mugai_addresses_free (header->reply_to);
    mugai_addresses_free (header->to);
    mugai_addresses_free (header->cc);
    g_free (header->subject);
    free_ids (header->message_id);
    free_ids (header->in_reply_to);
    free_ids (header->references);
    g_free (header);
}

const char *
mugai_header_from (const MugaiHeader *header)
{
    if (header->from == NULL || header->from->list->len == 0)
        return NULL;
    return ((const MugaiAddress *)g_ptr_array_index (header->from->list, 0))->raw;
}

static bool
kept (const MugaiSettings *settings, const char *name)
{
    for (const char *const *keep = settings->header_keep; *keep != NULL; keep++)
        if (g_ascii_strcasecmp (*keep, name) == 0)
            return true;
    return false;
}

static void
emit_word (const char *name, const char *word, MugaiFold *fold)
{
    if (word == NULL)
        return;
    mugai_fold_begin (fold, name);
    mugai_fold_word (fold, word);
    mugai_fold_end (fold);
}

static void
emit_ids (const GPtrArray *ids, const char *name, MugaiFold *fold)
{
    if (ids == NULL || ids->len == 0)
        return;
    mugai_fold_begin (fold, name);
    for (guint i = 0; i < ids->len; i++)
        mugai_fold_word (fold, g_ptr_array_index (ids, i));
    mugai_fold_end (fold);
}

static void
emit_trace (const MugaiHeader *header, MugaiFold *fold)
{
    g_autofree char *list =
        header->list_id != NULL ? g_strconcat ("<", header->list_id, ">", NULL) : NULL;

    for (guint i = 0; i < header->received->len; i++)
        mugai_received_emit (g_ptr_array_index (header->received, i), fold);
    emit_word ("Auto-Submitted", header->auto_submitted, fold);
    emit_word ("List-Id", list, fold);
    emit_word ("Precedence", header->precedence, fold);
}

static void
emit_addresses (const MugaiHeader *header, const MugaiSettings *settings, MugaiFold *fold)
{
    const struct {
        const char *name;
        const MugaiAddresses *addresses;
        size_t max;
    } rows[] = {
        { "From", header->from, ADDRESSES_WRITTEN },
        { "Sender", header->sender, 1 },
        { "Reply-To", header->reply_to, ADDRESSES_WRITTEN },
        { "To", header->to, ADDRESSES_WRITTEN },
        { "Cc", header->cc, ADDRESSES_WRITTEN },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (rows[i].addresses == NULL || !kept (settings, rows[i].name))
            continue;
        if (rows[i].addresses == header->to && header->to->list->len == 0)
            emit_word ("To", "undisclosed-recipients:;", fold);
        else
            mugai_addresses_emit (rows[i].addresses, rows[i].name, rows[i].max, fold);
    }
}

static void
emit_subject (const MugaiHeader *header, const MugaiSettings *settings, MugaiFold *fold)
{
    const char *prefix = settings->subject_prefix != NULL ? settings->subject_prefix : "";
    const char *subject = header->subject != NULL ? header->subject : "";
    g_autofree char *joined = g_strconcat (prefix, subject, NULL);
    g_autofree char *text = mugai_line_clean (joined, strlen (joined), SUBJECT_MAX + 512);

    if (text[0] == '\0')
        return;
    mugai_fold_begin (fold, "Subject");
    mugai_fold_text (fold, text);
    mugai_fold_end (fold);
}

static void
emit_date (const MugaiHeader *header, const MugaiSettings *settings, int64_t date_us,
           MugaiFold *fold)
{
    MugaiDate date = header->date;
    char text[MUGAI_DATE_SIZE];

    if (!header->dated && date_us < 0)
        return;
    if (!header->dated)
        date =
            mugai_date_from_us (date_us, settings->language == MUGAI_LANGUAGE_JA ? ZONE_JAPAN : 0);
    mugai_date_write (&date, text);
    mugai_fold_begin (fold, "Date");
    mugai_fold_text (fold, text);
    mugai_fold_end (fold);
}

void
mugai_header_emit (const MugaiHeader *header, const MugaiSettings *settings, int64_t date_us,
                   GString *out)
{
    MugaiFold fold = { .out = out };

    emit_trace (header, &fold);
    emit_addresses (header, settings, &fold);
    if (kept (settings, "Subject"))
        emit_subject (header, settings, &fold);
    if (kept (settings, "Date"))
        emit_date (header, settings, date_us, &fold);
    if (kept (settings, "Message-ID"))
        emit_ids (header->message_id, "Message-ID", &fold);
    if (kept (settings, "In-Reply-To"))
        emit_ids (header->in_reply_to, "In-Reply-To", &fold);
    if (kept (settings, "References"))
        emit_ids (header->references, "References", &fold);
}
