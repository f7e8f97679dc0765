/* SPDX-License-Identifier: Apache-2.0
 *
 * charset: the first line is the label, the rest the bytes. What comes out is valid UTF-8 and
 * within the bound.
 */
#include "message/charset.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiLimits limits = mugai_limits_default();
    limits.text = 65536;
    const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;
    size_t head = end != NULL ? (size_t)(end - data) : 0, skip = end != NULL ? head + 1 : 0;
    g_autofree char *label = g_strndup ((const char *)data, head);
    g_autoptr (MugaiCharsetResult) result =
        mugai_charset_decode (size > skip ? data + skip : NULL, size - skip, label, &limits, NULL);
    gsize n;
    const char *text = g_bytes_get_data (result->text, &n);
    if (n > limits.text)
        g_error ("%zu bytes of text", n);
    for (gsize at = 0; at < n;) { /* NUL is a character like others here */
        gsize run = strnlen (text + at, n - at);
        if (!g_utf8_validate (text + at, (gssize)run, NULL))
            g_error ("not UTF-8, from %s", result->charset);
        at += run + 1;
    }
    return 0;
}
