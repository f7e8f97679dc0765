/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/zip-inside.h"

#include <string.h>

enum { END_RECORD = 22 /* bytes of an end-of-central-directory record */ };

bool
mugai_zip_inside (const uint8_t *d, size_t size)
{
    for (size_t at = 0; size >= END_RECORD && at <= size - END_RECORD; at++) {
        const uint8_t *found = memmem (d + at, size - at, "PK\x05\x06", 4);
        if (found == NULL)
            return false;
        at = (size_t)(found - d);
        if (size - at < END_RECORD)
            return false;
        unsigned here = found[8] | found[9] << 8, all = found[10] | found[11] << 8;
        uint32_t directory = found[12] | (uint32_t)found[13] << 8 | (uint32_t)found[14] << 16 |
                             (uint32_t)found[15] << 24;
        if (here == all && here > 0 && directory <= at && directory >= 4 &&
            memcmp (found - directory, "PK\x01\x02", 4) == 0)
            return true;
    }
    return false;
}
