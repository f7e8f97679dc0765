/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/run.h"

#include "base/fd.h"
#include "base/loop.h"
#include "cli/cli.h"
#include "cli/keeper.h"
#include "cli/session.h"
#include "cli/slurp.h"
#include "core/error.h"
#include "core/type.h"
#include "watch/drop.h"
#include "watch/note.h"
#include "watch/places.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STIR_US = 200000 /* between listings, however much happens */ };

typedef struct {
    const MugaiDropConfig *config;
    MugaiSession *session;
    MugaiKeeper *keeper; /* NULL: to be opened again */
    MugaiDrop *drop;
    MugaiPlaces *places;
    unsigned flying;
    bool stopping, once;
    bool absent; /* the folder is not there, and that was said */
    uint64_t listed_us;
    MugaiTimer *timer; /* of the next thing to do */
    unsigned later;    /* with `once`: files that could not be finished */
} Run;

typedef struct { /* a file on its way */
    Run *run;
    MugaiDropFile *file;
    MugaiEnvelope *envelope;
    MugaiSubmission submission;
    struct stat seen;
    int content;
} Item;

static void
item_free (Item *item)
{
    mugai_envelope_free (item->envelope);
    mugai_fd_clear (&item->content);
    g_free (item);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_free)

/* ---- what is told: "mugai: NAME: FILE: TEXT" */

static void
say (const Run *run, const char *file, const char *text)
{
    fputs ("mugai watch: ", stderr);
    mugai_cli_print (stderr, run->config->name);
    fputs (": ", stderr);
    if (file != NULL) {
        mugai_cli_print (stderr, file);
        fputs (": ", stderr);
    }
    mugai_cli_print (stderr, text);
    fputc ('\n', stderr);
}

static void
put_off (Run *run, MugaiDropFile *file, const char *why)
{
    g_autofree char *text =
        g_strdup_printf (mugai_cli_text ("%s; it stays in the drop and is tried again",
                                         "%s。ファイルは投入フォルダーに残し、後でやり直します"),
                         why);

    say (run, file->relative, text);
    run->later++;
    mugai_drop_again (file, mugai_now_us());
}

/* ---- the keep, opened again when it ended */

static bool
open_keeper (Run *run, GError **error)
{
    g_autofree char *folder = g_build_filename (run->config->state, "keep", NULL);
    MugaiKeeperOptions options = { .retention = run->config->retention,
                                   .quota = run->config->quota };

    if (run->keeper == NULL)
        run->keeper = mugai_keeper_open (run->session->programs->folder, folder, &options, error);
    return run->keeper != NULL;
}

/* ---- the end of an item */

static bool
is_delivered (const MugaiPoolOutcome *outcome)
{
    return outcome->frame.answer == MUGAI_ANSWER_DELIVER && outcome->output >= 0;
}

typedef struct {
    const Item *item;
    const MugaiPoolOutcome *outcome;
} Told;

static char *
note_text (void *data, const char *result)
{
    const Told *told = data;
    MugaiNote note = { .name = told->item->file->relative,
                       .result = result,
                       .reason = result != NULL ? "" : told->outcome->frame.reason,
                       .id = told->item->envelope->id,
                       .report = told->outcome->report,
                       .japanese = told->item->run->config->japanese };

    return mugai_note_text (&note);
}

static void
remove_original (Item *item)
{
    if (mugai_drop_remove (item->run->drop, item->file, &item->seen, item->submission.sha256)) {
        item->file->left = true; /* the next listing forgets it */
        item->file->taken = false;
        return;
    }
    if (errno == ESTALE || errno == ENOENT) /* somebody changed it meanwhile: it is another file */
        mugai_drop_settle (item->file, mugai_now_us());
    else
        put_off (item->run, item->file, strerror (errno));
}

/* Returns: (transfer full) NULL, or why not. */
static char *
put_in_place (Item *item, const MugaiPoolOutcome *outcome)
{
    g_autofree char *extension =
        is_delivered (outcome) ? mugai_type_extension (outcome->grammar) : NULL;
    g_autofree char *path = NULL;
    Told told = { item, outcome };
    MugaiPlaced placed = { .id = item->envelope->id,
                           .relative = item->file->relative,
                           .extension = extension,
                           .content = outcome->output,
                           .note = note_text,
                           .data = &told };

    if (!mugai_places_put (item->run->places, &placed, &path))
        return g_strdup_printf ("%s: %s", path, strerror (errno));
    g_autofree char *text = g_strdup_printf (
        extension != NULL
            ? mugai_cli_text ("delivered as %s", "無害化して %s に置きました")
            : mugai_cli_text ("not delivered; %s says why", "届けませんでした。理由は %s"),
        path);
    say (item->run, item->file->relative, text);
    return NULL;
}

