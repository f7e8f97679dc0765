/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keep-act.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "cli/cli.h"
#include "cli/keep-print.h"
#include "cli/smtp.h"
#include "core/error.h"
#include "wire/front.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUICK_US = 60000000, SMTP_US = 60000000 };

static const int64_t long_us =
    INT64_C (6) * 3600 * G_USEC_PER_SEC; /* reindex, verify-log, expire of a large keep */
static const uint64_t mail_max = UINT64_C (1) << 32;

static int
failed (GError *error)
{
    int code = mugai_cli_error ("keep", error);

    g_error_free (error);
    return code;
}

static JsonBuilder *
begin_document (const char *schema)
{
    JsonBuilder *b = json_builder_new();

    json_builder_begin_object (b);
    json_builder_set_member_name (b, "schema");
    json_builder_add_string_value (b, schema);
    return b;
}

static void
end_document (JsonBuilder *b)
{
    json_builder_end_object (b);
    mugai_keep_print_document (b);
    g_object_unref (b);
}

static void
member_number (JsonBuilder *b, const char *name, uint64_t value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, (gint64)value);
}

static void
member_text (JsonBuilder *b, const char *name, const char *value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, value);
}

/* ---- list ---- */

static unsigned
terminal_columns (void)
{
    struct winsize size;

    return isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                                   : 0;
}

static void
free_entry (void *entry)
{
    mugai_keep_entry_clear (entry);
    g_free (entry);
}

static char **
texts_of (MugaiKeepEntry *e, size_t i)
{
    char **const at[] = { &e->sender,     &e->recipient, &e->subject,  &e->from,
                          &e->message_id, &e->client,    &e->queue_id, &e->reason,
                          &e->findings,   &e->auth,      &e->who };
    return i < G_N_ELEMENTS (at) ? at[i] : NULL;
}

static bool
collect (const MugaiKeepEntry *entry, void *data)
{
    MugaiKeepEntry *copy = g_memdup2 (entry, sizeof *entry);
    char **text;

    for (size_t i = 0; (text = texts_of (copy, i)) != NULL; i++)
        *text = g_strdup (*text);
    g_ptr_array_add (data, copy);
    return true;
}

int
mugai_keep_act_list (MugaiKeepClient *client, const MugaiKeepOptions *o)
{
    g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (free_entry);
    GError *error = NULL;

    if (!mugai_keep_list (client, &o->query, collect, entries, QUICK_US, &error))
        return failed (error);
    if (!o->json) {
        if (entries->len > 0)
            mugai_keep_print_table (stdout, entries, terminal_columns());
        else
            fputs (mugai_cli_text ("nothing found\n", "該当なし\n"), stderr);
        return MUGAI_EXIT_OK;
    }
    JsonBuilder *b = begin_document ("mugai.keep.list/1");
    json_builder_set_member_name (b, "items");
    json_builder_begin_array (b);
    for (guint i = 0; i < entries->len; i++) {
        json_builder_begin_object (b);
        mugai_keep_print_json (b, g_ptr_array_index (entries, i));
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
    end_document (b);
    return MUGAI_EXIT_OK;
}

/* ---- show ---- */

static bool
write_all (int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write (fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

static int
write_original (const MugaiKeepItem *item, const char *path)
{
    mugai_automap map = { 0 };
    mugai_autofd file = -1;
    bool standard = strcmp (path, "-") == 0;

    if (mugai_memfd_map (item->content, mail_max, &map) < 0)
        return mugai_cli_usage ("keep", "the original cannot be mapped");
    if (!standard) {
        file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0)
            return mugai_cli_usage ("keep", "%s: %s; name a file that does not exist yet", path,
                                    g_strerror (errno));
    }
    if (write_all (standard ? STDOUT_FILENO : file, map.data, map.size) &&
        (standard || fsync (file) == 0))
        return MUGAI_EXIT_OK;
    mugai_cli_usage ("keep", "%s: %s", path, g_strerror (errno));
    if (!standard)
        unlink (path);
    return MUGAI_EXIT_LATER;
}

int
mugai_keep_act_show (MugaiKeepClient *client, const MugaiKeepOptions *o)
{
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    GError *error = NULL;

    if (!mugai_keep_get (client, o->id, o->original ? MUGAI_KEEP_WANT_CONTENT : 0, &item, QUICK_US,
                         &error))
        return failed (error);
    if (o->original)
        return write_original (&item, o->output);
    if (!o->json) {
        mugai_keep_print_page (stdout, &item.entry);
        return MUGAI_EXIT_OK;
    }
    JsonBuilder *b = begin_document ("mugai.keep.item/1");
    mugai_keep_print_json (b, &item.entry);
    end_document (b);
    return MUGAI_EXIT_OK;
}

/* ---- release ---- */

static MugaiEnvelope *
read_envelope (int fd, GError **error)
{
    mugai_automap map = { 0 };

    if (mugai_memfd_map (fd, MUGAI_ENVELOPE_SIZE, &map) < 0) {
        g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL,
                             "keep: the envelope cannot be mapped");
        return NULL;
    }
    return mugai_envelope_read (map.data, map.size, error);
}

static bool
inject (const MugaiKeepOptions *o, const MugaiEnvelope *envelope, int output, char **ret_answer,
        GError **error)
{
    mugai_automap map = { 0 };

    if (output < 0 || mugai_memfd_map (output, mail_max, &map) < 0) {
        g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL,
                             "keep: there is no sanitized mail");
        return false;
    }
    MugaiSmtpMail mail = { .sender = envelope->sender != NULL ? envelope->sender : "",
                           .recipients = envelope->recipients,
                           .data = map.data,
                           .size = map.size };
    return mugai_smtp_send (o->smtp, o->smtp_anywhere, &mail, SMTP_US, ret_answer, error);
}

