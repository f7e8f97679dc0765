/* SPDX-License-Identifier: Apache-2.0
 *
 * outlook-msg and its compound files: any bytes become a mail within its bound, or are refused.
 */
#include "outlook-msg/msg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiLetter letter = mugai_letter (1 << 20, 0);
    MugaiBuffer mail = mugai_buffer (1 << 20);
    MugaiCfb cfb;

    if (mugai_cfb_open (data, size, &cfb) == NULL && mugai_msg_read (&cfb, 4, &letter) == NULL)
        mugai_letter_write (&letter, &mail);
    if (mail.size > 1 << 20)
        abort();
    mugai_buffer_clear (&mail);
    mugai_letter_clear (&letter);
    mugai_cfb_clear (&cfb);
    return 0;
}
