/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the loader's list of objects, marked from the program and the open modules along
 * what each says it needs (DT_NEEDED). A file of its own, because statically linked programs cannot
 * have dlopen().
 */
#include "sandbox/shed.h"

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { OBJECTS_MAX = 256 };

typedef struct Object {
    const struct link_map *map;
    bool needed, seen;
} Object;

typedef struct Objects {
    Object all[OBJECTS_MAX];
    size_t count, shed;
} Objects;

/* A value of the dynamic section; 0 when there is none. */
static uintptr_t
dynamic (const struct link_map *map, ElfW (Sxword) tag)
{
    for (const ElfW (Dyn) *d = map->l_ld; d != NULL && d->d_tag != DT_NULL; d++)
        if (d->d_tag == tag)
            return d->d_un.d_ptr;
    return 0;
}

static const char *
strings_of (const struct link_map *map)
{
    uintptr_t at =
        dynamic (map, DT_STRTAB); /* the loader has made it an address, but in the vDSO */

    return (const char *)(at < map->l_addr ? at + map->l_addr : at);
}

static bool
is_called (const struct link_map *map, const char *name)
{
    uintptr_t soname = dynamic (map, DT_SONAME);
    const char *slash = strrchr (map->l_name, '/');

    return (soname != 0 && strcmp (strings_of (map) + soname, name) == 0) ||
           strcmp (slash != NULL ? slash + 1 : map->l_name, name) == 0;
}

static void
mark (Objects *objects, const char *name)
{
    for (size_t i = 0; i < objects->count; i++)
        if (is_called (objects->all[i].map, name))
            objects->all[i].needed = true;
}

/* Mark what needed ones need, until nothing is added. */
static void
spread (Objects *objects)
{
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < objects->count; i++) {
            Object *object = &objects->all[i];
            if (!object->needed || object->seen)
                continue;
            object->seen = again = true;
            for (const ElfW (Dyn) *d = object->map->l_ld; d->d_tag != DT_NULL; d++)
                if (d->d_tag == DT_NEEDED)
                    mark (objects, strings_of (object->map) + d->d_un.d_val);
        }
    }
}

static int
leave_out (struct dl_phdr_info *info, size_t size, void *data)
{
    Objects *objects = data;
    uintptr_t page = (uintptr_t)sysconf (_SC_PAGESIZE);
    const Object *object = NULL;

    (void)size;
    for (size_t i = 0; i < objects->count; i++)
        if (objects->all[i].map->l_addr == info->dlpi_addr &&
            strcmp (objects->all[i].map->l_name, info->dlpi_name) == 0)
            object = &objects->all[i];
    if (object == NULL || object->needed)
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW (Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t begin = info->dlpi_addr + p->p_vaddr, end = begin + p->p_memsz;
        begin -= begin % page;
        if (p->p_type == PT_LOAD)
            madvise ((void *)begin, end - begin, MADV_DONTFORK);
    }
    objects->shed++;
    return 0;
}

size_t
mugai_sandbox_shed_orphans (void *const *modules, size_t n_modules)
{
    static Objects objects; /* 8 KiB, used once */
    void *self = getenv ("LD_BIND_NOW") != NULL ? dlopen (NULL, RTLD_NOW) : NULL;

    if (self == NULL)
        return 0;
    objects = (Objects){ 0 };
    for (const struct link_map *map = self; map != NULL; map = map->l_next) {
        if (objects.count == OBJECTS_MAX)
            return 0;
        bool needed = map == self || strchr (map->l_name, '/') == NULL; /* the program, the vDSO */
        for (size_t i = 0; i < n_modules; i++)
            needed = needed || map == modules[i];
        objects.all[objects.count++] = (Object){ .map = map, .needed = needed };
    }
    spread (&objects);
    dl_iterate_phdr (leave_out, &objects);
    return objects.shed;
}
