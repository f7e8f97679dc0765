/* SPDX-License-Identifier: Apache-2.0
 *
 * output-file: results as files of a folder tree. A file is complete and on disk before it has a
 * name, and it gets its name by link or rename, so that whoever ends us leaves no half file. No
 * step below the root may be a symbolic link. Nothing of the input's owner, mode, xattrs or streams
 * is carried over. Process: mugai.
 */
#pragma once

#include "base/sha256.h"

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

typedef struct MugaiOutputFileLooks {
    const struct timespec *modified; /* NULL: now */
    bool owned;                      /* give it to @uid and @gid, -1: as it is */
    uid_t uid;
    gid_t gid;
    mode_t mode; /* 0: as the umask has it */
} MugaiOutputFileLooks;

/* mugai_output_file_write:
 * @root: folder. @relative: path below it; folders are made. @content: sealed memfd. @looks: may be
 * NULL: a file of ours, of now. @ret_sha256: of what was written. Returns: false with errno.
 * File and folder were synced when it returns true.
 */
bool mugai_output_file_write (int root, const char *relative, int content,
                              const MugaiOutputFileLooks *looks,
                              uint8_t ret_sha256[MUGAI_SHA256_SIZE]);

/* mugai_output_file_begin:
 * As mugai_output_file_write(), but the file has no name yet and is not synced: many are made
 * durable together, which costs the disk little more than one. Returns: (transfer full) or NULL
 * with errno.
 */
typedef struct MugaiOutputFile MugaiOutputFile;
MugaiOutputFile *mugai_output_file_begin (int root, const char *relative, int content,
                                          const MugaiOutputFileLooks *looks,
                                          uint8_t ret_sha256[MUGAI_SHA256_SIZE]);
/* All of @files (NULLs are passed over) get on disk, then their names, then the folders. @errors:
 * @count of them, 0 or an errno. */
void mugai_output_files_commit (MugaiOutputFile *const *files, size_t count, int *errors);
/* What was not committed is gone. */
void mugai_output_file_free (MugaiOutputFile *file);

/* Is there a regular file @relative with this digest (hexadecimal)? */
bool mugai_output_file_holds (int root, const char *relative, const char *sha256);

/* All of the sealed memfd @from at the end of @to. Returns: false with errno. */
bool mugai_output_file_copy (int from, int to, uint8_t ret_sha256[MUGAI_SHA256_SIZE]);
