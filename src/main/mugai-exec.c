/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-exec: run an administrator's command on one part (filters/COMMAND.md). Locks itself down,
 * starts the command as a child of process 1 of a PID namespace, and passes on what it writes and
 * how it ended. When the filter at the other end of the socket is gone, all of it is killed.
 *
 * Descriptors: 3 the socket (SOCK_SEQPACKET), 4 the document (sealed memfd). Each packet is one
 * byte that says what, and what it is: 'o' output, 'e' what went to stderr, 'x' the end: how
 * ('e' exit, 's' signal), its number, 1 when the command has read the document to its end.
 * Powers: sandbox/command.h. Trust: the document is hostile and never looked at; what the command
 * says is passed on unread. Never run by hand. Exit: 0 the end was told, 2 usage, 70 no sandbox.
 */
#include "base/fd.h"
#include "sandbox/command.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_USAGE = 2,
    EXIT_SANDBOX = 70,
    SOCKET = 3,
    DOCUMENT = 4,
    WORDS = 64,
    PROCESSES = 64,
    FILES = 256,
    FILE_MAX = 256 << 20,
    SCRATCH = 64 << 20,
    MEMORY_MIB = 512,
    CPU_SECONDS = 100,
    CHUNK = 32768,
};

static const char *arg_type = "", *arg_language = "en";
static char *arg_command, *arg_read;
static unsigned long arg_memory = MEMORY_MIB;

static const char help[] =
    "Usage: mugai-exec --command LINE [--set NAME=VALUE] [--type ID] [--language ja|en]\n"
    "Run LINE confined, with descriptor 4 as its input. Started by mugaid and mugai.\n\n"
    "  --command LINE    absolute path and arguments, separated by blanks\n"
    "  --set NAME=VALUE  a parameter of the filter: read, memory; others are ignored\n"
    "  --type ID         content type of the part\n"
    "  --language LANG   of the reader\n"
    "  --help            this text\n"
    "  --version         version\n";

static void
set_value (char *assignment)
{
    char *value = strchr (assignment, '=');

    if (value == NULL)
        return;
    *value++ = '\0';
    if (strcmp (assignment, "read") == 0)
        arg_read = value;
    else if (strcmp (assignment, "memory") == 0)
        arg_memory = strtoul (value, NULL, 10);
}

