/* SPDX-License-Identifier: Apache-2.0
 *
 * places: where results of a drop go, and what has been put there.
 *
 * A result is in `out` under the name of its input with the extension of its new type; beside it,
 * or in `failed` when there is no result, stands a text for whoever dropped the file. A name that
 * is taken gets "~2" and so on: nothing in these folders is ever overwritten but by the same item.
 * The journal (cli/journal.h, in `state`) says before anything is written which names an item gets,
 * so that a run that was killed puts it there again, once. After power loss the journal may lack
 * its end: then a result may be there twice, never not at all.
 *
 * Process: mugai. Trust: names are hostile.
 */
#pragma once

#include "watch/config.h"

#include "base/sha256.h"
#include "core/envelope.h"

#include <stdbool.h>

typedef struct MugaiPlaces MugaiPlaces;

/* @config: borrowed. Errors: MUGAI_ERROR_USAGE: a folder is not there or not writable;
 * MUGAI_ERROR_RESOURCE: another run has it (it may be ending). */
MugaiPlaces *mugai_places_open (const MugaiDropConfig *config, GError **error);
void mugai_places_close (MugaiPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiPlaces, mugai_places_close)

/* Is everything of the item @id durably where it belongs? */
bool mugai_places_has (MugaiPlaces *places, const char *id);

typedef struct MugaiPlaced {
    const char *id;
    const char *relative;                           /* of the input, below the drop */
    const char *extension;                          /* of the result; NULL: there is none */
    int content;                                    /* sealed memfd, -1: none */
    char *(*note) (void *data, const char *result); /* (transfer full) the text; @result: where it
                                                       went, NULL: nowhere */
    void *data;
} MugaiPlaced;

/* mugai_places_put:
 * Result and text, durable when it returns true. *ret_path: (transfer full) where the result, or
 * else the text, is. Returns: false with errno; *ret_path names what cannot be written.
 */
bool mugai_places_put (MugaiPlaces *places, const MugaiPlaced *placed, char **ret_path);
