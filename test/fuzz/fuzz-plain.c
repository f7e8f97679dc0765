/* SPDX-License-Identifier: Apache-2.0
 *
 * plain: what is done to plain texts in the walk. yEnc is taken out of any bytes; format=flowed,
 * 外字 and ISO-2022-JP are given text. What is fitted for ISO-2022-JP is read back by the verifier.
 */
#include "common/clean.h"
#include "message/charset.h"
#include "message/flowed.h"
#include "message/gaiji.h"
#include "message/jis-output.h"
#include "message/yenc.h"
#include "verify/jis.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
count (void *data, const char *name, GBytes *file)
{
    size_t *total = data;
    *total += strlen (name) + g_bytes_get_size (file);
}

/* @text, fitted, is what the verifier reads. */
static void
round_trip (GBytes *text)
{
    g_autoptr (MugaiJisOutput) jis = mugai_jis_output_new();
    uint64_t lacking = 0;
    gsize size, read = 0, at = 0;
    const char *bytes = g_bytes_get_data (text, &size);
    g_autoptr (GString) fitted =
        mugai_jis_output_fit (jis, bytes != NULL ? bytes : "", size, &lacking);
    g_autoptr (GString) out = g_string_new (NULL);
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .result = &result };

    if (fitted->len == 0 || fitted->str[fitted->len - 1] != '\n')
        g_string_append_c (fitted, '\n');
    mugai_jis_output_write (jis, fitted->str, fitted->len, out);
    g_autofree uint8_t *back = g_malloc (MUGAI_JIS_ROOM (out->len));
    bool ok = mugai_jis_lines (&check, (const uint8_t *)out->str, out->len, 0, back, &read, &at);
    if (!ok || at != out->len || read != fitted->len || memcmp (back, fitted->str, read) != 0)
        abort();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const char *const table[] = { "\xEE\x80\x80髙", "\xF3\xB0\x80\x80x", NULL };
    g_autoptr (GBytes) in = g_bytes_new_static (data, size);
    const MugaiGaiji gaiji = { table, (MugaiCarrier)(size % 4), (MugaiEmojiFrom)(size % 3) };
    size_t total = 0, mapped = 0, emoji = 0;
    g_autoptr (GBytes) rest = mugai_yenc_take (in, count, &total);
    if (g_bytes_get_size (rest) + total > 2 * size + 16)
        abort();
    MugaiLimits limits = mugai_limits_default();
    gsize n;
    const uint8_t *bytes = g_bytes_get_data (rest, &n);
    g_autoptr (MugaiCharsetResult) text = mugai_charset_decode (bytes, n, "utf-8", &limits, NULL);
    g_autoptr (GBytes) own = mugai_gaiji_map (&gaiji, text->text, &mapped, &emoji);
    g_autoptr (GBytes) flowed = mugai_flowed_join (own, size % 2 == 0);
    if (g_bytes_get_size (flowed) > 2 * g_bytes_get_size (own) + 16)
        abort();
    MugaiBuffer clean = mugai_buffer (1 << 20);
    const char *joined = g_bytes_get_data (flowed, &n);
    mugai_clean (joined, n, MUGAI_CLEAN_TEXT, &clean, NULL);
    g_autoptr (GBytes) cleaned = g_bytes_new (clean.data, clean.size);
    mugai_buffer_clear (&clean);
    round_trip (cleaned);
    return 0;
}
