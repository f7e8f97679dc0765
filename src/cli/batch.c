/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/batch.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "cli/cli.h"
#include "cli/journal.h"
#include "cli/keeper.h"
#include "cli/output-file.h"
#include "cli/output-names.h"
#include "cli/progress.h"
#include "cli/report-row.h"
#include "cli/report-set.h"
#include "cli/safe-name.h"
#include "cli/slurp.h"
#include "core/error.h"
#include "core/type.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    const MugaiBatchOptions *options;
    MugaiSession *session;
    MugaiInputs *inputs;   /* NULL: stdin */
    MugaiKeeper *keeper;   /* NULL without --keep */
    MugaiJournal *journal; /* NULL: stdin, --dry-run */
    MugaiReportSet *reports;
    MugaiProgress *progress;
    int root; /* the output folder, -1: none */
    unsigned flying;
    bool journal_failed;
    GPtrArray *placing;    /* of Placing *: results that are written but not durable yet */
    int64_t placing_us;    /* since when, CLOCK_MONOTONIC */
    GPtrArray *committing; /* of Placing *: those that a thread makes durable; NULL: none */
    GThread *thread;
    int committed; /* eventfd: the thread is done */
} Run;

typedef struct { /* one item on its way */
    Run *run;
    const MugaiInput *input; /* NULL: stdin */
    MugaiEnvelope *envelope;
    int content;
    struct timespec modified;
    MugaiSubmission submission;
} Item;

typedef struct {                /* where a result went */
    char *relative, *extension; /* NULL: nowhere */
    char sha256[MUGAI_SHA256_HEX_SIZE];
    MugaiOutputFile *file; /* not durable yet; NULL: none */
} Placed;

