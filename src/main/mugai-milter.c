/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-milter: takes mails from Postfix or Sendmail, has them kept and sanitized, and puts what
 * was verified in their place.
 *
 * Powers: listens on one loopback or Unix socket, connects to the supervisor and to the keep, holds
 * mails in memory. It opens no other file, starts no program and parses no content. Started by
 * mugaid; also by hand. Ends when its parent ends. Exit codes: 0 asked to stop, 2 wrong options or
 * an address in use, 75 no resources.
 */
#include "base/limits.h"
#include "milter/listen.h"
#include "milter/session.h"

#include <errno.h>
#include <getopt.h>
#include <glib.h>
#include <grp.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    EXIT_USAGE = 2,
    EXIT_TEMPORARY = 75,
    PACKET_MAX =
        (1 << 20) - 1, /* Postfix sends a header field of up to header_size_limit in one packet */
    ANSWER_TIME_US = 235000000, /* Postfix and Sendmail give up after 300 s */
    DRAIN_US = 30000000,
    PATIENCE = 30,
    PATIENCE_STEP_US = 100000,
};

static const char *arg_socket = "unix:/run/mugai/milter.sock";
static const char *arg_jobs = "/run/mugai/jobs.sock";
static const char *arg_keep = "/run/mugai/keep.sock";
static const char *arg_group;
static mode_t arg_mode = 0660;
static uint64_t arg_output_max; /* 0: the table's largest; the supervisor enforces limits.output */
static uint64_t arg_memory_max = (uint64_t)1 << 30;
static unsigned arg_hops = 50;
/* Postfix 3.7 pays for each deletion with a walk over the header, and its cleanup(8) panics past
 * 10,000. */
static unsigned arg_fields = 5000;
static bool arg_stay;

static const char help_en[] =
    "Usage: mugai-milter [OPTION]...\n"
    "Take mails from Postfix or Sendmail and put their sanitized form in their place.\n"
    "\n"
    "  --socket ADDRESS    where the MTA connects: unix:PATH or inet:PORT@127.0.0.1\n"
    "                      (default unix:/run/mugai/milter.sock)\n"
    "  --jobs PATH         socket of the supervisor (default /run/mugai/jobs.sock)\n"
    "  --keep PATH         socket of the keep (default /run/mugai/keep.sock)\n"
    "  --mode OCTAL        permissions of the Unix socket (default 0660)\n"
    "  --group NAME        group of the Unix socket\n"
    "  --output-max BYTES  answer 451 instead of putting back a larger mail\n"
    "  --memory-max BYTES  mails in memory at a time; beyond it 451 (default 1073741824)\n"
    "  --hops N            Received fields a mail may have; beyond it 554 5.4.6 (default 50)\n"
    "  --fields N          header fields a mail may have; beyond it 554 5.6.0 (default 5000)\n"
    "  --stay              go on when the parent process ends\n"
    "  --help, --version\n"
    "\n"
    "Exit codes: 0 asked to stop, 2 usage or address in use, 75 try again later.\n";
static const char help_ja[] =
    "使い方: mugai-milter [オプション]...\n"
    "PostfixまたはSendmailからメールを受け取り、無害化した内容に置き換えます。\n"
    "\n"
    "  --socket ADDRESS    MTAが接続する場所: unix:PATH または inet:PORT@127.0.0.1\n"
    "                      (既定 unix:/run/mugai/milter.sock)\n"
    "  --jobs PATH         監督プロセスのソケット(既定 /run/mugai/jobs.sock)\n"
    "  --keep PATH         原本保管プロセスのソケット(既定 /run/mugai/keep.sock)\n"
    "  --mode OCTAL        Unixソケットの許可属性(既定 0660)\n"
    "  --group NAME        Unixソケットのグループ\n"
    "  --output-max BYTES  これより大きい結果は渡さず451を返す\n"
    "  --memory-max BYTES  同時にメモリに置くメールの合計。超えると451(既定 1073741824)\n"
    "  --hops N            Receivedの数の上限。超えると554 5.4.6(既定 50)\n"
    "  --fields N          ヘッダ項目の数の上限。超えると554 5.6.0(既定 5000)\n"
    "  --stay              親プロセスが終わっても続ける\n"
    "  --help, --version\n"
    "\n"
    "終了コード: 0 停止の指示、2 使い方の誤りまたは使用中のアドレス、75 後で再試行。\n";

