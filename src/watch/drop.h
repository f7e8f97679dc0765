/* SPDX-License-Identifier: Apache-2.0
 *
 * drop: a folder into which people put files, and which of the files are complete.
 *
 * The folder is listed whole, after inotify said that something happened and now and then without
 * it (network file systems do not tell). A file is complete when whoever wrote it closed it or
 * moved it in and it stayed as it is for CLOSED_US, or when it stayed as it is for the time of the
 * configuration; and when nobody has it open for writing, as far as the kernel tells (a read lease:
 * fcntl(2) F_SETLEASE, which needs the file's owner or CAP_LEASE; without it the time alone
 * counts). Names that programs give to what they still write (.part, .tmp, ~$x, names with a dot in
 * front) are passed over until they are renamed.
 *
 * Process: mugai. Trust: whoever may write to the folder may change all of it at any time; no step
 * below the folder may be a symbolic link.
 */
#pragma once

#include "base/sha256.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

typedef struct MugaiDropFile {
    char *relative; /* below the folder; hostile bytes */
    struct stat seen;
    uint64_t since_us;      /* it is as it is since then */
    uint64_t not_before_us; /* to be tried again then; 0: at once */
    uint64_t round;         /* of the listing that met it last */
    unsigned tries;         /* that failed */
    bool closed;            /* whoever wrote it closed it, or moved it in */
    bool taken;             /* in work */
    bool left;              /* not to be tried again until it changes */
} MugaiDropFile;

typedef struct MugaiDrop MugaiDrop;

/* @folder: borrowed. Errors: MUGAI_ERROR_RESOURCE: no inotify. */
MugaiDrop *mugai_drop_new (const char *folder, uint64_t settle_us, GError **error);
void mugai_drop_free (MugaiDrop *drop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiDrop, mugai_drop_free)

/* Readable when something happened: then mugai_drop_events(). (borrowed) */
int mugai_drop_descriptor (const MugaiDrop *drop);
void mugai_drop_events (MugaiDrop *drop);
/* Did something happen since the last listing? */
bool mugai_drop_stirred (const MugaiDrop *drop);

/* List the folder. @now_us: CLOCK_MONOTONIC, here and below. Returns: false with errno when it is
 * not there; nothing is known of its files then. */
bool mugai_drop_list (MugaiDrop *drop, uint64_t now_us);

/* An entry that the last listings met first and that is not taken: no regular file, or a name of
 * something unfinished. Returns: (transfer full) its path, *ret_special: no regular file; NULL: no
 * further one. */
char *mugai_drop_passed_over (MugaiDrop *drop, bool *ret_special);

/* Returns: (borrowed until the listing that misses it) a complete file, marked as taken; NULL:
 * none now. */
MugaiDropFile *mugai_drop_next (MugaiDrop *drop, uint64_t now_us);
/* When the next known file may be complete, or be tried again; UINT64_MAX: none waits. */
uint64_t mugai_drop_due (const MugaiDrop *drop, uint64_t now_us);

/* Is there a file that nobody has tried yet? */
bool mugai_drop_waits (const MugaiDrop *drop);

/* mugai_drop_open:
 * Returns: a descriptor for reading, *ret_seen as it is now; -1 with errno. EAGAIN: somebody still
 * writes. While it is open nobody can begin to write, where leases work.
 */
int mugai_drop_open (MugaiDrop *drop, const MugaiDropFile *file, struct stat *ret_seen);
/* Has the file changed since @seen? */
bool mugai_drop_same (const struct stat *one, const struct stat *other);

/* mugai_drop_remove:
 * Take the file away when it is still what @seen and @sha256 say. Without a window: it gets another
 * name first, is looked at under that, and gets its name back when it is not the same. Whoever is
 * killed in between leaves ".mugai-remove-SHA256", which the next listing settles likewise.
 * Returns: false with errno; ESTALE: it has changed and stays.
 */
bool mugai_drop_remove (MugaiDrop *drop, MugaiDropFile *file, const struct stat *seen,
                        const uint8_t sha256[MUGAI_SHA256_SIZE]);

/* Not in work any more: wait until it is complete anew; try again later and later; or leave it
 * until it changes. */
void mugai_drop_settle (MugaiDropFile *file, uint64_t now_us);
void mugai_drop_again (MugaiDropFile *file, uint64_t now_us);
void mugai_drop_leave (MugaiDropFile *file);
