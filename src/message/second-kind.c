/* SPDX-License-Identifier: Apache-2.0 */
#include "message/second-kind.h"

#include <magic.h>

static magic_t tables; /* of the process; children only read them */

/* Signatures and text alone: its parsers of containers are not asked. */
enum {
    FLAGS = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF |
            MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV
};

bool
mugai_second_kind_open (void)
{
    if (tables != NULL)
        return true;
    tables = magic_open (FLAGS);
    if (tables != NULL && magic_load (tables, NULL) == 0)
        return true;
    if (tables != NULL)
        magic_close (tables);
    tables = NULL;
    return false;
}

const char *
mugai_second_kind (const uint8_t *data, size_t size)
{
    return tables != NULL ? magic_buffer (tables, data, size) : NULL;
}
