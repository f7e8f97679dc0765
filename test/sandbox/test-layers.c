/* SPDX-License-Identifier: Apache-2.0
 *
 * Each layer below seccomp alone, because seccomp would hide that one of them does nothing: what
 * namespaces, the empty root and Landlock take away is tried in a fork that has only them. And
 * libraries that were warmed up still work.
 */
#include "base/fd.h"
#include "locked.h"
#include "sandbox/landlock.h"
#include "sandbox/namespace.h"
#include "unit/tap.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Results of functions in forks: 0 as promised; another number says which check failed. */

static int
enter_namespaces (bool root_too)
{
    const uid_t somebody = 54321; /* not 65534, which is also what an unmapped uid looks like */
    const char *call = NULL;

    if (geteuid() == 0 && setresuid (somebody, somebody, somebody) < 0)
        return -1;
    if (prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 || mugai_namespace_user (&call) < 0 ||
        mugai_namespace_others (&call) < 0)
        return -1;
    return root_too ? mugai_namespace_empty_root (&call) : 0;
}

static int
user_is_mapped (void *unused)
{
    (void)unused;
    uid_t uid = getuid() == 0 ? 54321 : getuid();
    if (enter_namespaces (false) < 0)
        return 99;
    return getuid() == uid && geteuid() == uid ? 0 : 1;
}

static int
network_is_gone (void *unused)
{
    (void)unused;
    struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons (25) };
    if (enter_namespaces (false) < 0)
        return 99;
    there.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    mugai_autofd s = socket (AF_INET, SOCK_STREAM, 0);
    if (s < 0 || connect (s, (struct sockaddr *)&there, sizeof there) == 0)
        return 1;
    /* Not ECONNREFUSED: even lo is down. */
    return errno == ENETUNREACH && if_nametoindex ("lo") == 1 && if_nametoindex ("eth0") == 0 ? 0
                                                                                              : 2;
}

