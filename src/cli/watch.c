/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai watch: a process for each drop folder (watch/run.h), begun again when it ends by accident.
 */
#include "cli/cli.h"
#include "core/error.h"
#include "watch/config.h"
#include "watch/run.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WATCH_CONFIG "/etc/mugai/watch.yaml"

enum { PAUSE_S = 1, PAUSE_MOST_S = 60, STEADY_S = 300 };

typedef struct {
    pid_t pid; /* 0: not running */
    int64_t started_us, not_before_us;
    unsigned falls; /* one after the other */
    int code;
    bool ended; /* for good */
} Child;

typedef struct {
    MugaiWatchConfig *config;
    const char *file;
    Child *children; /* one for each drop */
    sigset_t signals, before;
    bool once, stopping;
} Watch;

static void
usage (FILE *out)
{
    fputs (
        mugai_cli_text (
            "usage: mugai watch [OPTION...]\n"
            "Sanitize what is put into the drop folders of a configuration; see watch.yaml(5).\n\n"
            "  -c, --config FILE   the drops (default: " WATCH_CONFIG ")\n"
            "      --check         read the configuration, say what is wrong, and end\n"
            "      --once          do what is there now, then end\n"
            "  -h, --help\n\n"
            "SIGHUP reads the configuration again; SIGTERM finishes what is in work and ends.\n"
            "Exit: 0 ended as asked, 2 usage or configuration, 75 files remain for later.\n",
            "使い方: mugai watch [オプション...]\n"
            "設定した投入フォルダーに置かれたファイルを無害化します。watch.yaml(5) を参照。\n\n"
            "  -c, --config FILE   投入フォルダーの設定(省略時は " WATCH_CONFIG ")\n"
            "      --check         設定を読み、誤りを示して終わる\n"
            "      --once          今あるファイルだけを処理して終わる\n"
            "  -h, --help\n\n"
            "SIGHUPで設定を読み直し、SIGTERMで処理中の分を終えて止まります。\n"
            "終了コード: 0 正常、2 使い方や設定の誤り、75 後でやり直す分が残っている\n"),
        out);
}

static int64_t
now_us (void)
{
    return g_get_monotonic_time();
}

/* ---- children */

