/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one function a stage, in the order of the pipeline in mugai_sanitize(). A stage
 * that passes a limit ends the pipeline; the item is then withheld as a whole and only a notice
 * goes on.
 */
#include "message/sanitize.h"

#include "core/error.h"
#include "message/body.h"
#include "message/emit.h"
#include "message/filename.h"
#include "message/header.h"
#include "message/line.h"
#include "message/notice.h"
#include "message/prescan.h"
#include "message/sniff.h"
#include "message/treat.h"
#include "message/walk.h"

#include <stdio.h>
#include <string.h>

enum {
    EVIDENCE_MAX = 160,
    LETTER_NAME = 60 /* bytes of the name of a mail, before that of its attachment */,
    NOTICE_ROOM = 16384 /* bytes of output that a notice may need */
};

typedef struct Item { /* one item on its way through the stages */
    const MugaiSanitizeInput *in;
    GBytes *wrapped; /* a mail around the file that the item is, or NULL */
    const MugaiSettings *settings;
    const MugaiLimits *limits;
    MugaiReport *report;
    MugaiWalk *walk;
    MugaiHeader *header;
    MugaiTreat *treat;
    MugaiItemFacts facts;
    GArray *leaves;   /* of MugaiEmitLeaf: the body first */
    GPtrArray *names; /* of char *: names given to attachments */
    GBytes *body;
    MugaiJisOutput *jis; /* NULL: the body goes out as UTF-8 */
    GBytes *notice;      /* when it is an attachment */
    char *notice_name;   /* of that, or NULL */
} Item;

static void
item_clear (Item *item)
{
    mugai_treat_free (item->treat);
    mugai_header_free (item->header);
    mugai_walk_free (item->walk);
    mugai_report_free (item->report);
    g_array_unref (item->leaves);
    g_ptr_array_unref (item->names);
    mugai_jis_output_free (item->jis);
    g_clear_pointer (&item->wrapped, g_bytes_unref);
    if (item->body != NULL)
        g_bytes_unref (item->body);
    if (item->notice != NULL)
        g_bytes_unref (item->notice);
    g_free (item->notice_name);
    g_free ((gpointer)item->facts.recipients);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Item, item_clear)

static MugaiReport *
new_report (const MugaiSanitizeInput *in)
{
    MugaiReport *report = mugai_report_new();

    memcpy (report->id, in->envelope->id, sizeof report->id);
    memcpy (report->policy, mugai_rules_policy (in->rules), sizeof report->policy);
    report->size_in = in->size;
    if (in->sha256 != NULL)
        memcpy (report->sha256_in, in->sha256, sizeof report->sha256_in);
    else
        mugai_sha256 (in->data, in->data != NULL ? in->size : 0, report->sha256_in);
    return report;
}

static void
item_init (Item *item, const MugaiSanitizeInput *in)
{
    *item = (Item){ .in = in,
                    .settings = mugai_rules_settings (in->rules),
                    .limits = mugai_rules_limits (in->rules),
                    .report = new_report (in),
                    .leaves = g_array_new (FALSE, FALSE, sizeof (MugaiEmitLeaf)),
                    .names = g_ptr_array_new_with_free_func (g_free) };
}

void
mugai_sanitize_output_clear (MugaiSanitizeOutput *output)
{
    g_clear_pointer (&output->output, g_bytes_unref);
    g_clear_pointer (&output->report, mugai_report_free);
}

void
mugai_sanitize_leaves_digest (const MugaiReport *report, uint8_t ret[MUGAI_SHA256_SIZE])
{
    MugaiSha256 sha256;

    mugai_sha256_init (&sha256);
    for (guint i = 0; i < report->leaves->len; i++)
        mugai_sha256_update (
            &sha256, ((const MugaiReportLeaf *)g_ptr_array_index (report->leaves, i))->sha256,
            MUGAI_SHA256_SIZE);
    mugai_sha256_final (&sha256, ret);
}

/* Hand the finished report and output over. */
static void
deliver (MugaiReport *report, GBytes *output, MugaiGrammar grammar, MugaiSanitizeOutput *ret)
{
    size_t size;
    const void *data = g_bytes_get_data (output, &size);

    report->size_out = size;
    mugai_sha256 (data, size, report->sha256_out);
    *ret = (MugaiSanitizeOutput){ .output = output, .grammar = grammar, .report = report };
}

