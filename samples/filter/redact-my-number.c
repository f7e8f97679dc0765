/* SPDX-License-Identifier: Apache-2.0
 *
 * redact-my-number: a filter that lives outside of Mugai's tree. It masks numbers in a text that
 * look like a Japanese individual number (マイナンバー): twelve digits, ASCII or full-width, in one
 * run or 4-4-4 with a space or a hyphen, with a right check digit. Put it behind text-clean in a
 * rule:   do: [text-clean, redact-my-number]
 *
 * Source of the check digit: Ordinance of the Ministry of Internal Affairs and Communications No.
 * 85 of 2014, article 5.
 */
#include <mugai/filter.h>
#include <string.h>

enum { DIGITS = 12, GROUP = 4 };

static const mugai_param params[] = {
    { .name = "keep-last",
      .kind = MUGAI_PARAM_INTEGER,
      .value = "0",
      .min = 0,
      .max = 4,
      .unit = "digits",
      .help = "how many of the last digits stay visible",
      .help_ja = "末尾の何桁を残すか" },
};

static const mugai_code codes[] = {
    { "redact-my-number.masked", "numbers that look like an individual number were masked",
      "マイナンバーとみられる番号を伏せました" },
};

/* One digit at the beginning of @text, 0 to 9, and its size in bytes; -1 when there is none. */
static int
digit (const uint8_t *text, size_t left, size_t *ret_size)
{
    if (left >= 1 && text[0] >= '0' && text[0] <= '9') {
        *ret_size = 1;
        return text[0] - '0';
    }
    if (left >= 3 && text[0] == 0xef && text[1] == 0xbc && text[2] >= 0x90 && text[2] <= 0x99) {
        *ret_size = 3; /* U+FF10 to U+FF19 */
        return text[2] - 0x90;
    }
    return -1;
}

/* What may stand between groups. Returns: its size in bytes, 0 for anything else. */
static size_t
separator (const uint8_t *text, size_t left)
{
    static const char *const words[] = { " ", "-", "\xe3\x80\x80", "\xef\xbc\x8d",
                                         "\xe2\x80\x90" }; /* 　 － ‐ */

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen (words[i]);
        if (left >= size && memcmp (text, words[i], size) == 0)
            return size;
    }
    return 0;
}

static int
check_digit (const int *digits)
{
    int sum = 0;

    for (int n = 1; n <= 11; n++) /* from the right of the first eleven */
        sum += digits[11 - n] * (n <= 6 ? n + 1 : n - 5);
    return sum % 11 <= 1 ? 0 : 11 - sum % 11;
}

/* Twelve digits at the beginning of @text, @grouped or not, and no thirteenth. Returns: bytes they
 * take, 0 none. */
static size_t
number (const uint8_t *text, size_t left, int grouped)
{
    int digits[DIGITS];
    size_t at = 0, size = 0;

    for (int i = 0; i < DIGITS; i++) {
        if (grouped && i > 0 && i % GROUP == 0) {
            size = separator (text + at, left - at);
            if (size == 0)
                return 0;
            at += size;
        }
        digits[i] = digit (text + at, left - at, &size);
        if (digits[i] < 0)
            return 0;
        at += size;
    }
    if (digit (text + at, left - at, &size) >= 0 || check_digit (digits) != digits[DIGITS - 1])
        return 0;
    return at;
}

static int
put_masked (const mugai_host *host, mugai_call *call, const uint8_t *text, size_t size, int keep)
{
    int seen = 0;

    for (size_t at = 0, n = 0; at < size; at += n) {
        int d = digit (text + at, size - at, &n);
        if (d < 0)
            n = 1;
        const void *out = text + at;
        if (d >= 0 && seen++ < DIGITS - keep)
            out = n == 1 ? "*" : "\xef\xbc\x8a"; /* ＊ */
        if (host->put (call, out, n) != 0)
            return -1;
    }
    return 0;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    const uint8_t *text = part->data;
    size_t from = 0, masked = 0, n = 0;
    int inside = 0; /* of a run of digits that is no number */

    for (size_t at = 0; at < part->size; at += n) {
        size_t size = inside ? 0 : number (text + at, part->size - at, 0);
        size = inside || size > 0 ? size : number (text + at, part->size - at, 1);
        inside = size == 0 && digit (text + at, part->size - at, &n) >= 0;
        if (!inside)
            n = size > 0 ? size : 1;
        if (size == 0)
            continue;
        masked++;
        if (host->put (call, text + from, at - from) != 0 ||
            put_masked (host, call, text + at, size, (int)part->values[0].number) != 0)
            return MUGAI_REFUSE; /* a limit was passed */
        from = at + size;
    }
    if (masked == 0)
        return MUGAI_KEEP;
    host->finding (call, "redact-my-number.masked", masked, NULL);
    return host->put (call, text + from, part->size - from) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "redact-my-number",
    .summary = "mask Japanese individual numbers (My Number) in texts",
    .summary_ja = "テキスト中のマイナンバーを伏せ字にする",
    .takes = "text csv",
    .gives = "text csv",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
