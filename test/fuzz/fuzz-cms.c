/* SPDX-License-Identifier: Apache-2.0
 *
 * smime: the content stays within its bound, and is there when the kind says so.
 */
#include "smime/cms.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    enum { MAX = 1 << 20 };
    Cms cms = cms_read (data, size, MAX);

    if (cms.content.size > MAX || (cms.limit && cms.kind != CMS_BROKEN))
        abort();
    mugai_buffer_clear (&cms.content);
    return 0;
}