static void
placed_clear (Placed *placed)
{
    g_free (placed->relative);
    g_free (placed->extension);
    mugai_output_file_free (placed->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Placed, placed_clear)

enum {
    PLACING_MAX = 64,    /* results made durable together: the disk takes them as one */
    PLACING_US = 200000, /* and how long the first may wait */
};

static void
item_free (Item *item)
{
    mugai_envelope_free (item->envelope);
    mugai_fd_clear (&item->content);
    g_free (item);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_free)

static const char *
name_of (const Item *item)
{
    return item->input != NULL ? item->input->path : "stdin";
}

static void
put_off (Run *run, const char *path, const char *why)
{
    mugai_progress_item (run->progress, MUGAI_TALLIED_LATER, NULL, path, why);
    mugai_report_set_failure (run->reports, path, why);
}

/* An input that could not be read, and what to do about it. */
static void
put_off_unread (Run *run, const char *path, const char *why)
{
    g_autofree char *text = g_strdup_printf (
        mugai_cli_text ("%s; left where it is: make it a readable file or folder and run again",
                        "%s。そのまま残しました。読める通常のファイルにして再実行してください"),
        why);

    put_off (run, path, text);
}

/* ---- reading */

static int
open_item (Item *item)
{
    struct stat st;
    mugai_autofd fd = item->input != NULL ? mugai_inputs_open (item->input) : dup (0);

    if (fd >= 0 && item->input != NULL && fstat (fd, &st) == 0)
        item->modified = st.st_mtim;
    return mugai_fd_steal (&fd);
}

static Item *
read_item (Run *run, const MugaiInput *input)
{
    g_autoptr (Item) item = g_new0 (Item, 1);

    item->run = run;
    item->input = input;
    mugai_autofd fd = open_item (item);
    item->content =
        fd < 0 ? -1 : mugai_slurp (fd, mugai_slurp_max (run->session->pool), &item->submission);
    if (item->content < 0) {
        put_off_unread (run, name_of (item), strerror (errno));
        return NULL;
    }
    item->envelope = mugai_envelope_new();
    item->envelope->kind = input != NULL ? MUGAI_ITEM_FILE : MUGAI_ITEM_MAIL;
    item->envelope->date_us = run->options->date_us;
    item->envelope->path = input != NULL ? mugai_safe_name_readable (input->relative) : NULL;
    mugai_slurp_id (run->session->pool, &item->submission, input != NULL ? input->relative : "",
                    item->envelope->id);
    return g_steal_pointer (&item);
}

/* ---- writing */

/* Why a result is not there. Returns: (transfer full). */
static char *
cannot_write (const Run *run, const Placed *placed, int error)
{
    g_autofree char *path = g_build_filename (run->options->output, placed->relative, NULL);

    return g_strdup_printf (mugai_cli_text ("cannot write %s: %s; make room there or name "
                                            "another folder with -o",
                                            "%s に書けません: %s。空きを作るか、-o で別の"
                                            "フォルダーを指定してください"),
                            path, strerror (error));
}

/* Write below the output folder; it has no name yet (begin_commit()). Returns: (transfer full)
 * NULL, or why not. */
static char *
place (Run *run, const Item *item, const char *extension, int content, Placed *placed)
{
    uint8_t digest[MUGAI_SHA256_SIZE];
    const MugaiBatchOptions *options = run->options;
    const MugaiOutputFileLooks looks = { .modified =
                                             options->preserve_times ? &item->modified : NULL };

    placed->relative = mugai_output_name (run->inputs, item->input, extension);
    placed->extension = g_strdup (extension);
    if (options->dry_run)
        return NULL;
    placed->file = mugai_output_file_begin (run->root, placed->relative, content, &looks, digest);
    if (placed->file == NULL)
        return cannot_write (run, placed, errno);
    mugai_sha256_hex (digest, placed->sha256);
    return NULL;
}

/* What stands in place of a file that was withheld, with --tombstones. Returns: as place(). */
static char *
write_tombstone (Run *run, const Item *item, const char *reason, Placed *placed)
{
    char number[15];
    mugai_autofd fd = mugai_memfd_new ("mugai-tombstone");

    mugai_id_number (item->envelope->id, number);
    g_autofree char *text =
        g_strdup_printf ("無害化の結果: このファイルは届けませんでした。理由: %s  受付番号: %s\n"
                         "Sanitization result: this file was withheld. Reason: %s  Number: %s\n",
                         reason, number, reason, number);
    if (fd >= 0 && mugai_memfd_append (fd, text, strlen (text)) == 0 && mugai_memfd_seal (fd) == 0)
        return place (run, item, "withheld.txt", fd, placed);
    return g_strdup ("no memory or descriptor left");
}

/* Returns: (transfer full) NULL, or why the result could not be put where it belongs. */
static char *
place_output (Run *run, const Item *item, const MugaiPoolOutcome *outcome, Placed *placed)
{
    uint8_t digest[MUGAI_SHA256_SIZE];

    if (outcome->output < 0 || outcome->frame.output_size == 0)
        return NULL;
    if (item->input == NULL)
        return mugai_output_file_copy (outcome->output, 1, digest)
                   ? NULL
                   : g_strdup_printf ("cannot write to standard output: %s; what was written is "
                                      "not complete",
                                      strerror (errno));
    g_autofree char *extension = mugai_type_extension (outcome->grammar);
    return place (run, item, extension != NULL ? extension : "bin", outcome->output, placed);
}

/* ---- what is told of it */

/* The entry of the journal: see journal.h. */
static JsonNode *
entry_of (const Item *item, const Placed *placed, const char *reason, JsonNode *row)
{
    JsonObject *entry = json_object_new();
    JsonNode *node = json_node_new (JSON_NODE_OBJECT);

    json_object_set_string_member (entry, "id", item->envelope->id);
    json_object_set_string_member (entry, "reason", reason);
    if (placed->relative != NULL) {
        json_object_set_string_member (entry, "output", placed->relative);
        json_object_set_string_member (entry, "extension", placed->extension);
        json_object_set_string_member (entry, "sha256_out", placed->sha256);
    }
    json_object_set_member (entry, "row", json_node_copy (row));
    json_node_take_object (node, entry);
    return node;
}

/* An item that ended, now or in the run that is resumed. @relative: NULL: no output. */
static void
tell (Run *run, const Item *item, const char *relative, const char *reason, JsonNode *row)
{
    g_autofree char *path =
        relative != NULL ? g_build_filename (run->options->output, relative, NULL) : NULL;
    bool delivered = mugai_report_row_delivered (row);

    mugai_report_row_name (row, name_of (item), path);
    mugai_report_set_item (run->reports, row);
    mugai_progress_item (run->progress,
                         delivered ? MUGAI_TALLIED_DELIVERED : MUGAI_TALLIED_WITHHELD,
                         mugai_report_row_type (row),
                         delivered && item->input == NULL ? NULL : name_of (item), reason);
}

static void
write_journal (Run *run, const Item *item, const Placed *placed, const char *reason, JsonNode *row)
{
    if (run->journal == NULL || run->journal_failed)
        return;
    g_autoptr (JsonNode) entry = entry_of (item, placed, reason, row);
    if (mugai_journal_add (run->journal, entry))
        return;
    run->journal_failed = true; /* what it lacks is merely done again */
    mugai_cli_usage ("sanitize", "%s: %s; --resume will do again what is finished from here on",
                     MUGAI_JOURNAL_NAME, strerror (errno));
}

typedef struct { /* an item whose result is written, but not durable yet */
    Item *item;
    Placed placed;
    char *reason;
    JsonNode *row;
} Placing;

static void
placing_free (void *data)
{
    Placing *placing = data;

    item_free (placing->item);
    placed_clear (&placing->placed);
    g_free (placing->reason);
    json_node_unref (placing->row);
    g_free (placing);
}

static void
end_placing (Run *run, Placing *placing, int error)
{
    if (error != 0) {
        g_autofree char *why = cannot_write (run, &placing->placed, error);
        put_off (run, name_of (placing->item), why);
        return;
    }
    write_journal (run, placing->item, &placing->placed, placing->reason, placing->row);
    tell (run, placing->item, placing->placed.relative, placing->reason, placing->row);
}

/* A thread of its own: the disk is waited for while items are sanitized. It touches nothing but
 * files of the batch. Returns: (transfer full) an errno for each. */
static void *
commit_batch (void *data)
{
    const Run *run = data;
    guint count = run->committing->len;
    g_autofree MugaiOutputFile **files = g_new0 (MugaiOutputFile *, count);
    int *errors = g_new0 (int, count);
    uint64_t one = 1;

    for (guint i = 0; i < count; i++)
        files[i] = ((Placing *)g_ptr_array_index (run->committing, i))->placed.file;
    mugai_output_files_commit (files, count, errors);
    while (write (run->committed, &one, sizeof one) < 0 && errno == EINTR)
        ;
    return errors;
}

/* Wait for the batch, and tell of it: it is durable now, or it is not. */
static void
end_commit (Run *run)
{
    uint64_t count;

    if (run->thread == NULL)
        return;
    g_autofree int *errors = g_thread_join (run->thread);
    run->thread = NULL;
    while (read (run->committed, &count, sizeof count) < 0 && errno == EINTR)
        ;
    for (guint i = 0; i < run->committing->len; i++)
        end_placing (run, g_ptr_array_index (run->committing, i), errors[i]);
    g_clear_pointer (&run->committing, g_ptr_array_unref);
}

static void
begin_commit (Run *run)
{
    end_commit (run);
    if (run->placing->len == 0)
        return;
    run->committing = run->placing;
    run->placing = g_ptr_array_new_with_free_func (placing_free);
    run->thread = g_thread_new ("commit", commit_batch, run);
}

static void
on_committed (void *data, uint32_t events)
{
    (void)events;
    end_commit (data);
}

/* @item: (transfer full). */
static void
add_placing (Run *run, Item *item, Placed *placed, const char *reason, JsonNode *row)
{
    Placing *placing = g_new0 (Placing, 1);

    *placing = (Placing){
        .item = item, .placed = *placed, .reason = g_strdup (reason), .row = json_node_ref (row)
    };
    *placed = (Placed){ 0 };
    if (run->placing->len == 0)
        run->placing_us = g_get_monotonic_time();
    g_ptr_array_add (run->placing, placing);
    if (run->placing->len == PLACING_MAX)
        begin_commit (run);
}

/* @item: (transfer full). */
static void
finish_item (Run *run, Item *owned, const MugaiPoolOutcome *outcome)
{
    g_autoptr (Item) item = owned;
    const char *reason =
        outcome->frame.answer == MUGAI_ANSWER_DELIVER ? outcome->frame.text : outcome->frame.reason;
    g_auto (Placed) placed = { 0 };
    g_autofree char *why = NULL;
    g_autoptr (GError) error = NULL;

    if (outcome->frame.answer == MUGAI_ANSWER_TRY_AGAIN ||
        outcome->frame.answer == MUGAI_ANSWER_UNTOUCHED) {
        put_off (run, name_of (item), outcome->frame.text);
        return;
    }
    if (run->keeper != NULL && !mugai_keeper_record (run->keeper, item->envelope, outcome, &error))
        why = g_strdup (error->message);
    if (why == NULL)
        why = place_output (run, item, outcome, &placed);
    if (why == NULL && run->options->tombstones && item->input != NULL && placed.relative == NULL)
        why = write_tombstone (run, item, outcome->frame.reason, &placed);
    if (why != NULL) {
        put_off (run, name_of (item), why);
        return;
    }
    bool delivered = outcome->frame.answer == MUGAI_ANSWER_DELIVER;
    g_autoptr (JsonNode) row = mugai_report_row (outcome->report, item->envelope, delivered);
    mugai_fd_clear (&item->content);
    add_placing (run, g_steal_pointer (&item), &placed, reason, row);
}

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    Item *item = data;

    item->run->flying--;
    finish_item (item->run, item, outcome);
}

