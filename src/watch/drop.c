/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/drop.h"

#include "base/fd.h"
#include "cli/inputs.h"
#include "core/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    CLOSED_US = 1000000, /* between "closed" and "complete": some programs open it once more */
    AGAIN_US = 2000000,  /* first pause after a failure; doubled each time */
    AGAIN_MOST_US = 120000000,
    DEPTH = 64,     /* of folders in the drop */
    FILES = 100000, /* known at once; the others wait */
    EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF |
             IN_ONLYDIR | IN_DONT_FOLLOW,
};

#define REMOVED ".mugai-remove-"

struct MugaiDrop {
    const char *folder;
    uint64_t settle_us, round;
    int inotify;
    int root;            /* of the last listing; -1: the folder was not there */
    GHashTable *files;   /* relative -> MugaiDropFile * */
    GHashTable *closed;  /* set of relative paths that were closed or moved in since the listing */
    GHashTable *passed;  /* relative path of what is passed over -> round */
    GQueue *news;        /* of those, "s" or "u" and the path: not yet told */
    GHashTable *watches; /* watch descriptor -> relative path of the folder */
    bool stirred;
};

static void
file_free (void *data)
{
    MugaiDropFile *file = data;

    g_free (file->relative);
    g_free (file);
}

MugaiDrop *
mugai_drop_new (const char *folder, uint64_t settle_us, GError **error)
{
    int inotify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);

    if (inotify < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "inotify: %s; raise fs.inotify.max_user_instances", strerror (errno));
        return NULL;
    }
    MugaiDrop *drop = g_new0 (MugaiDrop, 1);
    *drop = (MugaiDrop){
        .folder = folder,
        .settle_us = settle_us,
        .inotify = inotify,
        .root = -1,
        .files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, file_free),
        .closed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
        .passed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
        .news = g_queue_new(),
        .watches = g_hash_table_new_full (NULL, NULL, NULL, g_free),
        .stirred = true,
    };
    return drop;
}

void
mugai_drop_free (MugaiDrop *drop)
{
    if (drop == NULL)
        return;
    mugai_fd_clear (&drop->inotify);
    mugai_fd_clear (&drop->root);
    g_hash_table_unref (drop->files);
    g_hash_table_unref (drop->closed);
    g_hash_table_unref (drop->watches);
    g_hash_table_unref (drop->passed);
    g_queue_free_full (drop->news, g_free);
    g_free (drop);
}

/* ---- what happened */

int
mugai_drop_descriptor (const MugaiDrop *drop)
{
    return drop->inotify;
}

bool
mugai_drop_stirred (const MugaiDrop *drop)
{
    return drop->stirred;
}

static char *
below (const char *folder, const char *name)
{
    return *folder != '\0' ? g_strconcat (folder, "/", name, NULL) : g_strdup (name);
}

static void
take_event (MugaiDrop *drop, const struct inotify_event *event)
{
    const char *folder = g_hash_table_lookup (drop->watches, GINT_TO_POINTER (event->wd));

    drop->stirred = true;
    if ((event->mask & IN_IGNORED) != 0)
        g_hash_table_remove (drop->watches, GINT_TO_POINTER (event->wd));
    else if (folder != NULL && event->len > 0 &&
             (event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0)
        g_hash_table_add (drop->closed, below (folder, event->name));
}

void
mugai_drop_events (MugaiDrop *drop)
{
    _Alignas(struct inotify_event) char buffer[1 << 16];
    ssize_t n;

    while ((n = read (drop->inotify, buffer, sizeof buffer)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *event = (const void *)(buffer + at);
            take_event (drop, event);
            at += (ssize_t)(sizeof *event + event->len);
        }
}

/* ---- listing */

/* No step may leave @root or be a symbolic link. */
static int
open_below (int root, const char *relative, int flags)
{
    struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
                            .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };

    return (int)syscall (SYS_openat2, root, *relative != '\0' ? relative : ".", &how, sizeof how);
}

static int
open_parent (int root, const char *relative, char **ret_name)
{
    g_autofree char *folder = g_path_get_dirname (relative);

    *ret_name = g_path_get_basename (relative);
    return open_below (root, folder, O_RDONLY | O_DIRECTORY);
}

/* What somebody still writes, or nobody wants. */
static bool
is_passed_over (const char *name)
{
    static const char *const unfinished[] = { ".part",       ".partial",  ".tmp",
                                              ".crdownload", ".filepart", ".download" };

    if (*name == '.' || mugai_inputs_is_leftover (name))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS (unfinished); i++) {
        size_t length = strlen (name), tail = strlen (unfinished[i]);
        if (length > tail && g_ascii_strcasecmp (name + length - tail, unfinished[i]) == 0)
            return true;
    }
    return false;
}

