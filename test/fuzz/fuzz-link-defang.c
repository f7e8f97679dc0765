/* SPDX-License-Identifier: Apache-2.0
 *
 * link-defang in each of its forms: its output is in the verifier's grammar of bodies (T-7) when
 * the input is clean, and not changed by doing it again; a label goes to Punycode and back. The
 * first byte chooses the options.
 */
#include "common/utf8.h"
#include "link-defang/link-defang.h"
#include "link-defang/punycode.h"
#include "text-clean/text-clean.h"
#include "verify/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_label (const uint8_t *data, size_t size)
{
    uint32_t letters[PUNYCODE_MAX], back[PUNYCODE_MAX];
    char ascii[PUNYCODE_MAX];
    const uint8_t *at = data, *end = data + size;
    size_t n = 0;

    punycode_decode ((const char *)data, size, back);
    while (at < end && n < PUNYCODE_MAX) {
        uint32_t c = mugai_utf8_next (&at, end);
        letters[n++] = c == MUGAI_UTF8_BAD ? '?' : c;
    }
    size_t written = punycode_encode (letters, n, ascii);
    if (written > 0 && memchr (letters, 0, 0) == NULL) {
        bool wide = false;
        for (size_t i = 0; i < n; i++)
            wide = wide || letters[i] >= 0x80;
        size_t read = punycode_decode (ascii, written, back);
        if (wide && (read != n || memcmp (letters, back, n * sizeof *letters) != 0))
            abort();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    MugaiLinkOptions link = { .form = (MugaiLinkForm)(data[0] % 3),
                              .japanese = (data[0] & 4) != 0,
                              .trusted = (data[0] & 8) != 0 ? "lg.jp example" : NULL };
    MugaiTextCleanOptions clean = { .japanese = link.japanese };
    MugaiBuffer a = mugai_buffer (1 << 22), b = mugai_buffer (1 << 24), c = mugai_buffer (1 << 25);
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .result = &result };
    mugai_text_clean (data + 1, size - 1, &clean, &a, NULL);
    mugai_link_defang (a.data, a.size, &link, &b, NULL);
    mugai_link_defang (b.data, b.size, &link, &c, NULL);
    if (!b.cut && !c.cut &&
        (b.size != c.size || (b.size > 0 && memcmp (b.data, c.data, b.size) != 0)))
        abort();
    if (!b.cut && !mugai_text_check (&check, (const uint8_t *)(b.size > 0 ? b.data : ""), b.size,
                                     MUGAI_TEXT_BODY))
        abort();
    check_label (data + 1, size - 1);
    mugai_buffer_clear (&a);
    mugai_buffer_clear (&b);
    mugai_buffer_clear (&c);
    return 0;
}
