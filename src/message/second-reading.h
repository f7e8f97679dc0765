/* SPDX-License-Identifier: Apache-2.0
 *
 * second-reading: compare the structure of a mail as we read it with what GMime sees. Our own
 * reading (mime.h) knows where a mail can be read in two ways; a library that half the world's mail
 * programs are modelled on shows where it really would be. A leaf that both see at the same bytes,
 * with the same type and encoding, is plain; one that only we see is withheld; what only GMime sees
 * was never going to be delivered, and is named in a finding.
 *
 * GMime reads in a process of its own (second-reader.h), which the caller asks. Without an answer
 * every leaf counts as seen differently.
 *
 * Process: worker. Trust: the mail is hostile, and so is the list, by a process that saw the mail:
 * it can make leaves disputed or plain, no more.
 */
#pragma once

#include "message/mime.h"

#include <glib.h>
#include <stdbool.h>

/* Is there anything that two readers could see differently? A mail of one part without notes is not
 * read again. */
bool mugai_second_reading_needed (const MugaiMime *mime);

typedef struct MugaiSecondReading {
    bool failed;          /* there was no list, or it was malformed */
    GArray *disputed;     /* of uint32_t: our leaves that GMime does not see as we do */
    uint32_t unseen;      /* leaves that only GMime sees */
    char unseen_type[80]; /* media type of the first of them, "" when none */
} MugaiSecondReading;

/* mugai_second_reading_compare:
 * @mime: borrowed. @list: records of second-leaf.h; NULL when there is none.
 * Returns: (transfer full) value; clear it.
 */
MugaiSecondReading mugai_second_reading_compare (const MugaiMime *mime, GBytes *list);
void mugai_second_reading_clear (MugaiSecondReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiSecondReading, mugai_second_reading_clear)