static int
root_is_empty (void *unused)
{
    (void)unused;
    struct stat st;
    if (enter_namespaces (true) < 0)
        return 99;
    DIR *root = opendir ("/");
    if (root == NULL)
        return 1;
    for (struct dirent *entry; (entry = readdir (root)) != NULL;)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            return 2;
    closedir (root);
    if (stat ("/proc/self", &st) == 0 || stat ("/etc/passwd", &st) == 0 ||
        stat ("../../etc", &st) == 0)
        return 3;
    if (open ("/x", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0 || errno != EROFS)
        return 4;
    return 0;
}

static int
landlock_alone (void *unused)
{
    (void)unused;
    int abi = 0;
    mugai_autofd dir = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || mugai_landlock_deny_all (&abi) < 0)
        return 99;
    if (open ("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES)
        return 1;
    if (openat (dir, "etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES)
        return 2;
    if (open ("/tmp/mugai-layer", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0 || errno != EACCES)
        return 3;
    if (open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0 || errno != EACCES)
        return 4;
    execl ("/bin/true", "true", NULL);
    return errno == EACCES ? 0 : 5;
}

static int
landlock_net (void *unused)
{
    (void)unused;
    int abi = 0;
    struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons (9) };
    if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || mugai_landlock_deny_all (&abi) < 0)
        return 99;
    if (abi < 4)
        return 98;
    there.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    mugai_autofd s = socket (AF_INET, SOCK_STREAM, 0);
    if (connect (s, (struct sockaddr *)&there, sizeof there) == 0 || errno != EACCES)
        return 1;
    return bind (s, (struct sockaddr *)&there, sizeof there) < 0 && errno == EACCES ? 0 : 2;
}

static int
landlock_scopes (void *unused)
{
    (void)unused;
    int abi = 0;
    struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0mugai-layer" };
    mugai_autofd server = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind (server, (struct sockaddr *)&name, sizeof name) < 0 || listen (server, 1) < 0)
        return 97;
    if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || mugai_landlock_deny_all (&abi) < 0)
        return 99;
    if (abi < 6)
        return 98;
    if (kill (getppid(), 0) == 0 || errno != EPERM)
        return 1;
    mugai_autofd client = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect (client, (struct sockaddr *)&name, sizeof name) < 0 && errno == EPERM ? 0 : 2;
}

/* ---- rooms (profile office) */

static char shown[] = "/tmp/mugai-room-XXXXXX"; /* a folder of the host with a file `there` */
static const char *const shown_list[] = { shown, "/no/such/folder", NULL };

static bool
reads (const char *path, const char *text)
{
    char buffer[16] = "";
    mugai_autofd fd = open (path, O_RDONLY | O_CLOEXEC);

    return fd >= 0 && read (fd, buffer, sizeof buffer - 1) == (ssize_t)strlen (text) &&
           strcmp (buffer, text) == 0;
}

static bool
writes (const char *path)
{
    mugai_autofd fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    return fd >= 0 && write (fd, "x", 1) == 1;
}

/* Into a room that shows the folder with one more file in it. */
static int
enter_room (MugaiRoom *ret)
{
    static const MugaiRoomFile added = { shown, "deep/added", "added" };
    static const MugaiRoom room = {
        .read = shown_list, .work = "/mine", .work_size = 1 << 20, .files = &added, .n_files = 1
    };
    const char *call = NULL;

    *ret = room;
    return enter_namespaces (false) < 0 || mugai_namespace_room (&room, &call) < 0 ? -1 : 0;
}

static int
room_is_all (void *unused)
{
    (void)unused;
    char path[64];
    struct stat st;
    MugaiRoom room;

    if (enter_room (&room) < 0)
        return 99;
    snprintf (path, sizeof path, "%s/there", shown);
    if (!reads (path, "here") || stat ("/etc/passwd", &st) == 0 || stat ("/proc/self", &st) == 0)
        return 1;
    if (writes (path) || errno != EROFS || writes ("/x") || errno != EROFS)
        return 2;
    snprintf (path, sizeof path, "%s/deep/added", shown);
    if (!reads (path, "added") || writes (path))
        return 3;
    return writes ("/dev/null") && writes ("/mine/x") ? 0 : 4;
}

static int
room_is_private (void *unused)
{
    (void)unused;
    int status = -1;
    MugaiRoom room;

    if (enter_room (&room) < 0 || !writes ("/mine/of-the-zygote"))
        return 99;
    pid_t pid = fork();
    if (pid == 0)
        _exit (mugai_namespace_work (&room) == 0 && access ("/mine/of-the-zygote", F_OK) < 0 &&
                       writes ("/mine/of-the-child")
                   ? 0
                   : 1);
    if (pid < 0 || waitpid (pid, &status, 0) != pid || status != 0)
        return 1;
    return access ("/mine/of-the-child", F_OK) < 0 && access ("/mine/of-the-zygote", F_OK) == 0 ? 0
                                                                                                : 2;
}

/* Without namespaces around it. */
static int
room_by_landlock (void *unused)
{
    (void)unused;
    char path[64];
    int abi;
    static char work[] = "/tmp/mugai-work-XXXXXX";

    if (mkdtemp (work) == NULL || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        mugai_landlock_allow (shown_list, work, &abi) < 0)
        return 99;
    snprintf (path, sizeof path, "%s/there", shown);
    if (!reads (path, "here") || writes (path) || errno != EACCES)
        return 1;
    if (open ("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES)
        return 2;
    snprintf (path, sizeof path, "%s/x", work);
    if (!writes (path) || !reads (path, "x"))
        return 3;
    execl (path, "x", NULL);
    if (errno != EACCES)
        return 4;
    if (symlink ("/etc/passwd", "y") == 0 || mkfifo ("z", 0600) == 0)
        return 5;
    snprintf (path, sizeof path, "%s/s", work);
    if (symlink ("/etc/passwd", path) == 0 || errno != EACCES || mkfifo (path, 0600) == 0)
        return 6;
    return unlink (path) < 0 && errno == ENOENT ? 0 : 7;
}

static bool
prepare_shown (void)
{
    char path[64];

    if (mkdtemp (shown) == NULL || chmod (shown, 0755) < 0)
        return false;
    snprintf (path, sizeof path, "%s/there", shown);
    mugai_autofd fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    return fd >= 0 && write (fd, "here", 4) == 4;
}

/* What a module of the walk relies on: a converter that the zygote keeps open can be opened again
 * in a child, although no file can; one that nobody warmed up cannot. */
static iconv_t kept = (iconv_t)-1;

static int
warm_up (void *unused)
{
    (void)unused;
    kept = iconv_open ("UTF-8", "ISO-2022-JP");
    return kept == (iconv_t)-1 ? -errno : 0;
}

static int
convert_warm (void *unused)
{
    char jis[] = "\x1b$B$\"\x1b(B", utf8[16] = "", *in = jis, *out = utf8;
    size_t in_left = sizeof jis - 1, out_left = sizeof utf8 - 1;

    (void)unused;
    iconv_t again = iconv_open ("UTF-8", "ISO-2022-JP");
    if (again == (iconv_t)-1)
        return -errno;
    return iconv (again, &in, &in_left, &out, &out_left) == 0 && strcmp (utf8, "\xe3\x81\x82") == 0
               ? 0
               : -EILSEQ;
}

static int
convert_cold (void *unused)
{
    (void)unused;
    return iconv_open ("UTF-8", "EUC-TW") == (iconv_t)-1 ? 0 : -EINVAL;
}

static void
test_warm_converters (bool complete)
{
    MugaiSandboxOptions options = { .partial = !complete };
    LockedTry *tries = locked_shared (2 * sizeof *tries);

    tries[0].function = convert_warm;
    tries[1].function = convert_cold;
    LockedRun run = locked_run (MUGAI_PROFILE_WALK, &options, LOCKED_CHILD, warm_up, tries, 2);
    CHECK_NAMED (run.done && locked_worked (&tries[0]), "a warm converter works in a child (%d)",
                 tries[0].result);
    CHECK_NAMED (run.done && locked_worked (&tries[1]), "a cold one fails and does not kill (0x%x)",
                 (unsigned)tries[1].wait_status);
}

static void
check (const char *name, LockedFunction function)
{
    int r = locked_fork (function, NULL);

    if ((r == 99 || r == 98) && !locked_must_work()) {
        printf ("# %s\n", name);
        SKIP (r == 99 ? "this host lacks the layer" : "this kernel's Landlock is older");
        return;
    }
    /* The Landlock ABI of the newest kernel is not asked for, not even of a host that must work. */
    CHECK_NAMED (r == 0 || r == 98, "%s (%d)", name, r);
}

int
main (void)
{
    MugaiLockdownStatus host;

    check ("user namespace: the same uid inside", user_is_mapped);
    check ("network namespace: no way out", network_is_gone);
    check ("mount namespace: the root is empty and read-only", root_is_empty);
    check ("Landlock: no file, no directory, no exec", landlock_alone);
    check ("Landlock: no TCP", landlock_net);
    check ("Landlock: no abstract socket and no signal", landlock_scopes);
    CHECK (prepare_shown());
    check ("room: its folders to read, one more file, nothing else", room_is_all);
    check ("room: each child has an empty folder of its own", room_is_private);
    check ("Landlock: the room's folders alone, nothing new to execute", room_by_landlock);
    test_warm_converters (locked_host_has_all (&host));
    return tap_done();
}
