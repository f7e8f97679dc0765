/* SPDX-License-Identifier: Apache-2.0
 *
 * tnef: any bytes become a mail within its bound, or are refused.
 */
#include "tnef/tnef.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiLetter letter = mugai_letter (1 << 20, 0);
    MugaiBuffer mail = mugai_buffer (1 << 20);

    if (mugai_tnef_read (data, size, &letter) == NULL)
        mugai_letter_write (&letter, &mail);
    if (mail.size > 1 << 20)
        abort();
    mugai_buffer_clear (&mail);
    mugai_letter_clear (&letter);
    return 0;
}
