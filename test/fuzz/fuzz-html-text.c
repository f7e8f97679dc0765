/* SPDX-License-Identifier: Apache-2.0
 *
 * html-text, then text-clean and link-defang: what comes out is in the verifier's text grammar.
 */
#include "html-text/html-text.h"
#include "link-defang/link-defang.h"
#include "text-clean/text-clean.h"
#include "verify/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiHtmlTextOptions options = mugai_html_text_options();
    MugaiTextCleanOptions clean_options = { .japanese = true };
    MugaiLinkOptions link_options = { .form = MUGAI_LINK_SHOW };
    MugaiBuffer text = mugai_buffer (1 << 20), clean = mugai_buffer (1 << 22),
                out = mugai_buffer (1 << 23);
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .result = &result };
    if (mugai_html_text (data, size, &options, &text, NULL) != 0 ||
        mugai_text_clean (text.data, text.size, &clean_options, &clean, NULL) != 0 ||
        mugai_link_defang (clean.data, clean.size, &link_options, &out, NULL) != 0)
        abort();
    if (!out.cut && !mugai_text_check (&check, (const uint8_t *)(out.size > 0 ? out.data : ""),
                                       out.size, MUGAI_TEXT_BODY))
        abort();
    mugai_buffer_clear (&text);
    mugai_buffer_clear (&clean);
    mugai_buffer_clear (&out);
    return 0;
}
