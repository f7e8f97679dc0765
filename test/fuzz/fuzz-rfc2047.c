/* SPDX-License-Identifier: Apache-2.0
 *
 * rfc2047: any value decodes to one clean line, which encodes and decodes to itself.
 */
#include "message/rfc2047.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiLimits limits = mugai_limits_default();
    g_autofree char *text = mugai_rfc2047_decode (data, size, "iso-2022-jp", &limits, NULL);
    g_autofree char *parameter = mugai_rfc2231_decode (data, size, NULL, &limits, NULL);
    if (!g_utf8_validate (text, -1, NULL) || !g_utf8_validate (parameter, -1, NULL))
        g_error ("not UTF-8");
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            g_error ("control character");
    }
    if (strlen (text) < 10000) {
        g_autofree char *words = mugai_rfc2047_encode (text);
        g_autofree char *back = mugai_rfc2047_decode (words, strlen (words), NULL, &limits, NULL);
        if (strcmp (text, back) != 0)
            g_error ("encoded and decoded, it is another text");
    }
    return 0;
}
