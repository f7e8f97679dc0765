/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool under bad luck: high-water marks, poison across restarts, processes killed at random,
 * programs that are of another version or die at once. Real pool; the real worker and verifier, the
 * lying worker for deaths on demand, small scripts for zygotes that misbehave.
 *
 * Usage: test-pool PROGRAMS LIARS: two folders with mugai-worker and mugai-verify.
 */
#include "base/memfd.h"
#include "cli/session.h"
#include "core/error.h"

#include "../unit/tap.h"

#include <dirent.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_US = 60000000, ITEMS = 500, KILLS = 200, FLYING = 8 };

typedef struct Rig {
    MugaiLoop *loop;
    MugaiCatalogue *catalogue;
    MugaiPool *pool;
    char *last_log;
    unsigned answers[8], answered, twice;
} Rig;

typedef struct Seen {
    Rig *rig;
    unsigned times;
    MugaiAnswer answer;
    char reason[48], text[MUGAI_FRONT_TEXT];
} Seen;

static void
log_line (void *data, int priority, const char *text)
{
    Rig *rig = data;

    (void)priority;
    g_free (rig->last_log);
    rig->last_log = g_strdup (text);
    if (g_getenv ("MUGAI_TEST_VERBOSE") != NULL)
        printf ("# %s\n", text);
}

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    Seen *seen = data;

    seen->times++;
    seen->answer = (MugaiAnswer)outcome->frame.answer;
    memcpy (seen->reason, outcome->frame.reason, sizeof seen->reason);
    memcpy (seen->text, outcome->frame.text, sizeof seen->text);
    seen->rig->answered++;
    seen->rig->answers[seen->answer & 7]++;
}

static int
sealed (const void *data, size_t size)
{
    int fd = mugai_memfd_new ("test");

    mugai_memfd_append (fd, data, size);
    mugai_memfd_seal (fd);
    return fd;
}

static MugaiPoolJob *
submit (Rig *rig, const char *mail, Seen *seen)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiSubmission submission = { .size = strlen (mail) };

    *seen = (Seen){ .rig = rig };
    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->sender = g_strdup ("taro@example.jp");
    mugai_id_random (envelope->id);
    g_autoptr (GBytes) bytes = mugai_envelope_write (envelope);
    mugai_sha256 (mail, submission.size, submission.sha256);
    int content = sealed (mail, submission.size);
    int fd = sealed (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    MugaiPoolJob *job = mugai_pool_submit (rig->pool, content, fd, &submission, on_done, seen);
    close (content);
    close (fd);
    return job;
}

static void
wait_for (Rig *rig, const Seen *seen)
{
    while (seen->times == 0 && mugai_loop_turn (rig->loop))
        ;
}

static char *
mail_of (unsigned number)
{
    return g_strdup_printf ("From: taro@example.jp\r\nSubject: number %u\r\n\r\nHello %u.\r\n",
                            number, number);
}

/* Returns: false with rig->pool NULL and *error set. */
static bool
open_rig (Rig *rig, const char *programs, MugaiPoolConfig config, GError **error)
{
    static const char *const none[] = { NULL };

    *rig = (Rig){ .loop = mugai_loop_new(), .catalogue = mugai_catalogue_new() };
    config.programs = programs;
    config.filter_dirs = none;
    config.catalogue = rig->catalogue;
    config.log = log_line;
    config.log_data = rig;
    MugaiRules *rules = mugai_rules_load (NULL, NULL, error);
    rig->pool = mugai_pool_new (rig->loop, &config, rules, error);
    return rig->pool != NULL && mugai_pool_wait_ready (rig->pool, READY_US, error);
}

static void
close_rig (Rig *rig)
{
    mugai_pool_free (rig->pool);
    mugai_loop_free (rig->loop);
    mugai_catalogue_free (rig->catalogue);
    g_free (rig->last_log);
}

/* ---- high-water marks */

