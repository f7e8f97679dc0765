/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a table of steps in the order of DESIGN section 3. A step that fails ends the
 * lock-down, unless the configuration is `partial` and the step may miss; then the next ones still
 * run.
 *
 * The child's filter and its limits' defaults are the only state: one program has one profile, the
 * filter must exist before the fork, and the child may not allocate.
 */
#include "sandbox/sandbox.h"

#include "sandbox/asan.h"
#include "sandbox/landlock.h"
#include "sandbox/learn.h"
#include "sandbox/namespace.h"
#include "sandbox/room.h"
#include "sandbox/seccomp.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    DEFAULT_CPU_SECONDS = 60,
    DEFAULT_FILES = 256,
    NOBODY = 65534,
};
static const uint64_t default_memory = UINT64_C (512) << 20;
static const uint64_t default_file = UINT64_C (1) << 30;

static struct {
    bool ready;
    MugaiProfile profile;
    pid_t zygote;
    const MugaiRoom *room; /* of profile office */
    MugaiSeccompFilter filter;
} child;

/* The room of who gave none. */
static const MugaiRoom bare_room = { .work = "/tmp", .work_size = 1 << 20 };

/* What a profile has beyond the common. */
static const struct {
    bool room;       /* files: namespaces must be there, even when `partial` */
    uint64_t memory; /* bytes of address space that its libraries take */
    uint64_t threads;
} traits[MUGAI_PROFILE_COUNT] = {
    [MUGAI_PROFILE_OFFICE] = { .room = true, .memory = UINT64_C (1) << 30, .threads = 512 },
};

typedef struct Lock {
    MugaiProfile profile;
    MugaiSandboxOptions options;
    MugaiLockdownStatus *status;
    const char *call;          /* (static) what the running step was doing */
    MugaiSeccompFilter filter; /* the zygote's own */
} Lock;

static MugaiSandboxOptions
with_defaults (const MugaiSandboxOptions *options)
{
    MugaiSandboxOptions o = options != NULL ? *options : (MugaiSandboxOptions){ 0 };

    o.memory = o.memory > 0 ? o.memory : default_memory;
    o.file = o.file > 0 ? o.file : default_file;
    o.cpu_seconds = o.cpu_seconds > 0 ? o.cpu_seconds : DEFAULT_CPU_SECONDS;
    o.files = o.files > 0 ? o.files : DEFAULT_FILES;
    o.uid = o.uid > 0 ? o.uid : NOBODY;
    o.gid = o.gid > 0 ? o.gid : NOBODY;
    return o;
}

/* The errno of a call that gave -1, negative; remembers its name. */
static int
failed (Lock *lock, const char *call)
{
    lock->call = call;
    return -errno;
}

/* Landlock, seccomp and CLONE_NEWUSER act on the calling thread: a second one would stay outside.
 */
static int
lock_threads (Lock *lock)
{
    struct stat st;

    if (stat ("/proc/self/task", &st) < 0)
        return failed (lock, "stat /proc/self/task");
    lock->call = "count threads";
    return st.st_nlink == 3 ? 0 : -EBUSY;
}

static int
limit (int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit now, wanted = { .rlim_cur = soft, .rlim_max = hard };

    if (getrlimit (resource, &now) < 0)
        return -errno;
    if (wanted.rlim_max > now.rlim_max)
        wanted.rlim_max = now.rlim_max;
    if (wanted.rlim_cur > wanted.rlim_max)
        wanted.rlim_cur = wanted.rlim_max;
    return setrlimit (resource, &wanted) < 0 ? -errno : 0;
}

static int
lock_rlimits (Lock *lock)
{
    const uint64_t file = lock->profile == MUGAI_PROFILE_VERIFY ? 0 : lock->options.file;
    const struct {
        int resource;
        uint64_t value;
    } limits[] = {
        { RLIMIT_CORE, 0 },     { RLIMIT_NOFILE, lock->options.files },
        { RLIMIT_FSIZE, file }, { RLIMIT_MEMLOCK, 0 },
        { RLIMIT_MSGQUEUE, 0 },
    };

    lock->call = "setrlimit";
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        int r = limit ((int)limits[i].resource, limits[i].value, limits[i].value);
        if (r < 0)
            return r;
    }
    /* A write past the limit gives EFBIG instead of a signal. */
    return signal (SIGXFSZ, SIG_IGN) == SIG_ERR ? failed (lock, "signal(SIGXFSZ)") : 0;
}

static int
lock_user (Lock *lock)
{
    const MugaiSandboxOptions *o = &lock->options;

    if (geteuid() != 0 && getuid() != 0)
        return 0;
    if (setgroups (0, NULL) < 0)
        return failed (lock, "setgroups");
    if (setresgid (o->gid, o->gid, o->gid) < 0)
        return failed (lock, "setresgid");
    if (setresuid (o->uid, o->uid, o->uid) < 0)
        return failed (lock, "setresuid");
    lock->call = "setuid(0) is still allowed";
    return setuid (0) == 0 ? -EPERM : 0;
}