/* What may go on: a mail that was sanitized. A notice alone would tell the reader nothing new. */
static bool
answer_ok (unsigned answer, GError **error)
{
    if (answer == MUGAI_ANSWER_DELIVER)
        return true;
    g_set_error_literal (error, MUGAI_ERROR,
                         answer == MUGAI_ANSWER_TRY_AGAIN ? MUGAI_ERROR_RESOURCE
                                                          : MUGAI_ERROR_REFUSED,
                         answer == MUGAI_ANSWER_TRY_AGAIN
                             ? "keep: sanitizing failed for now; try again later"
                             : "keep: under these rules it is withheld, held or rejected "
                               "again; name rules with a safer chain (-r FILE)");
    return false;
}

static bool
record_release (MugaiKeepClient *client, const MugaiKeepItem *item, int report_fd,
                const char *answer, GError **error)
{
    MugaiKeepRecord record = { .state = MUGAI_KEEP_RELEASED,
                               .durable = true,
                               .kind = item->entry.kind };
    g_autoptr (MugaiReport) report = NULL;
    g_autofree char *findings = NULL;
    mugai_automap map = { 0 };

    if (report_fd >= 0 && mugai_memfd_map (report_fd, MUGAI_KEEP_REPORT_MAX, &map) == 0)
        report = mugai_report_read (map.data, map.size, MUGAI_KEEP_REPORT_MAX, NULL);
    if (report != NULL)
        mugai_keep_record_from_report (&record, report, &findings);
    memcpy (record.id, item->entry.id, sizeof record.id);
    record.reason = answer;
    return mugai_keep_record (client, &record, report_fd, QUICK_US, error);
}

static bool
may_release (const MugaiKeepEntry *e, GError **error)
{
    if (e->kind == MUGAI_ITEM_MAIL &&
        (e->state == MUGAI_KEEP_HELD || e->state == MUGAI_KEEP_HOLDING ||
         e->state == MUGAI_KEEP_HANDED_OVER || e->state == MUGAI_KEEP_RELEASED))
        return true;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED,
                 "keep: an item that is %s cannot be released",
                 e->kind == MUGAI_ITEM_MAIL ? mugai_keep_state_name (e->state) : "a file");
    return false;
}

static bool
release (MugaiKeepClient *client, const MugaiKeepOptions *o, MugaiKeepItem *item, char **ret_answer,
         GError **error)
{
    mugai_autofd output = -1, report = -1;
    unsigned answer = 0;

    if (!mugai_keep_get (client, o->id, 0, item, QUICK_US, error) ||
        !may_release (&item->entry, error))
        return false;
    mugai_keep_item_clear (item);
    if (!mugai_keep_get (client, o->id, MUGAI_KEEP_WANT_CONTENT | MUGAI_KEEP_WANT_ENVELOPE, item,
                         QUICK_US, error))
        return false;
    g_autoptr (MugaiEnvelope) envelope = read_envelope (item->envelope, error);
    return envelope != NULL &&
           mugai_cli_sanitize_one (o->rules, item->content, item->envelope, &answer, &output,
                                   &report, error) &&
           answer_ok (answer, error) && inject (o, envelope, output, ret_answer, error) &&
           record_release (client, item, report, *ret_answer, error);
}

