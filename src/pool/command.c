/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: two forks, so that nobody here has to wait for the end of mugai-exec: it ends with
 * its socket.
 */
#include "pool/command.h"

#include "base/fd.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOCKET = 3, DOCUMENT = 4 };

/* A type id, or "": the worker says it. */
static const char *
plain (const char *type)
{
    return type[strspn (type, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0' ? type : "";
}

/* Returns: (transfer full) the arguments; NULL: a value is missing. */
static GPtrArray *
arguments (const MugaiPool *pool, const MugaiCatalogueFilter *filter, const MugaiIsolateCall *call)
{
    g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

    g_ptr_array_add (argv, g_build_filename (pool->programs, "mugai-exec", NULL));
    for (guint i = 0; i < filter->params->len; i++) {
        const mugai_param *param = g_ptr_array_index (filter->params, i);
        const char *value = param->value;
        for (uint32_t v = 0; v < call->n_values; v++)
            if (strcmp (call->values[v].name, param->name) == 0)
                value = call->values[v].value;
        if (value == NULL)
            return NULL;
        bool command = strcmp (param->name, filter->command_param) == 0;
        g_ptr_array_add (argv, g_strdup (command ? "--command" : "--set"));
        g_ptr_array_add (argv, command ? g_strdup (value)
                                       : g_strdup_printf ("%s=%s", param->name, value));
    }
    g_ptr_array_add (argv, g_strdup_printf ("--type=%s", plain (call->type)));
    g_ptr_array_add (argv, g_strdup (call->language == 1 ? "--language=ja" : "--language=en"));
    g_ptr_array_add (argv, NULL);
    return g_steal_pointer (&argv);
}

_Noreturn static void
become_exec (char **argv, int socket, int document)
{
    const char *asan = g_getenv ("ASAN_OPTIONS");
    g_autofree char *line =
        g_strdup_printf ("ASAN_OPTIONS=%s", asan != NULL ? asan : "detect_leaks=0");
    char *environment[] = { (char *)"LANG=C.UTF-8", line, NULL };
    sigset_t none;

    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    signal (SIGPIPE, SIG_DFL);
    int s = fcntl (socket, F_DUPFD, DOCUMENT + 1), d = fcntl (document, F_DUPFD, DOCUMENT + 1);
    int null = open ("/dev/null", O_RDWR);
    if (s < 0 || d < 0 || dup2 (null, STDIN_FILENO) < 0 || dup2 (null, STDOUT_FILENO) < 0 ||
        dup2 (s, SOCKET) < 0 || dup2 (d, DOCUMENT) < 0)
        _exit (127);
#if !defined(__SANITIZE_ADDRESS__)
    dup2 (null, STDERR_FILENO);
#endif
    syscall (SYS_close_range, DOCUMENT + 1, ~0u, 0);
    execve (argv[0], argv, environment);
    _exit (127);
}

int
mugai_command_start (const MugaiPool *pool, const MugaiCatalogueFilter *filter,
                     const MugaiIsolateCall *call, int document)
{
    g_autoptr (GPtrArray) argv = arguments (pool, filter, call);
    int pair[2], status = 0;

    if (argv == NULL || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    mugai_autofd ours = pair[0], theirs = pair[1];
    pid_t between = fork();
    if (between == 0) {
        pid_t last = fork();
        if (last == 0)
            become_exec ((char **)argv->pdata, theirs, document);
        _exit (last < 0 ? 1 : 0);
    }
    if (between < 0 || waitpid (between, &status, 0) != between || status != 0)
        return -1;
    return mugai_fd_steal (&ours);
}
