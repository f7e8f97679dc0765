/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: rows of one call are alternatives. The zygote's filter holds the rows of z and of
 * its profile; a child's second filter kills the rows of z that its profile lacks, so that both
 * together are the profile's rows exactly. For that, a row of z alone must not overlap another row
 * of the same call that a profile keeps.
 *
 * What it deliberately does not do: hold a list of forbidden calls, or name a call because some
 * library might want it. A row is here because a run died without it, or because the reason says
 * what would be lost. memfd_create is in no row: content memfds are made by the supervisor (frame
 * kind BUFFER), which thereby counts them.
 */
#include "sandbox/profile.h"

#include "sandbox/asan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/* clang-format off */
#define ALLOW(name, who, reason) { SCMP_SYS (name), #name, who, 0, -1, 0, 0, reason }
#define FAIL(name, who, error, reason) { SCMP_SYS (name), #name, who, error, -1, 0, 0, reason }
#define ALLOW_IF(name, who, arg, mask, value, reason) \
    { SCMP_SYS (name), #name, who, 0, arg, mask, value, reason }
#define FAIL_IF(name, who, error, arg, mask, value, reason) \
    { SCMP_SYS (name), #name, who, error, arg, mask, value, reason }

/* The kernel looks at the low 32 bits of an int argument only. */
#define INT_MASK 0xffffffffu
/* What fork() may pass besides SIGCHLD; any CLONE_NEW*, CLONE_VM, CLONE_THREAD breaks the comparison. */
#define FORK_FLAGS (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID | CLONE_PIDFD)

static const MugaiCallRule table[] = {
    /* Channel and content: descriptors that were handed over, nothing else can be reached. */
    ALLOW (recvmsg,         "zwvers", "frames and descriptors from the channel"),
    ALLOW (sendmsg,         "zwvers", "frames and descriptors to the channel"),
    ALLOW (poll,            "zwers",  "wait for the channel with a deadline"),
    ALLOW (ppoll,           "zwers",  "wait for the channel with a deadline"),
    ALLOW (recvfrom,        "s",      "the connected socket of a supervised filter"),
    ALLOW (sendto,          "s",      "the connected socket of a supervised filter"),
    ALLOW (shutdown,        "s",      "end of what a supervised filter sends"),
    ALLOW (read,            "zwvers", "memfds, the zygote's signalfd"),
    ALLOW (pread64,         "wvers",  "memfds"),
    ALLOW (write,           "zwvers", "memfds that were given writable, and the last words of abort()"),
    ALLOW (writev,          "zwvers", "the last words of the C library (malloc, stack protector)"),
    ALLOW (pwrite64,        "wers",   "memfds: lengths that are known at the end"),
    ALLOW (lseek,           "wvers",  "memfds"),
    ALLOW (close,           "zwvers", "descriptors of frames"),
    ALLOW (fstat,           "zwvers", "size of a memfd (glibc >= 2.39)"),
    ALLOW_IF (newfstatat,   "zwvers", 3, AT_EMPTY_PATH, AT_EMPTY_PATH, "size of a memfd (glibc < 2.39)"),
    ALLOW_IF (fcntl,        "zwvers", 1, INT_MASK, F_GET_SEALS, "is this memfd sealed?"),
    ALLOW_IF (fcntl,        "wers",   1, INT_MASK, F_ADD_SEALS, "seal what was written"),
    ALLOW_IF (fcntl,        "zwvers", 1, INT_MASK, F_GETFD, "close-on-exec flag"),
    ALLOW_IF (fcntl,        "zwvers", 1, INT_MASK, F_SETFD, "close-on-exec flag"),
    ALLOW_IF (fcntl,        "zwvers", 1, INT_MASK, F_GETFL, "is this descriptor writable?"),
    ALLOW_IF (fcntl,        "wers",   1, INT_MASK, F_DUPFD_CLOEXEC, "a second stream over one memfd"),
    ALLOW (ftruncate,       "wers",   "size of a memfd before it is mapped"),

    /* Memory. Nothing in a child is ever executable that was not so in the zygote. */
    ALLOW_IF (mmap,         "zwvers", 2, PROT_EXEC, 0, "memory, and memfds; never executable"),
    ALLOW_IF (mprotect,     "zwvers", 2, PROT_EXEC, 0, "malloc arenas; never executable"),
    ALLOW (munmap,          "zwvers", "memory"),
    ALLOW (mremap,          "zwvers", "realloc of large blocks"),
    ALLOW (madvise,         "zwvers", "free gives pages back"),
    ALLOW (brk,             "zwvers", "malloc"),
    ALLOW (sysinfo,         "zwvers", "qsort of glibc < 2.37 asks for the size of memory"),

    /* Time, locks that are never contended, ids, ends. */
    ALLOW (clock_gettime,   "zwvers", "deadlines, where the vDSO cannot answer"),
    ALLOW (gettimeofday,    "zwers",  "GLib, where the vDSO cannot answer"),
    ALLOW (time,            "zwers",  "where the vDSO cannot answer"),
    ALLOW (clock_nanosleep, "z",      "back-off of a zygote"),
    ALLOW (getrandom,       "wvers",  "hash salt of expat and others; no output depends on it"),
    ALLOW (getrusage,       "wers",   "CPU time for the report"),
    ALLOW_IF (futex,        "zwvers", 1, FUTEX_CMD_MASK, FUTEX_WAIT, "pthread_once, stdio and GLib locks"),
    ALLOW_IF (futex,        "zwvers", 1, FUTEX_CMD_MASK, FUTEX_WAKE, "pthread_once, stdio and GLib locks"),
    ALLOW (getpid,          "zwvers", "abort()"),
    ALLOW (gettid,          "zwvers", "abort()"),
    ALLOW (getppid,         "z",      "is the parent still there? asked once by each child before its filter"),
    ALLOW (rt_sigprocmask,  "zwvers", "abort()"),
    ALLOW (rt_sigaction,    "zwvers", "abort()"),
    ALLOW (rt_sigreturn,    "zwvers", "return from a signal handler"),
    ALLOW (restart_syscall, "zwvers", "the kernel's own, after SIGCONT"),
    ALLOW (exit_group,      "zwvers", "the end"),
    ALLOW (exit,            "zwvers", "the end"),

    /* Only a zygote: fork children, limit them, wait for them. The child's filter takes all of it away. */
    ALLOW_IF (clone,        "z",      0, INT_MASK & ~(uint64_t) FORK_FLAGS, SIGCHLD, "fork(); no thread, no namespace"),
    ALLOW (wait4,           "z",      "end of a child"),
    ALLOW (waitid,          "z",      "end of a child, by pidfd too"),
    ALLOW (pidfd_open,      "z",      "a handle on its own child, for the supervisor"),
    ALLOW (signalfd4,       "z",      "SIGCHLD as a descriptor"),
    ALLOW_IF (socketpair,   "z",      0, INT_MASK, AF_UNIX, "a channel for a new child"),
    ALLOW (set_robust_list, "z",      "fork() of glibc, in the child"),
    ALLOW_IF (prlimit64,    "z",      0, INT_MASK, 0, "limits of a child, by itself"),
    ALLOW_IF (prctl,        "z",      0, INT_MASK, PR_SET_PDEATHSIG, "a child dies with its zygote"),
    ALLOW_IF (seccomp,      "z",      0, INT_MASK, SECCOMP_SET_MODE_FILTER, "a child adds its filter"),

    /* Libraries probe for these and go on without: they get an error, and nothing happens. */
    FAIL (clone3,           "zwvers", ENOSYS, "glibc then uses clone"),
    FAIL (rseq,             "zwvers", ENOSYS, "glibc goes on without"),
    FAIL (open,             "zwvers", EACCES, "time zone, locale, gconv, /dev/urandom, /proc"),
    FAIL (openat,           "zwvers", EACCES, "time zone, locale, gconv, /dev/urandom, /proc"),
    FAIL (access,           "zwvers", EACCES, "gconv and fonts look for files"),
    FAIL (faccessat,        "zwvers", EACCES, "gconv and fonts look for files"),
    FAIL (faccessat2,       "zwvers", EACCES, "gconv and fonts look for files"),
    FAIL (stat,             "zwvers", EACCES, "gconv and fonts look for files"),
    FAIL (lstat,            "zwvers", EACCES, "gconv and fonts look for files"),
    FAIL_IF (newfstatat,    "zwvers", EACCES, 3, AT_EMPTY_PATH, 0, "gconv and fonts look for files"),
    FAIL (statx,            "zwvers", ENOSYS, "glibc then uses newfstatat"),
    FAIL (readlink,         "zwvers", EACCES, "/proc/self/exe"),
    FAIL (readlinkat,       "zwvers", EACCES, "/proc/self/exe"),
    FAIL (ioctl,            "zwvers", ENOTTY, "stdio asks whether its stream is a terminal"),
    FAIL (tgkill,           "zwvers", EPERM,  "abort() of glibc; it then ends by SIGSEGV, and not as a breach"),

#ifdef MUGAI_ASAN
    /* Test builds with AddressSanitizer only: its allocator, its stack unwinder, its report. */
    ALLOW (sigaltstack,     "zwvers", "ASan: handler stack of a thread"),
    ALLOW (sched_yield,     "zwvers", "ASan: spin locks"),
    ALLOW (getrlimit,       "zwvers", "ASan: bounds of the stack"),
    ALLOW_IF (prlimit64,    "wvers",  0, INT_MASK, 0, "ASan: bounds of the stack"),
    FAIL (dup,              "zwvers", EPERM, "ASan: symbolizer"),
    FAIL (dup2,             "zwvers", EPERM, "ASan: symbolizer"),
    FAIL (pipe,             "zwvers", EPERM, "ASan: symbolizer, and is this address readable?"),
    FAIL (pipe2,            "zwvers", EPERM, "ASan: symbolizer, and is this address readable?"),
#endif
};
/* clang-format on */

static const char letters[MUGAI_PROFILE_COUNT] = {
    [MUGAI_PROFILE_WALK] = 'w',   [MUGAI_PROFILE_VERIFY] = 'v',     [MUGAI_PROFILE_ENCODE] = 'e',
    [MUGAI_PROFILE_RENDER] = 'r', [MUGAI_PROFILE_SUPERVISED] = 's',
};

const MugaiCallRule *
mugai_profile_rule (size_t index)
{
    return index < sizeof table / sizeof table[0] ? &table[index] : NULL;
}

bool
mugai_profile_allows (const MugaiCallRule *rule, MugaiProfile profile)
{
    return strchr (rule->who, letters[profile]) != NULL;
}

bool
mugai_profile_zygote (const MugaiCallRule *rule)
{
    return strchr (rule->who, 'z') != NULL;
}