bool
mugai_drop_same (const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_size == other->st_size && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

static void
note_file (MugaiDrop *drop, const char *relative, const struct stat *now, uint64_t now_us)
{
    MugaiDropFile *file = g_hash_table_lookup (drop->files, relative);

    if (file == NULL) {
        if (g_hash_table_size (drop->files) >= FILES)
            return;
        file = g_new0 (MugaiDropFile, 1);
        file->relative = g_strdup (relative);
        file->seen = *now;
        file->since_us = now_us;
        g_hash_table_insert (drop->files, file->relative, file);
    }
    file->round = drop->round;
    if (g_hash_table_contains (drop->closed, relative))
        file->closed = true;
    if (mugai_drop_same (&file->seen, now))
        return;
    file->seen = *now;
    file->since_us = now_us;
    file->left = false;
    file->not_before_us = 0;
    file->tries = 0;
}

static bool
digest_of (int fd, uint8_t ret[MUGAI_SHA256_SIZE])
{
    static uint8_t block[1 << 16];
    MugaiSha256 h;
    ssize_t n;

    mugai_sha256_init (&h);
    while ((n = read (fd, block, sizeof block)) > 0)
        mugai_sha256_update (&h, block, (size_t)n);
    mugai_sha256_final (&h, ret);
    return n == 0;
}

/* What a killed run was about to take away: gone when it is still that, else back as a file. */
static void
settle_removed (int folder, const char *name)
{
    uint8_t digest[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];
    mugai_autofd fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 || !digest_of (fd, digest))
        return;
    mugai_sha256_hex (digest, hex);
    if (strcmp (hex, name + strlen (REMOVED)) == 0) {
        unlinkat (folder, name, 0);
        return;
    }
    g_autofree char *back = g_strdup_printf ("recovered-%.16s", hex);
    renameat2 (folder, name, folder, back, RENAME_NOREPLACE);
}

static void
note_passed_over (MugaiDrop *drop, const char *relative, bool special)
{
    void *round = GSIZE_TO_POINTER ((gsize)drop->round);

    if (!g_hash_table_contains (drop->passed, relative)) {
        if (g_hash_table_size (drop->passed) >= FILES)
            return;
        g_queue_push_tail (drop->news, g_strconcat (special ? "s" : "u", relative, NULL));
    }
    g_hash_table_insert (drop->passed, g_strdup (relative), round);
}

char *
mugai_drop_passed_over (MugaiDrop *drop, bool *ret_special)
{
    g_autofree char *news = g_queue_pop_head (drop->news);

    if (news == NULL)
        return NULL;
    *ret_special = *news == 's';
    return g_strdup (news + 1);
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer data)
{
    const MugaiDrop *drop = data;

    (void)key;
    return GPOINTER_TO_SIZE (value) != (gsize)drop->round;
}

static void
note_entry (MugaiDrop *drop, int folder, const char *relative, const char *name, GQueue *folders,
            unsigned depth, uint64_t now_us)
{
    g_autofree char *path = below (relative, name);
    struct stat st;

    if (g_str_has_prefix (name, REMOVED))
        settle_removed (folder, name);
    if (fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return;
    bool special = !S_ISREG (st.st_mode) && !(S_ISDIR (st.st_mode) && depth < DEPTH);
    if (special || is_passed_over (name))
        note_passed_over (drop, path, special);
    else if (S_ISDIR (st.st_mode))
        g_queue_push_tail (folders, g_steal_pointer (&path));
    else
        note_file (drop, path, &st, now_us);
}

static unsigned
depth_of (const char *relative)
{
    unsigned depth = 0;

    for (; *relative != '\0'; relative++)
        depth += *relative == '/';
    return depth;
}

static void
list_folder (MugaiDrop *drop, const char *relative, GQueue *folders, uint64_t now_us)
{
    mugai_autofd fd = open_below (drop->root, relative, O_RDONLY | O_DIRECTORY);
    char self[64];

    if (fd < 0)
        return;
    snprintf (self, sizeof self, "/proc/self/fd/%d", fd);
    int watch = inotify_add_watch (drop->inotify, self, EVENTS & ~(unsigned)IN_DONT_FOLLOW);
    if (watch >= 0) /* without one there is still the next listing */
        g_hash_table_insert (drop->watches, GINT_TO_POINTER (watch), g_strdup (relative));
    DIR *dir = fdopendir (mugai_fd_steal (&fd));
    if (dir == NULL)
        return;
    for (struct dirent *entry; (entry = readdir (dir)) != NULL;)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            note_entry (drop, dirfd (dir), relative, entry->d_name, folders, depth_of (relative),
                        now_us);
    closedir (dir);
}

static gboolean
is_gone (gpointer key, gpointer value, gpointer data)
{
    const MugaiDropFile *file = value;
    const MugaiDrop *drop = data;

    (void)key;
    return file->round != drop->round && !file->taken;
}

bool
mugai_drop_list (MugaiDrop *drop, uint64_t now_us)
{
    g_autoptr (GQueue) folders = g_queue_new();

    mugai_fd_clear (&drop->root);
    drop->root = open (drop->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    drop->stirred = drop->root < 0;
    if (drop->root < 0)
        return false;
    drop->round++;
    g_queue_push_tail (folders, g_strdup (""));
    while (!g_queue_is_empty (folders)) {
        g_autofree char *relative = g_queue_pop_head (folders);
        list_folder (drop, relative, folders, now_us);
    }
    g_hash_table_foreach_remove (drop->files, is_gone, drop);
    g_hash_table_foreach_remove (drop->passed, is_forgotten, drop);
    g_hash_table_remove_all (drop->closed);
    return true;
}

/* ---- what is complete */

static uint64_t
due_of (const MugaiDrop *drop, const MugaiDropFile *file)
{
    uint64_t complete = file->since_us + (file->closed ? CLOSED_US : drop->settle_us);

    return MAX (complete, file->not_before_us);
}

MugaiDropFile *
mugai_drop_next (MugaiDrop *drop, uint64_t now_us)
{
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init (&iter, drop->files);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        MugaiDropFile *file = value;
        if (!file->taken && !file->left && due_of (drop, file) <= now_us) {
            file->taken = true;
            return file;
        }
    }
    return NULL;
}

uint64_t
mugai_drop_due (const MugaiDrop *drop, uint64_t now_us)
{
    uint64_t due = UINT64_MAX;
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init (&iter, drop->files);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const MugaiDropFile *file = value;
        if (!file->taken && !file->left)
            due = MIN (due, MAX (now_us, due_of (drop, file)));
    }
    return due;
}

