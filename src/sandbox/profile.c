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

#define KILL(name, who, reason) \
    { SCMP_SYS (name), #name, who, MUGAI_CALL_KILLS, -1, 0, 0, reason }

/* The kernel looks at the low 32 bits of an int argument only. */
#define INT_MASK 0xffffffffu
/* What fork() may pass besides SIGCHLD; any CLONE_NEW*, CLONE_VM, CLONE_THREAD breaks the comparison. */
#define FORK_FLAGS (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID | CLONE_PIDFD)

/* What pthread_create() of glibc passes. */
#define THREAD_FLAGS                                                                               \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |            \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static const MugaiCallRule table[] = {
    /* Channel and content: descriptors that were handed over, nothing else can be reached. */
    ALLOW (recvmsg,         "zwverso", "frames and descriptors from the channel"),
    ALLOW (sendmsg,         "zwverso", "frames and descriptors to the channel"),
    ALLOW (poll,            "zwerso",  "wait for the channel with a deadline"),
    ALLOW (ppoll,           "zwerso",  "wait for the channel with a deadline"),
    ALLOW (recvfrom,        "s",      "the connected socket of a supervised filter"),
    ALLOW (sendto,          "s",      "the connected socket of a supervised filter"),
    ALLOW (shutdown,        "s",      "end of what a supervised filter sends"),
    ALLOW (read,            "zwverso", "memfds, the zygote's signalfd"),
    ALLOW (pread64,         "wverso",  "memfds"),
    ALLOW (write,           "zwverso", "memfds that were given writable, and the last words of abort()"),
    ALLOW (writev,          "zwverso", "the last words of the C library (malloc, stack protector)"),
    ALLOW (pwrite64,        "werso",   "memfds: lengths that are known at the end"),
    ALLOW (lseek,           "wverso",  "memfds"),
    ALLOW (close,           "zwverso", "descriptors of frames"),
    ALLOW (fstat,           "zwverso", "size of a memfd (glibc >= 2.39)"),
    ALLOW_IF (newfstatat,   "zwvers", 3, AT_EMPTY_PATH, AT_EMPTY_PATH, "size of a memfd (glibc < 2.39)"),
    ALLOW_IF (fcntl,        "zwverso", 1, INT_MASK, F_GET_SEALS, "is this memfd sealed?"),
    ALLOW_IF (fcntl,        "werso",   1, INT_MASK, F_ADD_SEALS, "seal what was written"),
    ALLOW_IF (fcntl,        "zwverso", 1, INT_MASK, F_GETFD, "close-on-exec flag"),
    ALLOW_IF (fcntl,        "zwverso", 1, INT_MASK, F_SETFD, "close-on-exec flag"),
    ALLOW_IF (fcntl,        "zwverso", 1, INT_MASK, F_GETFL, "is this descriptor writable?"),
    ALLOW_IF (fcntl,        "werso",   1, INT_MASK, F_DUPFD_CLOEXEC, "a second stream over one memfd"),
    ALLOW (ftruncate,       "werso",   "size of a memfd before it is mapped"),

    /* Memory. Nothing in a child is ever executable that was not so in the zygote. */
    ALLOW_IF (mmap,         "zwvers", 2, PROT_EXEC, 0, "memory, and memfds; never executable"),
    ALLOW_IF (mprotect,     "zwvers", 2, PROT_EXEC, 0, "malloc arenas; never executable"),
    ALLOW (munmap,          "zwverso", "memory"),
    ALLOW (mremap,          "zwverso", "realloc of large blocks"),
    ALLOW (madvise,         "zwverso", "free gives pages back"),
    ALLOW (brk,             "zwverso", "malloc"),
    ALLOW (sysinfo,         "zwverso", "qsort of glibc < 2.37 asks for the size of memory"),

    /* Time, locks that are never contended, ids, ends. */
    ALLOW (clock_gettime,   "zwverso", "deadlines, where the vDSO cannot answer"),
    ALLOW (gettimeofday,    "zwerso",  "GLib, where the vDSO cannot answer"),
    ALLOW (time,            "zwerso",  "where the vDSO cannot answer"),
    ALLOW (clock_nanosleep, "zo",     "back-off of a zygote; threads"),
    ALLOW (getrandom,       "wverso",  "hash salt of expat and others; no output depends on it"),
    ALLOW (getrusage,       "werso",   "CPU time for the report"),
    ALLOW_IF (futex,        "zwverso", 1, FUTEX_CMD_MASK, FUTEX_WAIT, "pthread_once, stdio and GLib locks"),
    ALLOW_IF (futex,        "zwverso", 1, FUTEX_CMD_MASK, FUTEX_WAKE, "pthread_once, stdio and GLib locks"),
    ALLOW (getpid,          "zwverso", "abort()"),
    ALLOW (gettid,          "zwverso", "abort()"),
    ALLOW (getppid,         "z",      "is the parent still there? asked once by each child before its filter"),
    ALLOW (rt_sigprocmask,  "zwverso", "abort()"),
    ALLOW (rt_sigaction,    "zwverso", "abort()"),
    ALLOW (rt_sigreturn,    "zwverso", "return from a signal handler"),
    ALLOW (restart_syscall, "zwverso", "the kernel's own, after SIGCONT"),
    ALLOW (exit_group,      "zwverso", "the end"),
    ALLOW (exit,            "zwverso", "the end"),

    /* Only a zygote: fork children, limit them, wait for them. The child's filter takes all of it away. */
    ALLOW_IF (clone,        "z",      0, INT_MASK & ~(uint64_t) FORK_FLAGS, SIGCHLD, "fork(); no thread, no namespace"),
    ALLOW (wait4,           "z",      "end of a child"),
    ALLOW (waitid,          "z",      "end of a child, by pidfd too"),
    ALLOW (pidfd_open,      "z",      "a handle on its own child, for the supervisor"),
    ALLOW (signalfd4,       "z",      "SIGCHLD as a descriptor"),
    ALLOW_IF (socketpair,   "z",      0, INT_MASK, AF_UNIX, "a channel for a new child"),
    ALLOW (set_robust_list, "zo",     "fork() of glibc, in the child; threads"),
    ALLOW_IF (prlimit64,    "zo",     0, INT_MASK, 0, "limits of a child, by itself; size of a thread's stack"),
    ALLOW_IF (prctl,        "z",      0, INT_MASK, PR_SET_PDEATHSIG, "a child dies with its zygote"),
    ALLOW_IF (seccomp,      "z",      0, INT_MASK, SECCOMP_SET_MODE_FILTER, "a child adds its filter"),

    /* LibreOffice: files of the room (sandbox/room.h), threads, libraries that are loaded late. The paths are
     * Landlock's and the mount namespace's business. */
    ALLOW_IF (clone,        "o",      0, INT_MASK, THREAD_FLAGS, "a thread of its own, as pthread_create() makes it"),
    ALLOW_IF (futex,        "o",      1, FUTEX_CMD_MASK, FUTEX_WAIT_BITSET, "locks and conditions between threads"),
    ALLOW_IF (futex,        "o",      1, FUTEX_CMD_MASK, FUTEX_WAKE_BITSET, "locks and conditions between threads"),
    ALLOW_IF (futex,        "o",      1, FUTEX_CMD_MASK, FUTEX_REQUEUE, "locks and conditions between threads"),
    ALLOW_IF (futex,        "o",      1, FUTEX_CMD_MASK, FUTEX_CMP_REQUEUE, "locks and conditions between threads"),
    ALLOW_IF (futex,        "o",      1, FUTEX_CMD_MASK, FUTEX_WAKE_OP, "locks and conditions between threads"),
    ALLOW_IF (prctl,        "o",      0, INT_MASK, PR_SET_NAME, "names of threads"),
    ALLOW (rseq,            "o",      "a thread, where the first one has it"),
    ALLOW (mmap,            "o",      "libraries of components are loaded when they are wanted"),
    ALLOW (mprotect,        "o",      "libraries; the bridges of UNO make code"),
    ALLOW (open,            "o",      "program, fonts, its private folder"),
    ALLOW (openat,          "o",      "program, fonts, its private folder"),
    ALLOW (access,          "o",      "program, fonts, its private folder"),
    ALLOW (faccessat,       "o",      "program, fonts, its private folder"),
    ALLOW (faccessat2,      "o",      "program, fonts, its private folder"),
    ALLOW (stat,            "o",      "program, fonts, its private folder"),
    ALLOW (lstat,           "o",      "program, fonts, its private folder"),
    ALLOW (newfstatat,      "o",      "program, fonts, its private folder"),
    ALLOW (statx,           "o",      "program, fonts, its private folder"),
    ALLOW (statfs,          "o",      "is the folder writable?"),
    ALLOW (fstatfs,         "o",      "is the folder writable?"),
    ALLOW (readlink,        "o",      "program, fonts, its private folder"),
    ALLOW (readlinkat,      "o",      "program, fonts, its private folder"),
    ALLOW (getcwd,          "o",      "paths that are not absolute"),
    ALLOW (chdir,           "o",      "paths that are not absolute"),
    ALLOW (getdents64,      "o",      "fonts, extensions"),
    ALLOW (mkdir,           "o",      "its private folder"),
    ALLOW (mkdirat,         "o",      "its private folder"),
    ALLOW (rmdir,           "o",      "its private folder"),
    ALLOW (unlink,          "o",      "its private folder"),
    ALLOW (unlinkat,        "o",      "its private folder"),
    ALLOW (rename,          "o",      "its private folder"),
    ALLOW (chmod,           "o",      "its private folder"),
    ALLOW (umask,           "o",      "its private folder"),
    ALLOW (utimensat,       "o",      "its private folder"),
    ALLOW (fsync,           "o",      "its private folder"),
    ALLOW (fdatasync,       "o",      "its private folder"),
    ALLOW (fadvise64,       "o",      "its private folder"),
    ALLOW (fallocate,       "o",      "its private folder"),
    ALLOW_IF (fcntl,        "o",      1, INT_MASK, F_GETLK, "locks in its private folder"),
    ALLOW_IF (fcntl,        "o",      1, INT_MASK, F_SETLK, "locks in its private folder"),
    ALLOW_IF (fcntl,        "o",      1, INT_MASK, F_SETFL, "pipes within the process"),
    ALLOW_IF (fcntl,        "o",      1, INT_MASK, F_DUPFD, "a second stream over one file"),
    ALLOW (dup,             "o",      "a second stream over one file"),
    ALLOW (pipe2,           "o",      "its main loop wakes itself"),
    ALLOW (eventfd2,        "o",      "its main loop wakes itself"),
    ALLOW (getuid,          "o",      "whose folder is it?"),
    ALLOW (geteuid,         "o",      "whose folder is it?"),
    ALLOW (getgid,          "o",      "whose folder is it?"),
    ALLOW (getegid,         "o",      "whose folder is it?"),
    ALLOW (uname,           "o",      "its own description"),
    ALLOW (sched_yield,     "o",      "threads"),
    ALLOW (sched_getaffinity, "o",    "number of threads"),
    ALLOW (getrlimit,       "o",      "size of a thread's stack"),

    /* Its zygote alone: it prepares a child's room, and the child gives these away before it is given a document. */
    ALLOW_IF (unshare,      "O",      0, INT_MASK, CLONE_NEWNS, "a child's own mounts"),
    ALLOW (mount,           "O",      "a child's private folder"),
    ALLOW (capset,          "O",      "a child drops what the mount needed"),
    ALLOW (landlock_create_ruleset, "O", "a child's paths"),
    ALLOW (landlock_add_rule,       "O", "a child's paths"),
    ALLOW (landlock_restrict_self,  "O", "a child's paths"),

    /* A library as large as this tries calls that no list foresees; it goes on without (EPERM). What no document needs
     * and an attacker would want still ends it at once. */
    KILL (ptrace,            "o", "another process"),
    KILL (process_vm_readv,  "o", "another process"),
    KILL (process_vm_writev, "o", "another process"),
    KILL (pidfd_getfd,       "o", "another process"),
    KILL (setns,             "o", "another namespace"),
    KILL (umount2,           "o", "another file system"),
    KILL (pivot_root,        "o", "another file system"),
    KILL (chroot,            "o", "another file system"),
    KILL (open_tree,         "o", "another file system"),
    KILL (move_mount,        "o", "another file system"),
    KILL (fsopen,            "o", "another file system"),
    KILL (mount_setattr,     "o", "another file system"),
    KILL (open_by_handle_at, "o", "another file system"),
    KILL (name_to_handle_at, "o", "another file system"),
    KILL (execveat,          "o", "another program"),
    KILL (bpf,               "o", "a door into the kernel"),
    KILL (perf_event_open,   "o", "a door into the kernel"),
    KILL (io_uring_setup,    "o", "a door into the kernel"),
    KILL (io_uring_enter,    "o", "a door into the kernel"),
    KILL (io_uring_register, "o", "a door into the kernel"),
    KILL (userfaultfd,       "o", "a door into the kernel"),
    KILL (keyctl,            "o", "a door into the kernel"),
    KILL (add_key,           "o", "a door into the kernel"),
    KILL (request_key,       "o", "a door into the kernel"),
    KILL (modify_ldt,        "o", "a door into the kernel"),
    KILL (personality,       "o", "a door into the kernel"),
    KILL (init_module,       "o", "a door into the kernel"),
    KILL (finit_module,      "o", "a door into the kernel"),
    KILL (kexec_load,        "o", "a door into the kernel"),
    KILL (memfd_create,      "o", "contents that the supervisor does not count"),

    /* Libraries probe for these and go on without: they get an error, and nothing happens. */
    FAIL (clone3,           "zwverso", ENOSYS, "glibc then uses clone"),
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
    FAIL (ioctl,            "zwverso", ENOTTY, "stdio asks whether its stream is a terminal"),
    FAIL (tgkill,           "zwverso", EPERM,  "abort() of glibc; it then ends by SIGSEGV, and not as a breach"),

#ifdef MUGAI_ASAN
    /* Test builds with AddressSanitizer only: its allocator, its stack unwinder, its report. */
    ALLOW (sigaltstack,     "zwverso", "ASan: handler stack of a thread"),
    ALLOW (sched_yield,     "zwvers", "ASan: spin locks"),
    ALLOW (getrlimit,       "zwvers", "ASan: bounds of the stack"),
    ALLOW_IF (prlimit64,    "wvers",  0, INT_MASK, 0, "ASan: bounds of the stack"),
    FAIL (dup,              "zwvers", EPERM, "ASan: symbolizer"),
    FAIL (dup2,             "zwverso", EPERM, "ASan: symbolizer"),
    FAIL (pipe,             "zwverso", EPERM, "ASan: symbolizer, and is this address readable?"),
    FAIL (pipe2,            "zwvers", EPERM, "ASan: symbolizer, and is this address readable?"),
#endif
};
/* clang-format on */

static const char letters[MUGAI_PROFILE_COUNT] = {
    [MUGAI_PROFILE_WALK] = 'w',   [MUGAI_PROFILE_VERIFY] = 'v',     [MUGAI_PROFILE_ENCODE] = 'e',
    [MUGAI_PROFILE_RENDER] = 'r', [MUGAI_PROFILE_SUPERVISED] = 's',
    [MUGAI_PROFILE_OFFICE] = 'o',
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
mugai_profile_zygote (const MugaiCallRule *rule, MugaiProfile profile)
{
    return strchr (rule->who, 'z') != NULL || mugai_profile_prepares (rule, profile);
}

bool
mugai_profile_prepares (const MugaiCallRule *rule, MugaiProfile profile)
{
    return profile == MUGAI_PROFILE_OFFICE && strchr (rule->who, 'O') != NULL;
}

int
mugai_profile_fallback (MugaiProfile profile)
{
    return profile == MUGAI_PROFILE_OFFICE ? EPERM : MUGAI_CALL_KILLS;
}
