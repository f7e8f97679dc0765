/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/jis.h"

#include <string.h>

#include "verify/jis-table.h"

enum { LINE = 998, SIDE = 94, ESC = 0x1B };

static const char delimiter[] = "--=_mugai_";

void
mugai_jis_region (const uint8_t *d, size_t size, size_t *ret_start, size_t *ret_end)
{
    static const char header[] = "Content-Type: text/plain; charset=iso-2022-jp\r\n"
                                 "Content-Transfer-Encoding: 7bit\r\n\r\n";
    static const char next[] = "\r\n--=_mugai_";
    const uint8_t *at = memmem (d, size, header, sizeof header - 1);

    *ret_start = *ret_end = size;
    if (at == NULL)
        return;
    *ret_start = (size_t)(at - d) + sizeof header - 1;
    const uint8_t *end = memmem (d + *ret_start, size - *ret_start, next, sizeof next - 1);
    *ret_end = end != NULL ? (size_t)(end - d) : size;
}

static bool
is_delimiter (const uint8_t *d, size_t size)
{
    return size >= sizeof delimiter - 1 && memcmp (d, delimiter, sizeof delimiter - 1) == 0;
}

/* One character of the table as UTF-8. Returns: bytes, 0 when it has none. */
static size_t
put_pair (const uint8_t *pair, uint8_t *out)
{
    if (pair[0] < 0x21 || pair[0] > 0x7E || pair[1] < 0x21 || pair[1] > 0x7E)
        return 0;
    unsigned c = jis_table[(pair[0] - 0x21u) * SIDE + (pair[1] - 0x21u)];
    if (c == 0)
        return 0;
    if (c < 0x800) {
        out[0] = (uint8_t)(0xC0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 0x3F));
        return 2;
    }
    out[0] = (uint8_t)(0xE0 | c >> 12);
    out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    out[2] = (uint8_t)(0x80 | (c & 0x3F));
    return 3;
}

typedef struct Line {
    const uint8_t *at, *end; /* without CRLF */
    uint8_t *out;
    const char *clause; /* of the fault, NULL none */
} Line;

/* ESC $ B, one pair or more, ESC ( B. */
static void
take_kanji (Line *l)
{
    const uint8_t *first = l->at + 3;

    if (l->end - l->at < 3 || memcmp (l->at, "\x1b$B", 3) != 0) {
        l->clause = "K-2";
        return;
    }
    for (l->at = first; l->clause == NULL && l->at < l->end && *l->at != ESC; l->at += 2) {
        size_t n = l->end - l->at >= 2 ? put_pair (l->at, l->out) : 0;
        l->out += n;
        if (n == 0) {
            l->clause = "K-3";
            return;
        }
    }
    if (l->at == first || l->end - l->at < 3 || memcmp (l->at, "\x1b(B", 3) != 0) {
        l->clause = "K-2";
        return;
    }
    l->at += 3;
    if (l->at < l->end && *l->at == ESC)
        l->clause = "K-2"; /* two runs that are one */
}

static void
take_line (Line *l)
{
    while (l->clause == NULL && l->at < l->end) {
        if (*l->at == ESC)
            take_kanji (l);
        else if (*l->at == '\t' || (*l->at >= 0x20 && *l->at <= 0x7E))
            *l->out++ = *l->at++;
        else
            l->clause = "K-1";
    }
}

bool
mugai_jis_lines (MugaiCheck *check, const uint8_t *d, size_t size, size_t at, uint8_t *out,
                 size_t *ret_size, size_t *ret_at)
{
    uint8_t *start = out;

    while (at < size && !is_delimiter (d + at, size - at)) {
        const uint8_t *lf = memchr (d + at, '\n', size - at);
        if (lf == NULL || lf == d + at || lf[-1] != '\r')
            return mugai_refuse (check, "K-1", at, "line without CRLF");
        Line line = { .at = d + at, .end = lf - 1, .out = out };
        if (line.end - line.at > LINE)
            return mugai_refuse (check, "K-1", at, "line of more than 998 bytes");
        take_line (&line);
        if (line.clause != NULL)
            return mugai_refuse (check, line.clause, (uint64_t)(line.at - d),
                                 "body that is not canonical ISO-2022-JP");
        out = line.out;
        *out++ = '\n';
        at = (size_t)(lf - d) + 1;
    }
    *ret_size = (size_t)(out - start);
    *ret_at = at;
    return *ret_size > 0 || mugai_refuse (check, "M-5.3", at, "empty leaf");
}
