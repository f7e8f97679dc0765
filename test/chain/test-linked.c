/* SPDX-License-Identifier: Apache-2.0
 *
 * Linked filters: a module is its linked copy by build id alone.
 */
#include "chain/linked.h"

#include "../unit/tap.h"
#include "base/engine.h"
#include "chain/module.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char id[129] = "00"; /* of the one row; the test puts there what it needs */
static unsigned called;

static const mugai_filter_info *
copy (void)
{
    static mugai_filter_info info;

    called++;
    info = (mugai_filter_info){ .size_of = 1 };
    return &info;
}

const MugaiLinked mugai_linked[] = { { id, copy }, { NULL, NULL } };

/* Notes of the loaded object whose path ends in @data. */
static int
note_id (struct dl_phdr_info *object, size_t size, void *data)
{
    size_t n = 0;

    (void)size;
    if (strstr (object->dlpi_name, data) == NULL)
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW (Phdr) *p = &object->dlpi_phdr[i];
        const uint8_t *found =
            p->p_type == PT_NOTE
                ? mugai_engine_build_id ((const uint8_t *)object->dlpi_addr + p->p_vaddr,
                                         p->p_memsz, &n)
                : NULL;
        for (size_t j = 0; found != NULL && j < n && j < 64; j++)
            snprintf (id + 2 * j, 3, "%02x", found[j]);
    }
    return 1;
}

int
main (void)
{
    const char *folder = getenv ("MUGAI_TEST_FILTERS");
    char file[4096], why[MUGAI_MODULE_WHY];
    MugaiModule module = { 0 };

    snprintf (file, sizeof file, "%s/mask.so", folder != NULL ? folder : "build/test/filters");
    CHECK (mugai_linked_find (file) == NULL); /* another build id */
    CHECK (mugai_module_open (file, &module, why) && module.handle != NULL);
    CHECK (dl_iterate_phdr (note_id, (void *)"/mask.so") == 1 && strlen (id) == 40);
    mugai_module_close (&module);
    CHECK (mugai_linked_find (file) == copy);
    CHECK (!mugai_module_open (file, &module, why) &&
           called == 1); /* the copy describes itself badly */
    id[39] = id[39] == '0' ? '1' : '0';
    CHECK (mugai_linked_find (file) == NULL);
    CHECK (mugai_linked_find ("/nonexistent/x.so") == NULL);
    CHECK (mugai_linked_find ("/dev/null") == NULL);
    CHECK (mugai_linked_find ("/etc/passwd") == NULL);
    return tap_done();
}
