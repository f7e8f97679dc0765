/* SPDX-License-Identifier: Apache-2.0 */
#include "chain/linked.h"

#include "base/engine.h"
#include "base/fd.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEADERS_MAX = 64, NOTES_MAX = 1024, ID_MAX = 64 };

static bool
read_at (int fd, void *buffer, size_t size, uint64_t offset)
{
    return pread (fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

/* @hex: 2 * ID_MAX + 1 bytes. */
static bool
hex_of_notes (int fd, const ElfW (Phdr) * p, char *hex)
{
    uint8_t notes[NOTES_MAX];
    size_t size = p->p_filesz < sizeof notes ? p->p_filesz : sizeof notes, n = 0;
    const uint8_t *id =
        read_at (fd, notes, size, p->p_offset) ? mugai_engine_build_id (notes, size, &n) : NULL;

    if (id == NULL || n == 0 || n > ID_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        snprintf (hex + 2 * i, 3, "%02x", id[i]);
    return true;
}

static bool
build_id_of (const char *file, char *hex)
{
    mugai_autofd fd = open (file, O_RDONLY | O_CLOEXEC);
    ElfW (Phdr) p;
    ElfW (Ehdr) e;

    if (fd < 0 || !read_at (fd, &e, sizeof e, 0) || memcmp (e.e_ident, ELFMAG, SELFMAG) != 0 ||
        e.e_phentsize != sizeof p)
        return false;
    for (unsigned i = 0; i < e.e_phnum && i < HEADERS_MAX; i++)
        if (read_at (fd, &p, sizeof p, e.e_phoff + i * sizeof p) && p.p_type == PT_NOTE &&
            hex_of_notes (fd, &p, hex))
            return true;
    return false;
}

MugaiFilterEntry
mugai_linked_find (const char *file)
{
    char hex[2 * ID_MAX + 1];

    if (mugai_linked == NULL || !build_id_of (file, hex))
        return NULL;
    for (const MugaiLinked *linked = mugai_linked; linked->build_id != NULL; linked++)
        if (strcmp (linked->build_id, hex) == 0)
            return linked->entry;
    return NULL;
}
