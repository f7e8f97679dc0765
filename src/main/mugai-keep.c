/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-keep: the store of originals and the audit log; sole reader and writer of its folder.
 *
 * Powers: reads and writes --dir; listens on one Unix socket; no network, starts nothing. It alone
 * reads the key. Trust: contents are opaque bytes, texts are hostile and only stored; clients are
 * our own programs. Exit: 0 asked to end, 2 usage or a folder that is not ours, 75 anything that
 * may pass (disk, another keep on the folder).
 */
#include "base/escape.h"
#include "base/fd.h"
#include "core/error.h"
#include "keep/server.h"
#include "sandbox/asan.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { EXIT_USAGE = 2, EXIT_LATER = 75 };

static const char *arg_dir, *arg_listen;
static int arg_listen_fd = -1;
static uint64_t arg_quota;
static int64_t arg_retention_us;
static bool arg_lifeline; /* end when standard input does: for a command that starts us */

static const char help[] =
    "Usage: mugai-keep --dir DIR (--listen PATH | --listen-fd N) [--quota BYTES] [--retention "
    "TIME]\n"
    "Keep originals, their index and the audit log in one folder, and serve them on a Unix "
    "socket.\n\n"
    "  --dir DIR         folder; made when it does not exist (mode 0700)\n"
    "  --listen PATH     make and listen on this Unix socket\n"
    "  --listen-fd N     listen on this inherited descriptor\n"
    "  --quota BYTES     most bytes of originals (10GiB, 500MB); nothing more is taken beyond it\n"
    "  --retention TIME  originals older than this are removed each day (90d, 12h); default 90d\n"
    "  --lifeline        end when standard input ends\n"
    "  --help            this text\n"
    "  --version         version\n\n"
    "Exit status: 0 asked to end, 2 wrong usage or folder, 75 try again later.\n";
static const char help_ja[] =
    "使い方: mugai-keep --dir フォルダ (--listen パス | --listen-fd N) [--quota 容量] [--retention "
    "期間]\n"
    "原本とその索引、監査ログを1つのフォルダに保管し、Unixソケットで提供する。\n\n"
    "  --dir フォルダ    保管先。なければ作る(モード0700)\n"
    "  --listen パス     このUnixソケットを作って待ち受ける\n"
    "  --listen-fd N     継承した記述子で待ち受ける\n"
    "  --quota 容量      原本の合計の上限(10GiB、500MBなど)。超える分は受け付けない\n"
    "  --retention 期間  これより古い原本を毎日消す(90d、12hなど)。既定は90d\n"
    "  --lifeline        標準入力が閉じたら終わる\n"
    "  --help            この説明\n"
    "  --version         版\n\n"
    "終了コード: 0 要求による終了、2 使い方またはフォルダの誤り、75 後で再試行。\n";

static bool
speaks_japanese (void)
{
    static const char *const variable[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < G_N_ELEMENTS (variable); i++) {
        const char *value = getenv (variable[i]);
        if (value != NULL && value[0] != '\0')
            return strncmp (value, "ja", 2) == 0;
    }
    return false;
}

static void
say (const char *text)
{
    char shown[2048];

    fprintf (stderr, "mugai-keep: %s\n", mugai_escape (shown, sizeof shown, text, strlen (text)));
}

static void
on_note (bool warning, const char *text, void *data)
{
    g_autofree char *line = warning ? g_strconcat ("warning: ", text, NULL) : g_strdup (text);

    (void)data;
    say (line);
}

static int
usage (const char *text)
{
    fprintf (stderr, "mugai-keep: %s; see mugai-keep --help\n", text);
    return EXIT_USAGE;
}

typedef struct Unit {
    const char *name;
    uint64_t factor;
} Unit;

static const Unit sizes[] = {
    { "", 1 },
    { "B", 1 },
    { "kB", 1000 },
    { "KB", 1000 },
    { "MB", 1000000 },
    { "GB", 1000000000 },
    { "TB", UINT64_C (1000000000000) },
    { "KiB", 1 << 10 },
    { "MiB", 1 << 20 },
    { "GiB", 1 << 30 },
    { "TiB", UINT64_C (1) << 40 },
    { NULL, 0 },
};
static const Unit times[] = {
    { "s", UINT64_C (1000000) },    { "m", UINT64_C (60000000) },    { "min", UINT64_C (60000000) },
    { "h", UINT64_C (3600000000) }, { "d", UINT64_C (86400000000) }, { NULL, 0 },
};

static bool
parse_unit (const char *text, const Unit *units, uint64_t *ret)
{
    char *end = NULL;
    uint64_t value = 0;

    if (!g_ascii_isdigit (*text))
        return false;
    errno = 0;
    value = g_ascii_strtoull (text, &end, 10);
    while (*end == ' ')
        end++;
    for (; errno == 0 && units->name != NULL; units++)
        if (strcmp (end, units->name) == 0)
            return g_uint64_checked_mul (ret, value, units->factor) && *ret <= INT64_MAX;
    return false;
}