static void
check_high_water (const char *programs)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *mail = mail_of (1), *big = g_strnfill (60000, 'x');
    Seen seen[4];
    Rig rig;

    memcpy (big, "Subject: big\r\n\r\n", 16);
    CHECK (open_rig (&rig, programs, (MugaiPoolConfig){ .active = 1, .queue = 2, .bytes = 100000 },
                     &error));
    for (int i = 0; i < 3; i++)
        submit (&rig, mail, &seen[i]);
    CHECK (seen[2].times == 1 && seen[2].answer == MUGAI_ANSWER_TRY_AGAIN);
    CHECK (strcmp (seen[2].reason, "resource.busy") == 0 && strstr (seen[2].text, "items") != NULL);
    wait_for (&rig, &seen[0]);
    wait_for (&rig, &seen[1]);
    CHECK (seen[0].answer == MUGAI_ANSWER_DELIVER && seen[1].answer == MUGAI_ANSWER_DELIVER);
    submit (&rig, big, &seen[0]);
    submit (&rig, big, &seen[1]);
    CHECK (seen[0].times == 0 && seen[1].times == 1 && seen[1].answer == MUGAI_ANSWER_TRY_AGAIN);
    CHECK (strstr (seen[1].text, "bytes") != NULL);
    wait_for (&rig, &seen[0]);
    CHECK (seen[0].answer == MUGAI_ANSWER_DELIVER);
    submit (&rig, big, &seen[2]); /* there is room again */
    wait_for (&rig, &seen[2]);
    CHECK (seen[2].answer == MUGAI_ANSWER_DELIVER);
    g_autofree char *huge = g_strnfill (200000, 'x'); /* over the mark by itself: one always fits */
    memcpy (huge, "Subject: big\r\n\r\n", 16);
    submit (&rig, huge, &seen[3]);
    wait_for (&rig, &seen[3]);
    CHECK (seen[3].answer == MUGAI_ANSWER_DELIVER);
    CHECK (mugai_pool_jobs (rig.pool) == 0 && mugai_pool_counts (rig.pool).bytes_now == 0);
    close_rig (&rig);
}

/* ---- cancel */

static void
check_cancel (const char *programs)
{
    g_autofree char *mail = mail_of (2);
    Seen seen[3];
    Rig rig;

    CHECK (open_rig (&rig, programs, (MugaiPoolConfig){ .active = 1, .queue = 8, .bytes = 1 << 20 },
                     NULL));
    MugaiPoolJob *running = submit (&rig, mail, &seen[0]), *waiting = submit (&rig, mail, &seen[1]);
    submit (&rig, mail, &seen[2]);
    mugai_pool_cancel (rig.pool, waiting);
    mugai_pool_cancel (rig.pool, running);
    wait_for (&rig, &seen[2]);
    CHECK (seen[2].answer == MUGAI_ANSWER_DELIVER && seen[0].times == 0 && seen[1].times == 0);
    CHECK (mugai_pool_jobs (rig.pool) == 0);
    close_rig (&rig);
}

/* ---- poison */

static void
check_poison (const char *liars)
{
    g_autofree char *folder = g_dir_make_tmp ("mugai-test-XXXXXX", NULL);
    g_autofree char *file = g_build_filename (folder, "poison", NULL);
    const char *mail = "Lie: crash\nSubject: evil\n\nevil\n";
    MugaiPoolConfig config = { .active = 1, .queue = 4, .bytes = 1 << 20, .poison_file = file };
    g_autofree char *text = NULL;
    Seen seen;
    Rig rig;

    CHECK (open_rig (&rig, liars, config, NULL));
    submit (&rig, mail, &seen);
    wait_for (&rig, &seen);
    CHECK_NAMED (seen.answer == MUGAI_ANSWER_HOLD && strcmp (seen.reason, "poison.crashed") == 0,
                 "two deaths: held (%s)", seen.reason);
    close_rig (&rig);

    CHECK (open_rig (&rig, liars, config, NULL));
    submit (&rig, mail, &seen);
    wait_for (&rig, &seen);
    CHECK_NAMED (strcmp (seen.reason, "poison.known") == 0, "known after a restart (%s)",
                 seen.reason);
    CHECK (mugai_pool_counts (rig.pool).deaths == 0);
    close_rig (&rig);

    /* Another engine: a new chance. A line that was cut by a crash hurts neither itself nor the
     * next. */
    CHECK (g_file_get_contents (file, &text, NULL, NULL) && strlen (text) == 130);
    memset (text + 65, '0', 64);
    text[100] = '\0';
    g_file_set_contents (file, text, -1, NULL);
    CHECK (open_rig (&rig, liars, config, NULL));
    submit (&rig, mail, &seen);
    wait_for (&rig, &seen);
    CHECK_NAMED (strcmp (seen.reason, "poison.crashed") == 0, "another engine: tried again (%s)",
                 seen.reason);
    close_rig (&rig);
    CHECK (open_rig (&rig, liars, config, NULL));
    submit (&rig, mail, &seen);
    wait_for (&rig, &seen);
    CHECK_NAMED (strcmp (seen.reason, "poison.known") == 0, "written behind a cut line (%s)",
                 seen.reason);
    close_rig (&rig);
    g_unlink (file);
    g_rmdir (folder);
}

