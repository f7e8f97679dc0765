/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output-file.h"

#include "base/fd.h"
#include "base/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* The step @name below @at, made (and the making synced) when @make. Returns: -1 with errno. */
static int
step_into (int at, const char *name, bool make)
{
    if (make && (mkdirat (at, name, 0777) == 0 ? fsync (at) < 0 : errno != EEXIST))
        return -1;
    return openat (at, name, FOLDER);
}

/* The folder of @relative. Returns: -1 with errno. */
static int
open_folder (int root, const char *relative, bool make)
{
    g_autofree char *folder = g_path_get_dirname (relative);
    g_auto (GStrv) steps = g_strsplit (folder, "/", -1);
    mugai_autofd at = fcntl (root, F_DUPFD_CLOEXEC, 3);

    for (char **step = steps; at >= 0 && *step != NULL; step++) {
        if (strcmp (*step, ".") == 0)
            continue;
        int next = step_into (at, *step, make), saved = errno;
        mugai_fd_clear (&at);
        errno = saved;
        at = next;
    }
    return mugai_fd_steal (&at);
}

bool
mugai_output_file_copy (int from, int to, uint8_t ret_sha256[MUGAI_SHA256_SIZE])
{
    mugai_automap map = { 0 };
    int r = mugai_memfd_map (from, G_MAXUINT64, &map);

    if (r == 0)
        r = mugai_memfd_append (to, map.data, map.size);
    if (r == 0)
        mugai_sha256 (map.data, map.size, ret_sha256);
    errno = -r;
    return r == 0;
}

/* Owner before mode: a change of owner may take bits of the mode away. */
static bool
dress (int fd, const MugaiOutputFileLooks *looks)
{
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_nsec = UTIME_OMIT } };

    if (looks == NULL)
        return true;
    if (looks->modified != NULL)
        times[1] = *looks->modified;
    return (!looks->owned || fchown (fd, looks->uid, looks->gid) == 0) &&
           (looks->mode == 0 || fchmod (fd, looks->mode) == 0) &&
           (looks->modified == NULL || futimens (fd, times) == 0);
}

static bool
complete (int fd, int content, const MugaiOutputFileLooks *looks,
          uint8_t ret_sha256[MUGAI_SHA256_SIZE])
{
    return mugai_output_file_copy (content, fd, ret_sha256) && dress (fd, looks);
}

/* Renamed to @name, or gone. */
static bool
rename_or_remove (int folder, const char *temporary, const char *name)
{
    if (renameat (folder, temporary, folder, name) == 0)
        return true;
    int saved = errno;
    unlinkat (folder, temporary, 0);
    errno = saved;
    return false;
}

/* Give the nameless, complete file @fd its name, in place of what has it now. */
static bool
name_file (int fd, int folder, const char *temporary, const char *name)
{
    g_autofree char *self = g_strdup_printf ("/proc/self/fd/%d", fd);

    if (linkat (AT_FDCWD, self, folder, name, AT_SYMLINK_FOLLOW) == 0)
        return true;
    if (errno != EEXIST)
        return false;
    unlinkat (folder, temporary, 0); /* of a run that was killed here */
    return linkat (AT_FDCWD, self, folder, temporary, AT_SYMLINK_FOLLOW) == 0 &&
           rename_or_remove (folder, temporary, name);
}

struct MugaiOutputFile {
    int folder, fd;
    char *name, *temporary;
    bool nameless; /* false: it has the temporary name, on file systems without O_TMPFILE */
    bool named;
};