static bool
is_mail_file (const MugaiEnvelope *envelope)
{
    g_autofree char *extension =
        mugai_filename_extension (envelope->path != NULL ? envelope->path : "");
    return strcmp (extension, "eml") == 0;
}

static bool
as_mail (const MugaiEnvelope *envelope)
{
    return envelope->kind == MUGAI_ITEM_MAIL || is_mail_file (envelope);
}

/* -- an item that does not go on
 * ------------------------------------------------------------------------------------ */

/* Nothing of the item counts as delivered: the parts found so far are withheld, or the item is its
 * own only part. */
static void
withhold_everything (MugaiReport *report, const MugaiSanitizeInput *in, const char *reason)
{
    bool any = false;

    for (guint i = 0; i < report->parts->len; i++) {
        MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (!part->leaf)
            continue;
        any = true;
        part->outcome = MUGAI_OUTCOME_WITHHELD;
        g_free (part->reason);
        part->reason = g_strdup (reason);
    }
    if (any)
        return;
    g_ptr_array_set_size (report->parts, 0);
    MugaiReportPart *part = mugai_report_add_part (report, 0, NULL);
    part->path = g_strdup ("1");
    part->name = g_strdup ("");
    part->type = g_strdup (in->envelope->kind == MUGAI_ITEM_MAIL ? "eml" : "unknown");
    part->declared = g_strdup ("");
    part->size = report->size_in;
    memcpy (part->sha256, report->sha256_in, sizeof part->sha256);
    part->leaf = true;
    part->role = MUGAI_ROLE_ATTACHMENT;
    part->outcome = MUGAI_OUTCOME_WITHHELD;
    part->reason = g_strdup (reason);
}

/* @text in ISO-2022-JP's characters. Takes it. */
static GString *
fit_text (const MugaiJisOutput *jis, GString *text, uint64_t *io_lacking)
{
    if (jis == NULL)
        return text;
    GString *fitted = mugai_jis_output_fit (jis, text->str, text->len, io_lacking);
    g_string_free (text, TRUE);
    return fitted;
}

static MugaiJisOutput *
jis_of (const MugaiSettings *settings)
{
    return settings->charset == MUGAI_BODY_ISO_2022_JP ? mugai_jis_output_new() : NULL;
}

static GBytes *
notice_mail (MugaiReport *report, const MugaiSanitizeInput *in)
{
    const MugaiSettings *settings = mugai_rules_settings (in->rules);
    g_autoptr (GString) header =
        mugai_notice_header (report, in->envelope, settings->notice_language);
    g_autoptr (MugaiJisOutput) jis = jis_of (settings);
    uint64_t lacking = 0;
    g_autoptr (GBytes) body = g_string_free_to_bytes (
        fit_text (jis, mugai_notice_item (report, in->envelope->sender, settings->notice_language),
                  &lacking));
    MugaiEmitLeaf leaf = { .part = MUGAI_REPORT_NO_PART,
                           .type = mugai_type_by_id ("text"),
                           .data = body };
    MugaiEmit emit = {
        .header = header, .report = report, .leaves = &leaf, .n_leaves = 1, .jis = jis
    };

    mugai_emit_report (&emit, report);
    return mugai_emit_mail (&emit);
}

/* End the path of an item. Takes @report. */
static void
stop (MugaiReport *report, const MugaiSanitizeInput *in, MugaiItemOutcome outcome,
      const char *reason, uint64_t count, const char *evidence, MugaiSanitizeOutput *ret)
{
    bool notice = in->envelope->kind == MUGAI_ITEM_MAIL && outcome != MUGAI_ITEM_REJECTED;

    report->outcome = outcome;
    report->reason = g_strdup (reason);
    mugai_report_add_finding (report->findings, reason, count, evidence);
    withhold_everything (report, in, reason);
    mugai_report_count (report);
    deliver (report, notice ? notice_mail (report, in) : g_bytes_new (NULL, 0), MUGAI_GRAMMAR_MAIL,
             ret);
}

void
mugai_sanitize_notice (const MugaiSanitizeInput *in, const char *reason, MugaiSanitizeOutput *ret)
{
    stop (new_report (in), in, MUGAI_ITEM_WITHHELD, reason, 1, NULL, ret);
}

