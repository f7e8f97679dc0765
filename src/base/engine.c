/* SPDX-License-Identifier: Apache-2.0 */
#include "base/engine.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECTS_MAX = 256 };

typedef struct {
    uint8_t digest[OBJECTS_MAX][MUGAI_SHA256_SIZE];
    size_t count;
} Objects;

const uint8_t *
mugai_engine_build_id (const uint8_t *note, size_t size, size_t *ret_size)
{
    while (size >= sizeof (ElfW (Nhdr))) {
        ElfW (Nhdr) head;
        memcpy (&head, note, sizeof head);
        size_t name = (head.n_namesz + 3u) & ~(size_t)3, desc = (head.n_descsz + 3u) & ~(size_t)3;
        if (name > size - sizeof head || desc > size - sizeof head - name)
            return NULL;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
            memcmp (note + sizeof head, "GNU", 4) == 0) {
            *ret_size = head.n_descsz;
            return note + sizeof head + name;
        }
        note += sizeof head + name + desc;
        size -= sizeof head + name + desc;
    }
    return NULL;
}

static int
add_object (struct dl_phdr_info *info, size_t info_size, void *data)
{
    Objects *objects = data;
    const char *slash = strrchr (info->dlpi_name, '/'),
               *name = slash != NULL ? slash + 1 : info->dlpi_name;
    MugaiSha256 h;

    (void)info_size;
    if (objects->count == OBJECTS_MAX || strstr (name, "vdso") != NULL)
        return 0;
    mugai_sha256_init (&h);
    mugai_sha256_update (&h, name, strlen (name) + 1);
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW (Phdr) *p = &info->dlpi_phdr[i];
        size_t size = 0;
        const uint8_t *id = NULL;
        if (p->p_type == PT_NOTE)
            id = mugai_engine_build_id ((const uint8_t *)(info->dlpi_addr + p->p_vaddr), p->p_memsz,
                                        &size);
        mugai_sha256_update (&h, p, sizeof *p);
        if (id != NULL)
            mugai_sha256_update (&h, id, size);
    }
    mugai_sha256_final (&h, objects->digest[objects->count++]);
    return 0;
}

static int
compare (const void *a, const void *b)
{
    return memcmp (a, b, MUGAI_SHA256_SIZE);
}

void
mugai_engine_digest (uint8_t digest[MUGAI_SHA256_SIZE])
{
    static Objects objects; /* 8 KiB, filled anew each time */

    objects.count = 0;
    dl_iterate_phdr (add_object, &objects);
    qsort (objects.digest, objects.count, MUGAI_SHA256_SIZE, compare);
    mugai_sha256 (objects.digest, objects.count * MUGAI_SHA256_SIZE, digest);
}