static void
finish_item (Item *item, const MugaiPoolOutcome *outcome)
{
    Run *run = item->run;
    g_autoptr (GError) error = NULL;

    if (outcome->frame.answer == MUGAI_ANSWER_TRY_AGAIN ||
        outcome->frame.answer == MUGAI_ANSWER_UNTOUCHED) {
        put_off (run, item->file, outcome->frame.text);
        return;
    }
    g_autofree char *why = put_in_place (item, outcome);
    if (why != NULL) {
        put_off (run, item->file, why);
        return;
    }
    /* A restart between here and the removal finds all in place, and does not record again. */
    if (!open_keeper (run, &error) ||
        !mugai_keeper_record (run->keeper, item->envelope, outcome, &error)) {
        say (run, item->file->relative, error->message);
        g_clear_pointer (&run->keeper, mugai_keeper_close);
    }
    remove_original (item);
}

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    g_autoptr (Item) item = data;

    item->run->flying--;
    finish_item (item, outcome);
}

/* ---- the beginning of an item */

static void
leave_large (Run *run, MugaiDropFile *file)
{
    say (run, file->relative,
         mugai_cli_text (
             "larger than limits.item allows; it stays in the drop until it changes",
             "大きさが limits.item の上限を超えています。変更されるまで投入フォルダーに残します"));
    mugai_drop_leave (file);
}

/* The id is that of this file of this time: the same after a restart, another when the same content
 * is dropped once more. */
static void
name_item (Item *item)
{
    g_autofree char *which = g_strdup_printf (
        "%s\n%lld.%09ld %llu", item->file->relative, (long long)item->seen.st_mtim.tv_sec,
        item->seen.st_mtim.tv_nsec, (unsigned long long)item->seen.st_ino);

    mugai_slurp_id (item->run->session->pool, &item->submission, which, item->envelope->id);
}

/* Returns: NULL when there is nothing to go on with; the file was told what to do. */
static Item *
read_item (Run *run, MugaiDropFile *file)
{
    g_autoptr (Item) item = g_new0 (Item, 1);
    struct stat after;

    item->content = -1;
    mugai_autofd fd = mugai_drop_open (run->drop, file, &item->seen);
    if (fd < 0 && (errno == EAGAIN || errno == ENOENT)) {
        mugai_drop_settle (file, mugai_now_us());
        return NULL;
    }
    if (fd >= 0 && (uint64_t)item->seen.st_size > mugai_slurp_max (run->session->pool)) {
        leave_large (run, file);
        return NULL;
    }
    item->content =
        fd >= 0 ? mugai_slurp (fd, mugai_slurp_max (run->session->pool), &item->submission) : -1;
    if (item->content < 0) {
        put_off (run, file, strerror (errno));
        return NULL;
    }
    if (fstat (fd, &after) < 0 || !mugai_drop_same (&item->seen, &after) ||
        (uint64_t)after.st_size != item->submission.size) {
        mugai_drop_settle (file, mugai_now_us());
        return NULL;
    }
    item->run = run;
    item->file = file;
    item->envelope = mugai_envelope_new();
    item->envelope->kind = MUGAI_ITEM_FILE;
    item->envelope->date_us = g_get_real_time();
    item->envelope->path = g_utf8_make_valid (file->relative, -1);
    name_item (item);
    return g_steal_pointer (&item);
}

static bool
keep_original (Run *run, Item *item, int envelope, GError **error)
{
    if (!open_keeper (run, error))
        return false;
    if (mugai_keeper_put (run->keeper, item->envelope, &item->submission, run->session->pool,
                          item->content, envelope, error))
        return true;
    g_clear_pointer (&run->keeper, mugai_keeper_close); /* a new one at the next try */
    return false;
}

static void
begin_item (Run *run, MugaiDropFile *file)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Item) item = read_item (run, file);

    if (item == NULL)
        return;
    if (mugai_places_has (run->places, item->envelope->id)) {
        remove_original (item);
        return;
    }
    mugai_autofd envelope = mugai_session_envelope (item->envelope, &error);
    if (envelope < 0 || !keep_original (run, item, envelope, &error)) {
        put_off (run, file, error->message);
        return;
    }
    Item *flying = g_steal_pointer (&item);
    run->flying++;
    mugai_pool_submit (run->session->pool, flying->content, envelope, &flying->submission, on_done,
                       flying);
}

/* ---- the loop */

static void
tell_passed_over (Run *run)
{
    bool special = false;
    char *path;

    while ((path = mugai_drop_passed_over (run->drop, &special)) != NULL) {
        say (run, path,
             special ? mugai_cli_text ("no regular file; never opened, it stays where it is",
                                       "通常のファイルではないため、開かずに残します")
                     : mugai_cli_text ("passed over: the name of something unfinished or left over",
                                       "書きかけ、または不要ファイルの名前なので対象にしません"));
        g_free (path);
    }
}

