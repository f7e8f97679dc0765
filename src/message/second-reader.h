/* SPDX-License-Identifier: Apache-2.0
 *
 * second-reader: read the structure of a mail once more, with GMime, and compare. Our own reading
 * (mime.h) knows where a mail can be read in two ways; a library that half the world's mail
 * programs are modelled on shows where it really would be. A leaf that both see at the same bytes,
 * with the same type and encoding, is plain; one that only we see is withheld; what only GMime sees
 * was never going to be delivered, and is named in a finding.
 *
 * Process: worker. Trust: input is hostile; prescan has bounded depth, parts and header sizes
 * before this is called (GMime recurses, to 1024 levels at most).
 */
#pragma once

#include "message/mime.h"

#include <glib.h>
#include <stdbool.h>

/* In the zygote, before lock-down: GMime's types and tables. */
void mugai_second_reader_warm (void);

/* Is there anything that two readers could see differently? A mail of one part without notes is not
 * read again. */
bool mugai_second_reader_needed (const MugaiMime *mime);

typedef struct MugaiSecondReading {
    GArray *disputed;     /* of uint32_t: our leaves that GMime does not see as we do */
    uint32_t unseen;      /* leaves that only GMime sees */
    char unseen_type[80]; /* media type of the first of them, "" when none */
} MugaiSecondReading;

/* @mime: borrowed. Returns: (transfer full) value; clear it. */
MugaiSecondReading mugai_second_reader_compare (const MugaiMime *mime);
void mugai_second_reading_clear (MugaiSecondReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiSecondReading, mugai_second_reading_clear)