static void
start (Watch *watch, guint index)
{
    Child *child = &watch->children[index];
    pid_t parent = getpid();

    child->started_us = now_us();
    child->pid = fork();
    if (child->pid != 0)
        return; /* -1: tried again with the others that fell */
    prctl (PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask (SIG_SETMASK, &watch->before, NULL);
    if (getppid() != parent)
        _exit (MUGAI_EXIT_LATER);
    _exit (mugai_watch_run (watch->config, g_ptr_array_index (watch->config->drops, index),
                            watch->once));
}

static void
start_due (Watch *watch)
{
    for (guint i = 0; i < watch->config->drops->len; i++) {
        Child *child = &watch->children[i];
        if (!watch->stopping && !child->ended && child->pid <= 0 &&
            child->not_before_us <= now_us())
            start (watch, i);
    }
}

/* A child that ended by itself: for good when that was asked for, or trying again is no use. */
static void
note_end (Watch *watch, Child *child, int status)
{
    const MugaiDropConfig *drop =
        g_ptr_array_index (watch->config->drops, (guint)(child - watch->children));

    child->pid = 0;
    child->code = WIFEXITED (status) ? WEXITSTATUS (status) : MUGAI_EXIT_LATER;
    child->ended = watch->once || watch->stopping || child->code == MUGAI_EXIT_USAGE;
    if (child->ended)
        return;
    if (now_us() - child->started_us > (int64_t)STEADY_S * G_USEC_PER_SEC)
        child->falls = 0;
    unsigned pause = MIN ((unsigned)PAUSE_S << MIN (child->falls, 6u), (unsigned)PAUSE_MOST_S);
    child->falls++;
    child->not_before_us = now_us() + (int64_t)pause * G_USEC_PER_SEC;
    mugai_cli_usage ("watch", "%s: ended %s %d; begun again in %u s", drop->name,
                     WIFEXITED (status) ? "with code" : "by signal",
                     WIFEXITED (status) ? WEXITSTATUS (status) : WTERMSIG (status), pause);
}

static void
reap (Watch *watch)
{
    int status;
    pid_t pid;

    while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
        for (guint i = 0; i < watch->config->drops->len; i++)
            if (watch->children[i].pid == pid)
                note_end (watch, &watch->children[i], status);
}

static void
stop_all (Watch *watch)
{
    watch->stopping = true;
    for (guint i = 0; i < watch->config->drops->len; i++)
        if (watch->children[i].pid > 0)
            kill (watch->children[i].pid, SIGTERM);
        else
            watch->children[i].ended = true;
}

static bool
all_ended (const Watch *watch)
{
    for (guint i = 0; i < watch->config->drops->len; i++)
        if (!watch->children[i].ended)
            return false;
    return true;
}

static int
worst_code (const Watch *watch)
{
    int worst = MUGAI_EXIT_OK;

    for (guint i = 0; i < watch->config->drops->len; i++)
        worst = MAX (worst, watch->children[i].code);
    return worst;
}

/* ---- the loop */

/* Under the configuration of now, until all have ended or a signal other than SIGCHLD comes.
 * Returns: the signal, or 0. */
static int
run_children (Watch *watch)
{
    while (!all_ended (watch)) {
        struct timespec second = { .tv_sec = 1 };
        start_due (watch);
        int signal = sigtimedwait (&watch->signals, NULL, &second);
        reap (watch);
        if (signal > 0 && signal != SIGCHLD)
            return signal;
    }
    return 0;
}

static void
wait_ends (Watch *watch)
{
    stop_all (watch);
    while (!all_ended (watch)) {
        sigtimedwait (&watch->signals, NULL, &(struct timespec){ .tv_sec = 1 });
        reap (watch);
    }
    watch->stopping = false;
}

static void
take_config (Watch *watch, MugaiWatchConfig *config)
{
    g_free (watch->children);
    mugai_watch_config_free (watch->config);
    watch->config = config;
    watch->children = g_new0 (Child, config->drops->len);
}

/* A configuration that is wrong changes nothing. */
static void
reload (Watch *watch)
{
    g_autoptr (GError) error = NULL;
    MugaiWatchConfig *config = mugai_watch_config_load (watch->file, &error);

    if (config == NULL) {
        mugai_cli_error ("watch", error);
        return;
    }
    wait_ends (watch);
    take_config (watch, config);
}

static int
run (Watch *watch)
{
    int signal;

    sigemptyset (&watch->signals);
    sigaddset (&watch->signals, SIGCHLD);
    sigaddset (&watch->signals, SIGTERM);
    sigaddset (&watch->signals, SIGINT);
    sigaddset (&watch->signals, SIGHUP);
    sigprocmask (SIG_BLOCK, &watch->signals, &watch->before);
    while ((signal = run_children (watch)) == SIGHUP)
        reload (watch);
    if (signal != 0)
        wait_ends (watch);
    return worst_code (watch);
}

int
mugai_cli_watch (int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "check", no_argument, NULL, 'k' },
                                             { "once", no_argument, NULL, 'o' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    g_autoptr (GError) error = NULL;
    Watch watch = { .file = WATCH_CONFIG };
    bool check = false;
    int option;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long (argc, argv, "c:h", options, NULL)) >= 0) {
        if (option == 'c')
            watch.file = optarg;
        else if (option == 'k')
            check = true;
        else if (option == 'o')
            watch.once = true;
        else if (option == 'h') {
            usage (stdout);
            return MUGAI_EXIT_OK;
        } else
            return mugai_cli_wrong_option (argv);
    }
    if (optind < argc)
        return mugai_cli_usage ("watch", "%s: unexpected argument; see mugai watch --help",
                                argv[optind]);
    MugaiWatchConfig *config = mugai_watch_config_load (watch.file, &error);
    if (config == NULL)
        return mugai_cli_error ("watch", error);
    take_config (&watch, config);
    int code = check ? MUGAI_EXIT_OK : run (&watch);
    g_free (watch.children);
    mugai_watch_config_free (watch.config);
    return code;
}