bool
mugai_drop_waits (const MugaiDrop *drop)
{
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init (&iter, drop->files);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const MugaiDropFile *file = value;
        if (!file->left && file->tries == 0)
            return true;
    }
    return false;
}

void
mugai_drop_settle (MugaiDropFile *file, uint64_t now_us)
{
    file->taken = false;
    file->closed = false;
    file->since_us = now_us;
}

void
mugai_drop_again (MugaiDropFile *file, uint64_t now_us)
{
    uint64_t pause = (uint64_t)AGAIN_US << MIN (file->tries, 6u);

    file->taken = false;
    file->tries++;
    file->not_before_us = now_us + MIN (pause, (uint64_t)AGAIN_MOST_US);
}

void
mugai_drop_leave (MugaiDropFile *file)
{
    file->taken = false;
    file->left = true;
}

/* ---- reading and removing */

/* A lease is refused with EAGAIN when somebody has the file open for writing. */
static bool
is_written (int fd)
{
    return fcntl (fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;
}

static int
open_complete (int folder, const char *relative, struct stat *ret_seen)
{
    mugai_autofd fd = open_below (folder, relative, O_RDONLY | O_NONBLOCK);

    if (fd < 0 || fstat (fd, ret_seen) < 0)
        return -1;
    if (!S_ISREG (ret_seen->st_mode)) {
        errno = EINVAL;
        return -1;
    }
    if (is_written (fd)) {
        errno = EAGAIN;
        return -1;
    }
    return mugai_fd_steal (&fd);
}

int
mugai_drop_open (MugaiDrop *drop, const MugaiDropFile *file, struct stat *ret_seen)
{
    return open_complete (drop->root, file->relative, ret_seen);
}

bool
mugai_drop_remove (MugaiDrop *drop, MugaiDropFile *file, const struct stat *seen,
                   const uint8_t sha256[MUGAI_SHA256_SIZE])
{
    char hex[MUGAI_SHA256_HEX_SIZE];
    g_autofree char *name = NULL;
    mugai_autofd folder = open_parent (drop->root, file->relative, &name);
    struct stat now;

    mugai_sha256_hex (sha256, hex);
    g_autofree char *removed = g_strconcat (REMOVED, hex, NULL);
    if (folder < 0 || renameat (folder, name, folder, removed) < 0)
        return false;
    mugai_autofd fd = open_complete (folder, removed, &now);
    if (fd >= 0 && mugai_drop_same (&now, seen))
        return unlinkat (folder, removed, 0) == 0;
    if (renameat2 (folder, removed, folder, name, RENAME_NOREPLACE) < 0) {
        g_autofree char *back = g_strdup_printf ("recovered-%.16s", hex);
        renameat2 (folder, removed, folder, back, RENAME_NOREPLACE);
    }
    drop->stirred = true;
    errno = ESTALE;
    return false;
}