static bool
japanese (void)
{
    const char *locale = setlocale (LC_MESSAGES, "");
    const char *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        const char *value = getenv (names[i]);
        if (value != NULL && *value != '\0')
            return strncmp (value, "ja", 2) == 0;
    }
    return locale != NULL && strncmp (locale, "ja", 2) == 0;
}

static int
usage (const char *option, const char *what, const char *remedy)
{
    fprintf (stderr, "mugai-milter: %s: %s; %s\n", option, what, remedy);
    return EXIT_USAGE;
}

static bool
number (const char *text, int base, uint64_t min, uint64_t max, uint64_t *ret)
{
    char *end = NULL;

    errno = 0;
    unsigned long long value = strtoull (text, &end, base);
    if (errno != 0 || end == text || *end != '\0' || *text == '-' || value < min || value > max)
        return false;
    *ret = value;
    return true;
}

enum {
    OPT_SOCKET = 256,
    OPT_JOBS,
    OPT_KEEP,
    OPT_MODE,
    OPT_GROUP,
    OPT_OUTPUT,
    OPT_MEMORY,
    OPT_HOPS,
    OPT_FIELDS,
    OPT_STAY,
    OPT_HELP,
    OPT_VERSION
};

static const struct option options[] = {
    { "socket", required_argument, NULL, OPT_SOCKET },
    { "jobs", required_argument, NULL, OPT_JOBS },
    { "keep", required_argument, NULL, OPT_KEEP },
    { "mode", required_argument, NULL, OPT_MODE },
    { "group", required_argument, NULL, OPT_GROUP },
    { "output-max", required_argument, NULL, OPT_OUTPUT },
    { "memory-max", required_argument, NULL, OPT_MEMORY },
    { "hops", required_argument, NULL, OPT_HOPS },
    { "fields", required_argument, NULL, OPT_FIELDS },
    { "stay", no_argument, NULL, OPT_STAY },
    { "help", no_argument, NULL, OPT_HELP },
    { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 },
};

/* Returns: -1 to go on, or an exit code. */
static int
take_option (int option)
{
    uint64_t value = 0;

    switch (option) {
    case OPT_SOCKET:
        arg_socket = optarg;
        return -1;
    case OPT_JOBS:
        arg_jobs = optarg;
        return -1;
    case OPT_KEEP:
        arg_keep = optarg;
        return -1;
    case OPT_GROUP:
        arg_group = optarg;
        return -1;
    case OPT_STAY:
        arg_stay = true;
        return -1;
    case OPT_MODE:
        if (!number (optarg, 8, 0, 0777, &value))
            return usage ("--mode", "not an octal mode", "use 0600 to 0777");
        arg_mode = (mode_t)value;
        return -1;
    case OPT_OUTPUT:
        if (!number (optarg, 10, 1, UINT32_MAX, &value))
            return usage ("--output-max", "not a number of bytes", "use 1 to 4294967295");
        arg_output_max = value;
        return -1;
    case OPT_MEMORY:
        if (!number (optarg, 10, 1 << 16, (uint64_t)1 << 44, &value))
            return usage ("--memory-max", "not a number of bytes", "use 65536 or more");
        arg_memory_max = value;
        return -1;
    case OPT_HOPS:
        if (!number (optarg, 10, 1, 10000, &value))
            return usage ("--hops", "not a number of hops", "use 1 to 10000");
        arg_hops = (unsigned)value;
        return -1;
    case OPT_FIELDS:
        if (!number (optarg, 10, 1, 9000, &value))
            return usage ("--fields", "not a number of header fields", "use 1 to 9000");
        arg_fields = (unsigned)value;
        return -1;
    case OPT_HELP:
        fputs (japanese() ? help_ja : help_en, stdout);
        return EXIT_SUCCESS;
    case OPT_VERSION:
        puts ("mugai-milter " MUGAI_VERSION);
        return EXIT_SUCCESS;
    default: /* getopt has said what is wrong */
        return EXIT_USAGE;
    }
}

static uint64_t
largest_output (void)
{
    size_t count = 0;
    const MugaiLimitInfo *table = mugai_limits_table (&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp (table[i].name, "output") == 0)
            return table[i].max;
    return mugai_limits_default().output;
}

