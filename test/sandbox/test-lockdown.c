/* SPDX-License-Identifier: Apache-2.0
 *
 * The lock-down as a whole: all or nothing, what `partial` forgives, limits, and life between
 * supervisor and children. As root each of it runs twice: from root, and from 65534.
 */
#include "base/fd.h"
#include "base/frame.h"
#include "base/memfd.h"
#include "locked.h"
#include "obstacle.h"
#include "sandbox/asan.h"
#include "unit/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool complete;         /* this host has every step */
static LockedFunction before; /* NULL, or become nobody */

static MugaiSandboxOptions
host_options (void)
{
    return (MugaiSandboxOptions){ .partial = !complete };
}

/* All or nothing. */

static void
check_obstacle (const SandboxObstacle *obstacle, bool partial)
{
    MugaiSandboxOptions options = { .partial = partial };
    const bool forgiven = partial && (obstacle->step & MUGAI_LOCK_MAY_MISS) != 0;

    LockedTry *try = locked_shared (sizeof *try);
    try->function = obstacle->harmless;
    LockedRun run = locked_run (MUGAI_PROFILE_WALK, &options, LOCKED_CHILD, obstacle->put, try, 1);
    CHECK_NAMED (forgiven ? run.error == 0 && run.done && locked_worked (try)
                          : run.error == -obstacle->error,
                 "%s, %s: %s (%d)", obstacle->name, partial ? "partial" : "full",
                 forgiven ? "goes on" : "refuses", run.error);
    CHECK_NAMED ((run.status.missing & obstacle->step) != 0 &&
                     (run.status.done & obstacle->step) == 0,
                 "%s: the status says %s is missing", obstacle->name,
                 mugai_sandbox_step_name (obstacle->step));
    CHECK_NAMED (strstr (run.status.text, mugai_sandbox_step_name (obstacle->step)) != NULL &&
                     strstr (run.status.text, strerrorname_np (obstacle->error)) != NULL &&
                     strstr (run.status.text, "remedy") != NULL,
                 "%s: the text names step, errno and remedy: %.150s", obstacle->name,
                 run.status.text);
    if (!forgiven)
        CHECK_NAMED ((run.status.done & MUGAI_LOCK_SECCOMP) == 0, "%s: nothing ran",
                     obstacle->name);
    else
        CHECK_NAMED ((run.status.done & MUGAI_LOCK_SECCOMP) != 0, "%s: seccomp holds",
                     obstacle->name);
}

static void
test_all_or_nothing (void)
{
    size_t count;
    const SandboxObstacle *obstacles = sandbox_obstacles (&count);

    for (size_t i = 0; i < count; i++) {
        int prepared = obstacles[i].prepare != NULL ? locked_fork (obstacles[i].prepare, NULL) : 0;
        if (prepared != 0) {
            SKIP (obstacles[i].name);
            continue;
        }
        check_obstacle (&obstacles[i], false);
        check_obstacle (&obstacles[i], true);
    }
}

static void *
idle (void *unused)
{
    pause();
    return unused;
}

static int
start_thread (void *unused)
{
    pthread_t thread;

    (void)unused;
    return -pthread_create (&thread, NULL, idle, NULL);
}

static void
test_second_thread (void)
{
    MugaiSandboxOptions options = { .partial = true };

    LockedRun run = locked_run (MUGAI_PROFILE_WALK, &options, LOCKED_CHILD, start_thread, NULL, 0);
    CHECK (run.error == -EBUSY && run.status.missing == MUGAI_LOCK_THREADS);
}

static int
wrong_profile (void *unused)
{
    (void)unused;
    return mugai_sandbox_child (MUGAI_PROFILE_VERIFY, NULL) == -EINVAL ? 0 : -1;
}

/* Its parent is not the zygote: as if the zygote had died before the child could ask to die with
 * it. */
