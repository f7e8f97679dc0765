/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service.h"

#include "base/fd.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum { YOUNG_US = 3000000, BACKOFF_US = 100000, BACKOFF_MAX_US = 10000000, EXIT_USAGE = 2 };

struct MugaiService {
    MugaiLoop *loop;
    char *name;
    char **argv;
    MugaiPoolLog log;
    void *log_data;
    pid_t pid;
    int pidfd;
    MugaiWatch *watch;
    MugaiTimer *timer;
    uint64_t started_us, backoff_us;
    unsigned restarts;
    bool stopping, misconfigured;
};

static void start (MugaiService *s);

static void
exec_service (const MugaiService *s, pid_t parent)
{
    const char *keep[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS", "TZ" };
    g_autoptr (GPtrArray) environment = g_ptr_array_new();
    sigset_t none;

    g_ptr_array_add (environment, (gpointer) "LANG=C.UTF-8");
    g_ptr_array_add (environment, (gpointer) "PATH=/usr/bin:/bin");
    for (size_t i = 0; i < G_N_ELEMENTS (keep); i++)
        if (g_getenv (keep[i]) != NULL)
            g_ptr_array_add (environment, g_strdup_printf ("%s=%s", keep[i], g_getenv (keep[i])));
    g_ptr_array_add (environment, NULL);
    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    prctl (PR_SET_PDEATHSIG, SIGTERM); /* a service does not outlive its supervisor */
    if (getppid() != parent)
        _exit (1);
    syscall (SYS_close_range, 3, ~0u, 0);
    execve (s->argv[0], s->argv, (char **)environment->pdata);
    _exit (127);
}

static void
on_timer (void *data)
{
    MugaiService *s = data;

    s->timer = NULL;
    if (s->stopping && s->pid > 0)
        kill (s->pid, SIGKILL);
    else if (!s->stopping)
        start (s);
}

static void
say_death (MugaiService *s, int status)
{
    char text[160];

    g_snprintf (text, sizeof text, "%s ended (%s %d)%s", s->name,
                WIFSIGNALED (status) ? "signal" : "exit code",
                WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status),
                s->misconfigured ? "; its message above says what to change"
                : s->stopping    ? ""
                                 : ", starting it again");
    s->log (s->log_data, s->stopping ? LOG_INFO : LOG_ERR, text);
}

static void
on_exit_ready (void *data, uint32_t events)
{
    MugaiService *s = data;
    int status = 0;

    (void)events;
    if (waitpid (s->pid, &status, WNOHANG) != s->pid)
        return;
    mugai_loop_unwatch (s->loop, s->watch);
    s->watch = NULL;
    mugai_fd_clear (&s->pidfd);
    s->pid = 0;
    mugai_loop_cancel (s->loop, s->timer);
    s->timer = NULL;
    s->misconfigured = WIFEXITED (status) && WEXITSTATUS (status) == EXIT_USAGE;
    say_death (s, status);
    if (s->stopping || s->misconfigured)
        return;
    bool young = mugai_now_us() - s->started_us < YOUNG_US;
    s->backoff_us = !young               ? 0
                    : s->backoff_us == 0 ? BACKOFF_US
                                         : MIN (s->backoff_us * 2, (uint64_t)BACKOFF_MAX_US);
    s->restarts++;
    s->timer = mugai_loop_after (s->loop, s->backoff_us, on_timer, s);
}

static void
start (MugaiService *s)
{
    pid_t parent = getpid();

    s->started_us = mugai_now_us();
    s->pid = fork();
    if (s->pid == 0)
        exec_service (s, parent);
    s->pidfd = s->pid > 0 ? (int)syscall (SYS_pidfd_open, s->pid, 0) : -1;
    s->watch =
        s->pidfd < 0 ? NULL : mugai_loop_watch (s->loop, s->pidfd, EPOLLIN, on_exit_ready, s);
    if (s->watch == NULL) {
        g_autofree char *text =
            g_strdup_printf ("%s cannot be started: %s; trying again", s->name, strerror (errno));
        s->log (s->log_data, LOG_ERR, text);
        if (s->pid > 0) { /* running, but its end would not be seen */
            kill (s->pid, SIGKILL);
            waitpid (s->pid, NULL, 0);
        }
        s->pid = 0;
        mugai_fd_clear (&s->pidfd);
        s->timer = mugai_loop_after (s->loop, BACKOFF_MAX_US, on_timer, s);
    }
}

MugaiService *
mugai_service_new (MugaiLoop *loop, const char *name, const char *const *argv, MugaiPoolLog log,
                   void *log_data)
{
    MugaiService *s = g_new0 (MugaiService, 1);

    *s = (MugaiService){ .loop = loop,
                         .name = g_strdup (name),
                         .argv = g_strdupv ((char **)argv),
                         .log = log,
                         .log_data = log_data,
                         .pidfd = -1 };
    start (s);
    return s;
}

void
mugai_service_stop (MugaiService *s, uint64_t grace_us)
{
    s->stopping = true;
    mugai_loop_cancel (s->loop, s->timer);
    s->timer = NULL;
    if (s->pid <= 0)
        return;
    kill (s->pid, SIGTERM);
    s->timer = mugai_loop_after (s->loop, grace_us, on_timer, s);
}

void
mugai_service_free (MugaiService *s)
{
    if (s == NULL)
        return;
    mugai_loop_unwatch (s->loop, s->watch);
    mugai_loop_cancel (s->loop, s->timer);
    if (s->pid > 0) {
        kill (s->pid, SIGKILL);
        waitpid (s->pid, NULL, 0);
    }
    mugai_fd_clear (&s->pidfd);
    g_strfreev (s->argv);
    g_free (s->name);
    g_free (s);
}

bool
mugai_service_misconfigured (const MugaiService *s)
{
    return s->misconfigured;
}

const char *
mugai_service_name (const MugaiService *s)
{
    return s->name;
}

pid_t
mugai_service_pid (const MugaiService *s)
{
    return s->pid;
}

unsigned
mugai_service_restarts (const MugaiService *s)
{
    return s->restarts;
}
