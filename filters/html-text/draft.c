/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/draft.h"

#include <stdlib.h>

HtmlDraft
html_draft (size_t max)
{
    return (HtmlDraft){ .text = mugai_buffer (max) };
}

void
html_draft_free (HtmlDraft *d)
{
    mugai_buffer_clear (&d->text);
    free (d->marks);
    *d = html_draft (0);
}

size_t
html_draft_add (HtmlDraft *d, const HtmlMark *mark)
{
    if (d->n == d->room) {
        size_t room = d->room == 0 ? 64 : d->room * 2;
        HtmlMark *marks = reallocarray (d->marks, room, sizeof *marks);
        if (marks == NULL) {
            d->failed = true;
            return 0;
        }
        d->marks = marks;
        d->room = room;
    }
    d->marks[d->n] = *mark;
    return d->n++;
}

void
html_draft_empty (HtmlDraft *d)
{
    d->text.size = 0;
    d->n = 0;
}