/* ---- what was finished before */

/* The same content and policy, and what became of it is still there under the name that it would
 * get now. */
static bool
was_finished (Run *run, const Item *item)
{
    g_autoptr (JsonNode) node =
        run->journal != NULL ? mugai_journal_find (run->journal, item->envelope->id) : NULL;

    if (node == NULL)
        return false;
    JsonObject *entry = json_node_get_object (node);
    const char *output = json_object_get_string_member_with_default (entry, "output", NULL);
    const char *reason = json_object_get_string_member_with_default (entry, "reason", "");
    JsonNode *row = json_object_get_member (entry, "row");
    if (row == NULL || !JSON_NODE_HOLDS_OBJECT (row))
        return false;
    if (output != NULL) {
        const char *extension =
            json_object_get_string_member_with_default (entry, "extension", "bin");
        g_autofree char *now = mugai_output_name (run->inputs, item->input, extension);
        if (strcmp (now, output) != 0 ||
            !mugai_output_file_holds (
                run->root, output,
                json_object_get_string_member_with_default (entry, "sha256_out", "")))
            return false;
    }
    mugai_progress_resumed (run->progress);
    tell (run, item, output, reason, row);
    return true;
}

static void
begin_item (Run *run, const MugaiInput *input)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Item) item = read_item (run, input);

    if (item == NULL || was_finished (run, item))
        return;
    mugai_autofd envelope = mugai_session_envelope (item->envelope, &error);
    if (envelope < 0 || (run->keeper != NULL &&
                         !mugai_keeper_put (run->keeper, item->envelope, &item->submission,
                                            run->session->pool, item->content, envelope, &error))) {
        put_off (run, name_of (item), error->message);
        return;
    }
    Item *flying = g_steal_pointer (&item);
    run->flying++;
    mugai_pool_submit (run->session->pool, flying->content, envelope, &flying->submission, on_done,
                       flying);
}

