/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the parts are brought together in one buffer, because libdeflate wants its input
 * whole.
 */
#include "keep/squeeze.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL = 1 };

struct MugaiSqueeze {
    struct libdeflate_compressor *deflate;
    uint8_t plain[MUGAI_SQUEEZE_MAX];
};

MugaiSqueeze *
mugai_squeeze_new (void)
{
    MugaiSqueeze *squeeze = calloc (1, sizeof *squeeze);

    if (squeeze != NULL)
        squeeze->deflate = libdeflate_alloc_compressor (LEVEL);
    if (squeeze != NULL && squeeze->deflate == NULL) {
        free (squeeze);
        return NULL;
    }
    return squeeze;
}

void
mugai_squeeze_free (MugaiSqueeze *squeeze)
{
    if (squeeze == NULL)
        return;
    libdeflate_free_compressor (squeeze->deflate);
    free (squeeze);
}

size_t
mugai_squeeze (MugaiSqueeze *squeeze, const MugaiVaultBytes *parts, size_t n, uint8_t *ret,
               size_t room)
{
    size_t size = 0;

    for (size_t i = 0; i < n; i++) {
        if (parts[i].size > sizeof squeeze->plain - size)
            return 0;
        if (parts[i].size > 0)
            memcpy (squeeze->plain + size, parts[i].data, parts[i].size);
        size += parts[i].size;
    }
    return libdeflate_gzip_compress (squeeze->deflate, squeeze->plain, size, ret, room);
}