/* ---- kill -9 */

static unsigned
count_fds (void)
{
    DIR *folder = opendir ("/proc/self/fd");
    unsigned n = 0;

    while (readdir (folder) != NULL)
        n++;
    closedir (folder);
    return n;
}

/* Adds every descendant of @pid to @pids. */
static void
descendants (pid_t pid, GArray *pids)
{
    g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid), *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
        return;
    g_auto (GStrv) words = g_strsplit (text, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        pid_t child = atoi (*word);
        if (child > 0) {
            g_array_append_val (pids, child);
            descendants (child, pids);
        }
    }
}

/* Kill a zygote (one in ten) or one of the children, idle or busy. */
static void
kill_one (GRand *rand)
{
    g_autoptr (GArray) zygotes = g_array_new (FALSE, FALSE, sizeof (pid_t)),
                       all = g_array_new (FALSE, FALSE, sizeof (pid_t));
    g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", getpid()), *text = NULL;

    descendants (getpid(), all);
    if (g_file_get_contents (path, &text, NULL, NULL)) {
        g_auto (GStrv) words = g_strsplit (text, " ", -1);
        for (char **word = words; *word != NULL; word++) {
            pid_t child = atoi (*word);
            if (child > 0)
                g_array_append_val (zygotes, child);
        }
    }
    GArray *from = g_rand_int_range (rand, 0, 10) == 0 ? zygotes : all;
    if (from->len > 0)
        kill (g_array_index (from, pid_t, g_rand_int_range (rand, 0, (int)from->len)), SIGKILL);
}

static void
tick (void *data)
{
    *(bool *)data = true;
}

static void
turn_at_most (Rig *rig, uint64_t us)
{
    bool over = false;
    MugaiTimer *timer = mugai_loop_after (rig->loop, us, tick, &over);

    mugai_loop_turn (rig->loop);
    if (!over)
        mugai_loop_cancel (rig->loop, timer);
}

static void
check_kills (const char *programs)
{
    static Seen seen[ITEMS];
    g_autoptr (GRand) rand = g_rand_new_with_seed (20261120);
    g_autoptr (GError) error = NULL;
    unsigned begun = 0, kills = 0, wrong = 0, held_by_luck = 0;
    unsigned fds = count_fds();
    uint64_t next_kill = 0, limit = mugai_now_us() + 200000000;
    Rig rig;

    CHECK (open_rig (&rig, programs,
                     (MugaiPoolConfig){ .active = 4, .queue = 2 * FLYING, .bytes = 1 << 30 },
                     &error));
    while ((rig.answered < ITEMS || kills < KILLS) && mugai_now_us() < limit) {
        while (begun < ITEMS && begun - rig.answered < FLYING &&
               begun * KILLS <= (kills + 4) * ITEMS) { /* spread over the kills */
            g_autofree char *mail = mail_of (begun);
            submit (&rig, mail, &seen[begun]);
            begun++;
        }
        if (kills < KILLS && mugai_now_us() >= next_kill) {
            kill_one (rand);
            kills++;
            next_kill = mugai_now_us() + 10000;
        }
        turn_at_most (&rig, 5000);
    }
    for (unsigned i = 0; i < ITEMS; i++) {
        bool hold = seen[i].answer == MUGAI_ANSWER_HOLD;
        held_by_luck += hold;
        if (seen[i].times != 1 || (seen[i].answer != MUGAI_ANSWER_DELIVER && !hold)) {
            wrong++;
            printf ("# item %u: answered %u times, last %d (%s: %s)\n", i, seen[i].times,
                    (int)seen[i].answer, seen[i].reason, seen[i].text);
        }
    }
    CHECK_NAMED (wrong == 0,
                 "%u items under %u kills: %u answered otherwise than once with a result", ITEMS,
                 kills, wrong);
    CHECK_NAMED (held_by_luck < ITEMS / 10, "%u were hit twice and are held", held_by_luck);
    CHECK (kills == KILLS && mugai_pool_jobs (rig.pool) == 0);
    /* Still well afterwards. */
    g_autofree char *mail = mail_of (9999);
    Seen last;
    submit (&rig, mail, &last);
    wait_for (&rig, &last);
    CHECK (last.answer == MUGAI_ANSWER_DELIVER);
    close_rig (&rig);
    CHECK_NAMED (count_fds() == fds, "descriptors: %u before, %u after", fds, count_fds());
    CHECK_NAMED (waitpid (-1, NULL, WNOHANG) < 0 && errno == ECHILD,
                 "no child and no zombie is left");
}