/* A LIMIT error reads "limits.NAME: number > max". */
static void
stop_at_limit (Item *item, const GError *limit, MugaiSanitizeOutput *ret)
{
    char name[32] = "item", code[48];
    unsigned long long number = 0, max = 0;

    if (sscanf (limit->message, "limits.%31[a-z-]: %llu > %llu", name, &number, &max) < 1)
        g_strlcpy (name, "item", sizeof name);
    g_snprintf (code, sizeof code, "limit.%s", name);
    g_autofree char *evidence =
        mugai_line_evidence (limit->message, strlen (limit->message), EVIDENCE_MAX);
    stop (g_steal_pointer (&item->report), item->in, MUGAI_ITEM_WITHHELD, code, max, evidence, ret);
}

/* -- stages
 * ---------------------------------------------------------------------------------------------------------
 */

static void
note_bytes (Item *item, const MugaiPrescan *scan)
{
    if (scan->nul > 0)
        mugai_report_add_finding (item->report->findings, "mime.nul", scan->nul, NULL);
    if (scan->bare_cr > 0 || (scan->crlf && scan->bare_lf > 0))
        mugai_report_add_finding (item->report->findings, "mime.bad-line-end",
                                  scan->bare_cr + (scan->crlf ? scan->bare_lf : 0), NULL);
}

/* Bounds first, then the tree, then the values of the header. */
static bool
take_apart (Item *item, GError **error)
{
    const MugaiSanitizeInput *in = item->in;
    MugaiPrescan scan;

    if (!mugai_prescan (in->data, in->size, item->limits, &scan, error))
        return false;
    note_bytes (item, &scan);
    item->walk =
        mugai_walk_mail (in->data, in->size, item->limits, &in->reader, item->report, error);
    if (item->walk == NULL)
        return false;
    const char *charset = mugai_walk_part (item->walk, 0)->charset;
    item->header =
        mugai_header_read (&item->walk->mime->fields, charset[0] != '\0' ? charset : NULL,
                           item->settings, item->limits, item->report->findings);
    return true;
}

/* A file that is a mail of another form (Outlook's) becomes a mail: one part, which is the file. So
 * what is in it has a place to go to. Returns: false: it is none. */
static bool
wrap_file (Item *item)
{
    const MugaiSanitizeInput *in = item->in;
    g_autofree char *name =
        g_path_get_basename (in->envelope->path != NULL ? in->envelope->path : "message");
    g_autofree char *extension = mugai_filename_extension (name);
    MugaiSniff window = mugai_sniff_window (in->data, in->size);
    const MugaiType *type = mugai_sniff (&window, "", extension).type;

    if (strcmp (type->id, "msg") != 0 && strcmp (type->id, "tnef") != 0)
        return false;
    g_autofree char *escaped = g_uri_escape_string (name, NULL, false);
    g_autofree char *head = g_strdup_printf ("Content-Type: %s\r\n"
                                             "Content-Transfer-Encoding: binary\r\n"
                                             "Content-Disposition: attachment;\r\n"
                                             " filename*=utf-8''%s\r\n\r\n",
                                             type->media, escaped);
    GByteArray *mail = g_byte_array_sized_new ((guint)(strlen (head) + in->size));
    g_byte_array_append (mail, (const guint8 *)head, (guint)strlen (head));
    g_byte_array_append (mail, in->data, (guint)in->size);
    item->wrapped = g_byte_array_free_to_bytes (mail);
    return true;
}

static bool
take_wrapped (Item *item, GError **error)
{
    size_t size;
    const uint8_t *data = g_bytes_get_data (item->wrapped, &size);

    item->walk = mugai_walk_mail (data, size, item->limits, &item->in->reader, item->report, error);
    if (item->walk == NULL)
        return false;
    g_autoptr (MugaiReport) scratch = mugai_report_new(); /* that it has no author is our doing */
    item->header = mugai_header_read (&item->walk->mime->fields, NULL, item->settings, item->limits,
                                      scratch->findings);
    return true;
}