int
mugai_keep_act_release (MugaiKeepClient *client, const MugaiKeepOptions *o)
{
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    g_autofree char *answer = NULL;
    GError *error = NULL;

    if (!release (client, o, &item, &answer, &error)) {
        if (answer != NULL)
            g_prefix_error (&error, "%s",
                            mugai_cli_text ("the mail was handed on, but the record failed: ",
                                            "メールは渡したが、記録できなかった: "));
        return failed (error);
    }
    if (!o->json) {
        printf ("%s %s: ", mugai_cli_text ("released", "解放"), item.entry.id);
        mugai_cli_print (stdout, answer);
        putchar ('\n');
        return MUGAI_EXIT_OK;
    }
    JsonBuilder *b = begin_document ("mugai.keep.release/1");
    g_autofree char *valid = g_utf8_make_valid (answer, -1);
    member_text (b, "id", item.entry.id);
    member_text (b, "answer", valid);
    end_document (b);
    return MUGAI_EXIT_OK;
}

/* ---- the rest ---- */

static void
print_number (const char *name, uint64_t value)
{
    printf ("%s: %" G_GUINT64_FORMAT "\n", name, value);
}

int
mugai_keep_act_expire (MugaiKeepClient *client, const MugaiKeepOptions *o)
{
    uint64_t items = 0, bytes = 0;
    GError *error = NULL;

    if (!mugai_keep_expire (client, o->older_than_us, o->dry_run, &items, &bytes, long_us, &error))
        return failed (error);
    if (!o->json) {
        puts (o->dry_run ? mugai_cli_text ("would be removed:", "消す対象:")
                         : mugai_cli_text ("removed:", "消したもの:"));
        print_number (mugai_cli_text ("originals", "原本"), items);
        print_number (mugai_cli_text ("bytes", "バイト"), bytes);
        return MUGAI_EXIT_OK;
    }
    JsonBuilder *b = begin_document ("mugai.keep.expire/1");
    json_builder_set_member_name (b, "dry_run");
    json_builder_add_boolean_value (b, o->dry_run);
    member_number (b, "items", items);
    member_number (b, "bytes", bytes);
    end_document (b);
    return MUGAI_EXIT_OK;
}

static void
show_problem (const char *file, uint64_t line, const char *what, void *data)
{
    JsonBuilder *b = data;

    if (b == NULL) {
        mugai_cli_print (stdout, file);
        if (line > 0)
            printf (":%" G_GUINT64_FORMAT, line);
        fputs (": ", stdout);
        mugai_cli_print (stdout, what);
        putchar ('\n');
        return;
    }
    json_builder_begin_object (b);
    member_text (b, "file", file);
    member_number (b, "line", line);
    member_text (b, "what", what);
    json_builder_end_object (b);
}

int
mugai_keep_act_verify (MugaiKeepClient *client, const MugaiKeepOptions *o)
{
    JsonBuilder *b = o->json ? begin_document ("mugai.keep.verify-log/1") : NULL;
    MugaiKeepLogResult result;
    char hex[MUGAI_SHA256_HEX_SIZE];
    GError *error = NULL;

    if (b != NULL) {
        json_builder_set_member_name (b, "problems");
        json_builder_begin_array (b);
    }
    if (!mugai_keep_verify_log (client, show_problem, b, &result, long_us, &error)) {
        g_clear_object (&b);
        return failed (error);
    }
    mugai_sha256_hex (result.hash, hex);
    if (b != NULL) {
        json_builder_end_array (b);
        member_number (b, "files", result.files);
        member_number (b, "lines", result.lines);
        member_number (b, "count", result.problems);
        member_number (b, "last", result.seq);
        member_text (b, "last_sha256", hex);
        end_document (b);
    } else {
        print_number (mugai_cli_text ("files", "ファイル"), result.files);
        print_number (mugai_cli_text ("lines", "行"), result.lines);
        print_number (mugai_cli_text ("problems", "問題"), result.problems);
        print_number (mugai_cli_text ("last line", "最終行"), result.seq);
        printf ("SHA-256: %s\n", hex);
    }
    return result.problems == 0 ? MUGAI_EXIT_OK : MUGAI_EXIT_WITHHELD;
}

int
mugai_keep_act_reindex (MugaiKeepClient *client, const MugaiKeepOptions *o)
{
    uint64_t items = 0, lines = 0;
    GError *error = NULL;

    if (!mugai_keep_reindex (client, &items, &lines, long_us, &error))
        return failed (error);
    if (!o->json) {
        print_number (mugai_cli_text ("items", "件数"), items);
        print_number (mugai_cli_text ("lines of the audit log", "監査ログの行"), lines);
        return MUGAI_EXIT_OK;
    }
    JsonBuilder *b = begin_document ("mugai.keep.reindex/1");
    member_number (b, "items", items);
    member_number (b, "lines", lines);
    end_document (b);
    return MUGAI_EXIT_OK;
}
