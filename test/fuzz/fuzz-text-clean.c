/* SPDX-License-Identifier: Apache-2.0
 *
 * text-clean and link-defang: in the verifier's text grammar, and not changed by doing it again.
 */
#include "link-defang/link-defang.h"
#include "text-clean/decode.h"
#include "text-clean/text-clean.h"
#include "verify/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
same (const MugaiBuffer *a, const MugaiBuffer *b)
{
    if (!a->cut && !b->cut &&
        (a->size != b->size || (a->size > 0 && memcmp (a->data, b->data, a->size) != 0)))
        abort();
}

/* Every block through every decoder: bounded, and within what was decoded. */
static bool
decode (void *data, const MugaiTextBlock *block)
{
    MugaiBuffer uu = mugai_buffer (1 << 16), base64 = mugai_buffer (1 << 16),
                hex = mugai_buffer (1 << 16);
    (void)data;
    decode_uu (block->text, &uu);
    decode_base64 (block->text, &base64);
    BinHex file = decode_binhex (block->text, &hex);
    if (file.name.size + file.data.size + file.resource.size > hex.size ||
        (file.resource.size > 0 && file.resource.data + file.resource.size > hex.data + hex.size))
        abort();
    mugai_buffer_clear (&uu);
    mugai_buffer_clear (&base64);
    mugai_buffer_clear (&hex);
    return true;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiTextCleanOptions clean = { .japanese = size % 2 == 0,
                                    .long_runs = size % 3 == 0,
                                    .width = size % 5 == 0 ? 64 : 0,
                                    .block = decode };
    MugaiLinkOptions link = { .form = MUGAI_LINK_SHOW };
    MugaiBuffer a = mugai_buffer (1 << 22), b = mugai_buffer (1 << 23), c = mugai_buffer (1 << 22),
                d = mugai_buffer (1 << 23);
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .result = &result };
    mugai_text_clean (data, size, &clean, &a, NULL);
    mugai_link_defang (a.data, a.size, &link, &b, NULL);
    clean.width = 0; /* a mark of quotation may make a line too long again */
    mugai_text_clean (a.data, a.size, &clean, &c, NULL);
    mugai_link_defang (b.data, b.size, &link, &d, NULL);
    same (&a, &c);
    same (&b, &d);
    if (!b.cut && !mugai_text_check (&check, (const uint8_t *)(b.size > 0 ? b.data : ""), b.size,
                                     MUGAI_TEXT_BODY))
        abort();
    mugai_buffer_clear (&a);
    mugai_buffer_clear (&b);
    mugai_buffer_clear (&c);
    mugai_buffer_clear (&d);
    return 0;
}