static bool
take_file (Item *item, GError **error)
{
    const MugaiSanitizeInput *in = item->in;

    if (in->size > item->limits->item) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT,
                     "limits.item: %" G_GSIZE_FORMAT " > %" G_GUINT64_FORMAT, in->size,
                     item->limits->item);
        return false;
    }
    if (wrap_file (item))
        return take_wrapped (item, error);
    item->walk =
        mugai_walk_file (in->data, in->size, in->envelope->path != NULL ? in->envelope->path : "",
                         item->limits, item->report, error);
    return item->walk != NULL;
}

static const char *
or_none (const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void
gather_facts (Item *item)
{
    const MugaiEnvelope *envelope = item->in->envelope;
    const char **recipients = g_new0 (const char *, envelope->recipients->len + 1);
    MugaiReport *report = item->report;

    for (guint i = 0; i < envelope->recipients->len; i++)
        recipients[i] = g_ptr_array_index (envelope->recipients, i);
    item->facts = (MugaiItemFacts){ .sender = envelope->sender,
                                    .recipients = recipients,
                                    .client_address = envelope->client_address,
                                    .client_name = envelope->client_name,
                                    .date_us = envelope->date_us };
    const MugaiHeader *header = item->header;
    if (header == NULL)
        return;
    item->facts.from = mugai_header_from (header);
    item->facts.subject = header->subject;
    item->facts.spf = or_none (header->auth.spf);
    item->facts.dkim = or_none (header->auth.dkim);
    item->facts.dmarc = or_none (header->auth.dmarc);
    report->subject = g_strdup (header->subject != NULL ? header->subject : "");
    report->from = g_strdup (item->facts.from != NULL ? item->facts.from : "");
    report->message_id = g_strdup (header->message_id != NULL && header->message_id->len > 0
                                       ? g_ptr_array_index (header->message_id, 0)
                                       : "");
}

static bool
treat_parts (Item *item, GError **error)
{
    const MugaiSanitizeInput *in = item->in;

    item->treat = mugai_treat_new (item->walk, in->rules, in->modules, &item->facts, &in->reader,
                                   in->channel, in->job);
    return mugai_treat_all (item->treat, error);
}

/* What stands in a mail within the mail is named after both. Returns: (transfer full). */
static char *
full_name (const Item *item, const MugaiWalkPart *part)
{
    const char *letter = part->letter != 0 ? mugai_walk_part (item->walk, part->letter)->name : "";
    const char *dot = strrchr (letter, '.');
    int stem = dot != NULL ? (int)MIN (dot - letter, LETTER_NAME) : 0;

    while (stem > 0 && ((uint8_t)letter[stem] & 0xc0) == 0x80)
        stem--;
    if (stem == 0 || part->name[0] == '\0')
        return g_strdup (part->name);
    return g_strdup_printf ("%.*s - %s", stem, letter, part->name);
}

/* What an attachment without a name is called. */
static const char *
plain_name (const MugaiType *type, MugaiLanguage language)
{
    static const struct {
        const char *type, *ja, *en;
    } names[] = { { "ics", "予定", "invitation" }, { "vcf", "名刺", "contact" } };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (names[i].type, type->id) == 0)
            return language == MUGAI_LANGUAGE_EN ? names[i].en : names[i].ja;
    return "attachment";
}

/* A name that no attachment has yet, whatever the case of its letters. */
static char *
unique_name (Item *item, const char *wanted, const MugaiType *type)
{
    const char *plain = plain_name (type, item->settings->language);

    for (unsigned round = 0;; round++) {
        g_autofree char *name = mugai_filename_for (wanted, type, plain, round == 1);

        if (round > 1) {
            const char *dot = strrchr (name, '.');
            char *numbered = g_strdup_printf ("%.*s (%u)%s", (int)(dot - name), name, round, dot);
            g_free (name);
            name = numbered;
        }
        g_autofree char *folded = g_utf8_casefold (name, -1);
        if (g_ptr_array_find_with_equal_func (item->names, folded, g_str_equal, NULL))
            continue;
        g_ptr_array_add (item->names, g_steal_pointer (&folded));
        return g_steal_pointer (&name);
    }
}