/* All idle children at once, and nothing in flight that would ask for new ones. */
static void
check_idle_killed (const char *programs)
{
    g_autoptr (GArray) pids = g_array_new (FALSE, FALSE, sizeof (pid_t));
    g_autofree char *mail = mail_of (3);
    size_t count = 0;
    Seen seen;
    Rig rig;

    CHECK (open_rig (&rig, programs, (MugaiPoolConfig){ .active = 2, .queue = 8, .bytes = 1 << 20 },
                     NULL));
    for (int i = 0; i < 20; i++)
        turn_at_most (&rig, 5000);
    descendants (getpid(), pids);
    MugaiNursery *const *nurseries = mugai_pool_nurseries (rig.pool, &count);
    for (guint i = 0; i < pids->len; i++) {
        pid_t pid = g_array_index (pids, pid_t, i);
        bool zygote = false;
        for (size_t n = 0; n < count; n++)
            zygote = zygote || mugai_nursery_pid (nurseries[n]) == pid;
        if (!zygote)
            kill (pid, SIGKILL);
    }
    g_usleep (50000);
    for (int i = 0; i < 10; i++)
        turn_at_most (&rig, 5000);
    submit (&rig, mail, &seen);
    uint64_t limit = mugai_now_us() + 10000000;
    while (seen.times == 0 && mugai_now_us() < limit)
        turn_at_most (&rig, 50000);
    CHECK_NAMED (seen.times == 1 && seen.answer == MUGAI_ANSWER_DELIVER,
                 "every idle child killed while nothing runs: the next item is served");
    close_rig (&rig);
}

/* ---- zygotes that misbehave */

static void
link_real (const char *programs, const char *folder, const char *name)
{
    g_autofree char *link = g_build_filename (folder, name, NULL),
                    *beside = g_build_filename (programs, name, NULL),
                    *real = g_canonicalize_filename (beside, NULL);

    CHECK (symlink (real, link) == 0);
}

static char *
script_folder (const char *programs, const char *body)
{
    char *folder = g_dir_make_tmp ("mugai-test-XXXXXX", NULL);
    g_autofree char *worker = g_build_filename (folder, "mugai-worker", NULL);
    g_autofree char *text =
        g_strdup_printf ("#!/usr/bin/python3\nimport os, socket, struct, time\n"
                         "control = socket.socket (fileno = 3)\n"
                         "def hello (version, wire = 1):\n"
                         "    payload = version.encode ().ljust (32, b'\\0') + bytes (32) + "
                         "struct.pack ('<I', 0) + bytes (512)\n"
                         "    control.send (struct.pack ('<IHHQIIII', 0x4147554d, wire, 0x100, 0, "
                         "0, len (payload), 0, 0) + payload)\n"
                         "%s\n",
                         body);

    g_file_set_contents (worker, text, -1, NULL);
    g_chmod (worker, 0755);
    link_real (programs, folder, "mugai-verify");
    link_real (programs, folder, "mugai-reader");
    return folder;
}

static void
remove_folder (const char *folder)
{
    g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);

    CHECK (system (command) == 0);
}

static void
check_refused_program (const char *programs, const char *body, const char *expected)
{
    g_autofree char *folder = script_folder (programs, body);
    g_autoptr (GError) error = NULL;
    Rig rig;

    bool ready = open_rig (&rig, folder,
                           (MugaiPoolConfig){ .active = 1, .queue = 2, .bytes = 1 << 20 }, &error);
    CHECK_NAMED (!ready && error != NULL && strstr (error->message, expected) != NULL, "%s: %s",
                 body, error != NULL ? error->message : "started");
    close_rig (&rig);
    remove_folder (folder);
}

