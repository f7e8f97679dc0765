/* SPDX-License-Identifier: Apache-2.0 */
#include "mapi/answer.h"

#include <string.h>

size_t
mugai_mapi_room (const mugai_part *part)
{
    return part->expanded_left < SIZE_MAX / 4 ? (size_t)part->expanded_left : SIZE_MAX / 4;
}

static int
place_of (const char *into)
{
    return strcmp (into, "body") == 0   ? MUGAI_MAIL_BODY
           : strcmp (into, "auto") == 0 ? MUGAI_MAIL_STEAD
                                        : MUGAI_MAIL_ATTACHMENT;
}

mugai_verdict_t
mugai_mapi_answer (const mugai_host *host, mugai_call *call, MugaiLetter *letter, const char *fault,
                   const char *into)
{
    MugaiBuffer mail = mugai_buffer (letter->parts.max);
    mugai_verdict_t verdict = MUGAI_REFUSE;

    if (fault != NULL) {
        host->reason (call, "outlook.damaged", fault);
    } else if (!mugai_letter_write (letter, &mail)) {
        host->reason (call, "limit.expanded", NULL);
    } else if (host->mail_made (call, mail.data, mail.size, place_of (into)) == 0) {
        if (letter->fault != NULL)
            host->finding (call, "outlook.rtf-damaged", 1, letter->fault);
        if (letter->checksums > 0)
            host->finding (call, "outlook.checksum", letter->checksums, NULL);
        if (letter->references > 0)
            host->finding (call, "outlook.reference", letter->references, NULL);
        if (letter->lost > 0)
            host->finding (call, "outlook.rtf-charset", letter->lost, NULL);
        verdict = MUGAI_REPLACE;
    }
    mugai_buffer_clear (&mail);
    mugai_letter_clear (letter);
    return verdict;
}