/* Texts of the bodies that were taken, put together; *ret_part: the first of them. */
static GString *
join_bodies (Item *item, size_t max, uint32_t *ret_part)
{
    uint64_t imitations = 0;
    bool cut = false;

    *ret_part = MUGAI_REPORT_NO_PART;
    g_autoptr (GArray) texts = mugai_treat_bodies (item->treat, item->walk->mime, ret_part);
    GString *text = mugai_body_join ((const MugaiBodyText *)(gpointer)texts->data, texts->len,
                                     item->settings->language, max, &imitations, &cut);
    if (imitations > 0)
        mugai_report_add_finding (item->report->findings, "text.notice-imitation", imitations,
                                  NULL);
    if (cut) {
        mugai_report_add_finding (item->report->findings, "limit.text", max, NULL);
        g_string_append_printf (text, "%s\n", mugai_notice_cut_line (item->settings->language));
    }
    return text;
}

static bool
is_blank (const GString *text)
{
    return text->str[strspn (text->str, " \t\n")] == '\0' && strlen (text->str) == text->len;
}

/* Bodies first, each by itself, so that nothing that is left out of one makes it imitate the
 * notice.
 */
static void
fit_bodies (Item *item)
{
    uint64_t lacking = 0;

    item->jis = jis_of (item->settings);
    for (uint32_t i = 0; item->jis != NULL && i < item->walk->parts->len; i++) {
        MugaiTreated *treated = mugai_treat_result (item->treat, i);

        if (mugai_walk_part (item->walk, i)->role != MUGAI_ROLE_BODY || treated->data == NULL)
            continue;
        size_t size;
        const char *text = g_bytes_get_data (treated->data, &size);
        GString *fitted =
            mugai_jis_output_fit (item->jis, text != NULL ? text : "", size, &lacking);
        g_bytes_unref (treated->data);
        treated->data = g_string_free_to_bytes (fitted);
    }
    if (lacking > 0)
        mugai_report_add_finding (item->report->findings, "text.unmappable", lacking, NULL);
}

/* The attachment that holds the notice stands first. */
static void
attach_notice (Item *item, GString *block)
{
    MugaiEmitLeaf leaf = { .part = MUGAI_REPORT_NO_PART, .type = mugai_type_by_id ("text") };

    g_clear_pointer (&item->notice, g_bytes_unref);
    item->notice = leaf.data = g_string_free_to_bytes (block);
    if (item->leaves->len > 1 &&
        g_array_index (item->leaves, MugaiEmitLeaf, 1).part == MUGAI_REPORT_NO_PART) {
        g_array_index (item->leaves, MugaiEmitLeaf, 1).data = leaf.data;
        return;
    }
    leaf.name = g_strdup (item->notice_name);
    g_array_insert_val (item->leaves, 1, leaf);
}

/* The notice at its place. Wherever that is, a body from which something was withheld says so. */
static void
add_notice (Item *item, GString *text)
{
    g_autofree char *line =
        mugai_authres_summary (&item->header->auth, item->settings->notice_language);
    MugaiNotice notice = { .report = item->report,
                           .settings = item->settings,
                           .authentication = line,
                           .alarm = strcmp (item->header->auth.dmarc, "fail") == 0 };
    MugaiNoticePlace place = item->settings->notice;

    if (!mugai_notice_needed (&notice))
        return;
    g_autoptr (GString) block = NULL;
    if (place == MUGAI_NOTICE_ATTACHMENT)
        attach_notice (item, mugai_notice_block (&notice));
    if (place == MUGAI_NOTICE_END || place == MUGAI_NOTICE_START) {
        block = mugai_notice_block (&notice);
    } else if (item->report->withheld > 0) {
        g_autofree char *pointer =
            mugai_notice_pointer (item->report, item->notice_name, item->settings->notice_language);
        block = g_string_new (pointer);
        g_string_append_c (block, '\n');
    } else {
        return;
    }
    bool start = place == MUGAI_NOTICE_START;
    g_string_insert_c (start ? block : text, -1, '\n');
    g_string_insert_len (text, start ? 0 : -1, block->str, (gssize)block->len);
}