/* One option. Returns: an exit status to end with, or -1 to go on. */
static int
take_option (int c)
{
    uint64_t number = 0;

    switch (c) {
    case 'd':
        arg_dir = optarg;
        return -1;
    case 'l':
        arg_listen = optarg;
        return -1;
    case 'f':
        if (!parse_unit (optarg, (const Unit[]){ { "", 1 }, { NULL, 0 } }, &number) ||
            number > INT_MAX)
            return usage ("--listen-fd is the number of an inherited descriptor");
        arg_listen_fd = (int)number;
        return -1;
    case 'q':
        return parse_unit (optarg, sizes, &arg_quota) ? -1
                                                      : usage ("--quota is a size such as 10GiB");
    case 'r':
        if (!parse_unit (optarg, times, &number) || number == 0)
            return usage ("--retention is a time such as 90d");
        arg_retention_us = (int64_t)number;
        return -1;
    case 'i':
        arg_lifeline = true;
        return -1;
    case 'h':
        fputs (speaks_japanese() ? help_ja : help, stdout);
        return EXIT_SUCCESS;
    case 'V':
        puts ("mugai-keep " MUGAI_VERSION);
        return EXIT_SUCCESS;
    default:
        return usage ("wrong option");
    }
}

static int
read_arguments (int argc, char **argv)
{
    static const struct option options[] = {
        { "dir", required_argument, NULL, 'd' },
        { "listen", required_argument, NULL, 'l' },
        { "listen-fd", required_argument, NULL, 'f' },
        { "quota", required_argument, NULL, 'q' },
        { "retention", required_argument, NULL, 'r' },
        { "lifeline", no_argument, NULL, 'i' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };

    opterr = 0;
    for (int c; (c = getopt_long (argc, argv, "", options, NULL)) != -1;) {
        int status = take_option (c);
        if (status >= 0)
            return status;
    }
    if (optind < argc)
        return usage ("no argument is expected");
    if (arg_dir == NULL)
        return usage ("--dir is missing");
    if ((arg_listen != NULL) == (arg_listen_fd >= 0))
        return usage ("one of --listen and --listen-fd is needed");
    return -1;
}

static int
fail (const GError *error)
{
    say (error->message);
    return g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE) ||
                   g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_MALFORMED)
               ? EXIT_USAGE
               : EXIT_LATER;
}

/* A descriptor that becomes readable when we shall end. */
static int
open_signals (void)
{
    sigset_t set;

    sigemptyset (&set);
    sigaddset (&set, SIGTERM);
    sigaddset (&set, SIGINT);
    sigprocmask (SIG_BLOCK, &set, NULL);
    signal (SIGPIPE, SIG_IGN);
    signal (SIGHUP, SIG_IGN);
    if (arg_lifeline) {
        prctl (PR_SET_PDEATHSIG, SIGTERM);
        return dup (STDIN_FILENO);
    }
    return signalfd (-1, &set, SFD_CLOEXEC);
}

static int
take_socket (GError **error)
{
    int listening = 0, type = 0;
    socklen_t size = sizeof listening, type_size = sizeof type;

    if (arg_listen != NULL)
        return mugai_keep_server_listen (arg_listen, error);
    if (getsockopt (arg_listen_fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 ||
        listening == 0 || getsockopt (arg_listen_fd, SOL_SOCKET, SO_TYPE, &type, &type_size) < 0 ||
        type != SOCK_SEQPACKET || fcntl (arg_listen_fd, F_SETFL, O_NONBLOCK) < 0 ||
        fcntl (arg_listen_fd, F_SETFD, FD_CLOEXEC) < 0) {
        g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                             "--listen-fd is no listening SOCK_SEQPACKET socket");
        return -1;
    }
    return arg_listen_fd;
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    int status = read_arguments (argc, argv);

    if (status >= 0)
        return status;
    umask (0077);
#ifndef MUGAI_ASAN
    prctl (PR_SET_DUMPABLE, 0); /* the key is in our memory */
#endif
    MugaiDepotOptions options = {
        .dir = arg_dir, .quota = arg_quota, .retention_us = arg_retention_us, .note = on_note
    };
    g_autoptr (MugaiDepot) depot = mugai_depot_open (&options, &error);
    if (depot == NULL)
        return fail (error);
    mugai_autofd stop = open_signals();
    int listen_fd = take_socket (&error);
    if (listen_fd < 0)
        return fail (error);
    g_autoptr (MugaiKeepServer) server =
        mugai_keep_server_new (depot, listen_fd, MUGAI_VERSION, on_note, NULL, &error);
    if (server == NULL || !mugai_keep_server_run (server, stop, &error))
        return fail (error);
    if (arg_listen != NULL)
        unlink (arg_listen);
    return EXIT_SUCCESS;
}