/* Ready, then dead: started again, later and later, and items wait no longer than they must. */
static void
check_backoff (const char *programs)
{
    g_autofree char *folder = script_folder (programs, "hello ('" MUGAI_VERSION "')\nos._exit (1)");
    g_autofree char *mail = mail_of (4);
    size_t count = 0;
    Seen seen;
    Rig rig;

    open_rig (&rig, folder, (MugaiPoolConfig){ .active = 1, .queue = 2, .bytes = 1 << 20 }, NULL);
    uint64_t until = mugai_now_us() + 2000000;
    MugaiPoolJob *job = submit (&rig, mail, &seen);
    while (mugai_now_us() < until)
        turn_at_most (&rig, 20000);
    unsigned restarts = mugai_nursery_restarts (mugai_pool_nurseries (rig.pool, &count)[0]);
    CHECK_NAMED (restarts >= 3 && restarts <= 8, "a zygote that dies at once: %u starts in 2 s",
                 restarts);
    if (seen.times == 0)
        mugai_pool_cancel (rig.pool, job);
    close_rig (&rig);
    remove_folder (folder);
}

/* The program is replaced under a running pool: what waits and what comes is answered "later", with
 * the reason. */
static void
check_replaced (const char *programs)
{
    g_autofree char *folder = script_folder (
        programs,
        "first = not os.path.exists (os.path.dirname (__file__) + '/second')\n"
        "open (os.path.dirname (__file__) + '/second', 'w').close ()\n"
        "hello ('" MUGAI_VERSION "' if first else '9.9')\ntime.sleep (0.5 if first else 9)");
    g_autofree char *mail = mail_of (5);
    Seen waiting, later;
    Rig rig;

    CHECK (open_rig (&rig, folder, (MugaiPoolConfig){ .active = 1, .queue = 4, .bytes = 1 << 20 },
                     NULL));
    CHECK (mugai_pool_broken (rig.pool) == NULL);
    submit (&rig, mail, &waiting);
    uint64_t limit = mugai_now_us() + 10000000;
    while (waiting.times == 0 && mugai_now_us() < limit)
        turn_at_most (&rig, 20000);
    CHECK_NAMED (waiting.times == 1 && waiting.answer == MUGAI_ANSWER_TRY_AGAIN &&
                     strstr (waiting.text, "version 9.9") != NULL,
                 "what waited is put off: %.100s", waiting.times > 0 ? waiting.text : "no answer");
    submit (&rig, mail, &later);
    CHECK (later.times == 1 && later.answer == MUGAI_ANSWER_TRY_AGAIN);
    CHECK (mugai_pool_broken (rig.pool) != NULL);
    close_rig (&rig);
    remove_folder (folder);
}

int
main (int argc, char **argv)
{
    const char *programs = argc > 1 ? argv[1] : ".", *liars = argc > 2 ? argv[2] : ".";
    g_autoptr (GError) error = NULL;
    Rig rig;

    bool ready = open_rig (&rig, programs,
                           (MugaiPoolConfig){ .active = 1, .queue = 1, .bytes = 1 << 20 }, &error);
    close_rig (&rig);
    if (!ready) {
        if (g_getenv ("MUGAI_SANDBOX_MUST_WORK") == NULL &&
            strstr (error->message, "sandbox") != NULL)
            SKIP (error->message);
        else
            CHECK_NAMED (false, "pool: %s", error->message);
        return tap_done();
    }
    check_high_water (programs);
    check_cancel (programs);
    check_poison (liars);
    check_idle_killed (programs);
    check_kills (programs);
    check_refused_program (programs, "hello ('9.9')\ntime.sleep (9)", "is version 9.9");
    check_refused_program (programs, "hello ('" MUGAI_VERSION "', 7)\ntime.sleep (9)",
                           "wire version 7");
    check_refused_program (programs, "os._exit (3)", "ended before it was ready");
    check_refused_program (programs, "os.kill (os.getpid (), 11)", "ended before it was ready");
    check_backoff (programs);
    check_replaced (programs);
    return tap_done();
}