/* A process that was started is not left behind. */
static bool
follow_parent (pid_t parent)
{
    return prctl (PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
}

static void
raise_files (void)
{
    struct rlimit limit;

    if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit (RLIMIT_NOFILE, &limit);
    }
}

/* The milter before us may be on its way out: give it a moment. */
static bool
clear_way (const MugaiListen *address, char *why, size_t room)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (mugai_listen_clear_way (address, why, room))
            return true;
        g_usleep (PATIENCE_STEP_US);
    }
    return false;
}

static int
open_socket (const MugaiListen *address)
{
    char why[320];

    if (!clear_way (address, why, sizeof why)) {
        fprintf (stderr, "mugai-milter: %s\n", why);
        return EXIT_USAGE;
    }
    mode_t before = umask (0177);
    int r = smfi_opensocket (true);
    int number_of_error = errno;
    umask (before);
    if (r != MI_SUCCESS)
        return usage (address->spec,
                      number_of_error != 0 ? strerror (number_of_error) : "cannot listen there",
                      "stop the program that uses the address, or choose another with --socket");
    if (address->path[0] == '\0')
        return 0;
    const struct group *group = arg_group != NULL ? getgrnam (arg_group) : NULL;
    if (arg_group != NULL && (group == NULL || chown (address->path, (uid_t)-1, group->gr_gid) < 0))
        return usage (arg_group, group == NULL ? "no such group" : strerror (errno),
                      "choose one of yours with --group");
    if (chmod (address->path, arg_mode) < 0)
        return usage (address->path, strerror (errno), "check the folder's owner");
    return 0;
}

/* Ends of message in work may finish: their mails are kept and paid for. */
static void
drain (MugaiMilter *milter)
{
    int64_t end_us = g_get_monotonic_time() + DRAIN_US;

    while (atomic_load (&milter->busy) > 0 && g_get_monotonic_time() < end_us)
        g_usleep (20000);
    g_usleep (20000); /* the last answer is on its way */
}

static int
serve (void)
{
    char why[320];
    MugaiListen address;
    MugaiMilter milter = { .budget = { .max = arg_memory_max },
                           .output_max = arg_output_max != 0 ? arg_output_max : largest_output(),
                           .hops_max = arg_hops,
                           .fields_max = arg_fields,
                           .time_us = ANSWER_TIME_US };

    if (!mugai_listen_parse (arg_socket, &address, why, sizeof why)) {
        fprintf (stderr, "mugai-milter: --socket %s\n", why);
        return EXIT_USAGE;
    }
    milter.links = mugai_links_new (arg_jobs, arg_keep);
    if (smfi_setconn (address.spec) != MI_SUCCESS ||
        smfi_register (mugai_session_filter (&milter)) != MI_SUCCESS)
        return EXIT_TEMPORARY;
    smfi_setmaxdatasize (PACKET_MAX);
    int r = open_socket (&address);
    if (r != 0)
        return r;
    struct stat own = { 0 }, there;
    if (address.path[0] != '\0' && lstat (address.path, &own) < 0)
        return EXIT_TEMPORARY;
    r = smfi_main();
    if (address.path[0] != '\0' && lstat (address.path, &there) == 0 &&
        there.st_ino == own.st_ino && there.st_dev == own.st_dev)
        unlink (address.path); /* ours, not that of a milter that took our place */
    drain (&milter);
    /* Threads of libmilter may still run: no value of theirs is freed. */
    return r == MI_SUCCESS ? EXIT_SUCCESS : EXIT_TEMPORARY;
}

int
main (int argc, char **argv)
{
    pid_t parent = getppid();
    int option;

    while ((option = getopt_long (argc, argv, "", options, NULL)) != -1) {
        int r = take_option (option);
        if (r >= 0)
            return r;
    }
    if (optind < argc)
        return usage (argv[optind], "unexpected argument", "see --help");
    if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl (PR_SET_DUMPABLE, 0) < 0)
        return usage ("prctl", strerror (errno), "this needs Linux");
    if (!arg_stay && !follow_parent (parent))
        return EXIT_TEMPORARY;
    raise_files();
    fflush (stdout);
    _exit (serve());
}