/* ---- the run */

/* Returns: false when it was stopped. */
static bool
run_all (Run *run)
{
    guint next = 0, count = run->inputs != NULL ? run->inputs->list->len : 1;
    unsigned most =
        run->options->session.active > 0 ? run->options->session.active : g_get_num_processors();

    while (next < count || run->flying > 0) {
        while (next < count && run->flying < 2 * most) {
            const MugaiInput *input =
                run->inputs != NULL ? g_ptr_array_index (run->inputs->list, next) : NULL;
            next++;
            if (input != NULL && input->refused != NULL)
                put_off_unread (run, input->path, input->refused);
            else
                begin_item (run, input);
        }
        if (run->flying > 0 && !mugai_loop_turn (run->session->loop))
            return false;
        if (run->thread == NULL && g_get_monotonic_time() - run->placing_us > PLACING_US)
            begin_commit (run);
    }
    begin_commit (run);
    end_commit (run);
    return true;
}

static int
exit_code (const Run *run)
{
    if (mugai_progress_count (run->progress, MUGAI_TALLIED_LATER) > 0)
        return MUGAI_EXIT_LATER;
    return mugai_progress_count (run->progress, MUGAI_TALLIED_WITHHELD) > 0 ? MUGAI_EXIT_WITHHELD
                                                                            : MUGAI_EXIT_OK;
}