/* The body with its notice. */
static void
compose_body (Item *item, size_t max)
{
    MugaiLanguage language = item->settings->language;
    MugaiEmitLeaf leaf = { .type = mugai_type_by_id ("text") };
    GString *text = join_bodies (item, max, &leaf.part);

    if (is_blank (text)) {
        g_string_assign (text, mugai_notice_no_body_line (language));
        g_string_append_c (text, '\n');
        leaf.part = MUGAI_REPORT_NO_PART;
        mugai_report_add_finding (item->report->findings, "walk.no-body", 1, NULL);
    }
    mugai_report_count (item->report);
    add_notice (item, text);
    uint64_t ours = 0;
    text = fit_text (item->jis, text, &ours);
    g_clear_pointer (&item->body, g_bytes_unref);
    item->body = g_string_free_to_bytes (text);
    leaf.data = item->body;
    g_array_index (item->leaves, MugaiEmitLeaf, 0) = leaf;
}

static void
list_attachments (Item *item)
{
    for (uint32_t i = 0; i < item->walk->parts->len; i++) {
        const MugaiWalkPart *part = mugai_walk_part (item->walk, i);
        MugaiTreated *treated = mugai_treat_result (item->treat, i);

        if (part->role == MUGAI_ROLE_BODY || treated->data == NULL || !treated->deliver)
            continue;
        if (g_bytes_get_size (treated->data) == 0) {
            mugai_treat_withhold (item->treat, i, "text.empty", 1, NULL);
            continue;
        }
        g_autofree char *full = full_name (item, part);
        char *name = unique_name (item, full, treated->type);
        MugaiEmitLeaf leaf = {
            .part = i, .type = treated->type, .name = name, .data = treated->data
        };
        g_array_append_val (item->leaves, leaf);
    }
}

/* Withhold the largest attachment. Returns: false when there is none left. */
static bool
drop_largest (Item *item)
{
    guint largest = 0;
    size_t size = 0;

    for (guint i = 1; i < item->leaves->len; i++) {
        const MugaiEmitLeaf *leaf = &g_array_index (item->leaves, MugaiEmitLeaf, i);
        size_t bytes = g_bytes_get_size (leaf->data);
        if (leaf->part != MUGAI_REPORT_NO_PART && bytes >= size) {
            size = bytes;
            largest = i;
        }
    }
    if (largest == 0)
        return false;
    MugaiEmitLeaf *leaf = &g_array_index (item->leaves, MugaiEmitLeaf, largest);
    mugai_treat_withhold (item->treat, leaf->part, "limit.output", item->limits->output, NULL);
    g_free ((gpointer)leaf->name);
    g_array_remove_index (item->leaves, largest);
    return true;
}

/* Compose until it fits: a shorter text first, then fewer attachments. */
static GBytes *
compose (Item *item)
{
    g_autoptr (GString) header = g_string_new (NULL);
    size_t text_max = item->limits->text;
    MugaiEmit emit = { .header = header, .report = item->report, .jis = item->jis };

    /* a file is sanitized to the same bytes whenever that is done */
    mugai_header_emit (
        item->header, item->settings,
        item->in->envelope->kind == MUGAI_ITEM_MAIL ? item->in->envelope->date_us : -1, header);
    g_array_set_size (item->leaves, 1);
    if (item->settings->notice == MUGAI_NOTICE_ATTACHMENT)
        item->notice_name = unique_name (item, mugai_notice_name (item->settings->notice_language),
                                         mugai_type_by_id ("text"));
    list_attachments (item);
    compose_body (item, text_max);
    for (;;) {
        emit.leaves = (const MugaiEmitLeaf *)(gpointer)item->leaves->data;
        emit.n_leaves = item->leaves->len;
        if (mugai_emit_size (&emit) <= item->limits->output)
            break;
        size_t room =
            item->limits->output / 4 > NOTICE_ROOM ? item->limits->output / 4 : NOTICE_ROOM;
        if (text_max > room)
            text_max = room;
        else if (!drop_largest (item))
            return NULL;
        compose_body (item, text_max);
    }
    mugai_emit_report (&emit, item->report);
    return mugai_emit_mail (&emit);
}

static void
free_names (Item *item)
{
    for (guint i = 1; i < item->leaves->len; i++)
        g_free ((gpointer)g_array_index (item->leaves, MugaiEmitLeaf, i).name);
}

/* -- the pipeline
 * ---------------------------------------------------------------------------------------------------
 */

/* A file has no list of attachments: what a container sent on by itself has no place in its result.
 */
