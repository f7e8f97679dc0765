/* SPDX-License-Identifier: Apache-2.0
 *
 * room: the files that a process of profile `office` may see: read-only views of folders of the
 * host, files that the host lacks, and one empty private folder for each child. The zygote makes
 * the room its root; each child mounts a private folder of its own before it gives the power to do
 * so away. Process: mugai-office. Trust: no content; the lists are of our making. libc only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A small file that appears in the room within a folder of the host. */
typedef struct MugaiRoomFile {
    const char *folder; /* of the host: absolute, exists, within one of the room's folders */
    const char *name;   /* below it: "scalc/ui/inputbar.ui"; its folders are made */
    const char *text;
} MugaiRoomFile;

typedef struct MugaiRoom {
    /* Absolute paths of folders and files, NULL-terminated; not within each other. What the host
     * lacks is left out. */
    const char *const *read;
    const char *work;   /* "/tmp": the private folder; at the top, not of `read` */
    uint64_t work_size; /* bytes that it may hold */
    const MugaiRoomFile *files;
    size_t n_files;
} MugaiRoom;

enum { MUGAI_ROOM_PATH = 512 /* room for a path in it */ };