static bool
open_file (MugaiOutputFile *file)
{
    file->fd = openat (file->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    file->nameless = file->fd >= 0;
    if (file->nameless || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return file->nameless;
    unlinkat (file->folder, file->temporary, 0);
    file->fd = openat (file->folder, file->temporary,
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    return file->fd >= 0;
}

MugaiOutputFile *
mugai_output_file_begin (int root, const char *relative, int content,
                         const MugaiOutputFileLooks *looks, uint8_t ret_sha256[MUGAI_SHA256_SIZE])
{
    MugaiOutputFile *file = g_new0 (MugaiOutputFile, 1);

    file->name = g_path_get_basename (relative);
    g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, file->name, -1);
    file->temporary = g_strdup_printf (".mugai-%.16s", digest);
    file->fd = -1;
    file->folder = open_folder (root, relative, true);
    if (file->folder >= 0 && open_file (file) && complete (file->fd, content, looks, ret_sha256))
        return file;
    int saved = errno;
    mugai_output_file_free (file);
    errno = saved;
    return NULL;
}

void
mugai_output_file_free (MugaiOutputFile *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0 && !file->nameless && !file->named)
        unlinkat (file->folder, file->temporary, 0);
    mugai_fd_clear (&file->fd);
    mugai_fd_clear (&file->folder);
    g_free (file->name);
    g_free (file->temporary);
    g_free (file);
}

static int
give_name (MugaiOutputFile *file)
{
    bool done = file->nameless ? name_file (file->fd, file->folder, file->temporary, file->name)
                               : rename_or_remove (file->folder, file->temporary, file->name);

    file->named = true; /* or gone */
    return done ? 0 : errno;
}

static bool
same_folder (const MugaiOutputFile *one, const MugaiOutputFile *other)
{
    struct stat a, b;

    return fstat (one->folder, &a) == 0 && fstat (other->folder, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Each folder once, as long as files of one folder stand together. */
static void
sync_folders (MugaiOutputFile *const *files, size_t count, int *errors)
{
    const MugaiOutputFile *last = NULL;
    int error = 0;

    for (size_t i = count; i > 0; i--) {
        const MugaiOutputFile *file = files[i - 1];
        if (file == NULL || errors[i - 1] != 0)
            continue;
        if (last == NULL || !same_folder (last, file))
            error = fsync (file->folder) == 0 ? 0 : errno;
        errors[i - 1] = error;
        last = file;
    }
}

void
mugai_output_files_commit (MugaiOutputFile *const *files, size_t count, int *errors)
{
    for (size_t i = 0; i < count; i++) { /* all on their way before any is waited for */
        errors[i] = 0;
        if (files[i] != NULL && count > 1)
            sync_file_range (files[i]->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    for (size_t i = 0; i < count; i++)
        if (files[i] != NULL && fsync (files[i]->fd) < 0)
            errors[i] = errno;
    for (size_t i = 0; i < count; i++)
        if (files[i] != NULL && errors[i] == 0)
            errors[i] = give_name (files[i]);
    sync_folders (files, count, errors);
}

bool
mugai_output_file_write (int root, const char *relative, int content,
                         const MugaiOutputFileLooks *looks, uint8_t ret_sha256[MUGAI_SHA256_SIZE])
{
    MugaiOutputFile *file = mugai_output_file_begin (root, relative, content, looks, ret_sha256);
    int error = 0;

    if (file == NULL)
        return false;
    mugai_output_files_commit (&file, 1, &error);
    mugai_output_file_free (file);
    errno = error;
    return error == 0;
}

bool
mugai_output_file_holds (int root, const char *relative, const char *sha256)
{
    static uint8_t block[1 << 16];
    g_autofree char *name = g_path_get_basename (relative);
    mugai_autofd folder = open_folder (root, relative, false);
    mugai_autofd fd =
        folder >= 0 ? openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    uint8_t digest[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];
    struct stat st;
    MugaiSha256 h;
    ssize_t n = -1;

    if (fd < 0 || fstat (fd, &st) < 0 || !S_ISREG (st.st_mode))
        return false;
    mugai_sha256_init (&h);
    while ((n = read (fd, block, sizeof block)) > 0)
        mugai_sha256_update (&h, block, (size_t)n);
    mugai_sha256_final (&h, digest);
    mugai_sha256_hex (digest, hex);
    return n == 0 && strcmp (hex, sha256) == 0;
}