static void
list (Run *run, uint64_t now_us)
{
    run->listed_us = now_us;
    if (mugai_drop_list (run->drop, now_us)) {
        run->absent = false;
        tell_passed_over (run);
        return;
    }
    if (!run->absent)
        say (run, run->config->in,
             mugai_cli_text ("the drop folder is not there; waiting for it",
                             "投入フォルダーがありません。現れるまで待ちます"));
    run->absent = true;
    run->later++;
}

/* When to list next. */
static uint64_t
list_due (const Run *run)
{
    return run->listed_us + (mugai_drop_stirred (run->drop) && !run->absent
                                 ? (uint64_t)STIR_US
                                 : run->config->rescan_us);
}

static void
begin_complete (Run *run)
{
    MugaiDropFile *file;

    while (!run->stopping && run->flying < run->session->active + 1 &&
           (file = mugai_drop_next (run->drop, mugai_now_us())) != NULL)
        begin_item (run, file);
}

static void
wake (void *data)
{
    Run *run = data;

    run->timer = NULL; /* the loop turns */
}

static void
on_events (void *data, uint32_t events)
{
    Run *run = data;

    (void)events;
    mugai_drop_events (run->drop);
}

static int stop_pipe[2] = { -1, -1 };

static void
on_signal (int signal)
{
    (void)signal;
    int saved = errno;
    if (write (stop_pipe[1], "", 1) < 0) /* full: it was told */
        errno = saved;
    errno = saved;
}

static void
on_stop (void *data, uint32_t events)
{
    Run *run = data;
    char byte;

    (void)events;
    if (read (stop_pipe[0], &byte, 1) > 0)
        run->stopping = true;
}

/* With `once`: has everything been tried? */
static bool
is_settled (const Run *run)
{
    return run->flying == 0 &&
           (run->absent || (!mugai_drop_stirred (run->drop) && !mugai_drop_waits (run->drop)));
}

static int
turn (Run *run)
{
    MugaiLoop *loop = run->session->loop;

    for (;;) {
        uint64_t now_us = mugai_now_us();
        if (now_us >= list_due (run))
            list (run, now_us);
        begin_complete (run);
        if ((run->stopping && run->flying == 0) || (run->once && is_settled (run)))
            break;
        if (mugai_pool_broken (run->session->pool) != NULL) {
            say (run, NULL, mugai_pool_broken (run->session->pool));
            return MUGAI_EXIT_LATER;
        }
        now_us = mugai_now_us();
        uint64_t due = list_due (run);
        if (run->flying < run->session->active + 1)
            due = MIN (due, mugai_drop_due (run->drop, now_us));
        run->timer = mugai_loop_after (loop, due > now_us ? due - now_us : 1000, wake, run);
        bool more = mugai_loop_turn (loop);
        mugai_loop_cancel (loop, run->timer);
        run->timer = NULL;
        if (!more)
            return MUGAI_EXIT_LATER;
    }
    return run->once && run->later > 0 ? MUGAI_EXIT_LATER : MUGAI_EXIT_OK;
}

/* ---- opening */

static bool
catch_signals (void)
{
    struct sigaction stop = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

    signal (SIGIO, SIG_IGN); /* of leases: a writer waits until the file is read */
    return pipe2 (stop_pipe, O_CLOEXEC | O_NONBLOCK) == 0 &&
           sigaction (SIGTERM, &stop, NULL) == 0 && sigaction (SIGINT, &stop, NULL) == 0;
}

int
mugai_watch_run (const MugaiWatchConfig *config, const MugaiDropConfig *drop, bool once)
{
    g_autoptr (GError) error = NULL;
    MugaiSessionOptions options = { .rules = drop->rules,
                                    .filters = (const char *const *)config->filters,
                                    .active = config->active,
                                    .partial = config->partial };
    Run run = { .config = drop, .once = once };
    g_autoptr (MugaiPlaces) places = mugai_places_open (drop, &error);
    g_autoptr (MugaiSession) session =
        places != NULL ? mugai_session_open (&options, &error) : NULL;

    if (session == NULL)
        return mugai_cli_error ("watch", error);
    g_autoptr (MugaiDrop) files = mugai_drop_new (drop->in, drop->settle_us, &error);
    run.session = session;
    run.places = places;
    run.drop = files;
    if (files == NULL || !open_keeper (&run, &error)) {
        mugai_cli_error ("watch", error);
        return MUGAI_EXIT_LATER; /* the keep of a run that was killed may still be ending */
    }
    if (!catch_signals() ||
        mugai_loop_watch (session->loop, mugai_drop_descriptor (files), EPOLLIN, on_events, &run) ==
            NULL ||
        mugai_loop_watch (session->loop, stop_pipe[0], EPOLLIN, on_stop, &run) == NULL) {
        mugai_keeper_close (run.keeper);
        return mugai_cli_usage ("watch", "no descriptor or memory left");
    }
    list (&run, mugai_now_us());
    int code = turn (&run);
    mugai_keeper_close (run.keeper);
    return code;
}