/* Returns: an exit status to end with, or -1 to go on. */
static int
read_arguments (int argc, char **argv)
{
    static const struct option options[] = {
        { "command", required_argument, NULL, 'c' },
        { "set", required_argument, NULL, 's' },
        { "type", required_argument, NULL, 't' },
        { "language", required_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };

    for (int c; (c = getopt_long (argc, argv, "", options, NULL)) != -1;) {
        if (c == 'c') {
            arg_command = optarg;
        } else if (c == 's') {
            set_value (optarg);
        } else if (c == 't') {
            arg_type = optarg;
        } else if (c == 'l') {
            arg_language = optarg;
        } else if (c == 'h') {
            fputs (help, stdout);
            return EXIT_SUCCESS;
        } else if (c == 'V') {
            puts ("mugai-exec " MUGAI_VERSION);
            return EXIT_SUCCESS;
        } else {
            return EXIT_USAGE;
        }
    }
    if (optind == argc && arg_command != NULL)
        return -1;
    fputs ("mugai-exec: needs --command LINE; it is started by mugaid and mugai\n", stderr);
    return EXIT_USAGE;
}

/* Cut @line at its blanks. @words: WORDS + 1 of them, NULL-terminated. Returns: how many. */
static size_t
split (char *line, char **words)
{
    size_t n = 0;

    for (char *save = NULL, *word = strtok_r (line, " \t", &save); word != NULL && n < WORDS;
         word = strtok_r (NULL, " \t", &save))
        words[n++] = word;
    words[n] = NULL;
    return n;
}

static void
tell (char what, const void *data, size_t size)
{
    char packet[1 + CHUNK] = { what };

    memcpy (packet + 1, data, size);
    if (send (SOCKET, packet, 1 + size, MSG_NOSIGNAL) < 0)
        _exit (EXIT_SUCCESS); /* nobody listens any more: process 1 dies with us */
}

/* ---- the command's side */

static void
limit (int resource, rlim_t value)
{
    struct rlimit wanted = { .rlim_cur = value, .rlim_max = value };

    if (setrlimit ((__rlimit_resource_t)resource, &wanted) < 0 && errno != EPERM)
        _exit (126);
}

_Noreturn static void
become_command (char **words, int out, int err)
{
    char type[64], language[64];
    char *environment[] = { (char *)"PATH=/usr/local/bin:/usr/bin:/bin",
                            (char *)"LANG=C.UTF-8",
                            (char *)"HOME=/tmp",
                            (char *)"TMPDIR=/tmp",
                            type,
                            language,
                            NULL };

    snprintf (type, sizeof type, "MUGAI_TYPE=%s", arg_type);
    snprintf (language, sizeof language, "MUGAI_LANGUAGE=%s", arg_language);
    if (setsid() < 0 || dup2 (DOCUMENT, STDIN_FILENO) < 0 || dup2 (out, STDOUT_FILENO) < 0 ||
        dup2 (err, STDERR_FILENO) < 0)
        _exit (126);
    syscall (SYS_close_range, 3, ~0u, 0);
    limit (RLIMIT_CORE, 0);
    limit (RLIMIT_NOFILE, FILES);
    limit (RLIMIT_FSIZE, FILE_MAX);
    limit (RLIMIT_MEMLOCK, 0);
    limit (RLIMIT_CPU, CPU_SECONDS);
    limit (RLIMIT_NPROC, PROCESSES);
    limit (RLIMIT_AS, (rlim_t)arg_memory << 20);
    signal (SIGPIPE, SIG_DFL);
    execve (words[0], words, environment);
    _exit (127);
}

/* Process 1: waits for the command, and for whatever it left behind until then. Its end kills all.
 */
_Noreturn static void
be_init (char **words, int out, int err, int told)
{
    int status = 0;

    struct pollfd reader = { .fd = told };

    prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (poll (&reader, 1, 0) != 0) /* our parent was gone before that call */
        _exit (EXIT_SANDBOX);
    pid_t command = fork();
    if (command == 0)
        become_command (words, out, err);
    close (out);
    close (err);
    if (command < 0)
        _exit (EXIT_SANDBOX);
    for (pid_t ended = 0; ended != command;) {
        ended = waitpid (-1, &status, 0);
        if (ended < 0 && errno != EINTR)
            _exit (EXIT_SANDBOX);
    }
    bool written = write (told, &status, sizeof status) == sizeof status;
    _exit (written ? EXIT_SUCCESS : EXIT_SANDBOX);
}

/* ---- our side */

/* Pass on what came. Returns: false at its end. */
static bool
relay (int fd, char what)
{
    char data[CHUNK];
    ssize_t n = read (fd, data, sizeof data);

    if (n < 0 && errno == EINTR)
        return true;
    if (n > 0)
        tell (what, data, (size_t)n);
    return n > 0;
}

/* Until both ends are closed, which the end of process 1 does at the latest. */
static void
relay_all (int out, int err)
{
    struct pollfd polls[] = { { .fd = out, .events = POLLIN },
                              { .fd = err, .events = POLLIN },
                              { .fd = SOCKET, .events = 0 } };

    while (polls[0].fd >= 0 || polls[1].fd >= 0) {
        if (poll (polls, 3, -1) < 0 && errno != EINTR)
            _exit (EXIT_SANDBOX);
        if ((polls[2].revents & (POLLHUP | POLLERR)) != 0)
            _exit (EXIT_SUCCESS);
        for (int i = 0; i < 2; i++)
            if (polls[i].revents != 0 && !relay (polls[i].fd, i == 0 ? 'o' : 'e'))
                polls[i].fd = -1;
    }
}

static void
tell_end (int status)
{
    off_t size = lseek (DOCUMENT, 0, SEEK_CUR), end = lseek (DOCUMENT, 0, SEEK_END);
    bool exited = WIFEXITED (status);
    char last[] = { exited ? 'e' : 's', (char)(exited ? WEXITSTATUS (status) : WTERMSIG (status)),
                    size == end ? 1 : 0 };

    tell ('x', last, sizeof last);
}

static int
run (char **words)
{
    int out[2], err[2], told[2], status = 0;

    if (pipe2 (out, O_CLOEXEC) < 0 || pipe2 (err, O_CLOEXEC) < 0 || pipe2 (told, O_CLOEXEC) < 0)
        return EXIT_SANDBOX;
    pid_t init = fork();
    if (init == 0)
        be_init (words, out[1], err[1], told[1]);
    close (out[1]);
    close (err[1]);
    close (told[1]);
    if (init < 0)
        return EXIT_SANDBOX;
    relay_all (out[0], err[0]);
    if (read (told[0], &status, sizeof status) != sizeof status)
        return EXIT_SANDBOX;
    tell_end (status);
    return EXIT_SUCCESS;
}

/* An open file of its own: the offset says how much the command has read. */
static bool
own_document (void)
{
    mugai_autofd fd = open ("/proc/self/fd/4", O_RDONLY | O_CLOEXEC);

    return fd >= 0 && dup2 (fd, DOCUMENT) == DOCUMENT;
}

int
main (int argc, char **argv)
{
    char *words[WORDS + 1], *read[WORDS + 1] = { NULL };
    const char *call = "";
    int done = read_arguments (argc, argv);

    if (done >= 0)
        return done;
    if (split (arg_command, words) == 0 || words[0][0] != '/')
        return EXIT_USAGE;
    if (arg_read != NULL)
        split (arg_read, read);
    MugaiCommandView view = { .program = words[0],
                              .read = (const char *const *)read,
                              .scratch = SCRATCH };
    int r = own_document() ? mugai_command_lock (&view, &call) : -errno;
    if (r == 0)
        r = mugai_command_seccomp (&call);
    if (r < 0) {
        char why[256];
        int n = snprintf (why, sizeof why, "sandbox: %s: %s", call, strerror (-r));
        tell ('e', why, n > 0 && (size_t)n < sizeof why ? (size_t)n : 0);
        return EXIT_SANDBOX;
    }
    return run (words);
}