static void
withhold_homeless (Item *item)
{
    g_autofree uint32_t *carriers = mugai_report_carriers (item->report);

    for (uint32_t i = 0; i < item->report->parts->len; i++) {
        const MugaiReportPart *row = g_ptr_array_index (item->report->parts, i);
        bool forward =
            row->outcome == MUGAI_OUTCOME_DELIVERED || row->outcome == MUGAI_OUTCOME_CONVERTED;
        if (row->leaf && row->chosen && forward && carriers[i] == MUGAI_REPORT_NO_LEAF)
            mugai_treat_withhold (item->treat, i, "withheld.alone", 1, NULL);
    }
}

/* A file that is no mail: the one part goes out as it came out of its chain. */
static void
finish_file (Item *item, MugaiSanitizeOutput *ret)
{
    uint32_t last = mugai_treat_last (item->treat, 0); /* a converter's result stands for it */
    const MugaiTreated *treated = mugai_treat_result (item->treat, last);
    const MugaiReportPart *row = g_ptr_array_index (item->report->parts, last);
    size_t size = treated->data != NULL ? g_bytes_get_size (treated->data) : 0;

    if (size == 0 || size > item->limits->output) {
        const char *reason = size > 0              ? "limit.output"
                             : row->reason != NULL ? row->reason
                                                   : "withheld.refused";
        g_autofree char *code = g_strdup (reason);
        stop (g_steal_pointer (&item->report), item->in, MUGAI_ITEM_WITHHELD, code,
              size > 0 ? item->limits->output : 1, NULL, ret);
        return;
    }
    g_autofree char *name =
        mugai_filename_for (mugai_walk_part (item->walk, 0)->name, treated->type, "file", false);
    MugaiEmitLeaf leaf = {
        .part = last, .type = treated->type, .name = name, .data = treated->data
    };
    MugaiEmit emit = { .report = item->report, .leaves = &leaf, .n_leaves = 1 };
    mugai_emit_report (&emit, item->report);
    withhold_homeless (item);
    mugai_report_count (item->report);
    deliver (g_steal_pointer (&item->report), g_bytes_ref (treated->data), treated->type->grammar,
             ret);
}

static void
finish_mail (Item *item, MugaiSanitizeOutput *ret)
{
    fit_bodies (item);
    GBytes *output = compose (item);

    free_names (item);
    if (output == NULL) {
        g_ptr_array_set_size (item->report->leaves, 0);
        stop (g_steal_pointer (&item->report), item->in, MUGAI_ITEM_WITHHELD, "limit.output",
              item->limits->output, NULL, ret);
        return;
    }
    mugai_report_count (item->report);
    deliver (g_steal_pointer (&item->report), output, MUGAI_GRAMMAR_MAIL, ret);
}

static void
finish_item (Item *item, bool mail, MugaiSanitizeOutput *ret)
{
    switch (mugai_treat_action (item->treat)) {
    case MUGAI_ACTION_REJECT:
        stop (g_steal_pointer (&item->report), item->in, MUGAI_ITEM_REJECTED, "withheld.rejected",
              1, NULL, ret);
        return;
    case MUGAI_ACTION_HOLD:
        stop (g_steal_pointer (&item->report), item->in, MUGAI_ITEM_HELD, "withheld.held", 1, NULL,
              ret);
        return;
    case MUGAI_ACTION_CHAIN:
    case MUGAI_ACTION_WITHHOLD:
        break;
    }
    if (mail)
        finish_mail (item, ret);
    else
        finish_file (item, ret);
}

bool
mugai_sanitize (const MugaiSanitizeInput *in, MugaiSanitizeOutput *ret, GError **error)
{
    g_auto (Item) item;
    g_autoptr (GError) failure = NULL;
    bool mail = as_mail (in->envelope);

    item_init (&item, in);
    bool ok = mail ? take_apart (&item, &failure) : take_file (&item, &failure);
    mail = mail || item.wrapped != NULL;
    if (ok) {
        gather_facts (&item);
        ok = treat_parts (&item, &failure);
    }
    if (ok && mail)
        mugai_body_settle (item.walk, item.treat, 0, item.settings->alternatives);
    if (ok)
        finish_item (&item, mail, ret);
    else if (g_error_matches (failure, MUGAI_ERROR, MUGAI_ERROR_LIMIT))
        stop_at_limit (&item, failure, ret);
    else {
        g_propagate_error (error, g_steal_pointer (&failure));
        return false;
    }
    return true;
}