/* What a journal must have been written under to be used. */
static MugaiJournal *
open_journal (const Run *run, GError **error)
{
    g_autoptr (JsonObject) head = json_object_new();
    uint8_t engine[MUGAI_SHA256_SIZE];
    char policy_hex[MUGAI_SHA256_HEX_SIZE], engine_hex[MUGAI_SHA256_HEX_SIZE];

    mugai_pool_engine (run->session->pool, engine);
    mugai_sha256_hex (engine, engine_hex);
    mugai_sha256_hex (mugai_rules_policy (mugai_pool_rules (run->session->pool)), policy_hex);
    json_object_set_string_member (head, "schema", "mugai.journal/1");
    json_object_set_string_member (head, "policy", policy_hex);
    json_object_set_string_member (head, "engine", engine_hex);
    json_object_set_int_member (head, "date", run->options->date_given ? run->options->date_us : 0);
    json_object_set_boolean_member (head, "tombstones", run->options->tombstones);
    json_object_set_boolean_member (head, "times", run->options->preserve_times);
    return mugai_journal_open (run->root, head, run->options->resume, error);
}

/* All inputs, with what makes results durable beside it. Returns: false when it was stopped. */
static bool
run_with_thread (Run *run)
{
    mugai_autofd committed = eventfd (0, EFD_CLOEXEC);
    MugaiLoop *loop = run->session->loop;
    MugaiWatch *watch =
        committed >= 0 ? mugai_loop_watch (loop, committed, EPOLLIN, on_committed, run) : NULL;

    run->committed = committed;
    run->placing = g_ptr_array_new_with_free_func (placing_free);
    bool complete = watch != NULL && run_all (run);
    end_commit (run);
    mugai_loop_unwatch (loop, watch);
    g_ptr_array_unref (run->placing); /* of a run that was stopped: not told, not there */
    return complete;
}

/* Everything is open: go. */
static int
run_opened (Run *run)
{
    g_autoptr (GError) error = NULL;
    bool complete = run_with_thread (run);

    if (!mugai_report_set_close (run->reports, &error)) {
        mugai_cli_error ("sanitize", error);
        return MUGAI_EXIT_LATER;
    }
    if (run->inputs != NULL)
        mugai_progress_summary (run->progress, run->inputs->leftovers, run->inputs->unmatched,
                                run->options->dry_run);
    int code = complete ? exit_code (run) : MUGAI_EXIT_LATER;
    if (run->journal != NULL && code != MUGAI_EXIT_LATER && !run->options->resume)
        mugai_journal_remove (run->journal);
    return code;
}

/* Returns: the output folder, -1 with errno. */
static int
open_root (const char *output)
{
    if (g_mkdir_with_parents (output, 0755) < 0 || access (output, W_OK) < 0)
        return -1;
    return open (output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
mugai_batch_run (const MugaiBatchOptions *options, char *const *paths)
{
    g_autoptr (GError) error = NULL;
    bool writes = options->output != NULL && !options->dry_run;
    mugai_autofd root = writes ? open_root (options->output) : -1;
    Run run = { .options = options, .root = root };

    if (writes && root < 0)
        return mugai_cli_usage ("sanitize", "%s: %s; choose an output folder that you may write to",
                                options->output, strerror (errno));
    g_autoptr (MugaiInputs) inputs =
        *paths != NULL ? mugai_inputs_list (paths, &options->inputs, &error) : NULL;
    if (error != NULL)
        return mugai_cli_error ("sanitize", error);
    g_autoptr (MugaiReportSet) reports = mugai_report_set_open (&options->reports, &error);
    if (reports == NULL)
        return mugai_cli_error ("sanitize", error);
    g_autoptr (MugaiSession) session = mugai_session_open (&options->session, &error);
    if (session == NULL)
        return mugai_cli_error ("sanitize", error);
    g_autoptr (MugaiKeeper) keeper =
        options->keep != NULL && !options->dry_run
            ? mugai_keeper_open (session->programs->folder, options->keep, NULL, &error)
            : NULL;
    if (error != NULL)
        return mugai_cli_error ("sanitize", error);
    run.session = session;
    g_autoptr (MugaiJournal) journal =
        writes && inputs != NULL ? open_journal (&run, &error) : NULL;
    if (error != NULL)
        return mugai_cli_error ("sanitize", error);
    g_autoptr (MugaiProgress) progress = mugai_progress_new (
        inputs != NULL ? inputs->list->len : 1, options->quiet, options->reports.to_stdout);
    run.inputs = inputs;
    run.keeper = keeper;
    run.journal = journal;
    run.reports = reports;
    run.progress = progress;
    mugai_report_set_passed_over (reports,
                                  inputs != NULL ? inputs->leftovers + inputs->unmatched : 0);
    return run_opened (&run);
}
