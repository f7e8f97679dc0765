/* SPDX-License-Identifier: Apache-2.0
 *
 * rtf and lzfu: the bytes as RTF, and as compressed RTF with any checksum.
 */
#include "mapi/lzfu.h"
#include "mapi/rtf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiBuffer html = mugai_buffer (1 << 20), rtf = mugai_buffer (1 << 20);
    MugaiRtf info;

    mugai_rtf_html (data, size, &html, &info);
    mugai_buffer_clear (&html);
    mugai_lzfu_unpack (data, size, &rtf);
    if (rtf.size > 9 * size) /* at most 17 bytes of 2 */
        abort();
    mugai_buffer_clear (&rtf);
    return 0;
}