static int
orphan (void *unused)
{
    int status = 0;

    (void)unused;
    pid_t pid = fork();
    if (pid == 0)
        _exit (mugai_sandbox_child (MUGAI_PROFILE_WALK, NULL) == -ESRCH ? 0 : 1);
    return pid > 0 && waitpid (pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

static void
test_misuse (void)
{
    LockedTry *tries = locked_shared (2 * sizeof *tries);
    MugaiSandboxOptions options = host_options();
    MugaiLockdownStatus status;

    CHECK (mugai_sandbox_child (MUGAI_PROFILE_WALK, NULL) == -EINVAL);
    CHECK (mugai_sandbox_zygote ((MugaiProfile)99, NULL, &status) == -EINVAL);
    tries[0].function = wrong_profile;
    tries[1].function = orphan;
    LockedRun run = locked_run (MUGAI_PROFILE_WALK, &options, LOCKED_ZYGOTE, before, tries, 2);
    CHECK (run.done && locked_worked (&tries[0]));
    CHECK (run.done && locked_worked (&tries[1]));
    options.parent = getpid() == 1 ? 2 : 1; /* not this process */
    CHECK (locked_run (MUGAI_PROFILE_WALK, &options, LOCKED_CHILD, before, NULL, 0).error ==
           -ESRCH);
}

static void
test_full_status (void)
{
    MugaiLockdownStatus status;

    if (!complete)
        return;
    LockedRun run = locked_run (MUGAI_PROFILE_RENDER, NULL, LOCKED_CHILD, before, NULL, 0);
    CHECK (run.error == 0 && run.done);
    CHECK (run.status.done == MUGAI_LOCK_ALL && run.status.missing == 0 &&
           run.status.text[0] == '\0');
    CHECK (run.status.landlock_abi >= 1);
    CHECK (mugai_sandbox_probe (&status) == 0 && status.done == MUGAI_LOCK_ALL);
}

/* Limits. */

static int
write_past_limit (void *fd)
{
    char block[4096] = { 0 };

    for (int i = 0; i < 32; i++)
        if (write (*(int *)fd, block, sizeof block) < 0)
            return errno == EFBIG ? i : -errno;
    return -ENODATA;
}

static void
test_file_limit (void)
{
    mugai_autofd walk_fd = mugai_memfd_new ("walk");
    mugai_autofd verify_fd = mugai_memfd_new ("verify");
    MugaiSandboxOptions options = host_options();

    options.file = 10 * 4096;
    LockedTry try = locked_one (MUGAI_PROFILE_WALK, &options, write_past_limit, &walk_fd);
    CHECK_NAMED (locked_worked (&try) && try.result == 10, "walk writes %d blocks, then EFBIG",
                 try.result);
    try = locked_one (MUGAI_PROFILE_VERIFY, &options, write_past_limit, &verify_fd);
    CHECK_NAMED (locked_worked (&try) && try.result == 0, "verify writes nothing (%d)", try.result);
}

#ifndef MUGAI_ASAN
static int
allocate (void *size)
{
    void *p =
        mmap (NULL, *(size_t *)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? -errno : 0;
}
#endif

static void
test_memory_limit (void)
{
#ifdef MUGAI_ASAN
    SKIP ("AddressSanitizer needs the whole address space");
#else
    MugaiSandboxOptions options = host_options();
    size_t fits = (size_t)32 << 20, too_much = (size_t)80 << 20,
           default_too_much = (size_t)513 << 20;

    options.memory = (size_t)64 << 20;
    LockedTry try = locked_one (MUGAI_PROFILE_WALK, &options, allocate, &fits);
    CHECK (locked_worked (&try));
    try = locked_one (MUGAI_PROFILE_WALK, &options, allocate, &too_much);
    CHECK (try.came_back && try.result == -ENOMEM);
    options.memory = 0;
    try = locked_one (MUGAI_PROFILE_WALK, &options, allocate, &too_much);
    CHECK (locked_worked (&try));
    try = locked_one (MUGAI_PROFILE_WALK, &options, allocate, &default_too_much);
    CHECK (try.came_back && try.result == -ENOMEM);
#endif
}

static int
spin (void *unused)
{
    (void)unused;
    for (volatile unsigned i = 0; i < 4000000000u; i++)
        ;
    return 0;
}

static void
test_cpu_limit (void)
{
    MugaiSandboxOptions options = host_options();

    options.cpu_seconds = 1;
    LockedTry try = locked_one (MUGAI_PROFILE_WALK, &options, spin, NULL);
    CHECK_NAMED (locked_killed (&try, SIGXCPU), "SIGXCPU ends a loop (wait status 0x%x)",
                 (unsigned)try.wait_status);
}

static int
abort_in_child (void *unused)
{
    (void)unused;
    abort();
}

static void
test_abort_is_no_breach (void)
{
    MugaiSandboxOptions options = host_options();
    LockedTry try = locked_one (MUGAI_PROFILE_WALK, &options, abort_in_child, NULL);

    CHECK_NAMED (!try.came_back && try.wait_status != 0 && !locked_killed (&try, SIGSYS),
                 "abort() does not look like a denied call (wait status 0x%x)",
                 (unsigned)try.wait_status);
}

/* A supervisor, a zygote and its child, with frames between them. */

typedef struct Family {
    int channel; /* ours; the child's end went to the zygote */
    int pidfd;   /* of the child */
    pid_t child, zygote;
    int error; /* of the lock-down */
} Family;

static void
child_loop (int channel)
{
    uint8_t buffer[256];
    MugaiFrame frame;

    if (mugai_sandbox_child (MUGAI_PROFILE_WALK, NULL) < 0)
        _exit (1);
    while (mugai_frame_recv (channel, buffer, sizeof buffer, &frame, NULL) == 1) {
        MugaiMap map;
        int output = mugai_frame_steal_fd (&frame, 1);
        /* The job: copy the sealed content to the output. */
        if (frame.n_fds < 1 || mugai_memfd_map (frame.fds[0], 1000, &map) < 0)
            _exit (2);
        if (mugai_memfd_append (output, map.data, map.size) < 0)
            _exit (3);
        MugaiFrame answer = { .kind = 8 };
        if (mugai_frame_send (channel, &answer) < 0)
            _exit (4);
    }
    _exit (0);
}

/* Take one channel from outside, fork one child for it, send its pidfd; then wait for its end, and
 * for ours. */
static void
zygote_loop (int control)
{
    uint8_t buffer[256];
    MugaiFrame frame;
    MugaiSandboxOptions options = host_options();
    MugaiLockdownStatus status;

    if (before != NULL && before (NULL) < 0)
        _exit (9);
    options.parent = getppid();
    MugaiFrame hello = {
        .kind = 1, .part = (uint32_t)-mugai_sandbox_zygote (MUGAI_PROFILE_WALK, &options, &status)
    };
    if (mugai_frame_send (control, &hello) < 0 || hello.part != 0 ||
        mugai_frame_recv (control, buffer, sizeof buffer, &frame, NULL) != 1)
        _exit (8);
    pid_t pid = fork();
    if (pid == 0)
        child_loop (mugai_frame_steal_fd (&frame, 0));
    mugai_frame_close_fds (&frame);
    MugaiFrame forked = { .kind = 2, .part = (uint32_t)pid, .n_fds = 1 };
    forked.fds[0] = (int)syscall (SYS_pidfd_open, pid, 0);
    if (mugai_frame_send (control, &forked) < 0)
        _exit (7);
    waitpid (pid, NULL, 0);
    mugai_frame_recv (control, buffer, sizeof buffer, &frame, NULL);
    _exit (0);
}

static bool
start_family (Family *family)
{
    int control[2], channel[2];
    uint8_t buffer[256];
    MugaiFrame frame;

    *family = (Family){ .channel = -1, .pidfd = -1 };
    if (mugai_frame_pair (control) < 0 || mugai_frame_pair (channel) < 0)
        return false;
    fflush (NULL);
    family->zygote = fork();
    if (family->zygote == 0) {
        close (control[0]);
        close (channel[0]);
        close (channel[1]);
        zygote_loop (control[1]);
    }
    close (control[1]);
    if (mugai_frame_recv (control[0], buffer, sizeof buffer, &frame, NULL) != 1 || frame.part != 0)
        return false;
    /* The channel reaches the zygote after its lock-down. */
    MugaiFrame request = { .kind = 3, .n_fds = 1, .fds = { channel[1] } };
    if (mugai_frame_send (control[0], &request) < 0)
        return false;
    close (channel[1]);
    if (mugai_frame_recv (control[0], buffer, sizeof buffer, &frame, NULL) != 1)
        return false;
    family->channel = channel[0];
    family->child = (pid_t)frame.part;
    family->pidfd = mugai_frame_steal_fd (&frame, 0);
    return family->pidfd >= 0;
}

static void
end_family (Family *family)
{
    kill (family->zygote, SIGKILL);
    waitpid (family->zygote, NULL, 0);
    mugai_fd_clear (&family->channel);
    mugai_fd_clear (&family->pidfd);
}

static bool
ends_within (int pidfd, int milliseconds)
{
    struct pollfd p = { .fd = pidfd, .events = POLLIN };

    return poll (&p, 1, milliseconds) == 1;
}

static bool
do_job (Family *family, const char *text)
{
    uint8_t buffer[256];
    char got[64] = "";
    MugaiFrame frame;
    mugai_autofd content = mugai_memfd_new ("content");
    mugai_autofd output = mugai_memfd_new ("output");

    if (mugai_memfd_append (content, text, strlen (text)) < 0 || mugai_memfd_seal (content) < 0)
        return false;
    MugaiFrame job = { .kind = 7, .n_fds = 2, .fds = { content, output } };
    if (mugai_frame_send (family->channel, &job) < 0 ||
        mugai_frame_recv (family->channel, buffer, sizeof buffer, &frame, NULL) != 1)
        return false;
    return pread (output, got, sizeof got - 1, 0) == (ssize_t)strlen (text) &&
           strcmp (got, text) == 0;
}

/* The value of one line of /proc/PID/status, "" when there is none. */
static void
proc_status (pid_t pid, const char *key, char *value, size_t room)
{
    char path[64], line[256];

    value[0] = '\0';
    snprintf (path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen (path, "re");
    while (f != NULL && fgets (line, sizeof line, f) != NULL)
        if (strncmp (line, key, strlen (key)) == 0 && line[strlen (key)] == ':')
            snprintf (value, room, "%.*s", (int)strcspn (line + strlen (key) + 2, "\n"),
                      line + strlen (key) + 2);
    if (f != NULL)
        fclose (f);
}

static void
check_status (pid_t pid, const char *who, const char *key, const char *wanted)
{
    char value[200];

    proc_status (pid, key, value, sizeof value);
    CHECK_NAMED (strcmp (value, wanted) == 0, "%s: %s is %s", who, key, value);
}

/* "soft hard" of one line of /proc/PID/limits, "" when there is none. */
static void
check_limit (pid_t pid, const char *name, const char *wanted)
{
    char path[64], line[256], value[128] = "", soft[32], hard[32];

    snprintf (path, sizeof path, "/proc/%d/limits", (int)pid);
    FILE *f = fopen (path, "re");
    while (f != NULL && fgets (line, sizeof line, f) != NULL)
        if (strncmp (line, name, strlen (name)) == 0 &&
            sscanf (line + strlen (name), "%31s %31s", soft, hard) == 2)
            snprintf (value, sizeof value, "%s %s", soft, hard);
    if (f != NULL)
        fclose (f);
    CHECK_NAMED (strcmp (value, wanted) == 0, "%s: %s", name, value);
}

static void
check_limits (const Family *family)
{
    check_limit (family->zygote, "Max core file size", "0 0");
    check_limit (family->zygote, "Max open files", "256 256");
    check_limit (family->zygote, "Max locked memory", "0 0");
    check_limit (family->zygote, "Max msgqueue size", "0 0");
    check_limit (family->zygote, "Max file size", "1073741824 1073741824");
    check_limit (family->child, "Max core file size", "0 0");
    check_limit (family->child, "Max processes", "0 0");
    check_limit (family->child, "Max cpu time", "60 61");
#ifndef MUGAI_ASAN
    check_limit (family->child, "Max address space", "536870912 536870912");
#endif
}

static uid_t
owner_of_proc (pid_t pid)
{
    char path[64];
    struct stat st = { .st_uid = (uid_t)-1 };

    snprintf (path, sizeof path, "/proc/%d/mem", (int)pid);
    return stat (path, &st) < 0 ? (uid_t)-1 : st.st_uid;
}

static void
check_from_outside (const Family *family)
{
    const struct {
        pid_t pid;
        const char *name;
    } who[] = { { family->zygote, "zygote" }, { family->child, "child" } };
    char ours[32];

    proc_status (getpid(), "Seccomp_filters", ours, sizeof ours); /* in a container not 0 */
    for (int i = 0; i < 2; i++) {
        char filters[32], uids[64] = "65534\t65534\t65534\t65534";
        if (geteuid() != 0)
            snprintf (uids, sizeof uids, "%u\t%u\t%u\t%u", getuid(), getuid(), getuid(), getuid());
        snprintf (filters, sizeof filters, "%d", atoi (ours) + i + 1);
        check_status (who[i].pid, who[i].name, "Seccomp", "2");
        check_status (who[i].pid, who[i].name, "Seccomp_filters", filters);
        check_status (who[i].pid, who[i].name, "NoNewPrivs", "1");
        check_status (who[i].pid, who[i].name, "CapEff", "0000000000000000");
        check_status (who[i].pid, who[i].name, "CapPrm", "0000000000000000");
        check_status (who[i].pid, who[i].name, "Uid", uids);
        CHECK_NAMED (owner_of_proc (who[i].pid) == 0, "%s: not dumpable: its /proc belongs to root",
                     who[i].name);
        if (geteuid() == 0)
            check_status (who[i].pid, who[i].name, "Groups", " ");
    }
}

static void
check_namespaces (pid_t pid)
{
    const char *const kinds[] = { "user", "net", "ipc", "uts", "mnt" };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char path[64], ours[64] = "", theirs[64] = "";
        snprintf (path, sizeof path, "/proc/%d/ns/%s", (int)pid, kinds[i]);
        ssize_t n = readlink (path, theirs, sizeof theirs - 1);
        snprintf (path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        ssize_t m = readlink (path, ours, sizeof ours - 1);
        CHECK_NAMED (n > 0 && m > 0 && strcmp (ours, theirs) != 0, "own %s namespace", kinds[i]);
    }
}

static void
test_family (void)
{
    Family family;

    if (!CHECK (start_family (&family)))
        return;
    CHECK (do_job (&family, "a sealed memfd from outside, copied to another"));
    check_from_outside (&family);
    check_limits (&family);
    if (complete && geteuid() == 0)
        check_namespaces (family.child);
    CHECK (!ends_within (family.pidfd, 0));
    CHECK (syscall (SYS_pidfd_send_signal, family.pidfd, SIGKILL, NULL, 0) == 0);
    CHECK (ends_within (family.pidfd, 5000));
    end_family (&family);
}

static void
test_child_dies_with_zygote (void)
{
    Family family;

    if (!CHECK (start_family (&family)))
        return;
    kill (family.zygote, SIGKILL);
    CHECK (ends_within (family.pidfd, 5000));
    end_family (&family);
}

/* A supervisor of its own that dies without a word. */
static void
test_all_die_with_supervisor (void)
{
    int pair[2];
    uint8_t buffer[64];
    MugaiFrame frame;

    CHECK (mugai_frame_pair (pair) == 0);
    fflush (NULL);
    pid_t supervisor = fork();
    if (supervisor == 0) {
        Family family;
        if (!start_family (&family))
            _exit (1);
        MugaiFrame report = { .kind = 1,
                              .n_fds = 2,
                              .fds = { family.pidfd,
                                       (int)syscall (SYS_pidfd_open, family.zygote, 0) } };
        mugai_frame_send (pair[1], &report);
        raise (SIGKILL);
    }
    close (pair[1]);
    bool told =
        mugai_frame_recv (pair[0], buffer, sizeof buffer, &frame, NULL) == 1 && frame.n_fds == 2;
    CHECK (told);
    waitpid (supervisor, NULL, 0);
    CHECK (told && ends_within (frame.fds[1], 5000));
    CHECK (told && ends_within (frame.fds[0], 5000));
    mugai_frame_close_fds (&frame);
    close (pair[0]);
}

/* The supervisor itself is the unprivileged user that its zygotes run as. */
static int
family_as_nobody (void *unused)
{
    Family family;

    if (locked_be_nobody (unused) < 0 || !start_family (&family))
        return 1;
    if (!do_job (&family, "job"))
        return 2;
    if (syscall (SYS_pidfd_send_signal, family.pidfd, SIGKILL, NULL, 0) < 0)
        return 3;
    if (!ends_within (family.pidfd, 5000))
        return 4;
    end_family (&family);
    return 0;
}

static void
test_everything (void)
{
    test_misuse();
    test_full_status();
    test_family();
    test_child_dies_with_zygote();
    test_all_die_with_supervisor();
}

int
main (void)
{
    MugaiLockdownStatus host;

    complete = locked_host_has_all (&host);
    if (complete)
        test_all_or_nothing();
    else {
        locked_explain (&host);
        if (locked_must_work())
            CHECK_NAMED (false, "this host has every step of the lock-down");
        else
            SKIP ("this host lacks a step; the rest is tested with sandbox: partial");
    }
    test_second_thread();
    test_file_limit();
    test_memory_limit();
    test_cpu_limit();
    test_abort_is_no_breach();
    test_everything();
    if (geteuid() == 0) {
        before = locked_be_nobody;
        test_everything();
        CHECK (locked_fork (family_as_nobody, NULL) == 0);
    }
    return tap_done();
}
