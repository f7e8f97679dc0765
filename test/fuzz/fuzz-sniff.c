/* SPDX-License-Identifier: Apache-2.0
 *
 * The type of any bytes: whole in memory, and through two small windows. The first byte says which label and name go with them.
 */
#include "message/sniff.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { WINDOW = 1024 };

static void
check (const MugaiSniff *w, const char *declared, const char *extension)
{
    MugaiSniffed one = mugai_sniff (w, declared, extension);

    if (one.type == NULL || one.trailing > w->size || (w->size == 0) != (strcmp (one.type->id, "empty") == 0) ||
        (one.weak && one.also != NULL))
        abort();
    if (one.also != NULL && strcmp (one.also, one.type->id) == 0)
        abort();
    mugai_sniff_mismatch (one.type, declared, extension);
    mugai_sniff_wants_whole (w);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const char *const names[][2] = { { "", "" },
                                            { "text/plain", "txt" },
                                            { "application/msword", "dot" },
                                            { "application/zip", "jar" },
                                            { "message/rfc822", "eml" },
                                            { "application/pkcs7-signature", "p7s" },
                                            { "text/html", "html" },
                                            { "application/pdf", "pdf" } };
    if (size == 0)
        return 0;
    const char *const *name = names[data[0] % 8];
    MugaiSniff w = mugai_sniff_window (data + 1, size - 1);

    check (&w, name[0], name[1]);
    w.whole = NULL;
    w.shown = data[0] >= 128;
    if (w.size > WINDOW) {
        w.head_size = WINDOW;
        w.tail = data + size - WINDOW;
        w.tail_size = WINDOW;
    }
    check (&w, name[0], name[1]);
    return 0;
}