static int
lock_no_new_privs (Lock *lock)
{
    return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? failed (lock, "prctl(PR_SET_NO_NEW_PRIVS)")
                                                       : 0;
}

static int
lock_user_ns (Lock *lock)
{
    /* After a change of uid, /proc/self belongs to root until the process is dumpable again. */
    if (prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
        return failed (lock, "prctl(PR_SET_DUMPABLE)");
    return mugai_namespace_user (&lock->call);
}

static int
lock_namespaces (Lock *lock)
{
    return mugai_namespace_others (&lock->call);
}

static int
lock_empty_root (Lock *lock)
{
    if (!traits[lock->profile].room)
        return mugai_namespace_empty_root (&lock->call);
    child.room = lock->options.room != NULL ? lock->options.room : &bare_room;
    return mugai_namespace_room (child.room, &lock->call);
}

static int
drop_capabilities (void)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

    return syscall (SYS_capset, &head, none) < 0 ? -errno : 0;
}

/* Where children have rooms, the zygote keeps what it needs to mount their folders: powers over its
 * own namespaces. */
static int
lock_capabilities (Lock *lock)
{
    if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return failed (lock, "prctl(PR_CAP_AMBIENT)");
    lock->call = "capset";
    return child.room != NULL ? 0 : drop_capabilities();
}

static int
lock_not_dumpable (Lock *lock)
{
    return prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? failed (lock, "prctl(PR_SET_DUMPABLE)") : 0;
}

