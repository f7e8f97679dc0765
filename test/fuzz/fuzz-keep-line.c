/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-keep-line: a line of the audit log. What is read, written and read again must be the same
 * line.
 */
#include "keep/event.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_auto (MugaiEvent) event = { 0 }, again = { 0 };
    const char *why = NULL;

    if (!mugai_event_read ((const char *)data, size, &event, &why)) {
        if (why == NULL)
            abort();
        return 0;
    }
    GString *line = g_string_new (NULL), *twice = g_string_new (NULL);
    mugai_event_write (&event, event.prev, line);
    for (size_t i = 0; i + 1 < line->len; i++)
        if ((uint8_t)line->str[i] < 0x20 || line->str[i] == 0x7f)
            abort();
    if (line->len - 1 <= MUGAI_EVENT_LINE_MAX) {
        if (!mugai_event_read (line->str, line->len - 1, &again, &why))
            abort();
        mugai_event_write (&again, again.prev, twice);
        if (!g_string_equal (line, twice))
            abort();
    }
    g_string_free (line, TRUE);
    g_string_free (twice, TRUE);
    return 0;
}
