/* SPDX-License-Identifier: Apache-2.0
 *
 * slide: what slides, layouts, masters and notes need before the model judges them: links become
 * text, OLE objects and diagrams pictures and shapes; what acts is counted. Process: render. Input
 * is hostile. Linear in time.
 */
#pragma once

#include "office/document.h"

typedef struct MugaiSlideCount { /* over all parts */
    uint64_t links, actions, media, controls, animations;
    char link[128], action[128]; /* the first of them */
} MugaiSlideCount;

/* Returns: false when memory ended. */
bool mugai_slide (MugaiDocument *doc, MugaiOfficePart *part, MugaiSlideCount *count);