static int
lock_parent_death (Lock *lock)
{
    if (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return failed (lock, "prctl(PR_SET_PDEATHSIG)");
    lock->call = "the supervisor has ended";
    return lock->options.parent > 0 && getppid() != lock->options.parent ? -ESRCH : 0;
}

static int
lock_landlock (Lock *lock)
{
    lock->call = "landlock";
    if (child.room == NULL)
        return mugai_landlock_deny_all (&lock->status->landlock_abi);
    /* A process under Landlock may not mount: each child enters it by itself. */
    lock->status->landlock_abi = mugai_landlock_abi();
    return lock->status->landlock_abi > 0 ? 0 : lock->status->landlock_abi;
}

/* Before any step: RLIMIT_FSIZE holds for memfds too, and libseccomp gives the filters out through
 * one. */
static int
compile_filters (Lock *lock)
{
    const uint32_t kill_process = SECCOMP_RET_KILL_PROCESS;

    /* libseccomp says ENOMEM for a host that denies this call: ask first, and get the true errno.
     */
    if (syscall (SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill_process) < 0)
        return failed (lock, "seccomp(SECCOMP_GET_ACTION_AVAIL)");
    lock->call = "compile filter";
    int r = mugai_seccomp_build_zygote (lock->profile, &lock->filter);
    if (r == 0)
        r = mugai_seccomp_build_child (lock->profile, &child.filter);
    return r == 0 ? mugai_learn_start() : r;
}

static int
lock_seccomp (Lock *lock)
{
    child.profile = lock->profile;
    child.zygote = getpid();
    child.ready = true;
    lock->call = "seccomp(SECCOMP_SET_MODE_FILTER)";
    return mugai_seccomp_load (&lock->filter);
}

static const struct Step {
    MugaiLockStep step;
    const char *name;
    int (*run) (Lock *lock);
    const char *remedy;
} steps[] = {
    { MUGAI_LOCK_THREADS, "single-thread", lock_threads,
      "mount /proc; a module must not start threads in setup()" },
    { MUGAI_LOCK_RLIMITS, "resource-limits", lock_rlimits,
      "a limit of the service or container refuses setrlimit" },
    { MUGAI_LOCK_USER, "unprivileged-user", lock_user,
      "run as the user mugai, or give CAP_SETUID and CAP_SETGID" },
    { MUGAI_LOCK_NO_NEW_PRIVS, "no-new-privs", lock_no_new_privs,
      "let the container's seccomp profile allow prctl" },
    { MUGAI_LOCK_USER_NS, "user-namespace", lock_user_ns,
      "sysctl user.max_user_namespaces > 0, kernel.unprivileged_userns_clone=1, "
      "kernel.apparmor_restrict_unprivileged_userns=0; systemd RestrictNamespaces=no; no chroot; "
      "see src/sandbox/README.md" },
    { MUGAI_LOCK_NAMESPACES, "namespaces", lock_namespaces,
      "sysctl user.max_{net,ipc,uts,mnt}_namespaces > 0, "
      "kernel.apparmor_restrict_unprivileged_userns=0; systemd RestrictNamespaces=no; "
      "see src/sandbox/README.md" },
    { MUGAI_LOCK_EMPTY_ROOT, "empty-root", lock_empty_root,
      "systemd SystemCallFilter=, AppArmor or the container forbids mount, umount2 or pivot_root, "
      "or / is an initramfs; see "
      "src/sandbox/README.md" },
    { MUGAI_LOCK_CAPABILITIES, "no-capabilities", lock_capabilities,
      "let the container's seccomp profile allow capset" },
    { MUGAI_LOCK_NOT_DUMPABLE, "not-dumpable", lock_not_dumpable,
      "let the container's seccomp profile allow prctl" },
    { MUGAI_LOCK_PARENT_DEATH, "parent-death", lock_parent_death,
      "start the program through mugaid" },
    { MUGAI_LOCK_LANDLOCK, "landlock", lock_landlock,
      "kernel >= 5.13 with CONFIG_SECURITY_LANDLOCK and landlock in the boot parameter lsm=; "
      "systemd SystemCallFilter= and containers must allow landlock_*" },
    { MUGAI_LOCK_SECCOMP, "seccomp", lock_seccomp,
      "kernel >= 4.14 with CONFIG_SECCOMP_FILTER; systemd SystemCallFilter= and containers must "
      "allow seccomp" },
};

enum { STEPS = sizeof steps / sizeof steps[0] };

static void
note_missing (Lock *lock, const struct Step *step, int error)
{
    MugaiLockdownStatus *status = lock->status;
    size_t used = strlen (status->text);
    const char *name = strerrorname_np (-error);

    status->missing |= step->step;
    snprintf (status->text + used, sizeof status->text - used, "%s%s: %s: %s (%s)",
              used > 0 ? "\n" : "", step->name, lock->call,
              strerrordesc_np (-error) != NULL ? strerrordesc_np (-error) : "error",
              name != NULL ? name : "?");
    /* The remedy of the first only: four of them would not fit, and the first usually explains the
     * others. */
    used = strlen (status->text);
    if ((status->missing & (status->missing - 1)) == 0)
        snprintf (status->text + used, sizeof status->text - used, "; remedy: %s", step->remedy);
}

/* Without the step before them these cannot work; trying would only blur the reason. */
static bool
is_hopeless (const MugaiLockdownStatus *status, MugaiLockStep step)
{
    return step == MUGAI_LOCK_EMPTY_ROOT && (status->missing & MUGAI_LOCK_NAMESPACES) != 0;
}

int
mugai_sandbox_zygote (MugaiProfile profile, const MugaiSandboxOptions *options,
                      MugaiLockdownStatus *status)
{
    Lock lock = { .profile = profile, .options = with_defaults (options), .status = status };

    *status = (MugaiLockdownStatus){ 0 };
    if (mugai_sandbox_name (profile) == NULL || child.ready)
        return -EINVAL;
    int compiled = compile_filters (&lock);
    if (compiled < 0) {
        note_missing (&lock, &steps[STEPS - 1], compiled);
        return compiled;
    }
    for (size_t i = 0; i < STEPS; i++) {
        const struct Step *step = &steps[i];

        lock.call = step->name;
        if (is_hopeless (status, step->step)) {
            lock.call = "not tried";
            note_missing (&lock, step, -ECANCELED);
            continue;
        }
        int r = step->run (&lock);
        if (r == 0) {
            status->done |= step->step;
            continue;
        }
        note_missing (&lock, step, r);
        if (!lock.options.partial || (step->step & MUGAI_LOCK_MAY_MISS) == 0 ||
            traits[profile].room)
            return r;
    }
    return 0;
}

/* Set without reading: the child's own limits only ever go down, and a raise would fail. */
static int
lower (int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit wanted = { .rlim_cur = soft, .rlim_max = hard };

    return setrlimit (resource, &wanted) == 0 ? 0 : limit (resource, soft, hard);
}

/* Its own folder, its paths, and no more power to change either. */
static int
enter_room (void)
{
    int abi;
    int r = mugai_namespace_work (child.room);

    if (r == 0)
        r = mugai_landlock_allow (child.room->read, child.room->work, &abi);
    return r < 0 ? r : drop_capabilities();
}

int
mugai_sandbox_child (MugaiProfile profile, const MugaiSandboxOptions *options)
{
    const MugaiSandboxOptions o = with_defaults (options);
    const uint64_t memory = o.memory + traits[profile].memory;

    if (!child.ready || child.profile != profile)
        return -EINVAL;
    if (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -errno;
    if (getppid() != child.zygote)
        return -ESRCH;
    int r = child.room != NULL ? enter_room() : 0;
    if (r == 0)
        r = lower (RLIMIT_CPU, o.cpu_seconds, (uint64_t)o.cpu_seconds + 1);
    if (r == 0)
        r = lower (RLIMIT_NPROC, traits[profile].threads, traits[profile].threads);
#ifndef MUGAI_ASAN
    if (r == 0)
        r = lower (RLIMIT_AS, memory, memory);
#else
    (void)memory;
#endif
    return r < 0 ? r : mugai_seccomp_load (&child.filter);
}

const char *
mugai_sandbox_step_name (MugaiLockStep step)
{
    for (size_t i = 0; i < STEPS; i++)
        if (steps[i].step == step)
            return steps[i].name;
    return NULL;
}

#ifdef MUGAI_ASAN
/* LeakSanitizer clones and ptraces at exit, which a locked process may not; before the lock-down it
 * works as ever. Its hook's name is fixed (sanitizer/lsan_interface.h). */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
    return child.ready;
}
#endif
